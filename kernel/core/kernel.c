/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/kernel.h"

#include "core/retire.h"
#include "mn/trace.h"

/* How many ticks mn_run makes with work left before it lets interrupts in all the same. */
#define TICKS_PER_LOOK 16u

enum mn_err mn_kernel_init(struct mn_kernel *kernel, struct mn_hal *hal,
                           const struct mn_kernel_config *config)
{
    MN_ASSERT(hal->ops->sample && hal->ops->sleep_until);
    struct mn_hal_sample sample = hal->ops->sample(hal);
    *kernel = (struct mn_kernel){.hal = hal, .now_us = sample.now_us};
    mn_list_init(&kernel->ready);
    kernel->tick_end = &kernel->ready;
    mn_list_init(&kernel->tasks);
    mn_list_init(&kernel->taps);
    mn_wheel_init(&kernel->wheel, kernel->now_us);
    for (uint32_t line = 0; line < MN_HAL_LINES_MAX; line++)
        mn_waitq_init(&kernel->lines[line]);
    mn_log_init(&kernel->log, &kernel->now_us);
    mn_registry_init(&kernel->registry, kernel,
                     config->services_max ? config->services_max : 16);
    return mn_heap_init(&kernel->heap, config->arena, config->arena_bytes);
}

void mn_kernel_finish(struct mn_kernel *kernel)
{
    while (!mn_list_is_empty(&kernel->tasks)) {
        struct mn_task *youngest = MN_CONTAINER(kernel->tasks.prev, struct mn_task, link);
        MN_ASSERT(!mn_co_is_ended(youngest->root)); /* or we are called from inside its drop */
        mn_task_cancel(youngest);
    }
    MN_ASSERT(kernel->registry.count == 0); /* every server unbinds as it is dropped */
    MN_ASSERT(mn_list_is_empty(&kernel->registry.waiting));
    mn_heap_finish(&kernel->heap);
}

static void wake_lines(struct mn_kernel *kernel, uint32_t raised)
{
    kernel->waking = MN_WAKE_LINE;
    while (raised != 0) {
        uint32_t line = (uint32_t)__builtin_ctz(raised);
        raised &= raised - 1;
        mn_waitq_wake_all(&kernel->lines[line]);
    }
    kernel->waking = MN_WAKE_TASK;
}

static void wake_sleepers(struct mn_kernel *kernel)
{
    kernel->waking = MN_WAKE_TIMER;
    mn_wheel_advance(&kernel->wheel, kernel->now_us);
    kernel->waking = MN_WAKE_TASK;
}

/* The measured way to poll, for a HAL with a stopwatch. */
static enum mn_poll poll_measured(struct mn_hal *hal, struct mn_task *task)
{
    uint64_t begin_ns = hal->ops->stopwatch_ns(hal);
    enum mn_poll poll = mn_co_poll(task->root, task);
    task->spent_ns += hal->ops->stopwatch_ns(hal) - begin_ns;
    return poll;
}

/* The same between two trace points. */
static __attribute__((noinline)) enum mn_poll poll_told(struct mn_hal *hal, struct mn_task *task)
{
    uint64_t before_ns = task->spent_ns;
    mn_trace_poll(task);
    enum mn_poll poll = hal->ops->stopwatch_ns ? poll_measured(hal, task)
                                               : mn_co_poll(task->root, task);
    mn_trace_polled(task, task->spent_ns - before_ns, poll);
    return poll;
}

/* The task has ended by itself. */
static void retire(struct mn_kernel *kernel, struct mn_task *task)
{
    kernel->running = NULL;
    if (mn_trace_wants(kernel, MN_LEVEL_DEBUG))
        mn_trace_end(task, mn_err_name(task->root->err));
    mn_task_retire(task);
}

static inline void poll_task(struct mn_kernel *kernel, struct mn_task *task)
{
    struct mn_hal *hal = kernel->hal;
    task->queued = false;
    task->polls++;
    task->waits_since_us = kernel->now_us;
    kernel->running = task;

    enum mn_poll poll = mn_trace_wants(kernel, MN_LEVEL_TRACE) ? poll_told(hal, task)
                        : MN_UNLIKELY(hal->ops->stopwatch_ns)  ? poll_measured(hal, task)
                                                               : mn_co_poll(task->root, task);

    if (MN_UNLIKELY(poll == MN_READY))
        retire(kernel, task);
}

/* What a tick begins with: the time, and whom it and the interrupts wake. */
static inline void look_around(struct mn_kernel *kernel)
{
    struct mn_hal_sample sample = kernel->hal->ops->sample(kernel->hal);
    kernel->ticks++;
    kernel->now_us = sample.now_us;
    if (MN_UNLIKELY(sample.lines != 0))
        wake_lines(kernel, sample.lines);
    if (MN_UNLIKELY(sample.now_us >= kernel->wheel.soonest_us))
        wake_sleepers(kernel);
}

/* Lays out who is ready in an order of the HAL's choice: the chosen one moves behind all others. */
static __attribute__((noinline)) void shuffle(struct mn_kernel *kernel)
{
    struct mn_list *ready = &kernel->ready;
    for (uint32_t count = mn_list_length(ready); count > 1; count--) {
        struct mn_list *chosen = ready->next;
        uint32_t index = kernel->hal->ops->choose(kernel->hal, count);
        MN_ASSERT(index < count);
        while (index-- > 0)
            chosen = chosen->next;
        mn_list_unlink(chosen);
        mn_list_link_last(ready, chosen);
    }
}

static inline void tick(struct mn_kernel *kernel)
{
    struct mn_list *ready = &kernel->ready;
    look_around(kernel);
    if (MN_UNLIKELY(kernel->hal->ops->choose))
        shuffle(kernel);
    kernel->tick_end = ready->prev; /* what wakes from here on waits for the next tick */
    while (kernel->tick_end != ready) {
        struct mn_list *first = ready->next;
        if (kernel->tick_end == first)
            kernel->tick_end = ready;
        mn_list_unlink(first);
        poll_task(kernel, MN_CONTAINER(first, struct mn_task, ready));
    }
    kernel->running = NULL;
}

/* What is left after a tick. */
static struct mn_tick look_ahead(struct mn_kernel *kernel)
{
    uint64_t next_us = kernel->now_us;
    if (mn_list_is_empty(&kernel->ready))
        next_us = mn_wheel_next_us(&kernel->wheel, kernel->now_us); /* may turn the wheel */
    if (mn_list_is_empty(&kernel->ready))
        return (struct mn_tick){.is_ready = false, .deadline_us = next_us};
    return (struct mn_tick){.is_ready = true, .deadline_us = kernel->now_us};
}

struct mn_tick mn_tick(struct mn_kernel *kernel)
{
    MN_ASSERT(!kernel->running);
    tick(kernel);
    return look_ahead(kernel);
}

int mn_run(struct mn_kernel *kernel)
{
    MN_ASSERT(!kernel->running);
    uint32_t unlooked = 0; /* ticks since interrupts were let in */
    while (!kernel->halting) {
        tick(kernel);
        if (!mn_list_is_empty(&kernel->ready) && ++unlooked < TICKS_PER_LOOK)
            continue;
        if (kernel->halting)
            break;
        unlooked = 0;
        kernel->hal->ops->sleep_until(kernel->hal, look_ahead(kernel).deadline_us);
    }
    return kernel->halt_code;
}

void mn_halt(struct mn_kernel *kernel, int code)
{
    if (kernel->halting)
        return;
    kernel->halting = true;
    kernel->halt_code = code;
}
