/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/log.h"

void mn_log_init(struct mn_log *log, const uint64_t *now_us)
{
    *log = (struct mn_log){.level = MN_LEVEL_OFF, .now_us = now_us};
    mn_list_init(&log->sinks);
}

static struct mn_log_sink *sink_of(struct mn_list *node)
{
    return MN_CONTAINER(node, struct mn_log_sink, link);
}

static void update_level(struct mn_log *log)
{
    log->level = MN_LEVEL_OFF;
    MN_LIST_EACH (node, &log->sinks) {
        if ((int)sink_of(node)->level < log->level)
            log->level = (int)sink_of(node)->level;
    }
}

void mn_log_add_sink(struct mn_log *log, struct mn_log_sink *sink)
{
    MN_ASSERT(sink->event);
    MN_LIST_EACH (node, &log->sinks)
        MN_ASSERT(node != &sink->link);
    mn_list_init(&sink->link);
    mn_list_push(&log->sinks, &sink->link);
    update_level(log);
}

void mn_log_remove_sink(struct mn_log *log, struct mn_log_sink *sink)
{
    mn_list_remove(&sink->link);
    update_level(log);
}

void mn_log_set_level(struct mn_log *log, struct mn_log_sink *sink, enum mn_level level)
{
    sink->level = level;
    update_level(log);
}

const char *mn_level_name(enum mn_level level)
{
    static const char *const names[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR"};
    MN_ASSERT((uint32_t)level < MN_COUNT_OF(names));
    return names[level];
}

static bool wants(const struct mn_log_sink *sink, const struct mn_log_site *site)
{
    return site->level >= sink->level;
}

void mn_log_event(struct mn_log *log, const struct mn_log_site *site,
                  const struct mn_field *fields, uint32_t field_count)
{
    struct mn_log_record record = {*log->now_us, site, fields, field_count, log->innermost};
    MN_LIST_EACH (node, &log->sinks) {
        if (wants(sink_of(node), site))
            sink_of(node)->event(sink_of(node), &record);
    }
}

void mn_span_open_at(struct mn_log *log, struct mn_span *span, const struct mn_log_site *site,
                     const struct mn_field *fields, uint32_t field_count)
{
    *span = (struct mn_span){
        .site = site,
        .id = ++log->span_ids,
        .parent_id = log->innermost ? log->innermost->id : 0,
    };
    struct mn_log_record record = {*log->now_us, site, fields, field_count, span};
    MN_LIST_EACH (node, &log->sinks) {
        if (wants(sink_of(node), site) && sink_of(node)->span_open)
            sink_of(node)->span_open(sink_of(node), &record);
    }
}

void mn_span_enter(struct mn_log *log, struct mn_span *span)
{
    if (!span->site)
        return;
    MN_ASSERT(!span->entered);
    span->entered = true;
    span->outer = log->innermost;
    log->innermost = span;
    MN_LIST_EACH (node, &log->sinks) {
        if (wants(sink_of(node), span->site) && sink_of(node)->span_enter)
            sink_of(node)->span_enter(sink_of(node), span);
    }
}

void mn_span_exit(struct mn_log *log, struct mn_span *span)
{
    if (!span->site)
        return;
    MN_ASSERT(log->innermost == span); /* spans nest: the last entered is the first to go */
    log->innermost = span->outer;
    span->entered = false;
    MN_LIST_EACH (node, &log->sinks) {
        if (wants(sink_of(node), span->site) && sink_of(node)->span_exit)
            sink_of(node)->span_exit(sink_of(node), span);
    }
}

void mn_span_close(struct mn_log *log, struct mn_span *span)
{
    if (!span->site)
        return;
    MN_ASSERT(!span->entered);
    MN_LIST_EACH (node, &log->sinks) {
        if (wants(sink_of(node), span->site) && sink_of(node)->span_close)
            sink_of(node)->span_close(sink_of(node), span);
    }
    span->site = NULL;
}
