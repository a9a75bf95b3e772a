/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "echo_service.h"

#include <stdlib.h>

/* A desk with one client that is let in, and room for a few calls and jobs. */
struct shop {
    struct bench *bench;
    struct echo_desk desk;
    struct echo_client client;
    struct echo_caller callers[4];
    struct echo_job jobs[4];
};

static int shop_setup(void **state)
{
    struct shop *shop = calloc(1, sizeof *shop);
    assert_non_null(shop);
    shop->bench = bench_create();
    echo_desk_open(shop->bench, &shop->desk, false);
    echo_connect_now(shop->bench, &shop->client);
    *state = shop;
    return 0;
}

static int shop_teardown(void **state)
{
    struct shop *shop = *state;
    mn_client_close(&shop->client.client);
    mn_service_unbind(&shop->desk.service);
    bench_destroy(shop->bench);
    echo_guests_assert_here(&shop->desk.guests, 0);
    free(shop);
    return 0;
}

/* Spawns so many calls, numbered from 0, and settles. */
static void shop_call(struct shop *shop, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        echo_caller_start(shop->bench, &shop->callers[i], &shop->client, i, MN_TIME_NEVER);
    bench_settle(shop->bench);
}

struct receiver {
    struct mn_task task;
    struct mn_service_recv recv;
    struct echo_job job;
};

static void receiver_start(struct shop *shop, struct receiver *receiver)
{
    mn_job_init(&receiver->job.job);
    mn_spawn(&shop->bench->kernel, &receiver->task, "receiver",
             echo_recv(&receiver->recv, &shop->desk.service, &receiver->job));
}

static bool has_taken(const struct receiver *receiver, uint32_t number)
{
    return mn_task_is_done(&receiver->task) && receiver->recv.co.err == MN_OK &&
           mn_job_is_in_hand(&receiver->job.job) && receiver->job.in.request.number == number;
}

static void finish(struct echo_job *job)
{
    echo_reply(job, &(struct echo_response){job->in.request.number});
}

/* ---- taking ----------------------------------------------------------------------------- */

static void nothing_is_received_while_nothing_was_sent(void **state)
{
    struct shop *shop = *state;

    assert_int_equal(echo_recv_now(&shop->desk.service, &shop->jobs[0]), MN_ERR_EMPTY);
    assert_false(mn_job_is_in_hand(&shop->jobs[0].job));
    echo_desk_assert_counts(&shop->desk, 0, 0, 0);
}

static void requests_are_taken_in_the_order_in_which_they_were_sent(void **state)
{
    struct shop *shop = *state;
    shop_call(shop, 3);
    echo_desk_assert_counts(&shop->desk, 3, 0, 0);

    for (uint32_t i = 0; i < 3; i++) {
        echo_desk_take(&shop->desk, &shop->jobs[i]);
        assert_int_equal(shop->jobs[i].in.request.number, i);
        assert_int_equal(shop->jobs[i].job.kind, MN_JOB_REQUEST);
        assert_int_equal(shop->jobs[i].job.id, i + 1);
        echo_desk_assert_counts(&shop->desk, 2 - i, i + 1, i + 1);
    }
}

static void jobs_may_be_answered_in_any_order(void **state)
{
    struct shop *shop = *state;
    shop_call(shop, 3);
    for (uint32_t i = 0; i < 3; i++)
        echo_desk_take(&shop->desk, &shop->jobs[i]);

    finish(&shop->jobs[1]);
    bench_settle(shop->bench);
    echo_caller_assert_ended(&shop->callers[1], MN_OK);
    assert_int_equal(shop->callers[1].response.number, 1);
    assert_false(mn_task_is_done(&shop->callers[0].task));
    finish(&shop->jobs[2]);
    finish(&shop->jobs[0]);
    bench_settle(shop->bench);

    echo_caller_assert_ended(&shop->callers[0], MN_OK);
    echo_caller_assert_ended(&shop->callers[2], MN_OK);
    assert_int_equal(shop->callers[2].response.number, 2);
    echo_desk_assert_counts(&shop->desk, 0, 0, 3);
}

