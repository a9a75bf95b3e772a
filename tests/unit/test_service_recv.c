/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "echo_service.h"

/* Spawns so many calls, numbered from 0, and settles. */
static void shop_call(struct echo_shop *shop, uint32_t count)
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

static void receiver_start(struct echo_shop *shop, struct receiver *receiver)
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

static void a_receiver_waits_for_a_request(void **state)
{
    struct echo_shop *shop = *state;
    struct receiver receiver;
    receiver_start(shop, &receiver);
    bench_settle(shop->bench);
    assert_false(mn_task_is_done(&receiver.task));

    shop_call(shop, 1);

    assert_true(has_taken(&receiver, 0));
    assert_true(mn_list_is_empty(&shop->desk.service.receivers));
    echo_shop_finish(&receiver.job);
}

static void several_receivers_take_turns_longest_waiting_first(void **state)
{
    struct echo_shop *shop = *state;
    struct receiver receivers[3];
    for (uint32_t i = 0; i < 3; i++)
        receiver_start(shop, &receivers[i]);
    bench_settle(shop->bench);

    shop_call(shop, 2);

    assert_true(has_taken(&receivers[0], 0));
    assert_true(has_taken(&receivers[1], 1));
    assert_false(mn_task_is_done(&receivers[2].task));
    echo_shop_finish(&receivers[0].job);
    echo_shop_finish(&receivers[1].job);
    mn_task_cancel(&receivers[2].task);
}

static void a_receiver_dropped_before_its_first_poll_takes_nothing(void **state)
{
    struct echo_shop *shop = *state;
    struct receiver receiver;
    shop_call(shop, 1);
    receiver_start(shop, &receiver);

    mn_task_cancel(&receiver.task);

    echo_desk_assert_counts(&shop->desk, 1, 0, 0);
}

static void a_receiver_dropped_while_waiting_leaves_no_trace(void **state)
{
    struct echo_shop *shop = *state;
    struct receiver receivers[2];
    receiver_start(shop, &receivers[0]);
    receiver_start(shop, &receivers[1]);
    bench_settle(shop->bench);

    mn_task_cancel(&receivers[0].task);
    shop_call(shop, 1);

    assert_true(has_taken(&receivers[1], 0));
    echo_shop_finish(&receivers[1].job);
}

static void a_receiver_dropped_after_being_woken_passes_the_request_on(void **state)
{
    struct echo_shop *shop = *state;
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
    echo_shop_finish(&receivers[1].job);
}

static void a_receiver_woken_for_a_request_that_was_taken_back_waits_again(void **state)
{
    struct echo_shop *shop = *state;
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
    echo_shop_finish(&receiver.job);
}

static void a_request_taken_by_a_newcomer_leaves_the_woken_receiver_waiting(void **state)
{
    struct echo_shop *shop = *state;
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
    echo_shop_finish(&receiver.job);
}

static void a_receiver_polled_without_cause_goes_on_waiting(void **state)
{
    struct echo_shop *shop = *state;
    struct receiver receiver;
    receiver_start(shop, &receiver);
    bench_settle(shop->bench);

    mn_task_wake(&receiver.task);
    bench_settle(shop->bench);
    shop_call(shop, 1);

    assert_true(has_taken(&receiver, 0));
    echo_shop_finish(&receiver.job);
}

static void a_receiver_polled_without_cause_may_take_what_another_was_woken_for(void **state)
{
    struct echo_shop *shop = *state;
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
    echo_shop_finish(&receivers[0].job);
    echo_shop_finish(&receivers[1].job);
}

static void unbinding_closes_every_waiting_receiver(void **state)
{
    struct echo_shop *shop = *state;
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

static void a_receiver_that_slept_through_an_unbinding_serves_the_next_binding(void **state)
{
    struct echo_shop *shop = *state;
    struct receiver receiver;
    receiver_start(shop, &receiver);
    bench_settle(shop->bench);

    mn_service_unbind(&shop->desk.service);
    echo_desk_open(shop->bench, &shop->desk, false);
    echo_connect_now(shop->bench, &shop->client);
    shop_call(shop, 1);

    assert_true(has_taken(&receiver, 0));
    echo_shop_finish(&receiver.job);
}

static void receiving_from_an_unbound_service_is_closed(void **state)
{
    struct echo_shop *shop = *state;
    struct receiver receiver;
    mn_service_unbind(&shop->desk.service);

    assert_int_equal(echo_recv_now(&shop->desk.service, &shop->jobs[0]), MN_ERR_CLOSED);
    receiver_start(shop, &receiver);
    bench_settle(shop->bench);

    assert_true(mn_task_is_done(&receiver.task));
    assert_int_equal(receiver.recv.co.err, MN_ERR_CLOSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_SHOP(a_receiver_waits_for_a_request),
        TEST_IN_SHOP(several_receivers_take_turns_longest_waiting_first),
        TEST_IN_SHOP(a_receiver_dropped_before_its_first_poll_takes_nothing),
        TEST_IN_SHOP(a_receiver_dropped_while_waiting_leaves_no_trace),
        TEST_IN_SHOP(a_receiver_dropped_after_being_woken_passes_the_request_on),
        TEST_IN_SHOP(a_receiver_woken_for_a_request_that_was_taken_back_waits_again),
        TEST_IN_SHOP(a_request_taken_by_a_newcomer_leaves_the_woken_receiver_waiting),
        TEST_IN_SHOP(a_receiver_polled_without_cause_goes_on_waiting),
        TEST_IN_SHOP(a_receiver_polled_without_cause_may_take_what_another_was_woken_for),
        TEST_IN_SHOP(unbinding_closes_every_waiting_receiver),
        TEST_IN_SHOP(a_receiver_that_slept_through_an_unbinding_serves_the_next_binding),
        TEST_IN_SHOP(receiving_from_an_unbound_service_is_closed),
    };
    return cmocka_run_group_tests_name("service_recv", tests, NULL, NULL);
}
