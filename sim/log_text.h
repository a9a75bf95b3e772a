/* log_text.h — log records as lines for people.
 *
 *     0.001500000s INFO  devices::tcp_uart: listening address=127.0.0.1:9999 uart=console
 *     machine time level target             message   fields
 *
 * Spans that were entered stand before the message, outermost first, each with a colon. Text
 * that has a space, a quote, '=' or a control character in it is quoted and escaped as in JSON.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_LOG_TEXT_H
#define MELPO_LOG_TEXT_H

#include <stdio.h>

#include "devices/device_log.h"
#include "mn/log.h"
#include "tools/common/trace_filter.h"

struct log_text {
    struct mn_log_sink sink;
    FILE *out;
    bool is_colored;
    struct trace_filter filter;
    enum mn_level filter_level; /* the sink's while the filter rules; another one was set by hand
                                 * since, and rules over all targets */
    /* For records that do not come from the kernel: the time of its latest tick, and the time for
     * those from outside. Each may be NULL. */
    uint64_t (*now_us)(void *context);
    uint64_t (*outside_us)(void *context);
    void *now_context;
    /* Hears those from outside, whatever the filter; or NULL. */
    void (*heard)(void *context, const struct mn_log_record *record);
    void *heard_context;
};

/* Borrows `out`. Colored if asked for; see host_color_is_wanted. */
void log_text_init(struct log_text *log, FILE *out, bool is_colored,
                   const struct trace_filter *filter);

/* Writes one record that does not come from the kernel, if the filter lets it through. */
void log_text_write(struct log_text *log, enum mn_level level, const char *target,
                    const char *text, const struct mn_field *fields, uint32_t field_count);

/* The same for what the kernel's own course does not lead to: people, devices, the host. */
void log_text_outside(struct log_text *log, enum mn_level level, const char *target,
                      const char *text, const struct mn_field *fields, uint32_t field_count);

/* For who hears alone: nobody reads it as it happens. */
void log_text_hear(struct log_text *log, enum mn_level level, const char *target,
                   const char *text, const struct mn_field *fields, uint32_t field_count);

/* Writes a record that is whole already, if the filter lets it through. */
void log_text_record(struct log_text *log, const struct mn_log_record *record);

/* For device_log::write, with the log_text as context. */
void log_text_device(void *context, enum device_level level, const char *target,
                     const char *text, const struct device_fact *facts, uint32_t fact_count);

#endif
