/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "echo_service.h"

#include <stdlib.h>

struct door {
    struct bench *bench;
    struct echo_desk desk;
    struct echo_joiner joiners[3];
    struct echo_job job;
};

static int door_setup(void **state)
{
    struct door *door = calloc(1, sizeof *door);
    assert_non_null(door);
    door->bench = bench_create();
    for (uint32_t i = 0; i < 3; i++) /* so that closing one that never came is harmless */
        mn_client_init(&door->joiners[i].client.client);
    *state = door;
    return 0;
}

static int door_teardown(void **state)
{
    struct door *door = *state;
    for (uint32_t i = 0; i < 3; i++)
        mn_client_close(&door->joiners[i].client.client);
    mn_service_unbind(&door->desk.service);
    bench_destroy(door->bench);
    echo_guests_assert_here(&door->desk.guests, 0);
    free(door);
    return 0;
}

/* Joiner 0 says hello to a service that screens; the job is in hand. */
static void door_knock(struct door *door)
{
    echo_desk_open(door->bench, &door->desk, true);
    echo_joiner_start(door->bench, &door->joiners[0], 7);
    bench_settle(door->bench);
    echo_desk_take(&door->desk, &door->job);
}

static void let_in(struct door *door)
{
    echo_accept(&door->job, echo_guests_admit(&door->desk.guests));
}

/* ---- ends ------------------------------------------------------------------------------- */

static void a_service_that_does_not_screen_lets_everybody_in_at_once(void **state)
{
    struct door *door = *state;
    echo_desk_open(door->bench, &door->desk, false);

    echo_joiner_start(door->bench, &door->joiners[0], 7);
    echo_joiner_start_now(door->bench, &door->joiners[1], 8);
    mn_tick(&door->bench->kernel);

    for (uint32_t i = 0; i < 2; i++) {
        echo_joiner_assert_ended(&door->joiners[i], MN_OK);
        assert_true(mn_client_is_open(&door->joiners[i].client.client));
    }
    echo_desk_assert_counts(&door->desk, 0, 0, 0);
}

static void a_hello_comes_as_a_job_and_accepting_lets_the_client_in(void **state)
{
    struct door *door = *state;
    door_knock(door);
    assert_int_equal(door->job.job.kind, MN_JOB_HELLO);
    assert_int_equal(door->job.in.hello.key, 7);
    assert_null(door->job.job.session);
    assert_false(mn_task_is_done(&door->joiners[0].task));

    let_in(door);
    bench_settle(door->bench);

    echo_joiner_assert_ended(&door->joiners[0], MN_OK);
    assert_true(mn_client_is_open(&door->joiners[0].client.client));
    echo_guests_assert_here(&door->desk.guests, 1);
    echo_desk_assert_counts(&door->desk, 0, 0, 1);
}

static void every_job_of_an_accepted_client_carries_its_session(void **state)
{
    struct door *door = *state;
    struct echo_caller caller;
    door_knock(door);
    let_in(door);
    bench_settle(door->bench);

    echo_caller_start(door->bench, &caller, &door->joiners[0].client, 1, MN_TIME_NEVER);
    bench_settle(door->bench);
    echo_desk_take(&door->desk, &door->job);

    assert_int_equal(door->job.job.kind, MN_JOB_REQUEST);
    assert_ptr_equal(door->job.job.session, &door->desk.guests.left[0]);
    mn_job_discard(&door->job.job);
    bench_settle(door->bench);
}

static void a_refusal_reaches_the_client_with_its_reason(void **state)
{
    struct door *door = *state;
    door_knock(door);

    echo_refuse(&door->job, &(struct echo_refusal){9});
    bench_settle(door->bench);

    echo_joiner_assert_ended(&door->joiners[0], MN_ERR_REFUSED);
    assert_int_equal(door->joiners[0].refusal.key, 9);
    assert_false(mn_client_is_open(&door->joiners[0].client.client));
    echo_desk_assert_counts(&door->desk, 0, 0, 1);
}

