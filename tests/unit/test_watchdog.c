/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/watchdog.h"

#include <string.h>

#include "echo_service.h"
#include "log_paper.h"
#include "mn/bbq.h"
#include "probe.h"

#define PATIENCE_US (10 * MN_S)
#define TICKS 1000u

struct yard {
    struct bench *bench;
    struct mn_watchdog dog;
    struct log_paper paper;
};

static void open_yard(struct yard *yard, struct bench *bench)
{
    static const struct mn_watchdog_settings settings = {PATIENCE_US, TICKS};
    yard->bench = bench;
    mn_watchdog_init(&yard->dog, &bench->kernel, &settings);
    log_paper_open(&yard->paper, bench, "kernel::watchdog");
}

static void close_yard(struct yard *yard)
{
    bench_cancel_all(yard->bench);
    log_paper_close(&yard->paper, yard->bench);
}

static uint64_t look(struct yard *yard)
{
    bench_settle(yard->bench);
    mn_tick(&yard->bench->kernel); /* who has slept ticks, whatever woke it */
    return mn_watchdog_look(&yard->dog, MN_TIME_NEVER);
}

/* As the loop does: sleeps as long as the watchdog lets it, and looks again. */
static void rest(struct yard *yard, uint64_t length_us)
{
    bench_advance(yard->bench, length_us);
    look(yard);
}

struct knot { /* a future that waits for another task, and says so */
    struct mn_co co;
    struct mn_task task;
    const struct mn_task *other;
};

static enum mn_poll knot_poll(struct mn_co *co, struct mn_task *task)
{
    (void)co;
    (void)task;
    return MN_PENDING;
}

static const struct mn_task *knot_waits_for(const struct mn_co *co)
{
    return MN_CONTAINER(co, const struct knot, co)->other;
}

static const struct mn_co_type knot_type = {
    .name = "knot",
    .poll = knot_poll,
    .waits_for = knot_waits_for,
};

static void a_machine_with_nobody_stuck_sleeps_as_long_as_it_likes(void **state)
{
    struct yard yard;
    struct runner runner;
    struct mn_sleep sleep;
    open_yard(&yard, *state);
    runner_spawn(&runner, &yard.bench->kernel, "sleeper", NULL, mn_sleep(&sleep, 3600 * MN_S));

    assert_int_equal(look(&yard), MN_TIME_NEVER);
    rest(&yard, 60 * MN_S);

    assert_int_equal(look(&yard), MN_TIME_NEVER);
    log_paper_assert(&yard.paper, "");
    close_yard(&yard);
}

static void a_request_that_nobody_takes_is_told_once(void **state)
{
    struct echo_shop *shop = *state;
    struct knot idle = {.other = NULL};
    struct yard yard;
    open_yard(&yard, shop->bench);
    shop->desk.server.name = "server";
    shop->desk.server.root = mn_co_init(&idle.co, &knot_type);
    echo_caller_start(yard.bench, &shop->callers[0], &shop->client, 1, MN_TIME_NEVER);

    assert_int_equal(look(&yard), PATIENCE_US); /* it wants to look again then */
    rest(&yard, PATIENCE_US - 1);
    log_paper_assert(&yard.paper, "");
    rest(&yard, 1);
    rest(&yard, PATIENCE_US);

    log_paper_assert(&yard.paper,
                     "a task is stuck because=nobody takes its request task=caller "
                     "waits_in=call chain=caller > server for=10.0s\n");
    assert_int_equal(yard.dog.told_count, 1);
    assert_int_equal(look(&yard), MN_TIME_NEVER);
    log_paper_close(&yard.paper, yard.bench);
}

static void a_request_that_is_held_and_never_answered_is_told_once(void **state)
{
    struct echo_shop *shop = *state;
    struct knot idle = {.other = NULL};
    struct yard yard;
    open_yard(&yard, shop->bench);
    shop->desk.server.name = "server";
    shop->desk.server.root = mn_co_init(&idle.co, &knot_type);
    echo_caller_start(yard.bench, &shop->callers[0], &shop->client, 1, MN_TIME_NEVER);
    bench_settle(yard.bench);
    echo_desk_take(&shop->desk, &shop->jobs[0]);

    rest(&yard, PATIENCE_US - 1);
    log_paper_assert(&yard.paper, "");
    rest(&yard, 1);
    rest(&yard, 2 * PATIENCE_US);

    log_paper_assert(&yard.paper,
                     "a task is stuck because=its request is not answered task=caller "
                     "waits_in=call chain=caller > server for=10.0s\n");
    log_paper_close(&yard.paper, yard.bench);
}

static void a_hello_that_is_not_answered_is_told(void **state)
{
    struct bench *bench = *state;
    struct echo_desk desk = {0};
    struct echo_joiner joiner;
    struct echo_job job;
    struct knot idle = {.other = NULL};
    struct yard yard;
    open_yard(&yard, bench);
    desk.server.name = "server";
    desk.server.root = mn_co_init(&idle.co, &knot_type);
    echo_desk_open(bench, &desk, true);
    echo_joiner_start(bench, &joiner, ECHO_KEY);
    bench_settle(bench);
    echo_desk_take(&desk, &job);

    rest(&yard, PATIENCE_US);

    log_paper_assert(&yard.paper,
                     "a task is stuck because=its hello is not answered task=joiner "
                     "waits_in=connect chain=joiner > server for=10.0s\n");
    close_yard(&yard);
    mn_job_discard(&job.job);
    mn_service_unbind(&desk.service);
}

