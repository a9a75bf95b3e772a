/* wallclock.h — the host's steady clock: microseconds since it was opened.
 *
 * It never goes back and does not follow the calendar: somebody setting the date is not noticed.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef DEVICES_WALLCLOCK_H
#define DEVICES_WALLCLOCK_H

#include <stdint.h>

struct wallclock {
    uint64_t opened_ns; /* on the stopwatch */
};

/* From now on the clock counts. */
void wallclock_open(struct wallclock *clock);

/* Microseconds since `wallclock_open`. */
uint64_t wallclock_us(const struct wallclock *clock);

/* Nanoseconds since some moment in the past, for measuring lengths by subtraction. */
uint64_t wallclock_stopwatch_ns(void);

#endif
