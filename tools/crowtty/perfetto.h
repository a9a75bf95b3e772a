/* perfetto.h — a trace stream as a file that Perfetto opens (ui.perfetto.dev, chrome://tracing).
 *
 *     [                    JSON, the array form of the Chrome trace format
 *     {"ph":"M", ...},     a process per run of the target, a track (thread) per task
 *     {"ph":"X", ...},     a poll: a slice on its task's track; an entered span inside a poll
 *     {"ph":"s"|"t"|"f"},  a request: an arrow from the client's poll to where the server took it,
 *                          and on to where it was answered or given up; only whole arrows
 *     {"ph":"i", ...},     a log event, a wake and why, a queue that is full
 *     {"ph":"C", ...}      the heap, once a second
 *     ]
 *
 * Time     Microseconds from the first event, with three decimals, from the host clock that comes
 *          with the kernel's own trace points, else from machine time. Every event gets a time of
 *          its own, a nanosecond later than the one before at least: order is never lost, and an
 *          arrow always lies inside its slice.
 * Memory   The open poll of each task, the entered spans and the open requests are kept, in tables
 *          of bounded size.
 * File     Written as it comes. Without its last line, as a killed program leaves it, Perfetto
 *          still opens it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_PERFETTO_H
#define CROWTTY_PERFETTO_H

#include <stdio.h>

#include "trace_session.h"

#define PERFETTO_TASKS_MAX 4096u
#define PERFETTO_FLOWS_MAX 4096u /* requests without a reply; further ones get no arrow */

struct perfetto {
    struct trace_sink sink;
    FILE *file;
    struct id_map tasks;   /* struct perfetto_task */
    struct id_map entered; /* uint64_t: when each entered span was, in ns */
    struct id_map flows;   /* struct perfetto_flow: arrows that have begun */
    uint32_t run;          /* from 1; the target was restarted between */
    bool has_begun;        /* the run has: something of it was written */
    uint64_t polling;      /* the task being polled, or 0 */
    uint64_t poll_ns;      /* since when */
    uint64_t now_ns;       /* of the event written last */
    uint64_t base_us, base_ns; /* what to take off the target's clocks */
    bool has_us, has_ns;       /* the bases are known */
    bool is_first, is_failed;
    char name[64]; /* of the process: where the target is */
};

/* Begins a file; `name` says which target it is. Borrows `file` until finish. */
void perfetto_init(struct perfetto *perfetto, FILE *file, const char *name);

/* Writes the last line. False: something could not be written, now or before. */
bool perfetto_finish(struct perfetto *perfetto);

#endif
