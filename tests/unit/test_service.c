/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "echo_service.h"

/* Spawns so many calls, numbered from 0, and settles. */
static void shop_call(struct echo_shop *shop, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        echo_caller_start(shop->bench, &shop->callers[i], &shop->client, i, MN_TIME_NEVER);
    bench_settle(shop->bench);
}

/* ---- taking ----------------------------------------------------------------------------- */

static void nothing_is_received_while_nothing_was_sent(void **state)
{
    struct echo_shop *shop = *state;

    assert_int_equal(echo_recv_now(&shop->desk.service, &shop->jobs[0]), MN_ERR_EMPTY);
    assert_false(mn_job_is_in_hand(&shop->jobs[0].job));
    echo_desk_assert_counts(&shop->desk, 0, 0, 0);
}

static void requests_are_taken_in_the_order_in_which_they_were_sent(void **state)
{
    struct echo_shop *shop = *state;
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
    struct echo_shop *shop = *state;
    shop_call(shop, 3);
    for (uint32_t i = 0; i < 3; i++)
        echo_desk_take(&shop->desk, &shop->jobs[i]);

    echo_shop_finish(&shop->jobs[1]);
    bench_settle(shop->bench);
    echo_caller_assert_ended(&shop->callers[1], MN_OK);
    assert_int_equal(shop->callers[1].response.number, 1001);
    assert_false(mn_task_is_done(&shop->callers[0].task));
    echo_shop_finish(&shop->jobs[2]);
    echo_shop_finish(&shop->jobs[0]);
    bench_settle(shop->bench);

    echo_caller_assert_ended(&shop->callers[0], MN_OK);
    echo_caller_assert_ended(&shop->callers[2], MN_OK);
    assert_int_equal(shop->callers[2].response.number, 1002);
    echo_desk_assert_counts(&shop->desk, 0, 0, 3);
}

static void the_server_has_its_own_copy_of_the_request(void **state)
{
    struct echo_shop *shop = *state;
    shop_call(shop, 1);
    echo_desk_take(&shop->desk, &shop->jobs[0]);

    shop->callers[0].request.number = 99;

    assert_int_equal(shop->jobs[0].in.request.number, 0);
}

static void a_job_tells_deadline_and_service(void **state)
{
    struct echo_shop *shop = *state;
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
    struct echo_shop *shop = *state;
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
    struct echo_shop *shop = *state;
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
    struct echo_shop *shop = *state;
    mn_job_init(&shop->jobs[0].job);

    mn_job_discard(&shop->jobs[0].job);

    echo_desk_assert_counts(&shop->desk, 0, 0, 0);
}

static void answering_twice_panics(void **state)
{
    struct echo_shop *shop = *state;
    shop_call(shop, 1);
    echo_desk_take(&shop->desk, &shop->jobs[0]);
    echo_shop_finish(&shop->jobs[0]);

    expect_assert_failure(echo_shop_finish(&shop->jobs[0]));
    expect_assert_failure(echo_fail(&shop->jobs[0], &(struct echo_error){0}));
}

static void a_request_can_be_neither_accepted_nor_refused(void **state)
{
    struct echo_shop *shop = *state;
    shop_call(shop, 1);
    echo_desk_take(&shop->desk, &shop->jobs[0]);

    expect_assert_failure(echo_accept(&shop->jobs[0], NULL));
    expect_assert_failure(echo_refuse(&shop->jobs[0], &(struct echo_refusal){0}));
    expect_assert_failure(
        (void)echo_recv(&(struct mn_service_recv){0}, &shop->desk.service, &shop->jobs[0]));
}

static void a_hello_can_be_neither_replied_nor_failed(void **state)
{
    struct echo_shop *shop = *state;
    struct echo_joiner joiner = {0};
    shop->desk.service.screens = true;
    echo_joiner_start(shop->bench, &joiner, 1);
    bench_settle(shop->bench);
    echo_desk_take(&shop->desk, &shop->jobs[0]);

    assert_int_equal(shop->jobs[0].job.kind, MN_JOB_HELLO);
    assert_int_equal(shop->jobs[0].in.hello.key, 1);
    expect_assert_failure(echo_shop_finish(&shop->jobs[0]));
    expect_assert_failure(echo_fail(&shop->jobs[0], &(struct echo_error){0}));

    shop->desk.service.screens = false;
    mn_task_cancel(&joiner.task);
}

static void a_job_is_wanted_until_it_is_answered(void **state)
{
    struct echo_shop *shop = *state;
    shop_call(shop, 1);
    echo_desk_take(&shop->desk, &shop->jobs[0]);
    assert_true(mn_job_is_wanted(&shop->jobs[0].job));

    echo_shop_finish(&shop->jobs[0]);

    assert_false(mn_job_is_in_hand(&shop->jobs[0].job));
    assert_false(mn_job_is_wanted(&shop->jobs[0].job));
}

/* ---- unbinding -------------------------------------------------------------------------- */

static void unbinding_answers_what_is_queued_and_what_is_in_hand(void **state)
{
    struct echo_shop *shop = *state;
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

static void a_service_bound_again_counts_from_zero(void **state)
{
    struct echo_shop *shop = *state;
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
        TEST_IN_SHOP(unbinding_answers_what_is_queued_and_what_is_in_hand),
        TEST_IN_SHOP(a_service_bound_again_counts_from_zero),
    };
    return cmocka_run_group_tests_name("service", tests, NULL, NULL);
}
