/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/kernel.h"

#include "core/retire.h"

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
    mn_wheel_init(&kernel->wheel, kernel->now_us);
    for (uint32_t line = 0; line < MN_HAL_LINES_MAX; line++)
        mn_waitq_init(&kernel->lines[line]);
    mn_log_init(&kernel->log, &kernel->now_us);
    mn_registry_init(&kernel->registry, config->services_max ? config->services_max : 16);
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
    while (raised != 0) {
        uint32_t line = (uint32_t)__builtin_ctz(raised);
        raised &= raised - 1;
        mn_waitq_wake_all(&kernel->lines[line]);
    }
}

static void poll_task(struct mn_kernel *kernel, struct mn_task *task)
{
    struct mn_hal *hal = kernel->hal;
    uint64_t begin_ns = MN_UNLIKELY(hal->ops->stopwatch_ns) ? hal->ops->stopwatch_ns(hal) : 0;
    task->queued = false;
    task->polls++;
    task->waits_since_us = kernel->now_us;
    kernel->running = task;

    enum mn_poll poll = mn_co_poll(task->root, task);

    kernel->running = NULL;
    if (MN_UNLIKELY(hal->ops->stopwatch_ns))
        task->spent_ns += hal->ops->stopwatch_ns(hal) - begin_ns;
    if (MN_UNLIKELY(poll == MN_READY))
        mn_task_retire(task);
}

struct mn_tick mn_tick(struct mn_kernel *kernel)
{
    MN_ASSERT(!kernel->running);
    struct mn_list *ready = &kernel->ready;
    struct mn_hal_sample sample = kernel->hal->ops->sample(kernel->hal);
    kernel->ticks++;
    kernel->now_us = sample.now_us;
    if (MN_UNLIKELY(sample.lines != 0))
        wake_lines(kernel, sample.lines);
    mn_wheel_advance(&kernel->wheel, sample.now_us);

    kernel->tick_end = ready->prev; /* what wakes from here on waits for the next tick */
    while (kernel->tick_end != ready) {
        struct mn_list *first = ready->next;
        if (kernel->tick_end == first)
            kernel->tick_end = ready;
        mn_list_unlink(first);
        poll_task(kernel, MN_CONTAINER(first, struct mn_task, ready));
    }
    if (!mn_list_is_empty(ready))
        return (struct mn_tick){.is_ready = true, .deadline_us = kernel->now_us};

    uint64_t next_us = mn_wheel_next_us(&kernel->wheel, kernel->now_us); /* may turn the wheel */
    return (struct mn_tick){.is_ready = !mn_list_is_empty(ready), .deadline_us = next_us};
}

int mn_run(struct mn_kernel *kernel)
{
    uint32_t unlooked = 0; /* ticks since interrupts were let in */
    while (!kernel->halting) {
        struct mn_tick tick = mn_tick(kernel);
        if (kernel->halting || (tick.is_ready && ++unlooked < TICKS_PER_LOOK))
            continue;
        unlooked = 0;
        kernel->hal->ops->sleep_until(kernel->hal, tick.deadline_us);
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
