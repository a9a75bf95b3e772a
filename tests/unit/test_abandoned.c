/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "echo_service.h"

#include <stdlib.h>

/* A job in hand, and a task of the server's that watches whether it is still wanted. */
struct watch {
    struct bench *bench;
    struct echo_desk desk;
    struct echo_client client;
    struct echo_caller caller;
    struct echo_job job;
    struct mn_task task;
    struct mn_job_abandoned abandoned;
    struct mn_sleep work;
    struct mn_select select;
    struct mn_co *arms[2];
};

static int watch_setup(void **state)
{
    struct watch *watch = calloc(1, sizeof *watch);
    assert_non_null(watch);
    watch->bench = bench_create();
    echo_desk_open(watch->bench, &watch->desk, false);
    echo_connect_now(watch->bench, &watch->client);
    echo_caller_start(watch->bench, &watch->caller, &watch->client, 0, 100);
    bench_settle(watch->bench);
    echo_desk_take(&watch->desk, &watch->job);
    *state = watch;
    return 0;
}

static int watch_teardown(void **state)
{
    struct watch *watch = *state;
    mn_service_unbind(&watch->desk.service);
    bench_destroy(watch->bench);
    free(watch);
    return 0;
}

static void watch_start(struct watch *watch)
{
    mn_spawn(&watch->bench->kernel, &watch->task, "watcher",
             mn_job_abandoned(&watch->abandoned, &watch->job.job));
    bench_settle(watch->bench);
    assert_false(mn_task_is_done(&watch->task));
}

static void watch_start_beside_work(struct watch *watch, uint64_t length_us)
{
    watch->arms[0] = mn_sleep(&watch->work, length_us);
    watch->arms[1] = mn_job_abandoned(&watch->abandoned, &watch->job.job);
    mn_spawn(&watch->bench->kernel, &watch->task, "worker",
             mn_select(&watch->select, watch->arms, 2));
    bench_settle(watch->bench);
    assert_false(mn_task_is_done(&watch->task));
}

static void watch_assert_ended(struct watch *watch)
{
    bench_settle(watch->bench);
    assert_true(mn_task_is_done(&watch->task));
    assert_int_equal(watch->abandoned.co.err, MN_OK);
    assert_false(mn_job_is_wanted(&watch->job.job));
}

static void the_watch_ends_when_the_call_is_dropped(void **state)
{
    struct watch *watch = *state;
    watch_start(watch);

    mn_task_cancel(&watch->caller.task);

    watch_assert_ended(watch);
    assert_true(mn_job_is_in_hand(&watch->job.job)); /* still ours to answer */
}

static void the_watch_ends_when_the_deadline_passes(void **state)
{
    struct watch *watch = *state;
    watch_start(watch);

    bench_advance(watch->bench, 100);

    echo_caller_assert_ended(&watch->caller, MN_ERR_TIMEOUT);
    watch_assert_ended(watch);
}

static void the_watch_ends_when_the_client_closes(void **state)
{
    struct watch *watch = *state;
    watch_start(watch);

    mn_client_close(&watch->client.client);

    watch_assert_ended(watch);
    assert_true(mn_job_is_in_hand(&watch->job.job));
}

static void the_watch_ends_at_once_when_nobody_waits_already(void **state)
{
    struct watch *watch = *state;
    mn_task_cancel(&watch->caller.task);

    mn_spawn(&watch->bench->kernel, &watch->task, "watcher",
             mn_job_abandoned(&watch->abandoned, &watch->job.job));

    watch_assert_ended(watch);
}

static void the_watch_ends_when_the_service_is_unbound(void **state)
{
    struct watch *watch = *state;
    watch_start(watch);

    mn_service_unbind(&watch->desk.service);

    watch_assert_ended(watch);
    assert_false(mn_job_is_in_hand(&watch->job.job));
}

static void the_watch_over_a_hello_ends_when_the_service_is_unbound(void **state)
{
    struct watch *watch = *state;
    struct echo_joiner joiner = {0};
    mn_job_discard(&watch->job.job);
    watch->desk.service.screens = true;
    echo_joiner_start(watch->bench, &joiner, ECHO_KEY);
    bench_settle(watch->bench);
    echo_desk_take(&watch->desk, &watch->job);
    watch_start(watch);

    watch->desk.service.screens = false;
    mn_service_unbind(&watch->desk.service);

    watch_assert_ended(watch);
    mn_task_cancel(&joiner.task);
}

