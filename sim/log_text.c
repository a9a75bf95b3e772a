/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "log_text.h"

#include <inttypes.h>
#include <string.h>

#include "tools/common/quote.h"

#define FACTS_MAX 8u

static const char *color_of(enum mn_level level)
{
    static const char *const colors[] = {"\033[35m", "\033[34m", "\033[32m", "\033[33m",
                                         "\033[31m"};
    return colors[level];
}

static bool is_plain(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if (*at <= ' ' || *at >= 0x7f || *at == '"' || *at == '=')
            return false;
    }
    return *text != '\0';
}

static void write_value(FILE *out, const struct mn_field *field)
{
    switch (field->kind) {
    case MN_VALUE_DEBUG:
        fputs(field->value.str, out);
        break;
    case MN_VALUE_STR:
        if (is_plain(field->value.str))
            fputs(field->value.str, out);
        else
            host_quote(field->value.str, out);
        break;
    case MN_VALUE_F64:
        fprintf(out, "%.9g", field->value.f64);
        break;
    case MN_VALUE_I64:
        fprintf(out, "%" PRId64, field->value.i64);
        break;
    case MN_VALUE_U64:
        fprintf(out, "%" PRIu64, field->value.u64);
        break;
    case MN_VALUE_BOOL:
        fputs(field->value.boolean ? "true" : "false", out);
        break;
    }
}

static void write_spans(FILE *out, const struct mn_span *span)
{
    if (!span)
        return;
    write_spans(out, span->outer);
    fprintf(out, "%s: ", span->site->text);
}

static void write_head(struct log_text *log, uint64_t time_us, enum mn_level level,
                       const char *target)
{
    const char *dim = log->is_colored ? "\033[2m" : "";
    const char *plain = log->is_colored ? "\033[0m" : "";
    const char *color = log->is_colored ? color_of(level) : "";
    fprintf(log->out, "%s%" PRIu64 ".%06" PRIu64 "000s%s %s%-5s%s %s%s:%s ", dim,
            time_us / MN_S, time_us % MN_S, plain, color, mn_level_name(level), plain, dim, target,
            plain);
}

static void write_line(struct log_text *log, const struct mn_log_record *record)
{
    write_head(log, record->time_us, record->site->level, record->site->target);
    write_spans(log->out, record->span);
    fputs(record->site->text, log->out);
    for (uint32_t i = 0; i < record->field_count; i++) {
        fprintf(log->out, " %s=", record->fields[i].name);
        write_value(log->out, &record->fields[i]);
    }
    fputc('\n', log->out);
    fflush(log->out);
}

static bool shows(const struct log_text *log, const struct mn_log_site *site)
{
    if (log->sink.level != log->filter_level)
        return site->level >= log->sink.level;
    return (int)site->level >= trace_filter_level(&log->filter, site->target);
}

static void event(struct mn_log_sink *sink, const struct mn_log_record *record)
{
    struct log_text *log = sink->context;
    if (shows(log, record->site))
        write_line(log, record);
}

void log_text_init(struct log_text *log, FILE *out, bool is_colored,
                   const struct trace_filter *filter)
{
    int lowest = trace_filter_lowest(filter);
    *log = (struct log_text){.out = out, .is_colored = is_colored, .filter = *filter};
    log->sink.level = lowest == MN_LEVEL_OFF ? MN_LEVEL_ERROR : (enum mn_level)lowest;
    log->filter_level = log->sink.level;
    log->sink.context = log;
    log->sink.event = event;
}

enum way { WRITTEN = 1, HEARD = 2 };

static void say(struct log_text *log, uint32_t ways, const struct mn_log_site *site,
                const struct mn_field *fields, uint32_t field_count)
{
    uint64_t (*clock)(void *context) = ways & HEARD ? log->outside_us : log->now_us;
    const struct mn_log_record record = {
        .time_us = clock ? clock(log->now_context) : 0,
        .site = site,
        .fields = fields,
        .field_count = field_count,
    };
    if (ways & HEARD && log->heard)
        log->heard(log->heard_context, &record);
    if (ways & WRITTEN)
        log_text_record(log, &record);
}

void log_text_write(struct log_text *log, enum mn_level level, const char *target,
                    const char *text, const struct mn_field *fields, uint32_t field_count)
{
    const struct mn_log_site site = {.target = target, .text = text, .level = level};
    say(log, WRITTEN, &site, fields, field_count);
}

void log_text_outside(struct log_text *log, enum mn_level level, const char *target,
                      const char *text, const struct mn_field *fields, uint32_t field_count)
{
    const struct mn_log_site site = {.target = target, .text = text, .level = level};
    say(log, WRITTEN | HEARD, &site, fields, field_count);
}

void log_text_hear(struct log_text *log, enum mn_level level, const char *target,
                   const char *text, const struct mn_field *fields, uint32_t field_count)
{
    const struct mn_log_site site = {.target = target, .text = text, .level = level};
    say(log, HEARD, &site, fields, field_count);
}

void log_text_record(struct log_text *log, const struct mn_log_record *record)
{
    if (shows(log, record->site))
        write_line(log, record);
}

void log_text_device(void *context, enum device_level level, const char *target,
                     const char *text, const struct device_fact *facts, uint32_t fact_count)
{
    struct mn_field fields[FACTS_MAX];
    uint32_t count = fact_count < FACTS_MAX ? fact_count : FACTS_MAX;
    for (uint32_t i = 0; i < count; i++)
        fields[i] = MN_FIELD_STR(facts[i].key, facts[i].value);
    log_text_outside(context, (enum mn_level)level, target, text, fields, count);
}
