/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "trace_value.h"

#include <inttypes.h>
#include <string.h>

#include "text.h"

void trace_value_put(FILE *out, const struct mn_trace_field *field)
{
    switch (field->kind) {
    case MN_VALUE_DEBUG: text_put(out, field->value.str); break;
    case MN_VALUE_STR: text_put_value(out, field->value.str); break;
    case MN_VALUE_F64: fprintf(out, "%.9g", field->value.f64); break;
    case MN_VALUE_I64: fprintf(out, "%" PRId64, field->value.i64); break;
    case MN_VALUE_U64: fprintf(out, "%" PRIu64, field->value.u64); break;
    case MN_VALUE_BOOL: fputs(field->value.boolean ? "true" : "false", out); break;
    }
}

void trace_value_put_named(FILE *out, const struct mn_trace_field *field)
{
    fputc(' ', out);
    text_put(out, field->name);
    fputc('=', out);
    trace_value_put(out, field);
}

void trace_value_summary(char *out, size_t room, const struct mn_trace_fields *fields)
{
    static const char cut[] = "...}";
    size_t fits = 0; /* bytes up to the last field after which `cut` has room */
    out[0] = '\0';
    if (fields->count == 0)
        return;
    char text[4096] = "";
    FILE *memory = fmemopen(text, sizeof text, "w");
    if (!memory)
        return;
    for (uint32_t i = 0; i < fields->count && ftell(memory) < (long)room; i++) {
        trace_value_put_named(memory, &fields->items[i]);
        if ((size_t)ftell(memory) + sizeof cut <= room)
            fits = (size_t)ftell(memory);
    }
    size_t whole = (size_t)ftell(memory);
    fclose(memory);
    text[0] = '{'; /* where the first blank was */
    if (whole + 2 <= room)
        snprintf(out, room, "%.*s}", (int)whole, text);
    else
        snprintf(out, room, "%.*s%s", fits ? (int)fits : 1, text, cut);
}
