/* lock.h — one at a time (mutex), or so many at a time (semaphore), in order of arrival.
 *
 * In a cooperative kernel a lock is needed only for what must stay whole across an await. Both
 * hand over directly: what is released belongs to the longest waiting future from that moment,
 * and nobody who comes later can slip in between.
 *
 * Memory   The caller owns the lock; it outlives every future made from it. Nothing allocates.
 * Context  Tasks only.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_LOCK_H
#define MN_LOCK_H

#include "mn/list.h"
#include "mn/task.h"

struct mn_semaphore {
    uint32_t permits;       /* free now; always 0 while somebody waits */
    struct mn_list waiters; /* mn_acquire::link, longest waiting first */
};

struct mn_acquire { /* frame */
    struct mn_co co;
    struct mn_semaphore *semaphore;
    struct mn_list link;
    struct mn_task *task;
    bool granted; /* a permit is ours, not yet handed to our caller */
};

void mn_semaphore_init(struct mn_semaphore *semaphore, uint32_t permits);

/* Takes a permit if one is free; MN_ERR_BUSY if not. */
MN_MUST_USE enum mn_err mn_semaphore_acquire_now(struct mn_semaphore *semaphore);

/* Future: takes one permit, which the caller owes back to mn_semaphore_release.
 *
 * Borrows    `semaphore` until the future ends or is dropped.
 * Ends with  MN_OK  the permit is the caller's.
 * Dropped    leaves the queue; a permit granted but not yet seen goes to the next waiter. */
struct mn_co *mn_semaphore_acquire(struct mn_acquire *frame, struct mn_semaphore *semaphore);

/* Gives a permit back, or adds one. Wakes the longest waiting. */
void mn_semaphore_release(struct mn_semaphore *semaphore);

/* A mutex is a semaphore that never has more than one permit. */
struct mn_mutex {
    struct mn_semaphore one;
};

void mn_mutex_init(struct mn_mutex *mutex);

/* Locks it if nobody holds it; MN_ERR_BUSY if not. */
MN_MUST_USE enum mn_err mn_mutex_lock_now(struct mn_mutex *mutex);

/* Future: see mn_semaphore_acquire. The holder owes mn_mutex_unlock, also when it is dropped:
 * remember in the frame that the lock is held, and unlock in `drop`. */
struct mn_co *mn_mutex_lock(struct mn_acquire *frame, struct mn_mutex *mutex);

/* Panics when the mutex is not locked. */
void mn_mutex_unlock(struct mn_mutex *mutex);

#endif
