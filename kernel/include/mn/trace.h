/* trace.h — the kernel tells its story: what ran, what woke it, and the way of each message.
 *
 *     spawn ─► wake ─► poll ─► polled ─► wake ─► ... ─► end        kernel::task
 *                       │
 *                       └─ request ─► take ─► reply or drop        kernel::message, by `flow`
 *                                                full              kernel::queue
 *
 * Each point is an event of the kernel's log (mn/log.h) with ids in its fields, so every sink can
 * have it; docs/tracing.md lists them. A point that nobody wants costs one compare of the log's
 * level, and nothing where the kernel is compiled with MN_LOG_COMPILED above its level.
 *
 * Quiet    The tasks that carry the trace away (the tracer, and the mux and the driver beneath it)
 *          would tell of each other for ever. One that has `carries_trace` set is never woken,
 *          polled or kept waiting by a queue in any trace; its spawn, end and messages are told.
 * Private  Only the kernel's own sources put points anywhere. To tell of something yourself, log.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_TRACE_H
#define MN_TRACE_H

#include "mn/kernel.h"
#include "mn/service.h"

/* Whether points of this level are wanted: the one branch that a point costs. */
static inline bool mn_trace_wants(const struct mn_kernel *kernel, enum mn_level level)
{
    return mn_log_wants(&kernel->log, level);
}

#define MN_COLD_ __attribute__((cold)) /* kept out of the way of what runs untraced */

/* The points, to be called when wanted. A task or request is told of while it is all there: before
 * anybody is called who might free it. */
MN_COLD_ void mn_trace_spawn(const struct mn_task *task);
MN_COLD_ void mn_trace_wake(const struct mn_task *task); /* by mn_kernel::waking */
MN_COLD_ void mn_trace_poll(const struct mn_task *task);
MN_COLD_ void mn_trace_polled(const struct mn_task *task, uint64_t spent_ns, enum mn_poll poll);
MN_COLD_ void mn_trace_end(const struct mn_task *task, const char *err);

MN_COLD_ void mn_trace_request(struct mn_request *request); /* gives it its `flow` */
MN_COLD_ void mn_trace_take(struct mn_request *request);    /* and here, if it has none */
MN_COLD_ void mn_trace_reply(struct mn_request *request, enum mn_err err);
MN_COLD_ void mn_trace_drop(struct mn_request *request);

/* `task` has to wait for room in a queue; `name` may be NULL. */
MN_COLD_ void mn_trace_full(const struct mn_task *task, const char *name, uint32_t capacity_bytes);

#endif
