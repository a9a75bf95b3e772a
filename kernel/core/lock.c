/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/lock.h"

#include "mn/audit.h"

MN_AUDIT_PLACE(struct mn_acquire);

void mn_semaphore_init(struct mn_semaphore *semaphore, uint32_t permits)
{
    semaphore->permits = permits;
    mn_list_init(&semaphore->waiters);
}

enum mn_err mn_semaphore_acquire_now(struct mn_semaphore *semaphore)
{
    if (semaphore->permits == 0)
        return MN_ERR_BUSY;
    semaphore->permits--;
    return MN_OK;
}

void mn_semaphore_release(struct mn_semaphore *semaphore)
{
    struct mn_list *node = mn_list_pop(&semaphore->waiters);
    if (!node) {
        MN_ASSERT(semaphore->permits < UINT32_MAX);
        semaphore->permits++;
        return;
    }
    struct mn_acquire *next = MN_CONTAINER(node, struct mn_acquire, link);
    next->granted = true;
    mn_task_wake(next->task);
}

static enum mn_poll acquire_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_acquire *acquire = MN_FRAME(co, struct mn_acquire);
    if (acquire->granted) {
        MN_RETURN_EMPTY(MN_OK); /* the caller's now: there is nothing to pass on */
    }
    if (!mn_list_is_linked(&acquire->link)) {
        if (mn_semaphore_acquire_now(acquire->semaphore) == MN_OK)
            return MN_READY;
        mn_list_push(&acquire->semaphore->waiters, &acquire->link);
    }
    acquire->task = task;
    return MN_PENDING;
}

static void acquire_drop(struct mn_co *co)
{
    struct mn_acquire *acquire = MN_FRAME(co, struct mn_acquire);
    mn_list_remove(&acquire->link);
    if (acquire->granted)
        mn_semaphore_release(acquire->semaphore);
}

static void acquire_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_acquire *acquire = MN_CONTAINER(co, const struct mn_acquire, co);
    if (!acquire->task)
        return;
    if (acquire->granted)
        mn_audit_late(audit, "a permit was handed to it");
    else if (mn_audit_place(audit, &acquire->semaphore->waiters, &acquire->link, acquire->task) &&
             acquire->semaphore->permits > 0)
        mn_audit_late(audit, "a permit is free");
}

static const struct mn_co_type acquire_type = {
    .name = "acquire",
    .poll = acquire_poll,
    .drop = acquire_drop,
    .audit = MN_AUDIT_BY(acquire_audit),
};

struct mn_co *mn_semaphore_acquire(struct mn_acquire *frame, struct mn_semaphore *semaphore)
{
    frame->semaphore = semaphore;
    frame->task = NULL;
    frame->granted = false;
    mn_list_init(&frame->link);
    return mn_co_init(&frame->co, &acquire_type);
}

void mn_mutex_init(struct mn_mutex *mutex)
{
    mn_semaphore_init(&mutex->one, 1);
}

enum mn_err mn_mutex_lock_now(struct mn_mutex *mutex)
{
    return mn_semaphore_acquire_now(&mutex->one);
}

struct mn_co *mn_mutex_lock(struct mn_acquire *frame, struct mn_mutex *mutex)
{
    return mn_semaphore_acquire(frame, &mutex->one);
}

void mn_mutex_unlock(struct mn_mutex *mutex)
{
    MN_ASSERT(mutex->one.permits == 0);
    mn_semaphore_release(&mutex->one);
}
