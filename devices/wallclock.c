/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "devices/wallclock.h"

#include <uv.h>

void wallclock_open(struct wallclock *clock)
{
    clock->opened_ns = wallclock_stopwatch_ns();
}

uint64_t wallclock_us(const struct wallclock *clock)
{
    return (wallclock_stopwatch_ns() - clock->opened_ns) / 1000;
}

uint64_t wallclock_stopwatch_ns(void)
{
    return uv_hrtime();
}