static void hello_and_refusal_may_be_left_out(void **state)
{
    struct door *door = *state;
    struct echo_joiner *joiner = &door->joiners[0];
    echo_desk_open(door->bench, &door->desk, true);
    mn_spawn(&door->bench->kernel, &joiner->task, "joiner",
             echo_connect(&joiner->connect, &door->bench->kernel.registry, &joiner->client, 0,
                          NULL, NULL));
    bench_settle(door->bench);

    echo_desk_take(&door->desk, &door->job);
    echo_refuse(&door->job, &(struct echo_refusal){9});
    bench_settle(door->bench);

    echo_joiner_assert_ended(joiner, MN_ERR_REFUSED);
}

static void hellos_and_requests_are_served_in_one_order(void **state)
{
    struct door *door = *state;
    struct echo_caller caller;
    door_knock(door);
    let_in(door);
    bench_settle(door->bench);

    echo_joiner_start(door->bench, &door->joiners[1], 1);
    echo_caller_start(door->bench, &caller, &door->joiners[0].client, 2, MN_TIME_NEVER);
    echo_joiner_start(door->bench, &door->joiners[2], 3);
    bench_settle(door->bench);

    const enum mn_job_kind kinds[] = {MN_JOB_HELLO, MN_JOB_REQUEST, MN_JOB_HELLO};
    for (uint32_t i = 0; i < 3; i++) {
        echo_desk_take(&door->desk, &door->job);
        assert_int_equal(door->job.job.kind, kinds[i]);
        mn_job_discard(&door->job.job);
    }
    echo_desk_assert_counts(&door->desk, 0, 0, 4);
    mn_task_cancel(&door->joiners[1].task);
    mn_task_cancel(&door->joiners[2].task);
    bench_settle(door->bench);
}

static void a_discarded_hello_makes_a_trying_client_give_up(void **state)
{
    struct door *door = *state;
    echo_desk_open(door->bench, &door->desk, true);
    echo_joiner_start_now(door->bench, &door->joiners[0], 7);
    bench_settle(door->bench);
    echo_desk_take(&door->desk, &door->job);

    mn_job_discard(&door->job.job);
    bench_settle(door->bench);

    echo_joiner_assert_ended(&door->joiners[0], MN_ERR_CLOSED);
}

static void a_discarded_hello_makes_a_waiting_client_ask_again(void **state)
{
    struct door *door = *state;
    door_knock(door);

    mn_job_discard(&door->job.job);
    bench_settle(door->bench);
    assert_false(mn_task_is_done(&door->joiners[0].task));
    echo_desk_take(&door->desk, &door->job);
    let_in(door);
    bench_settle(door->bench);

    echo_joiner_assert_ended(&door->joiners[0], MN_OK);
    echo_desk_assert_counts(&door->desk, 0, 0, 2);
}

/* ---- not there, or another -------------------------------------------------------------- */

static void trying_to_connect_where_nobody_is_bound_is_not_found(void **state)
{
    struct door *door = *state;

    echo_joiner_start_now(door->bench, &door->joiners[0], 7);
    bench_settle(door->bench);

    echo_joiner_assert_ended(&door->joiners[0], MN_ERR_NOT_FOUND);
    assert_false(mn_client_is_open(&door->joiners[0].client.client));
}

static void clients_that_wait_are_let_in_by_the_binding_in_order(void **state)
{
    struct door *door = *state;
    for (uint32_t i = 0; i < 3; i++)
        echo_joiner_start(door->bench, &door->joiners[i], i);
    bench_settle(door->bench);
    assert_false(mn_task_is_done(&door->joiners[0].task));
    assert_null(mn_task_waits_for(&door->joiners[0].task));

    echo_desk_open(door->bench, &door->desk, true);
    bench_settle(door->bench);

    for (uint32_t i = 0; i < 3; i++) {
        assert_ptr_equal(mn_task_waits_for(&door->joiners[i].task), &door->desk.server);
        echo_desk_take(&door->desk, &door->job);
        assert_int_equal(door->job.in.hello.key, i);
        let_in(door);
    }
    bench_settle(door->bench);
    for (uint32_t i = 0; i < 3; i++)
        echo_joiner_assert_ended(&door->joiners[i], MN_OK);
}

static void a_waiting_client_polled_without_cause_goes_on_waiting(void **state)
{
    struct door *door = *state;
    echo_joiner_start(door->bench, &door->joiners[0], 7);
    bench_settle(door->bench);

    mn_task_wake(&door->joiners[0].task);
    bench_settle(door->bench);
    assert_false(mn_task_is_done(&door->joiners[0].task));
    echo_desk_open(door->bench, &door->desk, false);
    bench_settle(door->bench);

    echo_joiner_assert_ended(&door->joiners[0], MN_OK);
}