static void the_server_has_its_own_copy_of_the_request(void **state)
{
    struct shop *shop = *state;
    shop_call(shop, 1);
    echo_desk_take(&shop->desk, &shop->jobs[0]);

    shop->callers[0].request.number = 99;

    assert_int_equal(shop->jobs[0].in.request.number, 0);
}

static void a_job_tells_deadline_and_service(void **state)
{
    struct shop *shop = *state;
    echo_caller_start(shop->bench, &shop->callers[0], &shop->client, 0, 777);
    bench_settle(shop->bench);

    echo_desk_take(&shop->desk, &shop->jobs[0]);

    assert_int_equal(shop->jobs[0].job.deadline_us, 777);
    assert_ptr_equal(shop->jobs[0].job.service, &shop->desk.service);
    assert_null(shop->jobs[0].job.session);
}

/* ---- answering -------------------------------------------------------------------------- */

static void a_failure_reaches_the_client_with_its_error(void **state)
{
    struct shop *shop = *state;
    shop_call(shop, 1);
    echo_desk_take(&shop->desk, &shop->jobs[0]);

    echo_fail(&shop->jobs[0], &(struct echo_error){5});
    bench_settle(shop->bench);

    echo_caller_assert_ended(&shop->callers[0], MN_ERR_FAILED);
    assert_int_equal(shop->callers[0].error.number, 5);
    assert_int_equal(shop->callers[0].response.number, 0);
}

static void a_discarded_job_closes_its_call_only(void **state)
{
    struct shop *shop = *state;
    shop_call(shop, 2);
    echo_desk_take(&shop->desk, &shop->jobs[0]);

    mn_job_discard(&shop->jobs[0].job);
    mn_job_discard(&shop->jobs[0].job); /* harmless */
    echo_desk_answer(&shop->desk);
    bench_settle(shop->bench);

    echo_caller_assert_ended(&shop->callers[0], MN_ERR_CLOSED);
    echo_caller_assert_ended(&shop->callers[1], MN_OK);
    assert_true(mn_client_is_open(&shop->client.client));
    echo_desk_assert_counts(&shop->desk, 0, 0, 2);
}

static void discarding_what_was_never_taken_is_harmless(void **state)
{
    struct shop *shop = *state;
    mn_job_init(&shop->jobs[0].job);

    mn_job_discard(&shop->jobs[0].job);

    echo_desk_assert_counts(&shop->desk, 0, 0, 0);
}

static void answering_twice_panics(void **state)
{
    struct shop *shop = *state;
    shop_call(shop, 1);
    echo_desk_take(&shop->desk, &shop->jobs[0]);
    finish(&shop->jobs[0]);

    expect_assert_failure(finish(&shop->jobs[0]));
    expect_assert_failure(echo_fail(&shop->jobs[0], &(struct echo_error){0}));
}

static void a_request_can_be_neither_accepted_nor_refused(void **state)
{
    struct shop *shop = *state;
    shop_call(shop, 1);
    echo_desk_take(&shop->desk, &shop->jobs[0]);

    expect_assert_failure(echo_accept(&shop->jobs[0], NULL));
    expect_assert_failure(echo_refuse(&shop->jobs[0], &(struct echo_refusal){0}));
    expect_assert_failure(
        (void)echo_recv(&(struct mn_service_recv){0}, &shop->desk.service, &shop->jobs[0]));
}

static void a_hello_can_be_neither_replied_nor_failed(void **state)
{
    struct shop *shop = *state;
    struct echo_joiner joiner = {0};
    shop->desk.service.screens = true;
    echo_joiner_start(shop->bench, &joiner, 1);
    bench_settle(shop->bench);
    echo_desk_take(&shop->desk, &shop->jobs[0]);

    assert_int_equal(shop->jobs[0].job.kind, MN_JOB_HELLO);
    assert_int_equal(shop->jobs[0].in.hello.key, 1);
    expect_assert_failure(finish(&shop->jobs[0]));
    expect_assert_failure(echo_fail(&shop->jobs[0], &(struct echo_error){0}));

    shop->desk.service.screens = false;
    mn_task_cancel(&joiner.task);
}

