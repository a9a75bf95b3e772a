/* time.h — waiting for a moment, and the wheel that keeps them all.
 *
 * The wheel is hierarchical: level 0 has one slot for each of the next 32 microseconds, each
 * level above has slots 32 times as wide. A timer goes to the level of the highest digit (base
 * 32) in which its due time differs from the wheel's, and comes down a level when the wheel
 * reaches its slot: at most 12 times in a life, whatever the distance.
 *
 *     arm, cancel      O(1), whatever the number of timers
 *     next deadline    exact; O(1) when remembered. It is not after the soonest timer was cancelled
 *                      while others wait: then one look through the first slot in use, linear in
 *                      the timers that share it (1 000 due in the same stretch: 1 000 steps)
 *     equal deadlines  fire in the order in which they were armed
 *
 * Memory   A timer lives in its owner's frame. The wheel is one struct, about 1.7 KiB on 32 bits.
 * Context  Tasks only.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_TIME_H
#define MN_TIME_H

#include "mn/list.h"
#include "mn/task.h"

#define MN_WHEEL_DIGIT_BITS 5u
#define MN_WHEEL_SLOTS (1u << MN_WHEEL_DIGIT_BITS)
#define MN_WHEEL_LEVELS 13u /* 13 digits of 5 bits hold any 64-bit time */
#define MN_TIMER_IDLE UINT16_MAX

struct mn_timer {
    struct mn_timer *next, *prev; /* circular within a slot; valid while armed */
    struct mn_task *task;         /* woken when due */
    uint64_t due_us;
    uint16_t slot; /* level * MN_WHEEL_SLOTS + digit, or MN_TIMER_IDLE */
};

struct mn_wheel {
    uint64_t now_us;       /* every armed timer is due after this; may lag behind the kernel's */
    uint64_t soonest_us;   /* no armed timer is due before; exact while soonest_is_known */
    bool soonest_is_known;
    uint16_t levels_in_use; /* bit n: level n holds a timer */
    uint32_t count;         /* timers armed */
    uint32_t slots_in_use[MN_WHEEL_LEVELS]; /* bit n: slot n holds a timer */
    struct mn_timer *slots[MN_WHEEL_LEVELS * MN_WHEEL_SLOTS]; /* oldest of each slot, or NULL */
};

void mn_wheel_init(struct mn_wheel *wheel, uint64_t now_us);

/* Makes `timer` one that is not armed. */
static inline void mn_timer_init(struct mn_timer *timer)
{
    timer->slot = MN_TIMER_IDLE;
}

static inline bool mn_timer_is_armed(const struct mn_timer *timer)
{
    return timer->slot != MN_TIMER_IDLE;
}

/* Wakes `task` when the wheel reaches `due_us`, which must be later than its present time. The
 * timer must not be armed. */
void mn_timer_arm(struct mn_wheel *wheel, struct mn_timer *timer, uint64_t due_us,
                  struct mn_task *task);

/* Takes the timer out of the wheel. Harmless when it is not armed. */
void mn_timer_cancel(struct mn_wheel *wheel, struct mn_timer *timer);

/* Moves the wheel to `now_us` and wakes the tasks of all timers due by then, in order of time. */
void mn_wheel_turn(struct mn_wheel *wheel, uint64_t now_us);

/* The same, but leaves the wheel where it stands when nothing is due: arming is relative to
 * there. `now_us` never goes back. */
static inline void mn_wheel_advance(struct mn_wheel *wheel, uint64_t now_us)
{
    MN_ASSERT(now_us >= wheel->now_us);
    if (now_us >= wheel->soonest_us)
        mn_wheel_turn(wheel, now_us);
}

/* When the next timer is due, or MN_TIME_NEVER. `now_us` is what the wheel last advanced to. */
uint64_t mn_wheel_next_us(struct mn_wheel *wheel, uint64_t now_us);

struct mn_sleep { /* frame */
    struct mn_co co;
    struct mn_timer timer;
    struct mn_wheel *wheel; /* NULL until armed */
    uint64_t time_us;       /* a length until the first poll if `is_length`, else a moment */
    bool is_length;
};

/* Future: waits `length_us`, counted from the first poll, or until the moment `due_us`. A moment
 * that has passed, and a length of 0, end at the first poll. MN_TIME_NEVER never ends.
 *
 * Ends with  MN_OK  the moment has come.
 * Dropped    the timer is gone. */
struct mn_co *mn_sleep(struct mn_sleep *frame, uint64_t length_us);
struct mn_co *mn_sleep_until(struct mn_sleep *frame, uint64_t due_us);

#endif