static void a_client_waits_for_its_instance_only(void **state)
{
    struct door *door = *state;
    struct mn_service other = {0};
    echo_joiner_start(door->bench, &door->joiners[0], 7); /* wants instance 0 */
    bench_settle(door->bench);

    assert_int_equal(echo_bind(&other, &door->bench->kernel.registry, 1, NULL), MN_OK);
    bench_settle(door->bench);
    assert_false(mn_task_is_done(&door->joiners[0].task));
    echo_desk_open(door->bench, &door->desk, false);
    bench_settle(door->bench);

    echo_joiner_assert_ended(&door->joiners[0], MN_OK);
    assert_ptr_equal(door->joiners[0].client.client.service, &door->desk.service);
    mn_service_unbind(&other);
}

static void a_service_of_another_type_is_refused_before_it_hears_of_it(void **state)
{
    struct door *door = *state;
    struct mn_service_type other = *echo_type();
    other.response_bytes++;
    struct mn_service service = {.screens = true};
    struct mn_registry *registry = &door->bench->kernel.registry;
    echo_joiner_start(door->bench, &door->joiners[2], 7); /* waits for the binding */
    bench_settle(door->bench);
    assert_int_equal(mn_service_bind(&service, registry, &other, 0, NULL), MN_OK);

    echo_joiner_start(door->bench, &door->joiners[0], 7);
    echo_joiner_start_now(door->bench, &door->joiners[1], 7);
    bench_settle(door->bench);

    for (uint32_t i = 0; i < 3; i++)
        echo_joiner_assert_ended(&door->joiners[i], MN_ERR_TYPE);
    assert_int_equal(service.queued, 0);
    mn_service_unbind(&service);
}

static void a_client_of_another_type_is_refused_before_the_service_hears_of_it(void **state)
{
    struct door *door = *state;
    struct mn_service_type other = *echo_type();
    other.signature = "struct echo_request,char,char,char,char";
    struct echo_joiner *joiner = &door->joiners[0];
    echo_desk_open(door->bench, &door->desk, true);

    mn_spawn(&door->bench->kernel, &joiner->task, "joiner",
             mn_connect(&joiner->connect, &door->bench->kernel.registry, &joiner->client.client,
                        &other, 0, NULL, NULL));
    bench_settle(door->bench);

    echo_joiner_assert_ended(joiner, MN_ERR_TYPE);
    echo_desk_assert_counts(&door->desk, 0, 0, 0);
}

/* ---- dropped ---------------------------------------------------------------------------- */

static void a_connect_dropped_before_its_first_poll_does_nothing(void **state)
{
    struct door *door = *state;
    echo_desk_open(door->bench, &door->desk, true);
    echo_joiner_start(door->bench, &door->joiners[0], 7);

    mn_task_cancel(&door->joiners[0].task);

    echo_desk_assert_counts(&door->desk, 0, 0, 0);
}

static void a_connect_dropped_while_nobody_is_bound_leaves_no_waiter(void **state)
{
    struct door *door = *state;
    for (uint32_t i = 0; i < 3; i++)
        echo_joiner_start(door->bench, &door->joiners[i], i);
    bench_settle(door->bench);

    mn_task_cancel(&door->joiners[1].task);
    echo_desk_open(door->bench, &door->desk, false);
    mn_task_cancel(&door->joiners[0].task); /* woken by the binding, not polled yet */
    bench_settle(door->bench);

    assert_true(mn_list_is_empty(&door->bench->kernel.registry.waiting));
    assert_false(mn_client_is_open(&door->joiners[0].client.client));
    echo_joiner_assert_ended(&door->joiners[2], MN_OK);
}

static void a_connect_dropped_while_its_hello_is_queued_takes_it_back(void **state)
{
    struct door *door = *state;
    echo_desk_open(door->bench, &door->desk, true);
    echo_joiner_start(door->bench, &door->joiners[0], 7);
    bench_settle(door->bench);

    mn_task_cancel(&door->joiners[0].task);

    echo_desk_assert_counts(&door->desk, 0, 0, 0);
}

