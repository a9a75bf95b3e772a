/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/race.h"

#include "panic.h"
#include "probe.h"

/* Timeouts and deadlines. */

struct limited {
    struct mn_waitq queue;
    struct mn_wait wait;
    struct mn_timeout limit;
    struct runner runner;
};

/* A task that waits in a queue for 100 us at most, from now. */
static void limit_a_wait(struct bench *bench, struct limited *limited)
{
    mn_waitq_init(&limited->queue);
    runner_spawn(&limited->runner, &bench->kernel, "r", NULL,
                 mn_timeout(&limited->limit, 100, mn_wait(&limited->wait, &limited->queue)));
}

static void assert_no_trace_of(const struct bench *bench, const struct limited *limited)
{
    assert_true(mn_waitq_is_empty(&limited->queue));
    assert_true(mn_co_is_ended(&limited->wait.co));
    assert_true(mn_co_is_ended(&limited->limit.sleep.co));
    bench_assert_nothing_waits(bench);
}

static void an_answer_in_time_ends_a_timeout_and_its_timer(void **state)
{
    struct bench *bench = *state;
    struct limited limited;
    limit_a_wait(bench, &limited);
    bench_advance(bench, 99);
    assert_int_equal(bench->kernel.wheel.count, 1);

    mn_waitq_wake_one(&limited.queue);
    bench_settle(bench);

    assert_int_equal(limited.runner.err, MN_OK);
    assert_int_equal(limited.runner.returned_us, 99);
    assert_no_trace_of(bench, &limited);
}

static void a_limit_that_passes_drops_what_was_limited(void **state)
{
    struct bench *bench = *state;
    struct limited limited;
    limit_a_wait(bench, &limited);

    bench_advance(bench, 99);
    assert_false(limited.runner.returned);
    bench_advance(bench, 1);

    assert_int_equal(limited.runner.err, MN_ERR_TIMEOUT);
    assert_int_equal(limited.runner.returned_us, 100);
    assert_no_trace_of(bench, &limited);
}

static void an_answer_beats_a_deadline_that_ties_with_it(void **state)
{
    struct bench *bench = *state;
    for (int answer_first = 0; answer_first < 2; answer_first++) {
        struct limited limited;
        limit_a_wait(bench, &limited);
        mn_tick(&bench->kernel);

        bench->now_us += 100;
        if (answer_first)
            mn_waitq_wake_one(&limited.queue);
        mn_wheel_advance(&bench->kernel.wheel, bench->now_us);
        if (!answer_first)
            mn_waitq_wake_one(&limited.queue);
        mn_tick(&bench->kernel);

        assert_true(limited.runner.returned);
        assert_int_equal(limited.runner.err, MN_OK);
        assert_no_trace_of(bench, &limited);
    }
}

static void a_timeout_can_be_dropped_at_any_time(void **state)
{
    struct bench *bench = *state;
    struct limited limited;

    mn_waitq_init(&limited.queue); /* before its first poll */
    mn_co_drop(mn_timeout(&limited.limit, 100, mn_wait(&limited.wait, &limited.queue)));
    assert_no_trace_of(bench, &limited);

    limit_a_wait(bench, &limited); /* while waiting */
    mn_tick(&bench->kernel);
    mn_task_cancel(&limited.runner.task);
    assert_no_trace_of(bench, &limited);

    limit_a_wait(bench, &limited); /* after the answer came */
    mn_tick(&bench->kernel);
    mn_waitq_wake_one(&limited.queue);
    mn_task_cancel(&limited.runner.task);
    assert_no_trace_of(bench, &limited);

    limit_a_wait(bench, &limited); /* after the limit passed */
    mn_tick(&bench->kernel);
    bench->now_us += 100;
    mn_wheel_advance(&bench->kernel.wheel, bench->now_us);
    mn_task_cancel(&limited.runner.task);
    assert_no_trace_of(bench, &limited);
}

static void a_limit_of_nothing_still_gives_one_chance(void **state)
{
    struct bench *bench = *state;
    struct probe at_once, later;
    struct mn_timeout limits[3];
    struct mn_sleep sleep;
    struct runner runners[3];
    bench->now_us = 1000;

    runner_spawn(&runners[0], &bench->kernel, "r", NULL,
                 mn_timeout(&limits[0], 0, probe(&at_once, "p", NULL, 0, MN_ERR_FULL)));
    runner_spawn(&runners[1], &bench->kernel, "r", NULL,
                 mn_timeout(&limits[1], 0, probe(&later, "p", NULL, 1, MN_OK)));
    runner_spawn(&runners[2], &bench->kernel, "r", NULL,
                 mn_deadline(&limits[2], 999, mn_sleep(&sleep, 1)));
    mn_tick(&bench->kernel);

    assert_int_equal(runners[0].err, MN_ERR_FULL); /* an error is an answer too */
    assert_int_equal(runners[1].err, MN_ERR_TIMEOUT);
    assert_int_equal(later.polls, 1);
    assert_int_equal(later.drops, 1);
    assert_int_equal(runners[2].err, MN_ERR_TIMEOUT);
}

