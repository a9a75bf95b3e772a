/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "host.h"

#include "devices/wallclock.h"

#define LOOKS_MAX 100000000u

static void it_starts_near_nothing_and_never_goes_back(void **state)
{
    struct wallclock clock;
    uint64_t before_ns = wallclock_stopwatch_ns();
    wallclock_open(&clock);
    uint64_t last_us = 0;
    (void)state;

    for (unsigned i = 0; i < 100000; i++) {
        uint64_t now_us = wallclock_us(&clock);
        assert_true(now_us >= last_us);
        last_us = now_us;
    }

    assert_true(last_us <= (wallclock_stopwatch_ns() - before_ns) / 1000);
}

static void it_moves_as_the_stopwatch_does(void **state)
{
    struct wallclock clock;
    unsigned looks = 0;
    (void)state;

    wallclock_open(&clock);
    uint64_t opened_ns = wallclock_stopwatch_ns();
    while (wallclock_us(&clock) < 100 && looks < LOOKS_MAX)
        looks++;

    assert_true(looks < LOOKS_MAX);
    assert_true(wallclock_stopwatch_ns() - opened_ns > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_starts_near_nothing_and_never_goes_back),
        cmocka_unit_test(it_moves_as_the_stopwatch_does),
    };
    return cmocka_run_group_tests_name("wallclock", tests, NULL, NULL);
}
