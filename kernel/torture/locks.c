/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "torture/parts.h"

/* ---- semaphore and mutex ---------------------------------------------------------------- */

static void begin_locks(struct torture_yard *yard)
{
    mn_semaphore_init(&yard->locks.semaphore, TORTURE_PERMITS);
    mn_mutex_init(&yard->locks.mutex);
    yard->locks.holders = 0;
    yard->locks.owner = NULL;
}

static struct mn_semaphore *semaphore_of(const struct torture_lock *lock)
{
    struct torture_locks *locks = &lock->worker->yard->locks;
    return lock->is_mutex ? &locks->mutex.one : &locks->semaphore;
}

static void take(struct torture_lock *lock)
{
    struct torture_yard *yard = lock->worker->yard;
    lock->holds = true;
    if (lock->is_mutex) {
        mn_torture_expect(yard, "a mutex has one holder", 0, yard->locks.owner != NULL);
        yard->locks.owner = lock->worker;
        return;
    }
    yard->locks.holders++;
    mn_torture_expect_at_most(yard, "a semaphore has no more holders than permits",
                              TORTURE_PERMITS, yard->locks.holders);
}

static void give(struct torture_lock *lock)
{
    struct torture_yard *yard = lock->worker->yard;
    lock->holds = false;
    if (lock->is_mutex) {
        mn_torture_expect(yard, "who holds a mutex keeps it", lock->worker->index,
                          yard->locks.owner ? yard->locks.owner->index : MN_TORTURE_TASKS_MAX);
        yard->locks.owner = NULL;
        mn_mutex_unlock(&yard->locks.mutex);
        return;
    }
    yard->locks.holders--;
    mn_semaphore_release(&yard->locks.semaphore);
}

static struct mn_co *join_line(struct torture_lock *lock)
{
    mn_torture_line_up(lock->worker, lock->is_mutex ? TORTURE_MUTEX_LINE : TORTURE_PERMIT_LINE);
    return mn_semaphore_acquire(&lock->acquire, semaphore_of(lock));
}

static enum mn_poll lock_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_lock *lock = MN_FRAME(co, struct torture_lock);

    MN_CO_BEGIN;
    if (lock->tries) {
        if (mn_semaphore_acquire_now(semaphore_of(lock)) != MN_OK)
            MN_RETURN(MN_OK);
        mn_torture_served_now(lock->worker->yard,
                              lock->is_mutex ? TORTURE_MUTEX_LINE : TORTURE_PERMIT_LINE);
    } else {
        MN_TRY(join_line(lock));
        mn_torture_served(lock->worker);
    }
    take(lock);
    MN_AWAIT(mn_torture_hold(&lock->hold, &lock->worker->chance));
    MN_CO_END;
}

static void lock_drop(struct mn_co *co)
{
    struct torture_lock *lock = MN_FRAME(co, struct torture_lock);
    if (lock->holds)
        give(lock);
}

static const struct mn_co_type lock_type = {
    .name = "torture_lock",
    .poll = lock_poll,
    .drop = lock_drop,
};

static struct mn_co *act_lock(struct torture_worker *worker)
{
    struct torture_lock *lock = &worker->once.act.lock;
    lock->worker = worker;
    lock->is_mutex = mn_torture_draw(&worker->chance, 2) == 0;
    lock->tries = mn_torture_draw(&worker->chance, 6) == 0;
    lock->holds = false;
    return mn_co_init(&lock->co, &lock_type);
}

static void look_at_semaphore(struct torture_yard *yard, const struct mn_semaphore *semaphore,
                              uint32_t free)
{
    mn_torture_expect(yard, "a permit is free or held", free, semaphore->permits);
    if (semaphore->permits > 0)
        mn_torture_expect(yard, "nobody waits for a permit that is free", 0,
                          !mn_list_is_empty(&semaphore->waiters));
}

static void look_at_locks(struct torture_yard *yard)
{
    struct torture_locks *locks = &yard->locks;
    look_at_semaphore(yard, &locks->semaphore, TORTURE_PERMITS - locks->holders);
    look_at_semaphore(yard, &locks->mutex.one, locks->owner ? 0 : 1);
}

static void end_locks(struct torture_yard *yard)
{
    struct torture_locks *locks = &yard->locks;
    mn_torture_expect(yard, "all permits have come back", TORTURE_PERMITS,
                      locks->semaphore.permits);
    mn_torture_expect(yard, "the mutex has come back", 1, locks->mutex.one.permits);
    mn_torture_expect(yard, "nobody is left in the line of a lock", 0,
                      !mn_list_is_empty(&locks->semaphore.waiters) ||
                          !mn_list_is_empty(&locks->mutex.one.waiters));
}

const struct torture_part mn_torture_locks = {
    .name = "locks",
    .begin = begin_locks,
    .act = act_lock,
    .look = look_at_locks,
    .end = end_locks,
};

/* ---- a wait queue before a heap of tickets ---------------------------------------------- */

static void begin_tickets(struct torture_yard *yard)
{
    mn_waitq_init(&yard->tickets.queue);
    yard->tickets.count = 0;
}

static enum mn_poll ticket_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_ticket *ticket = MN_FRAME(co, struct torture_ticket);
    struct torture_tickets *tickets = &ticket->worker->yard->tickets;

    MN_CO_BEGIN;
    while (tickets->count == 0)
        MN_AWAIT(mn_wait(&ticket->wait, &tickets->queue));
    tickets->count--;
    MN_CO_END;
}

static const struct mn_co_type ticket_type = {.name = "torture_ticket", .poll = ticket_poll};

static enum mn_poll issue_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_ticket *ticket = MN_FRAME(co, struct torture_ticket);
    struct torture_tickets *tickets = &ticket->worker->yard->tickets;
    (void)task;
    tickets->count++;
    if (mn_torture_draw(&ticket->worker->chance, 8) == 0)
        mn_waitq_wake_all(&tickets->queue);
    else
        mn_waitq_wake_one(&tickets->queue);
    MN_RETURN(MN_OK);
}

static const struct mn_co_type issue_type = {.name = "torture_issue", .poll = issue_poll};

static struct mn_co *act_ticket(struct torture_worker *worker)
{
    struct torture_ticket *ticket = &worker->once.act.ticket;
    bool issues = mn_torture_draw(&worker->chance, 2) == 0;
    ticket->worker = worker;
    return mn_co_init(&ticket->co, issues ? &issue_type : &ticket_type);
}

static void look_at_tickets(struct torture_yard *yard)
{
    if (yard->tickets.count > 0)
        mn_torture_expect(yard, "nobody waits for a ticket that is there", 0,
                          !mn_waitq_is_empty(&yard->tickets.queue));
}

static void issue_one(struct torture_yard *yard)
{
    if (mn_waitq_is_empty(&yard->tickets.queue))
        return;
    yard->tickets.count++;
    mn_waitq_wake_one(&yard->tickets.queue);
}

static void end_tickets(struct torture_yard *yard)
{
    mn_torture_expect(yard, "nobody is left in a wait queue", 0,
                      !mn_waitq_is_empty(&yard->tickets.queue));
}

const struct torture_part mn_torture_tickets = {
    .name = "tickets",
    .begin = begin_tickets,
    .act = act_ticket,
    .look = look_at_tickets,
    .help = issue_one,
    .end = end_tickets,
};
