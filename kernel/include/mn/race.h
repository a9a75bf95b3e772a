/* race.h — several futures in one task: the first of them, all of them, or one with a limit.
 *
 * None of these spawns or allocates: the arms are frames that the caller owns, polled in turn
 * whenever the task is woken. Losers are dropped, which is all the unlinking there is.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_RACE_H
#define MN_RACE_H

#include "mn/time.h"

struct mn_timeout { /* frame; co.child is the raced future */
    struct mn_co co;
    struct mn_sleep sleep;
};

/* Future: `inner`, but no longer than `length_us` from the first poll, or than the moment
 * `due_us` (MN_TIME_NEVER: no limit). An answer beats a deadline that ties with it.
 *
 * Borrows    the frame of `inner`, which may not be awaited elsewhere.
 * Ends with  what `inner` ended with, or
 *            MN_ERR_TIMEOUT  the limit came first; `inner` has been dropped.
 * Dropped    `inner` is dropped too. */
struct mn_co *mn_timeout(struct mn_timeout *frame, uint64_t length_us, struct mn_co *inner);
struct mn_co *mn_deadline(struct mn_timeout *frame, uint64_t due_us, struct mn_co *inner);

struct mn_select { /* frame; read `winner` when it has ended */
    struct mn_co co;
    struct mn_co **arms; /* [count] */
    uint32_t count;
    uint32_t winner; /* index in `arms` */
};

/* Future: the first of `count` futures to end; the others are dropped. When several are ready in
 * one poll the lowest index wins, so put what must not starve first.
 *
 * Borrows    `arms` and the frames they point at.
 * Ends with  what the winner ended with; `winner` says which it was.
 * Dropped    every arm is dropped. */
struct mn_co *mn_select(struct mn_select *frame, struct mn_co **arms, uint32_t count);

struct mn_join { /* frame */
    struct mn_co co;
    struct mn_co **arms; /* [count] */
    uint32_t count;
};

/* Future: all of `count` futures. Each arm's own `err` stays readable in its frame.
 *
 * Borrows    `arms` and the frames they point at.
 * Ends with  MN_OK when every arm did, else the error of the first arm in order that failed.
 * Dropped    every arm that has not ended is dropped. */
struct mn_co *mn_join(struct mn_join *frame, struct mn_co **arms, uint32_t count);

#endif
