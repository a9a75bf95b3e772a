/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "echo_service.h"

#include <stdlib.h>

/* One of every kind of client that an unbinding can meet. */
struct street {
    struct bench *bench;
    struct echo_desk desk, next; /* the service, and the one that comes after it */
    struct echo_joiner in;       /* connected, with a call in hand and one queued */
    struct echo_caller in_hand, queued;
    struct echo_joiner held;     /* its hello is in hand */
    struct echo_joiner knocking; /* its hello is queued */
    struct echo_joiner trying;   /* as well, but would not wait for another service */
    struct echo_job jobs[2];
};

static void street_begin(struct street *street)
{
    struct bench *bench = street->bench;
    echo_desk_open(bench, &street->desk, true);
    echo_joiner_start(bench, &street->in, 0);
    bench_settle(bench);
    echo_desk_take(&street->desk, &street->jobs[0]);
    echo_accept(&street->jobs[0], echo_guests_admit(&street->desk.guests));
    bench_settle(bench);
    echo_caller_start(bench, &street->in_hand, &street->in.client, 0, 1000);
    echo_joiner_start(bench, &street->held, 1);
    echo_caller_start(bench, &street->queued, &street->in.client, 1, 1000);
    echo_joiner_start(bench, &street->knocking, 2);
    echo_joiner_start_now(bench, &street->trying, 3);
    bench_settle(bench);
    echo_desk_take(&street->desk, &street->jobs[0]);
    echo_desk_take(&street->desk, &street->jobs[1]);
    echo_desk_assert_counts(&street->desk, 3, 2, 3);
}

static int street_setup(void **state)
{
    struct street *street = calloc(1, sizeof *street);
    assert_non_null(street);
    street->bench = bench_create();
    street_begin(street);
    *state = street;
    return 0;
}

static int street_teardown(void **state)
{
    struct street *street = *state;
    mn_service_unbind(&street->desk.service);
    mn_service_unbind(&street->next.service);
    bench_destroy(street->bench);
    echo_guests_assert_here(&street->desk.guests, 0);
    echo_guests_assert_here(&street->next.guests, 0);
    free(street);
    return 0;
}

static void unbinding_ends_calls_and_tries_and_leaves_the_patient_waiting(void **state)
{
    struct street *street = *state;

    mn_service_unbind(&street->desk.service);
    bench_settle(street->bench);

    echo_caller_assert_ended(&street->in_hand, MN_ERR_CLOSED);
    echo_caller_assert_ended(&street->queued, MN_ERR_CLOSED);
    echo_joiner_assert_ended(&street->trying, MN_ERR_CLOSED);
    assert_false(mn_task_is_done(&street->held.task));
    assert_false(mn_task_is_done(&street->knocking.task));
    assert_null(mn_task_waits_for(&street->held.task));
    assert_false(mn_client_is_open(&street->in.client.client));
    assert_false(mn_job_is_in_hand(&street->jobs[1].job));
    echo_desk_assert_counts(&street->desk, 0, 0, 3);
    assert_int_equal(street->desk.guests.left[0], 1);
}

static void who_waits_goes_through_to_the_next_service(void **state)
{
    struct street *street = *state;
    mn_service_unbind(&street->desk.service);
    bench_settle(street->bench);

    echo_desk_open(street->bench, &street->next, false);
    bench_settle(street->bench);

    echo_joiner_assert_ended(&street->held, MN_OK);
    echo_joiner_assert_ended(&street->knocking, MN_OK);
    assert_ptr_equal(street->held.client.client.service, &street->next.service);
    assert_false(mn_client_is_open(&street->in.client.client)); /* no connection comes back */
}

static void a_service_bound_in_the_same_tick_is_found_by_who_lost_the_last(void **state)
{
    struct street *street = *state;

    mn_service_unbind(&street->desk.service);
    echo_desk_open(street->bench, &street->next, true);
    bench_settle(street->bench);

    echo_desk_assert_counts(&street->next, 2, 0, 0);
    echo_joiner_assert_ended(&street->trying, MN_ERR_CLOSED); /* tried one service, not two */
    echo_desk_take(&street->next, &street->jobs[0]);
    assert_int_equal(street->jobs[0].in.hello.key, 1);
    echo_accept(&street->jobs[0], echo_guests_admit(&street->next.guests));
    bench_settle(street->bench);
    echo_joiner_assert_ended(&street->held, MN_OK);
}