static void a_deadline_is_a_moment_however_late_it_is_polled(void **state)
{
    struct bench *bench = *state;
    struct mn_timeout limits[2];
    struct mn_sleep sleeps[2];
    struct runner deadline, timeout;
    mn_deadline(&limits[0], 500, mn_sleep(&sleeps[0], MN_TIME_NEVER));
    mn_timeout(&limits[1], 500, mn_sleep(&sleeps[1], MN_TIME_NEVER));
    bench->now_us = 400;

    runner_spawn(&deadline, &bench->kernel, "r", NULL, &limits[0].co);
    runner_spawn(&timeout, &bench->kernel, "r", NULL, &limits[1].co);
    bench_advance(bench, 1000);

    assert_int_equal(deadline.err, MN_ERR_TIMEOUT);
    assert_int_equal(deadline.returned_us, 500);
    assert_int_equal(timeout.returned_us, 900);
}

static void a_deadline_that_never_comes_needs_no_timer(void **state)
{
    struct bench *bench = *state;
    struct mn_timeout limit;
    struct mn_waitq queue;
    struct mn_wait wait;
    struct runner runner;
    mn_waitq_init(&queue);
    runner_spawn(&runner, &bench->kernel, "r", NULL,
                 mn_deadline(&limit, MN_TIME_NEVER, mn_wait(&wait, &queue)));

    assert_int_equal(mn_tick(&bench->kernel).deadline_us, MN_TIME_NEVER);
    bench_advance(bench, 1000 * MN_S);
    assert_false(runner.returned);
    mn_waitq_wake_one(&queue);
    bench_settle(bench);

    assert_int_equal(runner.err, MN_OK);
}

static void the_shorter_of_two_nested_limits_decides(void **state)
{
    struct bench *bench = *state;
    for (uint64_t inner_us = 50; inner_us <= 150; inner_us += 100) {
        struct trail trail = {.length = 0};
        struct mn_timeout inner, outer;
        struct probe future;
        struct wrap between;
        struct runner runner;
        uint64_t begin_us = bench->now_us;
        runner_spawn(&runner, &bench->kernel, "r", NULL,
                     mn_timeout(&outer, 100,
                                wrap(&between, "w", &trail,
                                     mn_timeout(&inner, inner_us,
                                                probe(&future, "p", NULL, PROBE_FOREVER,
                                                      MN_OK)))));

        bench_advance(bench, 200);

        assert_int_equal(runner.err, MN_ERR_TIMEOUT);
        assert_int_equal(runner.returned_us - begin_us, inner_us < 100 ? inner_us : 100);
        assert_int_equal(future.drops, 1);
        assert_int_equal(between.drops, 1);
        bench_assert_nothing_waits(bench);
    }
}

/* Select and join, over probes "a", "b" and "c". */

#define ARMS 3u

struct arms {
    struct trail trail;
    struct probe probes[ARMS];
    struct mn_co *futures[ARMS];
    struct mn_select select;
    struct mn_join join;
    struct runner runner;
};

/* Arm i waits for `waits[i]` polls and ends with `results[i]`. */
static void make_arms(struct arms *arms, const uint32_t *waits, const enum mn_err *results)
{
    static const char *const names[ARMS] = {"a", "b", "c"};
    *arms = (struct arms){.trail.length = 0};
    for (uint32_t i = 0; i < ARMS; i++)
        arms->futures[i] = probe(&arms->probes[i], names[i], &arms->trail, waits[i], results[i]);
}

static const enum mn_err all_ok[ARMS] = {MN_OK, MN_OK, MN_OK};

static struct mn_co *select_of(struct arms *arms)
{
    return mn_select(&arms->select, arms->futures, ARMS);
}

static struct mn_co *join_of(struct arms *arms)
{
    return mn_join(&arms->join, arms->futures, ARMS);
}

static void run_arms(struct bench *bench, struct arms *arms, struct mn_co *co, uint32_t polls)
{
    runner_spawn(&arms->runner, &bench->kernel, "r", NULL, co);
    for (uint32_t poll = 0; poll < polls; poll++) {
        mn_task_wake(&arms->runner.task);
        mn_tick(&bench->kernel);
    }
}

