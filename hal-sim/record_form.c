/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/record_form.h"

#include <string.h>

static const struct {
    uint8_t numbers;
    bool has_bytes;
} kinds[RECORD_KINDS] = {
    [RECORD_SAMPLE] = {2, false},  [RECORD_ENTROPY] = {0, true}, [RECORD_RECEIVED] = {0, true},
    [RECORD_SENT] = {0, true},     [RECORD_SENDING] = {1, false}, [RECORD_CARRIER] = {1, false},
    [RECORD_KEY] = {3, false},     [RECORD_PUSH] = {2, false},   [RECORD_ANSWER] = {1, true},
    [RECORD_LINE] = {2, true},     [RECORD_CHECK] = {1, false},  [RECORD_END] = {3, false},
    [RECORD_CHOICE] = {1, false},  [RECORD_STRIKE] = {3, true},
};

uint32_t record_kind_numbers(enum record_kind kind)
{
    return kinds[kind].numbers;
}

bool record_kind_has_bytes(enum record_kind kind)
{
    return kinds[kind].has_bytes;
}

/* ---- checks ----------------------------------------------------------------------------- */

/* Each step can be undone, so one changed byte always shows. */
static uint64_t mix(uint64_t check, uint64_t word)
{
    check = (check ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return check ^ (check >> 29);
}

uint64_t record_check(uint64_t check, const void *bytes, size_t count)
{
    const uint8_t *at = bytes;
    uint64_t word;
    for (; count >= sizeof word; at += sizeof word, count -= sizeof word) {
        memcpy(&word, at, sizeof word);
        check = mix(check, word);
    }
    for (; count > 0; at++, count--)
        check = mix(check, *at);
    return check;
}

/* ---- numbers ---------------------------------------------------------------------------- */

uint64_t record_get(const uint8_t *at, uint32_t bytes)
{
    uint64_t number = 0;
    while (bytes-- > 0)
        number = number << 8 | at[bytes];
    return number;
}

void record_put(uint8_t *at, uint32_t bytes, uint64_t number)
{
    for (uint32_t i = 0; i < bytes; i++, number >>= 8)
        at[i] = (uint8_t)number;
}

static uint8_t *put_varint(uint8_t *at, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        *at++ = (uint8_t)(number | 0x80);
    *at++ = (uint8_t)number;
    return at;
}

/* Moves `*at` behind a varint; false when there is none before `end`. */
static bool get_varint(const uint8_t **at, const uint8_t *end, uint64_t *number)
{
    *number = 0;
    for (uint32_t shift = 0; *at < end && shift < 64; shift += 7) {
        uint8_t byte = *(*at)++;
        *number |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return shift < 63 || byte < 2;
    }
    return false;
}

/* ---- entries ---------------------------------------------------------------------------- */

uint32_t record_entry_head(const struct record_entry *entry, uint8_t *head)
{
    uint8_t *at = put_varint(head, entry->quiet);
    *at++ = (uint8_t)((uint32_t)entry->kind << 4 | entry->device);
    for (uint32_t i = 0; i < kinds[entry->kind].numbers; i++)
        at = put_varint(at, entry->numbers[i]);
    if (kinds[entry->kind].has_bytes)
        at = put_varint(at, entry->count);
    return (uint32_t)(at - head);
}

static bool read_bytes(struct record_entry *entry, const uint8_t **at, const uint8_t *end)
{
    uint64_t count;
    if (!kinds[entry->kind].has_bytes)
        return true;
    if (!get_varint(at, end, &count) || count > (uint64_t)(end - *at) || count > UINT32_MAX)
        return false;
    entry->bytes = *at;
    entry->count = (uint32_t)count;
    *at += count;
    return true;
}

size_t record_entry_read(struct record_entry *entry, const uint8_t *bytes, size_t count)
{
    const uint8_t *at = bytes, *end = bytes + count;
    *entry = (struct record_entry){.quiet = 0};
    if (!get_varint(&at, end, &entry->quiet) || at == end || *at >> 4 >= RECORD_KINDS)
        return 0;
    entry->kind = (enum record_kind)(*at >> 4);
    entry->device = *at++ & 0xf;
    for (uint32_t i = 0; i < kinds[entry->kind].numbers; i++) {
        if (!get_varint(&at, end, &entry->numbers[i]))
            return 0;
    }
    return read_bytes(entry, &at, end) ? (size_t)(at - bytes) : 0;
}
