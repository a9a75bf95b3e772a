/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "trace_print.h"

#include <inttypes.h>

#include "text.h"
#include "trace_value.h"

#define SPAN_DEPTH_MAX 16u
#define FILTER_BYTES 4096u
#define US_PER_S 1000000u

static const char *style(const struct trace_print *print, const char *code)
{
    return print->is_colored ? code : "";
}

static const char *color_of(enum mn_level level)
{
    static const char *const colors[] = {"\033[35m", "\033[34m", "\033[32m", "\033[33m",
                                         "\033[31m"};
    return colors[level];
}

static void put_spans(const struct trace_print *print, const struct trace_session *session,
                      uint64_t id, unsigned depth)
{
    const struct trace_span *span = trace_session_span(session, id);
    if (!span || depth == SPAN_DEPTH_MAX)
        return;
    put_spans(print, session, span->parent_id, depth + 1);
    fputs(style(print, "\033[1m"), print->out);
    text_put(print->out, mn_str_of(span->name));
    fprintf(print->out, "%s%s: ", style(print, "\033[0m"), span->fields);
}

static bool is_told_elsewhere(const struct mn_trace_field *field)
{
    return text_is(field->name, "message") || text_is(field->name, "at_us") ||
           text_is(field->name, "at_ns");
}

static void put_event(void *context, struct trace_session *session,
                      const struct trace_event *event)
{
    struct trace_print *print = context;
    const struct trace_meta *meta = event->meta;
    const char *dim = style(print, "\033[2m"), *plain = style(print, "\033[0m");
    if ((int)meta->level < trace_filter_level(print->filter, meta->target))
        return;
    fprintf(print->out, "%s%" PRIu64 ".%06" PRIu64 "000s%s %s%-5s%s %s", dim,
            event->at_us / US_PER_S, event->at_us % US_PER_S, plain,
            style(print, color_of(meta->level)), trace_level_name((int)meta->level), plain, dim);
    text_put(print->out, mn_str_of(meta->target));
    fprintf(print->out, ":%s ", plain);
    put_spans(print, session, event->span_id, 0);
    text_put(print->out, trace_event_message(event));
    for (uint32_t i = 0; i < event->field_count; i++) {
        if (!is_told_elsewhere(&event->fields[i]))
            trace_value_put_named(print->out, &event->fields[i]);
    }
    fputc('\n', print->out);
}

static void put_lost(void *context, const struct mn_trace_message *message)
{
    struct trace_print *print = context;
    fprintf(print->news,
            "crowtty: the target dropped %" PRIu64 " events, %" PRIu64 " new spans, %" PRIu64
            " steps of spans, %" PRIu64 " metadata: its trace buffer was full\n",
            message->as.discarded.events, message->as.discarded.new_spans,
            message->as.discarded.span_activity, message->as.discarded.metas);
}

static void put_level(void *context, int level)
{
    struct trace_print *print = context;
    if (print->is_verbose && level != print->level)
        fprintf(print->news, "crowtty: the target traces at level %s\n", trace_level_name(level));
    print->level = level;
}

static void restart(void *context)
{
    struct trace_print *print = context;
    print->level = -1;
}

void trace_print_init(struct trace_print *print, FILE *out, FILE *news,
                      const struct trace_filter *filter, bool is_colored, bool is_verbose)
{
    *print = (struct trace_print){
        .sink = {.event = put_event, .lost = put_lost, .level = put_level, .restart = restart},
        .out = out,
        .news = news,
        .filter = filter,
        .is_colored = is_colored,
        .is_verbose = is_verbose,
        .level = -1,
    };
    print->sink.context = print;
}

bool trace_print_filter(struct trace_filter *filter, const char *text, char *error,
                        size_t error_bytes)
{
    char whole[FILTER_BYTES];
    int count = snprintf(whole, sizeof whole, "kernel::stats=off%s%s", *text ? "," : "", text);
    if (count < 0 || (size_t)count >= sizeof whole) {
        snprintf(error, error_bytes, "longer than %u characters", FILTER_BYTES - 32u);
        return false;
    }
    return trace_filter_parse(filter, whole, error, error_bytes);
}