static void select_ends_as_the_first_and_drops_the_others(void **state)
{
    struct bench *bench = *state;
    struct arms arms;
    static const enum mn_err results[ARMS] = {MN_OK, MN_ERR_CLOSED, MN_OK};
    make_arms(&arms, (uint32_t[]){9, 1, 9}, results);

    run_arms(bench, &arms, select_of(&arms), 2);

    assert_true(arms.runner.returned);
    assert_int_equal(arms.runner.err, MN_ERR_CLOSED);
    assert_int_equal(arms.select.winner, 1);
    assert_string_equal(arms.trail.text, "a b c a b -b -a -c");
}

static void the_lowest_of_several_ready_arms_wins(void **state)
{
    struct bench *bench = *state;
    for (uint32_t lowest = 0; lowest < ARMS; lowest++) {
        struct arms arms;
        make_arms(&arms, (uint32_t[]){lowest > 0, lowest > 1, 0}, all_ok);

        run_arms(bench, &arms, select_of(&arms), 1);

        assert_int_equal(arms.select.winner, lowest);
        for (uint32_t i = 0; i < ARMS; i++)
            assert_int_equal(arms.probes[i].drops, 1);
        for (uint32_t i = lowest + 1; i < ARMS; i++)
            assert_int_equal(arms.probes[i].polls, 0); /* nobody asked them any more */
    }
}

static void a_dropped_select_drops_every_arm_once(void **state)
{
    struct bench *bench = *state;
    struct arms arms;
    make_arms(&arms, (uint32_t[]){9, 9, 9}, all_ok);
    mn_co_drop(select_of(&arms));
    assert_string_equal(arms.trail.text, "-a -b -c");

    make_arms(&arms, (uint32_t[]){9, 9, 9}, all_ok);
    run_arms(bench, &arms, select_of(&arms), 1);
    mn_task_cancel(&arms.runner.task);

    assert_string_equal(arms.trail.text, "a b c -a -b -c");
}

static void a_select_of_nothing_panics(void **state)
{
    (void)state;
    struct mn_select select;

    assert_panics("count > 0", mn_select(&select, NULL, 0));
}

static void a_select_over_real_waits_leaves_nothing_waiting(void **state)
{
    struct bench *bench = *state;
    struct mn_waitq queues[2];
    struct mn_wait waits[2];
    struct mn_sleep sleep;
    struct mn_select select;
    struct mn_co *arms[3];
    struct runner runner;
    for (uint32_t winner = 0; winner < 3; winner++) {
        for (uint32_t i = 0; i < 2; i++) {
            mn_waitq_init(&queues[i]);
            arms[i] = mn_wait(&waits[i], &queues[i]);
        }
        arms[2] = mn_sleep(&sleep, 10);
        runner_spawn(&runner, &bench->kernel, "r", NULL, mn_select(&select, arms, 3));
        mn_tick(&bench->kernel);

        if (winner < 2)
            mn_waitq_wake_one(&queues[winner]);
        bench_advance(bench, winner < 2 ? 0 : 10);

        assert_int_equal(select.winner, winner);
        assert_true(mn_waitq_is_empty(&queues[0]));
        assert_true(mn_waitq_is_empty(&queues[1]));
        bench_assert_nothing_waits(bench);
    }
}

static void a_losing_arm_passes_its_wake_on(void **state)
{
    struct bench *bench = *state;
    struct mn_waitq first, second;
    struct mn_wait waits[3];
    struct mn_select select;
    struct mn_co *arms[2];
    struct runner racer, behind;
    mn_waitq_init(&first);
    mn_waitq_init(&second);
    arms[0] = mn_wait(&waits[0], &first);
    arms[1] = mn_wait(&waits[1], &second);
    runner_spawn(&racer, &bench->kernel, "racer", NULL, mn_select(&select, arms, 2));
    runner_spawn(&behind, &bench->kernel, "behind", NULL, mn_wait(&waits[2], &second));
    bench_settle(bench);

    mn_waitq_wake_one(&second);
    mn_waitq_wake_one(&first);
    bench_settle(bench);

    assert_int_equal(select.winner, 0);
    assert_true(behind.returned); /* with the wake that the racer could not use */
}

static void join_waits_for_all_and_polls_none_twice(void **state)
{
    struct bench *bench = *state;
    struct arms arms;
    make_arms(&arms, (uint32_t[]){1, 0, 2}, all_ok);

    run_arms(bench, &arms, join_of(&arms), 2);
    assert_false(arms.runner.returned);
    mn_task_wake(&arms.runner.task);
    mn_tick(&bench->kernel);

    assert_int_equal(arms.runner.err, MN_OK);
    assert_string_equal(arms.trail.text, "a b -b c a -a c c -c");
}

