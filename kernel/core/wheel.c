/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/time.h"

#define DIGIT_MASK (MN_WHEEL_SLOTS - 1u)

void mn_wheel_init(struct mn_wheel *wheel, uint64_t now_us)
{
    *wheel = (struct mn_wheel){
        .now_us = now_us,
        .soonest_us = MN_TIME_NEVER,
        .soonest_is_known = true,
    };
}

/* The level of the highest digit in which the two times differ. */
static uint32_t level_of(uint64_t now_us, uint64_t due_us)
{
    uint64_t differs = now_us ^ due_us;
    uint32_t high = (uint32_t)(differs >> 32);
    uint32_t top = high ? 63u - (uint32_t)__builtin_clz(high)
                        : 31u - (uint32_t)__builtin_clz((uint32_t)differs);
    return (top * 52429u) >> 18; /* top / MN_WHEEL_DIGIT_BITS, exact below 64 */
}

static uint32_t digit(uint64_t time_us, uint32_t level)
{
    return (uint32_t)(time_us >> (level * MN_WHEEL_DIGIT_BITS)) & DIGIT_MASK;
}

static void put(struct mn_wheel *wheel, struct mn_timer *timer)
{
    uint32_t level = level_of(wheel->now_us, timer->due_us);
    uint32_t index = digit(timer->due_us, level);
    struct mn_timer **slot = &wheel->slots[level * MN_WHEEL_SLOTS + index];
    timer->slot = (uint16_t)(level * MN_WHEEL_SLOTS + index);
    if (!*slot) {
        timer->next = timer->prev = timer;
        *slot = timer;
        wheel->slots_in_use[level] |= 1u << index;
        wheel->levels_in_use |= (uint16_t)(1u << level);
        return;
    }
    timer->next = *slot;
    timer->prev = (*slot)->prev;
    timer->prev->next = timer;
    timer->next->prev = timer;
}

static void clear_slot(struct mn_wheel *wheel, uint32_t level, uint32_t index)
{
    wheel->slots[level * MN_WHEEL_SLOTS + index] = NULL;
    wheel->slots_in_use[level] &= ~(1u << index);
    if (wheel->slots_in_use[level] == 0)
        wheel->levels_in_use &= (uint16_t)~(1u << level);
}

static void take(struct mn_wheel *wheel, struct mn_timer *timer)
{
    struct mn_timer **slot = &wheel->slots[timer->slot];
    if (timer->next == timer) {
        clear_slot(wheel, timer->slot / MN_WHEEL_SLOTS, timer->slot % MN_WHEEL_SLOTS);
    } else {
        timer->next->prev = timer->prev;
        timer->prev->next = timer->next;
        if (*slot == timer)
            *slot = timer->next;
    }
    timer->slot = MN_TIMER_IDLE;
}

void mn_timer_arm(struct mn_wheel *wheel, struct mn_timer *timer, uint64_t due_us,
                  struct mn_task *task)
{
    MN_ASSERT(!mn_timer_is_armed(timer));
    MN_ASSERT(due_us > wheel->now_us);
    timer->due_us = due_us;
    timer->task = task;
    put(wheel, timer);
    wheel->count++;
    if (due_us < wheel->soonest_us) { /* below the bound of all the others: exact */
        wheel->soonest_us = due_us;
        wheel->soonest_is_known = true;
    }
}

void mn_timer_cancel(struct mn_wheel *wheel, struct mn_timer *timer)
{
    if (!mn_timer_is_armed(timer))
        return;
    take(wheel, timer);
    wheel->count--;
    if (timer->due_us == wheel->soonest_us)
        wheel->soonest_is_known = false;
}

/* Finds the first slot in use and the moment it begins. */
static uint64_t first_slot(const struct mn_wheel *wheel, uint32_t *level, uint32_t *index)
{
    *level = (uint32_t)__builtin_ctz(wheel->levels_in_use);
    *index = (uint32_t)__builtin_ctz(wheel->slots_in_use[*level]);
    uint32_t shift = *level * MN_WHEEL_DIGIT_BITS;
    uint64_t below = (UINT64_C(1) << shift) - 1;
    uint64_t digit_bits = (uint64_t)DIGIT_MASK << shift;
    return (wheel->now_us & ~(below | digit_bits)) | ((uint64_t)*index << shift);
}

/* Empties the slot that the wheel has reached: what is due fires, the rest comes down. */
static void open_slot(struct mn_wheel *wheel, uint32_t level, uint32_t index)
{
    struct mn_timer *first = wheel->slots[level * MN_WHEEL_SLOTS + index];
    struct mn_timer *timer = first, *next;
    clear_slot(wheel, level, index);
    do {
        next = timer->next;
        if (timer->due_us <= wheel->now_us) {
            timer->slot = MN_TIMER_IDLE;
            wheel->count--;
            mn_task_wake(timer->task);
        } else {
            put(wheel, timer);
        }
        timer = next;
    } while (timer != first);
}

void mn_wheel_turn(struct mn_wheel *wheel, uint64_t now_us)
{
    MN_ASSERT(now_us >= wheel->now_us);
    uint32_t level = 0, index;
    uint64_t begins_us = MN_TIME_NEVER;
    while (wheel->levels_in_use != 0) {
        begins_us = first_slot(wheel, &level, &index);
        if (begins_us > now_us)
            break;
        wheel->now_us = begins_us;
        open_slot(wheel, level, index);
        begins_us = MN_TIME_NEVER;
    }
    wheel->now_us = now_us;
    wheel->soonest_us = begins_us; /* slots of level 0 are one microsecond wide */
    wheel->soonest_is_known = level == 0 || begins_us == MN_TIME_NEVER;
}

static uint64_t soonest_in_first_slot(const struct mn_wheel *wheel)
{
    uint32_t level, index;
    first_slot(wheel, &level, &index);
    const struct mn_timer *first = wheel->slots[level * MN_WHEEL_SLOTS + index];
    const struct mn_timer *timer = first;
    uint64_t soonest_us = MN_TIME_NEVER;
    do {
        if (timer->due_us < soonest_us)
            soonest_us = timer->due_us;
        timer = timer->next;
    } while (timer != first);
    return soonest_us;
}

uint64_t mn_wheel_next_us(struct mn_wheel *wheel, uint64_t now_us)
{
    if (!wheel->soonest_is_known) {
        mn_wheel_turn(wheel, now_us); /* narrows the slots, so that the first one holds few */
        if (!wheel->soonest_is_known)
            wheel->soonest_us = soonest_in_first_slot(wheel);
        wheel->soonest_is_known = true;
    }
    return wheel->soonest_us;
}