static void a_client_that_gave_up_before_it_was_accepted_has_left_at_once(void **state)
{
    struct door *door = *state;
    door_knock(door);
    mn_task_cancel(&door->joiners[0].task);
    assert_false(mn_job_is_wanted(&door->job.job));

    let_in(door);

    assert_int_equal(door->desk.guests.accepted, 1);
    assert_int_equal(door->desk.guests.left[0], 1);
    echo_desk_assert_counts(&door->desk, 0, 0, 1);
}

static void refusing_a_client_that_gave_up_is_harmless(void **state)
{
    struct door *door = *state;
    door_knock(door);
    mn_task_cancel(&door->joiners[0].task);

    echo_refuse(&door->job, &(struct echo_refusal){9});

    assert_int_equal(door->joiners[0].refusal.key, 0);
    echo_desk_assert_counts(&door->desk, 0, 0, 1);
}

static void a_connect_dropped_after_it_was_accepted_has_left_once(void **state)
{
    struct door *door = *state;
    door_knock(door);
    let_in(door);
    assert_true(mn_client_is_open(&door->joiners[0].client.client));

    mn_task_cancel(&door->joiners[0].task);

    assert_false(mn_client_is_open(&door->joiners[0].client.client));
    assert_int_equal(door->desk.guests.left[0], 1);
}

static void a_connect_dropped_after_it_was_refused_leaves_nothing(void **state)
{
    struct door *door = *state;
    door_knock(door);
    echo_refuse(&door->job, &(struct echo_refusal){9});

    mn_task_cancel(&door->joiners[0].task);

    echo_guests_assert_here(&door->desk.guests, 0);
}

static void a_connect_dropped_after_it_has_ended_leaves_the_client_open(void **state)
{
    struct door *door = *state;
    door_knock(door);
    let_in(door);
    bench_settle(door->bench);

    mn_co_drop(&door->joiners[0].connect.co); /* harmless: the client is the caller's now */
    assert_true(mn_client_is_open(&door->joiners[0].client.client));
    mn_client_close(&door->joiners[0].client.client);

    assert_int_equal(door->desk.guests.left[0], 1);
}

#define TEST_AT_DOOR(f) cmocka_unit_test_setup_teardown(f, door_setup, door_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_AT_DOOR(a_service_that_does_not_screen_lets_everybody_in_at_once),
        TEST_AT_DOOR(a_hello_comes_as_a_job_and_accepting_lets_the_client_in),
        TEST_AT_DOOR(every_job_of_an_accepted_client_carries_its_session),
        TEST_AT_DOOR(a_refusal_reaches_the_client_with_its_reason),
        TEST_AT_DOOR(hello_and_refusal_may_be_left_out),
        TEST_AT_DOOR(hellos_and_requests_are_served_in_one_order),
        TEST_AT_DOOR(a_discarded_hello_makes_a_trying_client_give_up),
        TEST_AT_DOOR(a_discarded_hello_makes_a_waiting_client_ask_again),
        TEST_AT_DOOR(trying_to_connect_where_nobody_is_bound_is_not_found),
        TEST_AT_DOOR(clients_that_wait_are_let_in_by_the_binding_in_order),
        TEST_AT_DOOR(a_waiting_client_polled_without_cause_goes_on_waiting),
        TEST_AT_DOOR(a_client_waits_for_its_instance_only),
        TEST_AT_DOOR(a_service_of_another_type_is_refused_before_it_hears_of_it),
        TEST_AT_DOOR(a_client_of_another_type_is_refused_before_the_service_hears_of_it),
        TEST_AT_DOOR(a_connect_dropped_before_its_first_poll_does_nothing),
        TEST_AT_DOOR(a_connect_dropped_while_nobody_is_bound_leaves_no_waiter),
        TEST_AT_DOOR(a_connect_dropped_while_its_hello_is_queued_takes_it_back),
        TEST_AT_DOOR(a_client_that_gave_up_before_it_was_accepted_has_left_at_once),
        TEST_AT_DOOR(refusing_a_client_that_gave_up_is_harmless),
        TEST_AT_DOOR(a_connect_dropped_after_it_was_accepted_has_left_once),
        TEST_AT_DOOR(a_connect_dropped_after_it_was_refused_leaves_nothing),
        TEST_AT_DOOR(a_connect_dropped_after_it_has_ended_leaves_the_client_open),
    };
    return cmocka_run_group_tests_name("connect", tests, NULL, NULL);
}