static void a_watch_begun_after_the_unbinding_ends_at_once(void **state)
{
    struct watch *watch = *state;
    watch_start_beside_work(watch, 50);

    mn_service_unbind(&watch->desk.service);
    mn_task_wake(&watch->task);

    watch_assert_ended(watch);
    assert_int_equal(watch->select.winner, 1);
    assert_int_equal(watch->bench->kernel.wheel.count, 0);
}

static void work_in_vain_is_given_up_at_once(void **state)
{
    struct watch *watch = *state;
    watch_start_beside_work(watch, 500);

    bench_advance(watch->bench, 100);

    watch_assert_ended(watch);
    assert_int_equal(watch->select.winner, 1);
    assert_int_equal(watch->bench->kernel.wheel.count, 0);
}

static void work_that_ends_first_leaves_no_watch(void **state)
{
    struct watch *watch = *state;
    watch_start_beside_work(watch, 50);

    bench_advance(watch->bench, 50);
    assert_true(mn_task_is_done(&watch->task));
    assert_int_equal(watch->select.winner, 0);
    mn_task_cancel(&watch->caller.task); /* wakes nobody */

    assert_null(watch->job.job.watcher);
}

static void a_watch_dropped_before_its_first_poll_leaves_nothing(void **state)
{
    struct watch *watch = *state;
    mn_spawn(&watch->bench->kernel, &watch->task, "watcher",
             mn_job_abandoned(&watch->abandoned, &watch->job.job));

    mn_task_cancel(&watch->task);

    assert_null(watch->job.job.watcher);
}

static void a_watch_dropped_while_waiting_leaves_nothing(void **state)
{
    struct watch *watch = *state;
    watch_start(watch);

    mn_task_cancel(&watch->task);
    assert_null(watch->job.job.watcher);
    mn_task_cancel(&watch->caller.task);

    assert_false(mn_job_is_wanted(&watch->job.job));
}

static void a_watch_dropped_after_being_woken_leaves_nothing(void **state)
{
    struct watch *watch = *state;
    watch_start(watch);
    mn_task_cancel(&watch->caller.task);

    mn_task_cancel(&watch->task);

    assert_null(watch->job.job.watcher);
    assert_false(mn_job_is_wanted(&watch->job.job));
}

static void a_second_watcher_of_one_job_panics(void **state)
{
    struct watch *watch = *state;
    struct mn_job_abandoned second;
    struct mn_task task;
    watch_start(watch);
    mn_job_abandoned(&second, &watch->job.job);

    expect_assert_failure((void)mn_co_poll(&second.co, &task));
}

#define TEST_OF_WATCH(f) cmocka_unit_test_setup_teardown(f, watch_setup, watch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_WATCH(the_watch_ends_when_the_call_is_dropped),
        TEST_OF_WATCH(the_watch_ends_when_the_deadline_passes),
        TEST_OF_WATCH(the_watch_ends_when_the_client_closes),
        TEST_OF_WATCH(the_watch_ends_at_once_when_nobody_waits_already),
        TEST_OF_WATCH(the_watch_ends_when_the_service_is_unbound),
        TEST_OF_WATCH(the_watch_over_a_hello_ends_when_the_service_is_unbound),
        TEST_OF_WATCH(a_watch_begun_after_the_unbinding_ends_at_once),
        TEST_OF_WATCH(work_in_vain_is_given_up_at_once),
        TEST_OF_WATCH(work_that_ends_first_leaves_no_watch),
        TEST_OF_WATCH(a_watch_dropped_before_its_first_poll_leaves_nothing),
        TEST_OF_WATCH(a_watch_dropped_while_waiting_leaves_nothing),
        TEST_OF_WATCH(a_watch_dropped_after_being_woken_leaves_nothing),
        TEST_OF_WATCH(a_second_watcher_of_one_job_panics),
    };
    return cmocka_run_group_tests_name("abandoned", tests, NULL, NULL);
}