static void a_job_is_wanted_until_it_is_answered(void **state)
{
    struct shop *shop = *state;
    shop_call(shop, 1);
    echo_desk_take(&shop->desk, &shop->jobs[0]);
    assert_true(mn_job_is_wanted(&shop->jobs[0].job));

    finish(&shop->jobs[0]);

    assert_false(mn_job_is_in_hand(&shop->jobs[0].job));
    assert_false(mn_job_is_wanted(&shop->jobs[0].job));
}

/* ---- waiting to receive ------------------------------------------------------------------ */

static void a_receiver_waits_for_a_request(void **state)
{
    struct shop *shop = *state;
    struct receiver receiver;
    receiver_start(shop, &receiver);
    bench_settle(shop->bench);
    assert_false(mn_task_is_done(&receiver.task));

    shop_call(shop, 1);

    assert_true(has_taken(&receiver, 0));
    assert_true(mn_list_is_empty(&shop->desk.service.receivers));
    finish(&receiver.job);
}

static void several_receivers_take_turns_longest_waiting_first(void **state)
{
    struct shop *shop = *state;
    struct receiver receivers[3];
    for (uint32_t i = 0; i < 3; i++)
        receiver_start(shop, &receivers[i]);
    bench_settle(shop->bench);

    shop_call(shop, 2);

    assert_true(has_taken(&receivers[0], 0));
    assert_true(has_taken(&receivers[1], 1));
    assert_false(mn_task_is_done(&receivers[2].task));
    finish(&receivers[0].job);
    finish(&receivers[1].job);
    mn_task_cancel(&receivers[2].task);
}

static void a_receiver_dropped_before_its_first_poll_takes_nothing(void **state)
{
    struct shop *shop = *state;
    struct receiver receiver;
    shop_call(shop, 1);
    receiver_start(shop, &receiver);

    mn_task_cancel(&receiver.task);

    echo_desk_assert_counts(&shop->desk, 1, 0, 0);
}

static void a_receiver_dropped_while_waiting_leaves_no_trace(void **state)
{
    struct shop *shop = *state;
    struct receiver receivers[2];
    receiver_start(shop, &receivers[0]);
    receiver_start(shop, &receivers[1]);
    bench_settle(shop->bench);

    mn_task_cancel(&receivers[0].task);
    shop_call(shop, 1);

    assert_true(has_taken(&receivers[1], 0));
    finish(&receivers[1].job);
}

static void a_receiver_dropped_after_being_woken_passes_the_request_on(void **state)
{
    struct shop *shop = *state;
    struct receiver receivers[2];
    receiver_start(shop, &receivers[0]);
    receiver_start(shop, &receivers[1]);
    bench_settle(shop->bench);
    echo_caller_start(shop->bench, &shop->callers[0], &shop->client, 0, MN_TIME_NEVER);
    mn_tick(&shop->bench->kernel); /* sent; the first receiver is woken */
    assert_int_equal(receivers[0].recv.state, MN_RECV_WOKEN);

    mn_task_cancel(&receivers[0].task);
    bench_settle(shop->bench);

    assert_true(has_taken(&receivers[1], 0));
    finish(&receivers[1].job);
}

static void a_receiver_woken_for_a_request_that_was_taken_back_waits_again(void **state)
{
    struct shop *shop = *state;
    struct receiver receiver;
    receiver_start(shop, &receiver);
    bench_settle(shop->bench);
    echo_caller_start(shop->bench, &shop->callers[0], &shop->client, 0, MN_TIME_NEVER);
    mn_tick(&shop->bench->kernel);

    mn_task_cancel(&shop->callers[0].task);
    bench_settle(shop->bench);
    assert_false(mn_task_is_done(&receiver.task));
    echo_caller_start(shop->bench, &shop->callers[1], &shop->client, 1, MN_TIME_NEVER);
    bench_settle(shop->bench);

    assert_true(has_taken(&receiver, 1));
    finish(&receiver.job);
}

