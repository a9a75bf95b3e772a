/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "echo_service.h"

#include <string.h>

static void shop_call(struct echo_shop *shop, uint32_t index, uint64_t deadline_us)
{
    echo_caller_start(shop->bench, &shop->callers[index], &shop->client, index, deadline_us);
    bench_settle(shop->bench);
}

/* mn_task::ended of a task that serves as it ends. */
static void answer_next(struct mn_task *task)
{
    const struct mn_service *service =
        MN_CONTAINER(task->kernel->registry.services.next, struct mn_service, link);
    echo_desk_answer(MN_CONTAINER(service, struct echo_desk, service));
}

/* ---- ends ------------------------------------------------------------------------------- */

static void a_call_ends_with_its_response(void **state)
{
    struct echo_shop *shop = *state;
    shop_call(shop, 0, MN_TIME_NEVER);
    assert_false(mn_task_is_done(&shop->callers[0].task));

    echo_desk_answer(&shop->desk);
    bench_settle(shop->bench);

    echo_caller_assert_ended(&shop->callers[0], MN_OK);
    assert_int_equal(shop->callers[0].response.number, 1000);
}

static void a_response_nobody_wants_is_not_copied(void **state)
{
    struct echo_shop *shop = *state;
    struct mn_task task;
    struct mn_call call;
    struct echo_request request = {.number = 1};
    for (uint32_t round = 0; round < 2; round++) {
        mn_spawn(&shop->bench->kernel, &task, "call",
                 echo_call(&call, &shop->client, &request, NULL, NULL, MN_TIME_NEVER));
        bench_settle(shop->bench);
        echo_desk_take(&shop->desk, &shop->jobs[0]);

        if (round == 0)
            echo_shop_finish(&shop->jobs[0]);
        else
            echo_fail(&shop->jobs[0], &(struct echo_error){1});
        bench_settle(shop->bench);

        assert_true(mn_task_is_done(&task));
        assert_int_equal(call.co.err, round == 0 ? MN_OK : MN_ERR_FAILED);
    }
}

static void ids_are_counted_from_one_for_each_client(void **state)
{
    struct echo_shop *shop = *state;
    echo_caller_start(shop->bench, &shop->callers[0], &shop->client, 0, MN_TIME_NEVER);
    echo_caller_start(shop->bench, &shop->callers[1], &shop->other, 1, MN_TIME_NEVER);
    echo_caller_start(shop->bench, &shop->callers[2], &shop->client, 2, MN_TIME_NEVER);

    bench_settle(shop->bench);

    assert_int_equal(shop->callers[0].call.request.id, 1);
    assert_int_equal(shop->callers[1].call.request.id, 1);
    assert_int_equal(shop->callers[2].call.request.id, 2);
    for (uint32_t i = 0; i < 3; i++) {
        echo_desk_take(&shop->desk, &shop->jobs[i]);
        assert_int_equal(shop->jobs[i].in.request.number, i); /* first come, first served */
        assert_int_equal(shop->jobs[i].job.id, shop->callers[i].call.request.id);
    }
}

static void a_call_through_a_client_that_is_not_connected_is_closed(void **state)
{
    struct echo_shop *shop = *state;
    mn_client_close(&shop->client.client);

    shop_call(shop, 0, MN_TIME_NEVER);

    echo_caller_assert_ended(&shop->callers[0], MN_ERR_CLOSED);
    echo_desk_assert_counts(&shop->desk, 0, 0, 0);
}

static void a_call_polled_without_cause_goes_on_waiting(void **state)
{
    struct echo_shop *shop = *state;
    shop_call(shop, 0, 100);

    mn_task_wake(&shop->callers[0].task);
    bench_settle(shop->bench);

    assert_false(mn_task_is_done(&shop->callers[0].task));
    echo_desk_assert_counts(&shop->desk, 1, 0, 0);
}

/* ---- deadlines -------------------------------------------------------------------------- */

