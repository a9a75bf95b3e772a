/* trace_filter.h — which log records to show: a level for each target, longest match first.
 *
 *     info,kernel::comms=trace,devices=off
 *
 * A directive is LEVEL, the level of all targets not named otherwise, or TARGET=LEVEL, for that
 * target and all below it (kernel::comms covers kernel::comms::bbq, not kernel::comms2). TARGET
 * alone means TARGET=trace. Levels: trace debug info warn error off, in any case of letters.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef TOOLS_COMMON_TRACE_FILTER_H
#define TOOLS_COMMON_TRACE_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#define TRACE_FILTER_DIRECTIVES_MAX 32u
#define TRACE_FILTER_TARGET_BYTES 96u

struct trace_directive {
    char target[TRACE_FILTER_TARGET_BYTES]; /* "" matches every target */
    int level;                              /* enum mn_level, or MN_LEVEL_OFF */
};

struct trace_filter {
    struct trace_directive directives[TRACE_FILTER_DIRECTIVES_MAX];
    size_t count;
};

/* Parses `text`; unnamed targets have the level info until a directive says otherwise. On failure
 * returns false and writes to `error` what is wrong, where, and what would be right. */
bool trace_filter_parse(struct trace_filter *filter, const char *text, char *error,
                        size_t error_bytes);

/* The least severe level shown for `target`. */
int trace_filter_level(const struct trace_filter *filter, const char *target);

/* The least severe level shown for any target. */
int trace_filter_lowest(const struct trace_filter *filter);

#endif