static void a_request_taken_by_a_newcomer_leaves_the_woken_receiver_waiting(void **state)
{
    struct shop *shop = *state;
    struct receiver receiver;
    receiver_start(shop, &receiver);
    bench_settle(shop->bench);
    echo_caller_start(shop->bench, &shop->callers[0], &shop->client, 0, MN_TIME_NEVER);
    mn_tick(&shop->bench->kernel);

    echo_desk_take(&shop->desk, &shop->jobs[0]);
    bench_settle(shop->bench);
    assert_false(mn_task_is_done(&receiver.task));
    echo_caller_start(shop->bench, &shop->callers[1], &shop->client, 1, MN_TIME_NEVER);
    bench_settle(shop->bench);

    assert_true(has_taken(&receiver, 1));
    finish(&receiver.job);
}

static void a_receiver_polled_without_cause_goes_on_waiting(void **state)
{
    struct shop *shop = *state;
    struct receiver receiver;
    receiver_start(shop, &receiver);
    bench_settle(shop->bench);

    mn_task_wake(&receiver.task);
    bench_settle(shop->bench);
    shop_call(shop, 1);

    assert_true(has_taken(&receiver, 0));
    finish(&receiver.job);
}

static void a_receiver_polled_without_cause_may_take_what_another_was_woken_for(void **state)
{
    struct shop *shop = *state;
    struct receiver receivers[2];
    receiver_start(shop, &receivers[0]);
    receiver_start(shop, &receivers[1]);
    bench_settle(shop->bench);
    echo_caller_start(shop->bench, &shop->callers[0], &shop->client, 0, MN_TIME_NEVER);
    mn_task_wake(&receivers[1].task); /* polled after the call, before the first receiver */

    bench_settle(shop->bench);
    assert_true(has_taken(&receivers[1], 0));
    assert_false(mn_task_is_done(&receivers[0].task));
    echo_caller_start(shop->bench, &shop->callers[1], &shop->client, 1, MN_TIME_NEVER);
    bench_settle(shop->bench);

    assert_true(has_taken(&receivers[0], 1));
    assert_true(mn_list_is_empty(&shop->desk.service.receivers));
    finish(&receivers[0].job);
    finish(&receivers[1].job);
}

/* ---- unbinding -------------------------------------------------------------------------- */

static void unbinding_answers_what_is_queued_and_what_is_in_hand(void **state)
{
    struct shop *shop = *state;
    shop_call(shop, 3);
    echo_desk_take(&shop->desk, &shop->jobs[0]);

    mn_service_unbind(&shop->desk.service);
    bench_settle(shop->bench);

    for (uint32_t i = 0; i < 3; i++)
        echo_caller_assert_ended(&shop->callers[i], MN_ERR_CLOSED);
    assert_false(mn_client_is_open(&shop->client.client));
    assert_false(mn_job_is_in_hand(&shop->jobs[0].job));
    mn_job_discard(&shop->jobs[0].job); /* harmless: what a drop after the unbinding does */
    echo_desk_assert_counts(&shop->desk, 0, 0, 1);
}

static void unbinding_closes_every_waiting_receiver(void **state)
{
    struct shop *shop = *state;
    struct receiver receivers[3];
    for (uint32_t i = 0; i < 3; i++)
        receiver_start(shop, &receivers[i]);
    bench_settle(shop->bench);

    mn_service_unbind(&shop->desk.service);
    mn_task_cancel(&receivers[0].task); /* dropped after being woken */
    bench_settle(shop->bench);

    for (uint32_t i = 1; i < 3; i++) {
        assert_true(mn_task_is_done(&receivers[i].task));
        assert_int_equal(receivers[i].recv.co.err, MN_ERR_CLOSED);
    }
}

