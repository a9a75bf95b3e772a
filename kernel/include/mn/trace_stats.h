/* trace_stats.h — what there is at this moment, row by row, for a host that watches.
 *
 *     round   task, ... service, ... queue, ... heap, clock     each an event of kernel::stats
 *
 * `clock` is the last: the table is complete. A round may take as long as its reader does. Tasks,
 * services and queues may come and go meanwhile: one that is there all the time is in it.
 *
 * Rows     task     task, name, polls, spent_ns, waits_in, waits_for (task or 0), waited_us
 *          service  service, instance, server (task), taken, queued, in_hand, clients
 *          queue    queue, count_bytes, capacity_bytes, lost_bytes: those of each mn/tap.h, and
 *                   the trace's own buffer
 *          heap     capacity_bytes, live_bytes, peak_bytes, live_blocks
 *          clock    ticks, tasks
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_TRACE_STATS_H
#define MN_TRACE_STATS_H

#include "mn/trace_stream.h"

#define MN_TRACE_WAITS_BYTES 128u /* of the text that says what a task waits in, with its final 0 */

struct mn_trace_stats {
    struct mn_trace_stream *stream;
    uint32_t kind;     /* of the next row */
    uint32_t task_id; /* of the latest row of a task */
    uint32_t services; /* rows of services sent in this round */
    uint32_t tap_id;   /* of the latest row of a queue */
    char waits_in[MN_TRACE_WAITS_BYTES];
};

/* Begins a round that goes to `stream`. */
void mn_trace_stats_begin(struct mn_trace_stats *stats, struct mn_trace_stream *stream);

/* Sends the next row; see mn_trace_stream_has_room first. False when the round was over. */
bool mn_trace_stats_next(struct mn_trace_stats *stats);

#endif
