/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "tools/common/trace_filter.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "mn/log.h"

static const char *const levels[] = {"trace", "debug", "info", "warn", "error", "off"};

static bool parse_level(const char *text, size_t length, int *level)
{
    for (size_t i = 0; i < MN_COUNT_OF(levels); i++) {
        if (strlen(levels[i]) == length && strncasecmp(text, levels[i], length) == 0) {
            *level = (int)i;
            return true;
        }
    }
    return false;
}

static bool is_target(const char *text, size_t length)
{
    const char *allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:-.";
    return length > 0 && length < TRACE_FILTER_TARGET_BYTES && strspn(text, allowed) >= length;
}

static void set(struct trace_filter *filter, const char *target, size_t length, int level)
{
    struct trace_directive *directive = NULL;
    for (size_t i = 0; i < filter->count; i++) {
        const char *known = filter->directives[i].target;
        if (strlen(known) == length && memcmp(known, target, length) == 0)
            directive = &filter->directives[i];
    }
    if (!directive)
        directive = &filter->directives[filter->count++];
    memcpy(directive->target, target, length);
    directive->target[length] = '\0';
    directive->level = level;
}

/* One directive of `length` characters; false when it is none. */
static bool parse_directive(struct trace_filter *filter, const char *text, size_t length)
{
    const char *equals = memchr(text, '=', length);
    size_t target_length = equals ? (size_t)(equals - text) : length;
    int level = MN_LEVEL_TRACE;
    if (!equals && parse_level(text, length, &level)) {
        set(filter, "", 0, level);
        return true;
    }
    if (!is_target(text, target_length))
        return false;
    if (equals && !parse_level(equals + 1, length - target_length - 1, &level))
        return false;
    set(filter, text, target_length, level);
    return true;
}

static bool complain(const char *directive, size_t length, char *error, size_t error_bytes)
{
    snprintf(error, error_bytes,
             "\"%.*s\": expected LEVEL or TARGET=LEVEL, with LEVEL one of trace, debug, info, "
             "warn, error, off; for example info,kernel::comms=trace",
             (int)(length > 60 ? 60 : length), directive);
    return false;
}

bool trace_filter_parse(struct trace_filter *filter, const char *text, char *error,
                        size_t error_bytes)
{
    *filter = (struct trace_filter){.count = 1};
    filter->directives[0].level = MN_LEVEL_INFO;
    while (*text) {
        size_t length = strcspn(text, ",");
        if (filter->count == TRACE_FILTER_DIRECTIVES_MAX) {
            snprintf(error, error_bytes, "more than %u directives",
                     TRACE_FILTER_DIRECTIVES_MAX - 1);
            return false;
        }
        if (!parse_directive(filter, text, length))
            return complain(text, length, error, error_bytes);
        text += length;
        text += *text == ',';
    }
    return true;
}

static bool covers(const char *directive, const char *target)
{
    size_t length = strlen(directive);
    if (length == 0)
        return true;
    return strncmp(directive, target, length) == 0 &&
           (target[length] == '\0' || strncmp(target + length, "::", 2) == 0);
}

int trace_filter_level(const struct trace_filter *filter, const char *target)
{
    const struct trace_directive *best = &filter->directives[0]; /* the one for all */
    for (size_t i = 1; i < filter->count; i++) {
        const struct trace_directive *directive = &filter->directives[i];
        if (covers(directive->target, target) &&
            strlen(directive->target) >= strlen(best->target))
            best = directive;
    }
    return best->level;
}

int trace_filter_lowest(const struct trace_filter *filter)
{
    int lowest = MN_LEVEL_OFF;
    for (size_t i = 0; i < filter->count; i++) {
        if (filter->directives[i].level < lowest)
            lowest = filter->directives[i].level;
    }
    return lowest;
}
