/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/wait.h"

#include "mn/audit.h"

MN_AUDIT_PLACE(struct mn_wait);

void mn_waitq_init(struct mn_waitq *queue)
{
    mn_list_init(&queue->waiters);
}

static void wake(struct mn_list *node)
{
    struct mn_wait *wait = MN_CONTAINER(node, struct mn_wait, link);
    wait->woken = true;
    mn_task_wake(wait->task);
}

void mn_waitq_wake_one(struct mn_waitq *queue)
{
    struct mn_list *node = mn_list_pop(&queue->waiters);
    if (node)
        wake(node);
}

void mn_waitq_wake_all(struct mn_waitq *queue)
{
    for (struct mn_list *node; (node = mn_list_pop(&queue->waiters)) != NULL;)
        wake(node);
}

static enum mn_poll wait_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_wait *wait = MN_FRAME(co, struct mn_wait);
    if (wait->woken) {
        MN_RETURN_EMPTY(MN_OK); /* the wake is spent: there is nothing to pass on */
    }
    if (!mn_list_is_linked(&wait->link))
        mn_list_push(&wait->queue->waiters, &wait->link);
    wait->task = task;
    return MN_PENDING;
}

static void wait_drop(struct mn_co *co)
{
    struct mn_wait *wait = MN_FRAME(co, struct mn_wait);
    mn_list_remove(&wait->link); /* no-op when not queued */
    if (wait->woken)
        mn_waitq_wake_one(wait->queue); /* a wake is passed on, never swallowed */
}

static void wait_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_wait *wait = MN_CONTAINER(co, const struct mn_wait, co);
    if (wait->woken)
        mn_audit_late(audit, "a wake was given to it");
    else if (wait->task)
        mn_audit_place(audit, &wait->queue->waiters, &wait->link, wait->task);
}

static const struct mn_co_type wait_type = {
    .name = "wait",
    .poll = wait_poll,
    .drop = wait_drop,
    .audit = MN_AUDIT_BY(wait_audit),
};

struct mn_co *mn_wait(struct mn_wait *frame, struct mn_waitq *queue)
{
    frame->queue = queue;
    frame->task = NULL;
    frame->woken = false;
    mn_list_init(&frame->link);
    return mn_co_init(&frame->co, &wait_type);
}

static enum mn_poll yield_poll(struct mn_co *co, struct mn_task *task)
{
    if (co->at != 0)
        return MN_READY;
    co->at = 1;
    mn_task_wake(task);
    return MN_PENDING;
}

static const struct mn_co_type yield_type = {.name = "yield", .poll = yield_poll};

struct mn_co *mn_yield(struct mn_yield *frame)
{
    return mn_co_init(&frame->co, &yield_type);
}
