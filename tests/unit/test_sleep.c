/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/time.h"

#include "probe.h"

static void a_sleep_ends_at_its_microsecond(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct mn_sleep sleep;
    runner_spawn(&runner, &bench->kernel, "r", NULL, mn_sleep(&sleep, 12345));

    bench_advance(bench, 12344);
    assert_false(runner.returned);
    bench_advance(bench, 1);

    assert_true(runner.returned);
    assert_int_equal(runner.err, MN_OK);
    assert_int_equal(runner.returned_us, 12345);
}

static void a_length_counts_from_the_first_poll(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct mn_sleep sleep;
    mn_sleep(&sleep, 10);
    bench->now_us = 1000;

    runner_spawn(&runner, &bench->kernel, "r", NULL, &sleep.co);
    bench_advance(bench, 100);

    assert_int_equal(runner.returned_us, 1010);
}

static void a_moment_that_has_passed_ends_at_once(void **state)
{
    struct bench *bench = *state;
    struct mn_sleep sleeps[3];
    struct runner runners[3];
    bench->now_us = 1000;

    runner_spawn(&runners[0], &bench->kernel, "zero", NULL, mn_sleep(&sleeps[0], 0));
    runner_spawn(&runners[1], &bench->kernel, "past", NULL, mn_sleep_until(&sleeps[1], 999));
    runner_spawn(&runners[2], &bench->kernel, "now", NULL, mn_sleep_until(&sleeps[2], 1000));
    mn_tick(&bench->kernel);

    for (uint32_t i = 0; i < 3; i++) {
        assert_true(runners[i].returned);
        assert_int_equal(runners[i].task.polls, 1);
    }
}

static void never_never_comes_and_costs_no_timer(void **state)
{
    struct bench *bench = *state;
    struct mn_sleep sleeps[3];
    struct runner runners[3];
    bench->now_us = 5;
    runner_spawn(&runners[0], &bench->kernel, "n", NULL, mn_sleep(&sleeps[0], MN_TIME_NEVER));
    runner_spawn(&runners[1], &bench->kernel, "n", NULL,
                 mn_sleep_until(&sleeps[1], MN_TIME_NEVER));
    runner_spawn(&runners[2], &bench->kernel, "overflows", NULL,
                 mn_sleep(&sleeps[2], MN_TIME_NEVER - 2)); /* saturates, and does not wrap */

    struct mn_tick tick = mn_tick(&bench->kernel);
    bench_advance(bench, 1000 * MN_S);

    assert_int_equal(tick.deadline_us, MN_TIME_NEVER);
    assert_int_equal(bench->kernel.wheel.count, 0);
    for (uint32_t i = 0; i < 3; i++)
        assert_false(runners[i].returned);
    bench_cancel_all(bench);
}

static void a_sleep_polled_without_cause_sleeps_on(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct mn_sleep sleep;
    runner_spawn(&runner, &bench->kernel, "r", NULL, mn_sleep(&sleep, 100));

    for (uint32_t i = 0; i < 9; i++) {
        mn_task_wake(&runner.task);
        bench_advance(bench, 10);
    }
    assert_false(runner.returned);
    assert_int_equal(bench->kernel.wheel.count, 1);
    bench_advance(bench, 10);

    assert_int_equal(runner.returned_us, 100);
}

static void a_dropped_sleep_leaves_no_timer_whenever_it_is_dropped(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct mn_sleep sleep;

    runner_spawn(&runner, &bench->kernel, "before its first poll", NULL, mn_sleep(&sleep, 9));
    mn_task_cancel(&runner.task);
    mn_co_drop(&sleep.co); /* nobody awaited it yet, so it is still ours */
    assert_int_equal(bench->kernel.wheel.count, 0);

    runner_spawn(&runner, &bench->kernel, "while waiting", NULL, mn_sleep(&sleep, 9));
    mn_tick(&bench->kernel);
    assert_int_equal(bench->kernel.wheel.count, 1);
    mn_task_cancel(&runner.task);
    assert_int_equal(bench->kernel.wheel.count, 0);

    runner_spawn(&runner, &bench->kernel, "after being woken", NULL, mn_sleep(&sleep, 9));
    mn_tick(&bench->kernel);
    mn_wheel_advance(&bench->kernel.wheel, 9);
    assert_true(mn_list_is_linked(&runner.task.ready));
    mn_task_cancel(&runner.task);

    assert_false(runner.returned);
    assert_true(mn_list_is_empty(&bench->kernel.ready));
    bench->now_us = 9;
}

static void sleepers_due_together_wake_in_the_order_they_lay_down(void **state)
{
    struct bench *bench = *state;
    struct trail trail = {.length = 0};
    struct runner runners[3];
    struct mn_sleep sleeps[3];
    runner_spawn(&runners[0], &bench->kernel, "a", &trail, mn_sleep_until(&sleeps[0], 5000));
    bench_advance(bench, 4000);
    runner_spawn(&runners[1], &bench->kernel, "b", &trail, mn_sleep_until(&sleeps[1], 5000));
    bench_advance(bench, 990);
    runner_spawn(&runners[2], &bench->kernel, "c", &trail, mn_sleep_until(&sleeps[2], 5000));

    bench_advance(bench, 10);

    assert_string_equal(trail.text, "a b c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_sleep_ends_at_its_microsecond),
        TEST_ON_BENCH(a_length_counts_from_the_first_poll),
        TEST_ON_BENCH(a_moment_that_has_passed_ends_at_once),
        TEST_ON_BENCH(never_never_comes_and_costs_no_timer),
        TEST_ON_BENCH(a_sleep_polled_without_cause_sleeps_on),
        TEST_ON_BENCH(a_dropped_sleep_leaves_no_timer_whenever_it_is_dropped),
        TEST_ON_BENCH(sleepers_due_together_wake_in_the_order_they_lay_down),
    };
    return cmocka_run_group_tests_name("sleep", tests, NULL, NULL);
}