static void a_deadline_takes_a_queued_request_back(void **state)
{
    struct echo_shop *shop = *state;
    shop_call(shop, 0, 100);
    bench_advance(shop->bench, 99);
    assert_false(mn_task_is_done(&shop->callers[0].task));

    bench_advance(shop->bench, 1);

    echo_caller_assert_ended(&shop->callers[0], MN_ERR_TIMEOUT);
    echo_desk_assert_counts(&shop->desk, 0, 0, 0);
    assert_int_equal(echo_recv_now(&shop->desk.service, &shop->jobs[0]), MN_ERR_EMPTY);
    assert_int_equal(shop->bench->kernel.wheel.count, 0);
}

static void a_deadline_takes_a_request_out_of_the_servers_hand(void **state)
{
    struct echo_shop *shop = *state;
    shop_call(shop, 0, 100);
    echo_desk_take(&shop->desk, &shop->jobs[0]);

    bench_advance(shop->bench, 100);

    echo_caller_assert_ended(&shop->callers[0], MN_ERR_TIMEOUT);
    assert_false(mn_job_is_wanted(&shop->jobs[0].job));
    echo_desk_assert_counts(&shop->desk, 0, 1, 1);
    echo_shop_finish(&shop->jobs[0]);
    assert_int_equal(shop->callers[0].response.number, 0); /* the reply went nowhere */
    echo_desk_assert_counts(&shop->desk, 0, 0, 1);
}

static void an_answer_before_the_deadline_leaves_no_timer(void **state)
{
    struct echo_shop *shop = *state;
    shop_call(shop, 0, 100);
    assert_int_equal(shop->bench->kernel.wheel.count, 1);

    echo_desk_answer(&shop->desk);
    bench_settle(shop->bench);

    echo_caller_assert_ended(&shop->callers[0], MN_OK);
    assert_int_equal(shop->bench->kernel.wheel.count, 0);
}

static void an_answer_beats_a_deadline_that_ties_with_it(void **state)
{
    struct echo_shop *shop = *state;
    shop_call(shop, 0, 100);
    echo_desk_answer(&shop->desk);

    shop->bench->now_us = 100;
    bench_settle(shop->bench);

    echo_caller_assert_ended(&shop->callers[0], MN_OK);
    assert_int_equal(shop->callers[0].response.number, 1000);
    assert_int_equal(shop->bench->kernel.wheel.count, 0);
}

static void an_answer_in_the_tick_of_the_deadline_counts_if_the_server_ran_first(void **state)
{
    struct echo_shop *shop = *state;
    struct mn_task task; /* of the server's; its turn in the tick comes before the caller's */
    struct mn_sleep sleep;
    mn_spawn(&shop->bench->kernel, &task, "sleeper", mn_sleep_until(&sleep, 100));
    shop_call(shop, 0, 100);
    bench_advance(shop->bench, 99);
    task.ended = answer_next;

    bench_advance(shop->bench, 1);

    echo_caller_assert_ended(&shop->callers[0], MN_OK);
}

static void a_deadline_that_has_passed_sends_nothing(void **state)
{
    struct echo_shop *shop = *state;
    bench_advance(shop->bench, 50);

    shop_call(shop, 0, 50);
    shop_call(shop, 1, 0);

    echo_caller_assert_ended(&shop->callers[0], MN_ERR_TIMEOUT);
    echo_caller_assert_ended(&shop->callers[1], MN_ERR_TIMEOUT);
    echo_desk_assert_counts(&shop->desk, 0, 0, 0);
    assert_int_equal(shop->client.client.ids, 0);
}

static void a_call_without_deadline_arms_no_timer(void **state)
{
    struct echo_shop *shop = *state;

    shop_call(shop, 0, MN_TIME_NEVER);

    assert_int_equal(shop->bench->kernel.wheel.count, 0);
}

static void each_call_has_its_own_deadline(void **state)
{
    struct echo_shop *shop = *state;
    shop_call(shop, 0, 300);
    shop_call(shop, 1, 100);
    shop_call(shop, 2, 200);

    bench_advance(shop->bench, 150);
    echo_desk_answer(&shop->desk);
    bench_advance(shop->bench, 100);

    echo_caller_assert_ended(&shop->callers[0], MN_OK);
    echo_caller_assert_ended(&shop->callers[1], MN_ERR_TIMEOUT);
    echo_caller_assert_ended(&shop->callers[2], MN_ERR_TIMEOUT);
    echo_desk_assert_counts(&shop->desk, 0, 0, 1);
}

