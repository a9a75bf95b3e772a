/* wait.h — waiting for something to happen: the queue that every other wait is made of.
 *
 *     while (!condition)
 *         MN_AWAIT(mn_wait(&frame->wait, &thing->queue));
 *
 * A wake is a hint, never a promise: whoever wakes looks again. A wake given to a waiter that is
 * dropped before it could look passes on to the next one, so no wake is swallowed.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_WAIT_H
#define MN_WAIT_H

#include "mn/list.h"
#include "mn/task.h"

struct mn_waitq {
    struct mn_list waiters; /* mn_wait::link, longest waiting first */
};

struct mn_wait { /* frame */
    struct mn_co co;
    struct mn_waitq *queue;
    struct mn_list link;
    struct mn_task *task;
    bool woken; /* chosen by a wake, not yet polled */
};

void mn_waitq_init(struct mn_waitq *queue);

static inline bool mn_waitq_is_empty(const struct mn_waitq *queue)
{
    return mn_list_is_empty(&queue->waiters);
}

/* Wakes the longest waiting, or all of them; nothing happens when nobody waits. */
void mn_waitq_wake_one(struct mn_waitq *queue);
void mn_waitq_wake_all(struct mn_waitq *queue);

/* Future: waits for one wake of `queue`. The place in the queue is taken at the first poll.
 *
 * Borrows    `queue` until the future ends or is dropped.
 * Ends with  MN_OK  woken.
 * Dropped    leaves the queue; a wake it was given and did not use goes to the next waiter. */
struct mn_co *mn_wait(struct mn_wait *frame, struct mn_waitq *queue);

struct mn_yield { /* frame */
    struct mn_co co;
};

/* Future: lets every other ready task run once. Ends with MN_OK. */
struct mn_co *mn_yield(struct mn_yield *frame);

#endif
