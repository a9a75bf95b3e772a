/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "text.h"
#include "trace_session.h"

const struct mn_trace_field *trace_event_field(const struct trace_event *event, const char *name)
{
    for (uint32_t i = 0; i < event->field_count; i++) {
        if (text_is(event->fields[i].name, name))
            return &event->fields[i];
    }
    return NULL;
}

uint64_t trace_event_u64(const struct trace_event *event, const char *name)
{
    const struct mn_trace_field *field = trace_event_field(event, name);
    return field && field->kind == MN_VALUE_U64 ? field->value.u64 : 0;
}

static bool is_text(const struct mn_trace_field *field)
{
    return field && (field->kind == MN_VALUE_STR || field->kind == MN_VALUE_DEBUG);
}

struct mn_str trace_event_str(const struct trace_event *event, const char *name)
{
    const struct mn_trace_field *field = trace_event_field(event, name);
    return is_text(field) ? field->value.str : mn_str_of("");
}

struct mn_str trace_event_message(const struct trace_event *event)
{
    const struct mn_trace_field *field = trace_event_field(event, "message");
    return is_text(field) ? field->value.str : mn_str_of(event->meta->name);
}

const char *trace_level_name(int level)
{
    static const char *const names[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF"};
    return level >= 0 && level <= MN_LEVEL_OFF ? names[level] : "?";
}

const char *trace_trouble_text(enum trace_trouble trouble)
{
    static const char *const texts[] = {
        [TRACE_TROUBLE_MALFORMED] = "trace messages that could not be read",
        [TRACE_TROUBLE_DAMAGED] = "damaged frames on the trace port",
        [TRACE_TROUBLE_META_UNKNOWN] = "events or spans of which the metadata is not known",
        [TRACE_TROUBLE_SPAN_UNKNOWN] = "steps of spans that are not known",
        [TRACE_TROUBLE_META_FULL] = "metadata beyond what this program keeps",
        [TRACE_TROUBLE_SPAN_FULL] = "spans beyond what this program keeps",
    };
    return texts[trouble];
}