/* ---- dropped ---------------------------------------------------------------------------- */

static void a_call_dropped_before_its_first_poll_sends_nothing(void **state)
{
    struct echo_shop *shop = *state;
    echo_caller_start(shop->bench, &shop->callers[0], &shop->client, 0, 100);

    mn_task_cancel(&shop->callers[0].task);
    bench_settle(shop->bench);

    echo_desk_assert_counts(&shop->desk, 0, 0, 0);
    assert_int_equal(shop->client.client.ids, 0);
}

static void a_call_dropped_while_queued_is_taken_from_among_the_others(void **state)
{
    struct echo_shop *shop = *state;
    for (uint32_t i = 0; i < 3; i++)
        shop_call(shop, i, 100 + i);

    mn_task_cancel(&shop->callers[1].task);

    echo_desk_assert_counts(&shop->desk, 2, 0, 0);
    assert_int_equal(shop->bench->kernel.wheel.count, 2);
    echo_desk_take(&shop->desk, &shop->jobs[0]);
    echo_desk_take(&shop->desk, &shop->jobs[1]);
    assert_int_equal(shop->jobs[0].in.request.number, 0);
    assert_int_equal(shop->jobs[1].in.request.number, 2);
}

static void a_reply_to_a_call_dropped_while_in_hand_goes_nowhere(void **state)
{
    struct echo_shop *shop = *state;
    shop_call(shop, 0, 100);
    echo_desk_take(&shop->desk, &shop->jobs[0]);

    mn_task_cancel(&shop->callers[0].task);
    memset(&shop->callers[0], 0xa5, sizeof shop->callers[0]); /* its memory is somebody else's */

    assert_true(mn_job_is_in_hand(&shop->jobs[0].job));
    assert_false(mn_job_is_wanted(&shop->jobs[0].job));
    echo_shop_finish(&shop->jobs[0]);
    bench_settle(shop->bench);
    echo_desk_assert_counts(&shop->desk, 0, 0, 1);
    assert_int_equal(shop->callers[0].response.number, 0xa5a5a5a5);
}

static void a_call_dropped_after_its_answer_leaves_nothing(void **state)
{
    struct echo_shop *shop = *state;
    shop_call(shop, 0, 100);
    echo_desk_answer(&shop->desk);
    assert_false(mn_task_is_done(&shop->callers[0].task)); /* answered, not polled yet */

    mn_task_cancel(&shop->callers[0].task);

    echo_desk_assert_counts(&shop->desk, 0, 0, 1);
    assert_int_equal(shop->bench->kernel.wheel.count, 0);
    assert_true(mn_client_is_open(&shop->client.client));
}

/* ---- closing the client ----------------------------------------------------------------- */

static void closing_a_client_ends_its_requests_and_nobody_elses(void **state)
{
    struct echo_shop *shop = *state;
    for (uint32_t i = 0; i < 4; i++)
        echo_caller_start(shop->bench, &shop->callers[i], i % 2 ? &shop->other : &shop->client,
                          i, MN_TIME_NEVER);
    bench_settle(shop->bench);
    echo_desk_take(&shop->desk, &shop->jobs[0]);
    echo_desk_take(&shop->desk, &shop->jobs[1]);

    mn_client_close(&shop->client.client);
    bench_settle(shop->bench);

    echo_caller_assert_ended(&shop->callers[0], MN_ERR_CLOSED);
    echo_caller_assert_ended(&shop->callers[2], MN_ERR_CLOSED);
    assert_false(mn_job_is_wanted(&shop->jobs[0].job));
    assert_true(mn_job_is_wanted(&shop->jobs[1].job));
    echo_desk_assert_counts(&shop->desk, 1, 2, 2);
    echo_shop_finish(&shop->jobs[0]);
    echo_shop_finish(&shop->jobs[1]);
    echo_desk_answer(&shop->desk);
    bench_settle(shop->bench);
    echo_caller_assert_ended(&shop->callers[1], MN_OK);
    echo_caller_assert_ended(&shop->callers[3], MN_OK);
    assert_int_equal(shop->desk.guests.gone, 1);
}