static void join_ends_with_the_error_of_the_first_arm_in_order(void **state)
{
    struct bench *bench = *state;
    struct arms arms;
    static const enum mn_err results[ARMS] = {MN_OK, MN_ERR_FULL, MN_ERR_CLOSED};
    make_arms(&arms, (uint32_t[]){0, 2, 1}, results);

    run_arms(bench, &arms, join_of(&arms), 3);

    assert_int_equal(arms.runner.err, MN_ERR_FULL); /* though c failed before b did */
    assert_int_equal(arms.futures[2]->err, MN_ERR_CLOSED);
}

static void a_dropped_join_drops_what_has_not_ended(void **state)
{
    struct bench *bench = *state;
    struct arms arms;
    make_arms(&arms, (uint32_t[]){9, 0, 9}, all_ok);
    mn_co_drop(join_of(&arms));
    assert_string_equal(arms.trail.text, "-a -b -c");

    make_arms(&arms, (uint32_t[]){9, 0, 9}, all_ok);
    run_arms(bench, &arms, join_of(&arms), 1);
    mn_task_cancel(&arms.runner.task);

    assert_string_equal(arms.trail.text, "a b -b c -a -c");
}

static void a_join_of_nothing_is_ok_at_once(void **state)
{
    (void)state;
    struct mn_join join;

    assert_int_equal(mn_co_poll(mn_join(&join, NULL, 0), NULL), MN_READY);
    assert_int_equal(join.co.err, MN_OK);
}

static void races_nest_in_each_other(void **state)
{
    struct bench *bench = *state;
    /* timeout(100, join(select(never, sleep 30), timeout(40, never))), cut at every time too */
    for (uint64_t cut_us = 0; cut_us <= 50; cut_us += 10) {
        struct mn_sleep nap, never[2];
        struct mn_timeout inner, outer;
        struct mn_select select;
        struct mn_join join;
        struct mn_co *racers[2] = {mn_sleep(&never[0], MN_TIME_NEVER), mn_sleep(&nap, 30)};
        struct mn_co *parts[2];
        struct runner runner;
        uint64_t begin_us = bench->now_us;
        parts[0] = mn_select(&select, racers, 2);
        parts[1] = mn_timeout(&inner, 40, mn_sleep(&never[1], MN_TIME_NEVER));
        runner_spawn(&runner, &bench->kernel, "r", NULL,
                     mn_timeout(&outer, 100, mn_join(&join, parts, 2)));

        bench_advance(bench, cut_us);
        assert_int_equal(runner.returned, cut_us >= 40);
        mn_task_cancel(&runner.task);

        if (cut_us >= 30)
            assert_int_equal(select.winner, 1);
        if (cut_us >= 40) {
            assert_int_equal(runner.err, MN_ERR_TIMEOUT); /* the inner one's, as join's error */
            assert_int_equal(runner.returned_us - begin_us, 40);
        }
        bench_assert_nothing_waits(bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(an_answer_in_time_ends_a_timeout_and_its_timer),
        TEST_ON_BENCH(a_limit_that_passes_drops_what_was_limited),
        TEST_ON_BENCH(an_answer_beats_a_deadline_that_ties_with_it),
        TEST_ON_BENCH(a_timeout_can_be_dropped_at_any_time),
        TEST_ON_BENCH(a_limit_of_nothing_still_gives_one_chance),
        TEST_ON_BENCH(a_deadline_is_a_moment_however_late_it_is_polled),
        TEST_ON_BENCH(a_deadline_that_never_comes_needs_no_timer),
        TEST_ON_BENCH(the_shorter_of_two_nested_limits_decides),
        TEST_ON_BENCH(select_ends_as_the_first_and_drops_the_others),
        TEST_ON_BENCH(the_lowest_of_several_ready_arms_wins),
        TEST_ON_BENCH(a_dropped_select_drops_every_arm_once),
        TEST_ON_BENCH(a_select_of_nothing_panics),
        TEST_ON_BENCH(a_select_over_real_waits_leaves_nothing_waiting),
        TEST_ON_BENCH(a_losing_arm_passes_its_wake_on),
        TEST_ON_BENCH(join_waits_for_all_and_polls_none_twice),
        TEST_ON_BENCH(join_ends_with_the_error_of_the_first_arm_in_order),
        TEST_ON_BENCH(a_dropped_join_drops_what_has_not_ended),
        TEST_ON_BENCH(a_join_of_nothing_is_ok_at_once),
        TEST_ON_BENCH(races_nest_in_each_other),
    };
    return cmocka_run_group_tests_name("race", tests, NULL, NULL);
}