static void receiving_from_an_unbound_service_is_closed(void **state)
{
    struct shop *shop = *state;
    struct receiver receiver;
    mn_service_unbind(&shop->desk.service);

    assert_int_equal(echo_recv_now(&shop->desk.service, &shop->jobs[0]), MN_ERR_CLOSED);
    receiver_start(shop, &receiver);
    bench_settle(shop->bench);

    assert_true(mn_task_is_done(&receiver.task));
    assert_int_equal(receiver.recv.co.err, MN_ERR_CLOSED);
}

static void a_service_bound_again_counts_from_zero(void **state)
{
    struct shop *shop = *state;
    shop_call(shop, 1);
    echo_desk_answer(&shop->desk);
    mn_service_unbind(&shop->desk.service);

    echo_desk_open(shop->bench, &shop->desk, false);
    echo_desk_assert_counts(&shop->desk, 0, 0, 0);
    echo_connect_now(shop->bench, &shop->client);
    shop_call(shop, 1);
    echo_desk_answer(&shop->desk);
    bench_settle(shop->bench);

    echo_caller_assert_ended(&shop->callers[0], MN_OK);
    echo_desk_assert_counts(&shop->desk, 0, 0, 1);
}

static void a_receiver_that_slept_through_an_unbinding_serves_the_next_binding(void **state)
{
    struct shop *shop = *state;
    struct receiver receiver;
    receiver_start(shop, &receiver);
    bench_settle(shop->bench);

    mn_service_unbind(&shop->desk.service);
    echo_desk_open(shop->bench, &shop->desk, false);
    echo_connect_now(shop->bench, &shop->client);
    shop_call(shop, 1);

    assert_true(has_taken(&receiver, 0));
    finish(&receiver.job);
}

#define TEST_IN_SHOP(f) cmocka_unit_test_setup_teardown(f, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_SHOP(nothing_is_received_while_nothing_was_sent),
        TEST_IN_SHOP(requests_are_taken_in_the_order_in_which_they_were_sent),
        TEST_IN_SHOP(jobs_may_be_answered_in_any_order),
        TEST_IN_SHOP(the_server_has_its_own_copy_of_the_request),
        TEST_IN_SHOP(a_job_tells_deadline_and_service),
        TEST_IN_SHOP(a_failure_reaches_the_client_with_its_error),
        TEST_IN_SHOP(a_discarded_job_closes_its_call_only),
        TEST_IN_SHOP(discarding_what_was_never_taken_is_harmless),
        TEST_IN_SHOP(answering_twice_panics),
        TEST_IN_SHOP(a_request_can_be_neither_accepted_nor_refused),
        TEST_IN_SHOP(a_hello_can_be_neither_replied_nor_failed),
        TEST_IN_SHOP(a_job_is_wanted_until_it_is_answered),
        TEST_IN_SHOP(a_receiver_waits_for_a_request),
        TEST_IN_SHOP(several_receivers_take_turns_longest_waiting_first),
        TEST_IN_SHOP(a_receiver_dropped_before_its_first_poll_takes_nothing),
        TEST_IN_SHOP(a_receiver_dropped_while_waiting_leaves_no_trace),
        TEST_IN_SHOP(a_receiver_dropped_after_being_woken_passes_the_request_on),
        TEST_IN_SHOP(a_receiver_woken_for_a_request_that_was_taken_back_waits_again),
        TEST_IN_SHOP(a_request_taken_by_a_newcomer_leaves_the_woken_receiver_waiting),
        TEST_IN_SHOP(a_receiver_polled_without_cause_goes_on_waiting),
        TEST_IN_SHOP(a_receiver_polled_without_cause_may_take_what_another_was_woken_for),
        TEST_IN_SHOP(unbinding_answers_what_is_queued_and_what_is_in_hand),
        TEST_IN_SHOP(unbinding_closes_every_waiting_receiver),
        TEST_IN_SHOP(receiving_from_an_unbound_service_is_closed),
        TEST_IN_SHOP(a_service_bound_again_counts_from_zero),
        TEST_IN_SHOP(a_receiver_that_slept_through_an_unbinding_serves_the_next_binding),
    };
    return cmocka_run_group_tests_name("service", tests, NULL, NULL);
}