static void closing_a_client_twice_or_before_it_connects_is_harmless(void **state)
{
    struct echo_shop *shop = *state;
    struct mn_client never;
    mn_client_init(&never);

    mn_client_close(&never);
    mn_client_close(&shop->client.client);
    mn_client_close(&shop->client.client);

    assert_false(mn_client_is_open(&shop->client.client));
    assert_int_equal(shop->desk.guests.gone, 1);
}

static void a_waiting_call_names_the_servers_task(void **state)
{
    struct echo_shop *shop = *state;
    echo_caller_start(shop->bench, &shop->callers[0], &shop->client, 0, MN_TIME_NEVER);
    assert_null(mn_task_waits_for(&shop->callers[0].task)); /* not sent yet */

    bench_settle(shop->bench);
    assert_ptr_equal(mn_task_waits_for(&shop->callers[0].task), &shop->desk.server);
    echo_desk_take(&shop->desk, &shop->jobs[0]);
    assert_ptr_equal(mn_task_waits_for(&shop->callers[0].task), &shop->desk.server);
    echo_shop_finish(&shop->jobs[0]);

    assert_null(mn_task_waits_for(&shop->callers[0].task));
}

static void a_call_under_a_timeout_is_taken_back_by_it(void **state)
{
    struct echo_shop *shop = *state;
    struct mn_task task;
    struct mn_timeout limit;
    struct mn_call call;
    struct echo_request request = {.number = 1};
    mn_spawn(&shop->bench->kernel, &task, "limited",
             mn_timeout(&limit, 10, echo_call(&call, &shop->client, &request, NULL, NULL, 50)));
    bench_settle(shop->bench);
    assert_ptr_equal(mn_task_waits_for(&task), &shop->desk.server);

    bench_advance(shop->bench, 10);

    assert_true(mn_task_is_done(&task));
    assert_int_equal(limit.co.err, MN_ERR_TIMEOUT);
    echo_desk_assert_counts(&shop->desk, 0, 0, 0);
    assert_int_equal(shop->bench->kernel.wheel.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_SHOP(a_call_ends_with_its_response),
        TEST_IN_SHOP(a_response_nobody_wants_is_not_copied),
        TEST_IN_SHOP(ids_are_counted_from_one_for_each_client),
        TEST_IN_SHOP(a_call_through_a_client_that_is_not_connected_is_closed),
        TEST_IN_SHOP(a_call_polled_without_cause_goes_on_waiting),
        TEST_IN_SHOP(a_deadline_takes_a_queued_request_back),
        TEST_IN_SHOP(a_deadline_takes_a_request_out_of_the_servers_hand),
        TEST_IN_SHOP(an_answer_before_the_deadline_leaves_no_timer),
        TEST_IN_SHOP(an_answer_beats_a_deadline_that_ties_with_it),
        TEST_IN_SHOP(an_answer_in_the_tick_of_the_deadline_counts_if_the_server_ran_first),
        TEST_IN_SHOP(a_deadline_that_has_passed_sends_nothing),
        TEST_IN_SHOP(a_call_without_deadline_arms_no_timer),
        TEST_IN_SHOP(each_call_has_its_own_deadline),
        TEST_IN_SHOP(a_call_dropped_before_its_first_poll_sends_nothing),
        TEST_IN_SHOP(a_call_dropped_while_queued_is_taken_from_among_the_others),
        TEST_IN_SHOP(a_reply_to_a_call_dropped_while_in_hand_goes_nowhere),
        TEST_IN_SHOP(a_call_dropped_after_its_answer_leaves_nothing),
        TEST_IN_SHOP(closing_a_client_ends_its_requests_and_nobody_elses),
        TEST_IN_SHOP(closing_a_client_twice_or_before_it_connects_is_harmless),
        TEST_IN_SHOP(a_waiting_call_names_the_servers_task),
        TEST_IN_SHOP(a_call_under_a_timeout_is_taken_back_by_it),
    };
    return cmocka_run_group_tests_name("call", tests, NULL, NULL);
}
