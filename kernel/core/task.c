/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/task.h"

#include "core/retire.h"
#include "mn/trace.h"

void mn_spawn(struct mn_kernel *kernel, struct mn_task *task, const char *name,
              struct mn_co *root)
{
    MN_ASSERT(!mn_co_is_ended(root)); /* nothing would ever take such a task off the list */
    task->kernel = kernel;
    task->root = root;
    task->name = name;
    mn_list_init(&task->link);
    task->ended = NULL;
    task->spent_ns = 0;
    task->waits_since_us = kernel->now_us;
    task->polls = 0;
    kernel->task_ids = kernel->task_ids == INT32_MAX ? 1 : kernel->task_ids + 1;
    task->id = kernel->task_ids;
    task->queued = false;
    task->done = false;
    task->carries_trace = false;
    mn_list_push(&kernel->tasks, &task->link);
    kernel->task_count++;
    if (mn_trace_wants(kernel, MN_LEVEL_DEBUG))
        mn_trace_spawn(task);
    uint8_t waking = kernel->waking;
    kernel->waking = MN_WAKE_SPAWN;
    mn_task_wake(task);
    kernel->waking = waking;
}

void mn_task_wake(struct mn_task *task)
{
    struct mn_kernel *kernel = task->kernel;
    if (task->queued)
        return;
    task->queued = true;
    mn_list_link_last(&kernel->ready, &task->ready);
    if (mn_trace_wants(kernel, MN_LEVEL_TRACE))
        mn_trace_wake(task);
}

static void leave_ready(struct mn_task *task)
{
    struct mn_kernel *kernel = task->kernel;
    if (!task->queued)
        return;
    if (kernel->tick_end == &task->ready)
        kernel->tick_end = task->ready.prev; /* the tick now ends with the one before */
    mn_list_unlink(&task->ready);
}

void mn_task_retire(struct mn_task *task)
{
    leave_ready(task); /* it may have woken itself on the way out */
    task->queued = true;
    task->done = true;
    mn_list_remove(&task->link);
    task->kernel->task_count--;
    if (task->ended)
        task->ended(task);
}

void mn_task_cancel(struct mn_task *task)
{
    if (mn_task_is_done(task) || mn_co_is_ended(task->root))
        return; /* ended: it is being dropped, and retired by whoever began that */
    MN_ASSERT(task->kernel->running != task); /* nobody saws off the branch it sits on */
    mn_co_drop(task->root);
    if (mn_trace_wants(task->kernel, MN_LEVEL_DEBUG))
        mn_trace_end(task, "cancelled");
    mn_task_retire(task);
}

static uint32_t append(char *text, uint32_t length, uint32_t text_bytes, const char *more)
{
    while (*more && length + 1 < text_bytes)
        text[length++] = *more++;
    return length;
}

static uint32_t append_number(char *text, uint32_t length, uint32_t text_bytes, uint32_t number)
{
    char digits[11];
    uint32_t at = sizeof digits - 1;
    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return append(text, length, text_bytes, &digits[at]);
}

uint32_t mn_task_describe(const struct mn_task *task, char *text, uint32_t text_bytes)
{
    MN_ASSERT(text_bytes > 0);
    uint32_t length = 0;
    for (const struct mn_co *co = task->root; co; co = co->child) {
        if (co != task->root)
            length = append(text, length, text_bytes, " > ");
        length = append(text, length, text_bytes, co->type->name);
        if (co->child && co->at != 0 && !mn_co_is_ended(co)) {
            length = append(text, length, text_bytes, ":");
            length = append_number(text, length, text_bytes, co->at);
        }
    }
    text[length] = '\0';
    return length;
}

const struct mn_task *mn_task_waits_for(const struct mn_task *task)
{
    const struct mn_co *leaf = mn_co_leaf(task->root);
    return leaf->type->waits_for ? leaf->type->waits_for(leaf) : NULL;
}