static void the_same_struct_can_be_bound_again_at_once(void **state)
{
    struct street *street = *state;

    mn_service_unbind(&street->desk.service);
    echo_desk_open(street->bench, &street->desk, true);
    bench_settle(street->bench);

    echo_desk_assert_counts(&street->desk, 2, 0, 0);
    echo_caller_assert_ended(&street->in_hand, MN_ERR_CLOSED);
    echo_caller_assert_ended(&street->queued, MN_ERR_CLOSED);
    assert_false(mn_client_is_open(&street->in.client.client));
}

static void a_client_accepted_just_before_the_unbinding_waits_for_the_next(void **state)
{
    struct street *street = *state;
    echo_accept(&street->jobs[1], echo_guests_admit(&street->desk.guests));

    mn_service_unbind(&street->desk.service);
    bench_settle(street->bench);
    assert_int_equal(street->desk.guests.left[1], 1);
    assert_false(mn_task_is_done(&street->held.task));
    echo_desk_open(street->bench, &street->next, false);
    bench_settle(street->bench);

    echo_joiner_assert_ended(&street->held, MN_OK);
    assert_true(mn_client_is_open(&street->held.client.client));
}

static void a_client_accepted_and_cut_off_before_it_saw_it_can_still_be_dropped(void **state)
{
    struct street *street = *state;
    echo_accept(&street->jobs[1], echo_guests_admit(&street->desk.guests));
    mn_service_unbind(&street->desk.service);

    mn_task_cancel(&street->held.task);

    assert_int_equal(street->desk.guests.left[1], 1);
}

static void everybody_can_be_dropped_between_the_unbinding_and_the_news_of_it(void **state)
{
    struct street *street = *state;
    mn_service_unbind(&street->desk.service);

    mn_task_cancel(&street->in_hand.task);
    mn_task_cancel(&street->queued.task);
    mn_task_cancel(&street->held.task);
    mn_task_cancel(&street->knocking.task);
    mn_task_cancel(&street->trying.task);

    bench_assert_nothing_waits(street->bench);
}

static void a_session_that_was_being_closed_is_left_once(void **state)
{
    struct street *street = *state;

    mn_client_close(&street->in.client.client);
    mn_service_unbind(&street->desk.service);
    mn_client_close(&street->in.client.client);

    assert_int_equal(street->desk.guests.left[0], 1);
}

static void a_server_without_left_may_be_unbound_too(void **state)
{
    struct street *street = *state;
    street->desk.service.left = NULL;

    mn_service_unbind(&street->desk.service);

    assert_false(mn_client_is_open(&street->in.client.client));
    street->desk.guests.gone++; /* nobody was there to count */
}

#define TEST_IN_STREET(f) cmocka_unit_test_setup_teardown(f, street_setup, street_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_STREET(unbinding_ends_calls_and_tries_and_leaves_the_patient_waiting),
        TEST_IN_STREET(who_waits_goes_through_to_the_next_service),
        TEST_IN_STREET(a_service_bound_in_the_same_tick_is_found_by_who_lost_the_last),
        TEST_IN_STREET(the_same_struct_can_be_bound_again_at_once),
        TEST_IN_STREET(a_client_accepted_just_before_the_unbinding_waits_for_the_next),
        TEST_IN_STREET(a_client_accepted_and_cut_off_before_it_saw_it_can_still_be_dropped),
        TEST_IN_STREET(everybody_can_be_dropped_between_the_unbinding_and_the_news_of_it),
        TEST_IN_STREET(a_session_that_was_being_closed_is_left_once),
        TEST_IN_STREET(a_server_without_left_may_be_unbound_too),
    };
    return cmocka_run_group_tests_name("unbind", tests, NULL, NULL);
}
