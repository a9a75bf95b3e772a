/* hal.h — what a machine must give the kernel: a clock, a way to sleep, interrupt lines, entropy.
 *
 * A table of functions and a context, so that two machines in one process are the same code. The
 * device tables (mn/hal/uart.h, ...) stand beside it; drivers in kernel/ turn them into services.
 *
 * Rule 1   A HAL never calls the kernel from inside a call that the kernel made.
 * Rule 2   An interrupt handler does two things: it puts bytes in the HAL's own ring, and it
 *          raises a line. The next tick turns raised lines into wakes; so nothing in the kernel
 *          needs a lock, and nothing needs atomic instructions the processor does not have.
 * Rule 3   Beside this table a platform provides mn_panic (mn/base.h) and the four functions of
 *          mn/mem.h; the kernel's library needs nothing else.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_HAL_H
#define MN_HAL_H

#include "mn/base.h"

#define MN_HAL_LINES_MAX 32u /* lines are bits of one 32-bit word */

struct mn_hal;

struct mn_hal_sample {
    uint64_t now_us; /* machine time; never goes back */
    uint32_t lines;  /* raised since the last sample, bit n for line n */
};

struct mn_hal_ops {
    /* What a tick begins with: the time, and the raised lines, which are lowered in one step that
     * no interrupt can fall into. */
    struct mn_hal_sample (*sample)(struct mn_hal *hal);

    /* Sleeps until `due_us` (MN_TIME_NEVER: no limit) or until a line is raised, whichever is
     * first; returns at once, having let pending interrupts in, when that moment has passed. May
     * return early. Called by mn_run only. */
    void (*sleep_until)(struct mn_hal *hal, uint64_t due_us);

    /* Nanoseconds on a clock of any origin, for measuring polls. NULL: polls are not measured.
     * Must be NULL where a run has to be repeatable. */
    uint64_t (*stopwatch_ns)(struct mn_hal *hal);

    /* Fills `bytes` with unpredictable bytes; under a seed, with the seed's. */
    void (*entropy)(struct mn_hal *hal, uint8_t *bytes, uint32_t count);

    /* Chooses among `count` tasks that are ready, at least 2; returns 0 to count - 1. Asked until
     * the order of a whole tick is settled; each task is polled once all the same. For simulators
     * that try every order. NULL: first come, first served. */
    uint32_t (*choose)(struct mn_hal *hal, uint32_t count);
};

struct mn_hal { /* embed it in the platform's own struct */
    const struct mn_hal_ops *ops;
};

#endif
