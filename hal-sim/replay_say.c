/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/replay_say.h"

#include <inttypes.h>
#include <stdio.h>

#define SHOWN_MAX 16u /* bytes of a text that are shown */

const char *replay_device_name(const struct player *player, enum record_kind kind, uint8_t device)
{
    if (kind == RECORD_KEY)
        return "keyboard";
    if (kind == RECORD_PUSH || kind == RECORD_ANSWER)
        return "display";
    bool is_uart = kind == RECORD_RECEIVED || kind == RECORD_SENT || kind == RECORD_SENDING ||
                   kind == RECORD_CARRIER || kind == RECORD_KINDS;
    return is_uart && device < player->uart_count ? player->uarts[device].hal.name : "machine";
}

/* Quoted, the first of them; `text` has room for SHOWN_MAX * 4 + 6. */
static void quote(const uint8_t *bytes, uint32_t count, char *text)
{
    uint32_t shown = count < SHOWN_MAX ? count : SHOWN_MAX;
    *text++ = '"';
    for (uint32_t i = 0; i < shown; i++) {
        bool is_plain = bytes[i] >= ' ' && bytes[i] < 0x7f && bytes[i] != '"' && bytes[i] != '\\';
        text += is_plain ? sprintf(text, "%c", bytes[i]) : sprintf(text, "\\x%02x", bytes[i]);
    }
    sprintf(text, shown < count ? "\"..." : "\"");
}

static void say_bytes(const char *device, const char *verb, const struct record_entry *entry,
                      char *text)
{
    char quoted[SHOWN_MAX * 4 + 8];
    quote(entry->bytes, entry->count, quoted);
    snprintf(text, PLAYER_TEXT_BYTES, "%s %s %u bytes, %s", device, verb, entry->count, quoted);
}

static void say_sample(const struct record_entry *entry, char *text)
{
    snprintf(text, PLAYER_TEXT_BYTES, "a tick begins, %" PRIu64 " us later, lines %" PRIx64,
             entry->numbers[0], entry->numbers[1]);
}

static void say_end(const struct record_entry *entry, char *text)
{
    snprintf(text, PLAYER_TEXT_BYTES, "the machine halts with status %d after %" PRIu64 " ticks",
             (int)(int32_t)(uint32_t)entry->numbers[2], entry->numbers[0]);
}

static void say_strike(const struct record_entry *entry, char *text)
{
    int bytes = entry->count < SHOWN_MAX ? (int)entry->count : (int)SHOWN_MAX;
    uint64_t number = entry->numbers[1];
    if (entry->numbers[0] == RECORD_KILL)
        snprintf(text, PLAYER_TEXT_BYTES, "task %" PRIu64 ", %.*s, is killed", number, bytes,
                 (const char *)entry->bytes);
    else if (entry->numbers[0] == RECORD_REFUSE)
        snprintf(text, PLAYER_TEXT_BYTES, "allocation %" PRIu64 " from here on is refused", number);
    else
        snprintf(text, PLAYER_TEXT_BYTES, "the machine is halted with status %" PRIu64, number);
}

void replay_say_entry(const struct player *player, const struct record_entry *entry, char *text)
{
    const char *device = replay_device_name(player, entry->kind, entry->device);
    if (entry->kind == RECORD_SAMPLE)
        say_sample(entry, text);
    else if (entry->kind == RECORD_RECEIVED)
        say_bytes(device, "receives", entry, text);
    else if (entry->kind == RECORD_SENT)
        say_bytes(device, "sends", entry, text);
    else if (entry->kind == RECORD_CHOICE)
        snprintf(text, PLAYER_TEXT_BYTES, "number %" PRIu64 " of those that are ready goes first",
                 entry->numbers[0]);
    else if (entry->kind == RECORD_ENTROPY)
        snprintf(text, PLAYER_TEXT_BYTES, "%u random bytes", entry->count);
    else if (entry->kind == RECORD_SENDING)
        snprintf(text, PLAYER_TEXT_BYTES, "%s is asked whether it is sending", device);
    else if (entry->kind == RECORD_CARRIER)
        snprintf(text, PLAYER_TEXT_BYTES, "%s is asked for its carrier", device);
    else if (entry->kind == RECORD_KEY)
        snprintf(text, PLAYER_TEXT_BYTES, "a key is taken, code %" PRIu64, entry->numbers[0]);
    else if (entry->kind == RECORD_PUSH)
        snprintf(text, PLAYER_TEXT_BYTES, "it shows a frame: %" PRIu64 " parts, pixels %08" PRIx64,
                 entry->numbers[0], entry->numbers[1]);
    else if (entry->kind == RECORD_ANSWER)
        snprintf(text, PLAYER_TEXT_BYTES, "a picture is taken, pixels %08" PRIx64,
                 entry->numbers[0]);
    else if (entry->kind == RECORD_STRIKE)
        say_strike(entry, text);
    else
        say_end(entry, text);
}

void replay_say_call(enum record_kind kind, char *text)
{
    static const char *const calls[RECORD_KINDS + 1] = {
        [RECORD_SAMPLE] = "a tick begins",
        [RECORD_ENTROPY] = "random bytes are asked for",
        [RECORD_RECEIVED] = "it is asked for received bytes",
        [RECORD_SENT] = "it sends bytes",
        [RECORD_SENDING] = "it is asked whether it is sending",
        [RECORD_CARRIER] = "it is asked for its carrier",
        [RECORD_KEY] = "it is asked for a key",
        [RECORD_PUSH] = "it shows a frame",
        [RECORD_ANSWER] = "a picture is taken",
        [RECORD_LINE] = "",
        [RECORD_CHECK] = "",
        [RECORD_END] = "the machine halts",
        [RECORD_CHOICE] = "it is asked which task goes first",
        [RECORD_STRIKE] = "",
        [RECORD_KINDS] = "it is told to stop sending",
    };
    snprintf(text, PLAYER_TEXT_BYTES, "%s", calls[kind]);
}

void replay_say_sent(const struct record_entry *entry, const uint8_t *bytes, uint32_t count,
                     char *text)
{
    char quoted[SHOWN_MAX * 4 + 8];
    uint32_t same = 0;
    if (entry->kind == RECORD_SENT)
        while (same < count && same < entry->count && entry->bytes[same] == bytes[same])
            same++;
    quote(bytes + same, count - same, quoted);
    snprintf(text, PLAYER_TEXT_BYTES, "it sends %u bytes, from byte %u on %s", count, same, quoted);
}
