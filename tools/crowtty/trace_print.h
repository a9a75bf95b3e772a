/* trace_print.h — what a target tells, as lines for people.
 *
 *     1.000250000s DEBUG kernel::comms: serve{client=3}: taken id=7
 *     machine time level target         span             message fields
 *
 * The same layout as melpo's own log. Spans stand before the message, outermost first. Text that
 * could do harm on a terminal is escaped.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_TRACE_PRINT_H
#define CROWTTY_TRACE_PRINT_H

#include <stdio.h>

#include "tools/common/trace_filter.h"
#include "trace_session.h"

struct trace_print {
    struct trace_sink sink;
    FILE *out;  /* the lines */
    FILE *news; /* what is said of the stream itself: lost messages, and its level when verbose */
    const struct trace_filter *filter;
    bool is_colored, is_verbose;
    int level; /* the latest heartbeat's; -1: none yet */
};

/* Borrows all it is given. */
void trace_print_init(struct trace_print *print, FILE *out, FILE *news,
                      const struct trace_filter *filter, bool is_colored, bool is_verbose);

/* Reads a filter like host/trace_filter.h; statistics (kernel::stats) are shown only if the filter
 * names them. */
bool trace_print_filter(struct trace_filter *filter, const char *text, char *error,
                        size_t error_bytes);

#endif