static void a_request_that_may_last_may_take_its_time(void **state)
{
    struct echo_shop *shop = *state;
    struct yard yard;
    open_yard(&yard, shop->bench);
    echo_caller_start(yard.bench, &shop->callers[0], &shop->client, 1, MN_TIME_NEVER);
    bench_settle(yard.bench);
    echo_desk_take(&shop->desk, &shop->jobs[0]);
    mn_job_may_last(&shop->jobs[0].job);

    rest(&yard, 2 * PATIENCE_US);

    log_paper_assert(&yard.paper, "");
    log_paper_close(&yard.paper, yard.bench);
}

static void a_queue_that_stays_full_is_told_and_again_if_it_fills_again(void **state)
{
    struct yard yard;
    struct runner runner;
    struct mn_bbq bbq;
    struct mn_bbq_write write;
    struct mn_grant grant;
    uint8_t bytes[4];
    open_yard(&yard, *state);
    mn_bbq_init(&bbq, bytes, sizeof bytes);
    runner_spawn(&runner, &yard.bench->kernel, "writer", NULL,
                 mn_bbq_write(&write, &bbq, "123456789", 9));

    rest(&yard, PATIENCE_US);
    rest(&yard, PATIENCE_US);
    assert_non_null(strstr(yard.paper.text, "a task is stuck because=a queue stays full "
                                            "task=writer "));
    assert_int_equal(yard.dog.told_count, 1);
    assert_int_equal(mn_bbq_read_now(&bbq, &grant), MN_OK);
    mn_bbq_release(&bbq, &grant, grant.count);
    rest(&yard, PATIENCE_US);

    assert_int_equal(yard.dog.told_count, 2);
    close_yard(&yard);
}

/* ---- a ring ----------------------------------------------------------------------------- */

static void tie(struct yard *yard, struct knot *knot, const char *name, const struct knot *other)
{
    knot->other = other ? &other->task : NULL;
    mn_spawn(&yard->bench->kernel, &knot->task, name, mn_co_init(&knot->co, &knot_type));
}

static void tasks_that_wait_for_each_other_are_told_of_once(void **state)
{
    struct yard yard;
    struct knot knots[4];
    open_yard(&yard, *state);
    tie(&yard, &knots[0], "outside", &knots[1]); /* waits for the ring, and is not in it */
    tie(&yard, &knots[1], "one", &knots[2]);
    tie(&yard, &knots[2], "two", &knots[3]);
    tie(&yard, &knots[3], "three", &knots[1]);

    rest(&yard, PATIENCE_US);
    rest(&yard, PATIENCE_US);

    log_paper_assert(&yard.paper, "a task is stuck because=tasks wait for each other task=one "
                                  "waits_in=knot chain=one > two > three > one for=10.0s\n");
    close_yard(&yard);
}

static void a_chain_that_ends_is_no_ring(void **state)
{
    struct yard yard;
    struct knot knots[2];
    open_yard(&yard, *state);
    tie(&yard, &knots[0], "one", &knots[1]);
    tie(&yard, &knots[1], "two", NULL);

    rest(&yard, PATIENCE_US);

    log_paper_assert(&yard.paper, "");
    close_yard(&yard);
}

/* ---- time ------------------------------------------------------------------------------- */

struct restless { /* always ready */
    struct mn_co co;
    struct mn_task task;
};

static enum mn_poll restless_poll(struct mn_co *co, struct mn_task *task)
{
    (void)co;
    mn_task_wake(task);
    return MN_PENDING;
}

static const struct mn_co_type restless_type = {.name = "restless", .poll = restless_poll};

static void turn(struct yard *yard, uint32_t ticks)
{
    while (ticks-- > 0) {
        struct mn_tick tick = mn_tick(&yard->bench->kernel);
        mn_watchdog_look(&yard->dog, tick.deadline_us);
    }
}

static void time_that_stands_still_is_told_once_until_it_moves(void **state)
{
    struct yard yard;
    struct restless restless;
    open_yard(&yard, *state);
    mn_spawn(&yard.bench->kernel, &restless.task, "restless",
             mn_co_init(&restless.co, &restless_type));

    turn(&yard, TICKS - 1);
    log_paper_assert(&yard.paper, "");
    turn(&yard, 3 * TICKS);
    log_paper_assert(&yard.paper, "time does not move on: a task is always ready ticks=1000 "
                                  "task=restless waits_in=restless polls=1000\n");
    yard.bench->now_us++;
    turn(&yard, 2 * TICKS);

    assert_int_equal(yard.dog.told_count, 2);
    close_yard(&yard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_machine_with_nobody_stuck_sleeps_as_long_as_it_likes),
        TEST_IN_SHOP(a_request_that_nobody_takes_is_told_once),
        TEST_IN_SHOP(a_request_that_is_held_and_never_answered_is_told_once),
        TEST_ON_BENCH(a_hello_that_is_not_answered_is_told),
        TEST_IN_SHOP(a_request_that_may_last_may_take_its_time),
        TEST_ON_BENCH(a_queue_that_stays_full_is_told_and_again_if_it_fills_again),
        TEST_ON_BENCH(tasks_that_wait_for_each_other_are_told_of_once),
        TEST_ON_BENCH(a_chain_that_ends_is_no_ring),
        TEST_ON_BENCH(time_that_stands_still_is_told_once_until_it_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
