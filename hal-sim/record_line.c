/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/record_line.h"

#include <string.h>

#include "hal-sim/record_form.h"

struct writing {
    uint8_t *bytes;
    uint32_t count;
    bool is_full;
};

static void put(struct writing *writing, const void *bytes, size_t count)
{
    writing->is_full = writing->is_full || count > RECORD_LINE_BYTES - writing->count;
    if (writing->is_full)
        return;
    memcpy(writing->bytes + writing->count, bytes, count);
    writing->count += (uint32_t)count;
}

static void put_text(struct writing *writing, const char *text)
{
    put(writing, text, strlen(text) + 1);
}

static bool is_text(enum mn_value_kind kind)
{
    return kind == MN_VALUE_DEBUG || kind == MN_VALUE_STR;
}

static void put_field(struct writing *writing, const struct mn_field *field)
{
    uint8_t kind = (uint8_t)field->kind, value[8] = {0};
    put_text(writing, field->name);
    put(writing, &kind, 1);
    if (is_text(field->kind)) {
        put_text(writing, field->value.str);
        return;
    }
    if (field->kind == MN_VALUE_BOOL)
        value[0] = field->value.boolean;
    else
        memcpy(value, &field->value, sizeof value);
    put(writing, value, sizeof value);
}

uint32_t record_line_write(const struct mn_log_record *record, uint8_t *bytes)
{
    struct writing writing = {.bytes = bytes};
    put_text(&writing, record->site->target);
    put_text(&writing, record->site->text);
    for (uint32_t i = 0; i < record->field_count && i < RECORD_LINE_FIELDS; i++) {
        uint32_t before = writing.count;
        put_field(&writing, &record->fields[i]);
        if (writing.is_full)
            return before;
    }
    return writing.count;
}

static bool take_text(const uint8_t **at, const uint8_t *end, const char **text)
{
    size_t length = strnlen((const char *)*at, (size_t)(end - *at));
    *text = (const char *)*at;
    if (length == (size_t)(end - *at))
        return false;
    *at += length + 1;
    return true;
}

static bool take_field(const uint8_t **at, const uint8_t *end, struct mn_field *field)
{
    if (!take_text(at, end, &field->name) || *at == end || **at > MN_VALUE_BOOL)
        return false;
    field->kind = (enum mn_value_kind) * (*at)++;
    if (is_text(field->kind))
        return take_text(at, end, &field->value.str);
    if (end - *at < 8)
        return false;
    if (field->kind == MN_VALUE_BOOL)
        field->value.boolean = **at != 0;
    else
        memcpy(&field->value, *at, 8);
    *at += 8;
    return true;
}

bool record_line_read(struct record_line *line, const uint8_t *bytes, uint32_t count)
{
    const uint8_t *at = bytes, *end = bytes + count;
    *line = (struct record_line){.record = {.site = &line->site, .fields = line->fields}};
    if (!take_text(&at, end, &line->site.target) || !take_text(&at, end, &line->site.text))
        return false;
    while (at < end) {
        if (line->record.field_count == RECORD_LINE_FIELDS ||
            !take_field(&at, end, &line->fields[line->record.field_count]))
            return false;
        line->record.field_count++;
    }
    return true;
}
