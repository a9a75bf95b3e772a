/* task.h — a future that the executor owns: it runs by itself, has a name, and can be watched.
 *
 *     spawn ──► ready ──poll──► waiting ──wake──► ready ─ ─ ─► ended
 *                 │                │                             ▲
 *                 └────────────── cancel ────────────────────────┘
 *
 * Memory   The caller owns the task and its root frame; both stay in place until `ended` has
 *          been called, or until mn_task_is_done says so.
 * Context  Tasks and the platform's loop. Interrupts raise a line instead (mn/hal/hal.h).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_TASK_H
#define MN_TASK_H

#include "mn/co.h"
#include "mn/list.h"

struct mn_kernel;

struct mn_task {
    struct mn_kernel *kernel;
    struct mn_co *root;
    const char *name;
    struct mn_list ready; /* in mn_kernel::ready while `queued` and not `done` */
    struct mn_list link;  /* in mn_kernel::tasks until it has ended */
    void (*ended)(struct mn_task *task); /* last touch of the task: it may free it. Or NULL */
    uint64_t spent_ns;    /* time inside polls; stays 0 without a HAL stopwatch */
    uint64_t waits_since_us; /* when the latest poll began */
    uint32_t polls;
    uint32_t id;          /* from 1, counted up by the kernel */
    bool queued;          /* wakes change nothing: it will be polled, or it is done */
    bool done;
    bool carries_trace;   /* set after mn_spawn: its polls are in no trace (mn/trace.h) */
};

_Static_assert(sizeof(void *) > 4 || sizeof(struct mn_task) <= 64,
               "a task costs at most 64 bytes beyond its own state on 32 bits");

/* Gives `root` to the executor: it will be polled in the next tick, and whenever it is woken.
 * `name` is borrowed for the life of the task. Set `task->ended` afterwards if it is wanted. */
void mn_spawn(struct mn_kernel *kernel, struct mn_task *task, const char *name,
              struct mn_co *root);

/* Makes `task` run in the next tick. Idempotent, O(1); ignored when the task is done. */
void mn_task_wake(struct mn_task *task);

/* Drops the task's future and forgets the task, then calls `ended`. Harmless when it is done, or
 * when that is under way.
 * A task may not cancel itself (asserted): it returns instead. */
void mn_task_cancel(struct mn_task *task);

/* Whether the kernel has forgotten the task: not yet while its future is being dropped. */
static inline bool mn_task_is_done(const struct mn_task *task)
{
    return task->done;
}

/* Writes what `task` waits in, outermost first, each with the line of its await
 * ("shell:41 > timeout > wait"), cut to `text_bytes` including the final zero. Returns the
 * length written. */
uint32_t mn_task_describe(const struct mn_task *task, char *text, uint32_t text_bytes);

/* The task whose action would end this task's wait, or NULL when nobody can tell. */
const struct mn_task *mn_task_waits_for(const struct mn_task *task);

#endif
