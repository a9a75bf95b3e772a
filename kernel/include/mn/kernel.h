/* kernel.h — one machine's kernel: what runs, when, with what memory, found under what name.
 *
 *      ┌───────────────────────── mn_tick ─────────────────────────┐
 *      │ sample the clock ─► wake what raised lines and due timers │
 *      │ wait for ─► poll each task that is ready now, once        │
 *      └──────────── report: more ready? next deadline ────────────┘
 *
 * Everything a kernel knows is in this struct: there are no globals, and one process can run as
 * many kernels as it likes. Inside one tick the time does not move.
 *
 * Memory   The caller owns the struct and the arena, and keeps both in place until
 *          mn_kernel_finish.
 * Context  One thread, or the main line of a machine with interrupts. Nothing here is reentrant:
 *          a HAL never calls back.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_KERNEL_H
#define MN_KERNEL_H

#include "mn/hal/hal.h"
#include "mn/heap.h"
#include "mn/log.h"
#include "mn/registry.h"
#include "mn/time.h"
#include "mn/wait.h"

struct mn_kernel_config {
    void *arena;              /* all memory the kernel hands out; any alignment */
    uint32_t arena_bytes;
    uint32_t services_max;    /* services that may be bound at once; 0 means 16 */
};

enum mn_wake_why { MN_WAKE_TASK, MN_WAKE_TIMER, MN_WAKE_LINE, MN_WAKE_SPAWN };

struct mn_kernel {
    struct mn_hal *hal;
    struct mn_list ready;     /* mn_task::ready, first woken first */
    struct mn_list *tick_end; /* the last in `ready` of this tick, or &ready: no more */
    struct mn_list tasks;     /* mn_task::link, oldest first */
    struct mn_task *running;  /* whose poll we are in, or NULL */
    uint64_t now_us;          /* sampled as the tick begins */
    uint64_t ticks;
    uint32_t task_count;      /* tasks that have not ended */
    uint32_t task_ids;        /* latest id given, at most INT32_MAX; then from 1 again */
    struct mn_list taps;      /* mn_tap::link, oldest first: queues that can be watched */
    uint32_t tap_ids;         /* latest id given */
    uint64_t flows;           /* latest number given to a request in a trace (mn/trace.h) */
    struct mn_log log;
    uint8_t waking;           /* an enum mn_wake_why: who wakes tasks at this moment */
    bool halting;
    int halt_code;
    struct mn_wheel wheel;
    struct mn_waitq lines[MN_HAL_LINES_MAX]; /* woken when the line was raised */
    struct mn_heap heap;
    struct mn_registry registry;
};

struct mn_tick {
    bool is_ready;        /* a task is ready: tick again */
    uint64_t deadline_us; /* else: when the next timer is due, or MN_TIME_NEVER */
};

/* Prepares a kernel with no tasks. Borrows `hal` until mn_kernel_finish.
 *
 * Returns  MN_OK
 *          MN_ERR_NO_MEMORY  the arena is too small to hold a heap at all */
MN_MUST_USE enum mn_err mn_kernel_init(struct mn_kernel *kernel, struct mn_hal *hal,
                                       const struct mn_kernel_config *config);

/* Cancels every task, youngest first, so that a task may rely on older ones to its end. The arena
 * is the caller's again. */
void mn_kernel_finish(struct mn_kernel *kernel);

/* Polls every task that is ready now, each once. */
struct mn_tick mn_tick(struct mn_kernel *kernel);

/* The loop of every platform: tick; if nothing is ready, sleep until the next deadline or an
 * interrupt; repeat. Returns the code given to mn_halt. */
int mn_run(struct mn_kernel *kernel);

/* Makes mn_run return `code` after the present tick. The first call wins. */
void mn_halt(struct mn_kernel *kernel, int code);

/* The queue woken when interrupt `line` was raised: wait on it, then ask the device. */
static inline struct mn_waitq *mn_kernel_line(struct mn_kernel *kernel, uint32_t line)
{
    MN_ASSERT(line < MN_HAL_LINES_MAX);
    return &kernel->lines[line];
}

#endif
