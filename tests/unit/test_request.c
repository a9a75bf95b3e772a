/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "echo_service.h"

#include <stdlib.h>

struct office;

/* A request without a task that waits: what a queue of replies or a wire is made of. */
struct post {
    struct mn_request request; /* its context is the office */
    struct echo_request letter;
    struct echo_response response;
    struct echo_error error;
    struct echo_client *again; /* where to send it again once answered, or NULL */
    struct post *twin;         /* taken back and freed as soon as we are answered, or NULL */
};

struct office {
    struct bench *bench;
    struct echo_desk desk;
    struct echo_client client, other;
    struct post *posts[4];
    struct echo_job job;
    uint32_t answers; /* in all */
    uint32_t numbers[8]; /* of the answers, in order */
    enum mn_err errs[8];
};

static void free_post(struct office *office, struct post *post)
{
    for (uint32_t i = 0; i < MN_COUNT_OF(office->posts); i++) {
        if (office->posts[i] == post)
            office->posts[i] = NULL;
    }
    mn_request_cancel(&post->request);
    free(post);
}

static void answered(struct mn_request *request)
{
    struct post *post = MN_CONTAINER(request, struct post, request);
    struct office *office = request->context;
    office->numbers[office->answers] = post->letter.number;
    office->errs[office->answers++] = request->err;
    struct echo_client *again = post->again;
    post->again = NULL;
    if (again && mn_request_send(request, &again->client) == MN_OK)
        return;
    if (post->twin) {
        free_post(office, post->twin);
        free_post(office, post);
    }
}

static struct post *post_letter(struct office *office, uint32_t number, struct echo_client *client)
{
    struct post *post = calloc(1, sizeof *post);
    assert_non_null(post);
    mn_request_init(&post->request, answered);
    post->letter.number = number;
    post->request.data = &post->letter;
    post->request.response = &post->response;
    post->request.error = &post->error;
    post->request.context = office;
    assert_int_equal(mn_request_send(&post->request, &client->client), MN_OK);
    return office->posts[number] = post;
}

static int office_setup(void **state)
{
    struct office *office = calloc(1, sizeof *office);
    assert_non_null(office);
    office->bench = bench_create();
    echo_desk_open(office->bench, &office->desk, false);
    echo_connect_now(office->bench, &office->client);
    echo_connect_now(office->bench, &office->other);
    *state = office;
    return 0;
}

static int office_teardown(void **state)
{
    struct office *office = *state;
    mn_service_unbind(&office->desk.service);
    bench_destroy(office->bench);
    echo_guests_assert_here(&office->desk.guests, 0);
    for (uint32_t i = 0; i < MN_COUNT_OF(office->posts); i++)
        free(office->posts[i]);
    free(office);
    return 0;
}

static void an_answer_is_told_at_once_with_the_reply_in_place(void **state)
{
    struct office *office = *state;
    struct post *post = post_letter(office, 0, &office->client);

    echo_desk_answer(&office->desk);

    assert_int_equal(office->answers, 1);
    assert_int_equal(office->errs[0], MN_OK);
    assert_int_equal(post->response.number, 1000);
    assert_int_equal(post->request.state, MN_REQUEST_IDLE);
}

static void a_request_may_be_sent_again_from_answered(void **state)
{
    struct office *office = *state;
    struct post *post = post_letter(office, 0, &office->client);
    post->again = &office->client;

    echo_desk_answer(&office->desk);
    echo_desk_assert_counts(&office->desk, 1, 0, 1);
    assert_int_equal(post->request.id, 2);
    echo_desk_answer(&office->desk);

    assert_int_equal(office->answers, 2);
    echo_desk_assert_counts(&office->desk, 0, 0, 2);
}

static void a_request_may_be_freed_from_answered(void **state)
{
    struct office *office = *state;
    struct post *first = post_letter(office, 0, &office->client);
    first->twin = post_letter(office, 1, &office->client);

    echo_desk_answer(&office->desk);

    assert_null(office->posts[0]);
    assert_null(office->posts[1]);
    assert_int_equal(office->answers, 1); /* what is taken back is not answered */
    echo_desk_assert_counts(&office->desk, 0, 0, 1);
}

static void a_request_taken_back_is_never_answered(void **state)
{
    struct office *office = *state;
    struct post *queued = post_letter(office, 0, &office->client);
    mn_request_cancel(&queued->request);
    mn_request_cancel(&queued->request); /* harmless */
    struct post *in_hand = post_letter(office, 1, &office->client);
    echo_desk_take(&office->desk, &office->job);

    mn_request_cancel(&in_hand->request);

    assert_int_equal(office->job.in.request.number, 1);
    assert_false(mn_job_is_wanted(&office->job.job));
    echo_reply(&office->job, &(struct echo_response){7});
    assert_int_equal(in_hand->response.number, 0);
    assert_int_equal(office->answers, 0);
}

static void a_request_taken_back_can_be_sent_again_while_the_first_is_in_hand(void **state)
{
    struct office *office = *state;
    struct post *post = post_letter(office, 0, &office->client);
    echo_desk_take(&office->desk, &office->job);
    mn_request_cancel(&post->request);

    assert_int_equal(mn_request_send(&post->request, &office->client.client), MN_OK);
    echo_reply(&office->job, &(struct echo_response){7}); /* the old one: goes nowhere */
    assert_int_equal(office->answers, 0);
    echo_desk_answer(&office->desk);

    assert_int_equal(office->answers, 1);
    assert_int_equal(post->response.number, 1000);
}

static void sending_what_is_under_way_panics(void **state)
{
    struct office *office = *state;
    struct post *post = post_letter(office, 0, &office->client);

    expect_assert_failure((void)!mn_request_send(&post->request, &office->client.client));
    echo_desk_take(&office->desk, &office->job);
    expect_assert_failure((void)!mn_request_send(&post->request, &office->client.client));
}

static void sending_through_a_closed_client_sends_nothing(void **state)
{
    struct office *office = *state;
    struct post *post = post_letter(office, 0, &office->client);
    echo_desk_answer(&office->desk);
    mn_client_close(&office->client.client);

    assert_int_equal(mn_request_send(&post->request, &office->client.client), MN_ERR_CLOSED);

    assert_int_equal(office->answers, 1);
    echo_desk_assert_counts(&office->desk, 0, 0, 1);
}

static void closing_answers_what_is_in_hand_then_what_is_queued_in_order(void **state)
{
    struct office *office = *state;
    for (uint32_t i = 0; i < 3; i++)
        post_letter(office, i, &office->client);
    echo_desk_take(&office->desk, &office->job);

    mn_client_close(&office->client.client);

    assert_int_equal(office->answers, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(office->numbers[i], i);
        assert_int_equal(office->errs[i], MN_ERR_CLOSED);
    }
}

static void what_closing_answers_cannot_be_sent_again_there_but_elsewhere(void **state)
{
    struct office *office = *state;
    for (uint32_t i = 0; i < 3; i++)
        post_letter(office, i, &office->client);
    office->posts[0]->again = &office->client;
    office->posts[1]->again = &office->other;

    mn_client_close(&office->client.client);

    assert_int_equal(office->answers, 3);
    echo_desk_assert_counts(&office->desk, 1, 0, 0);
    echo_desk_answer(&office->desk);
    assert_int_equal(office->numbers[3], 1);
    assert_int_equal(office->errs[3], MN_OK);
}

/* Two requests live together; the first to be answered frees both. */
static void requests_may_be_freed_in_pairs_while_their_client_closes(void **state)
{
    struct office *office = *state;
    for (uint32_t i = 0; i < 4; i++)
        post_letter(office, i, &office->client);
    office->posts[0]->twin = office->posts[1];
    office->posts[2]->twin = office->posts[3];

    mn_client_close(&office->client.client);

    assert_int_equal(office->answers, 2);
    assert_int_equal(office->numbers[1], 2);
    echo_desk_assert_counts(&office->desk, 0, 0, 0);
}

static void requests_may_be_freed_in_pairs_while_some_are_in_hand(void **state)
{
    struct office *office = *state;
    struct echo_job jobs[2];
    for (uint32_t i = 0; i < 4; i++)
        post_letter(office, i, &office->client);
    office->posts[0]->twin = office->posts[1];
    office->posts[2]->twin = office->posts[3];
    echo_desk_take(&office->desk, &jobs[0]);
    echo_desk_take(&office->desk, &jobs[1]);

    mn_client_close(&office->client.client);

    assert_int_equal(office->answers, 2);
    assert_false(mn_job_is_wanted(&jobs[1].job));
    echo_desk_assert_counts(&office->desk, 0, 2, 2);
    mn_job_discard(&jobs[0].job);
    mn_job_discard(&jobs[1].job);
}

static void requests_may_be_freed_in_pairs_while_their_service_is_unbound(void **state)
{
    struct office *office = *state;
    for (uint32_t i = 0; i < 4; i++)
        post_letter(office, i, i == 2 ? &office->other : &office->client);
    office->posts[0]->twin = office->posts[1];
    office->posts[2]->twin = office->posts[3];

    mn_service_unbind(&office->desk.service);

    echo_desk_assert_counts(&office->desk, 0, 0, 0);
    assert_true(office->answers >= 2); /* the last pair is answered once or twice, as it comes */
}

#define TEST_IN_OFFICE(f) cmocka_unit_test_setup_teardown(f, office_setup, office_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN_OFFICE(an_answer_is_told_at_once_with_the_reply_in_place),
        TEST_IN_OFFICE(a_request_may_be_sent_again_from_answered),
        TEST_IN_OFFICE(a_request_may_be_freed_from_answered),
        TEST_IN_OFFICE(a_request_taken_back_is_never_answered),
        TEST_IN_OFFICE(a_request_taken_back_can_be_sent_again_while_the_first_is_in_hand),
        TEST_IN_OFFICE(sending_what_is_under_way_panics),
        TEST_IN_OFFICE(sending_through_a_closed_client_sends_nothing),
        TEST_IN_OFFICE(closing_answers_what_is_in_hand_then_what_is_queued_in_order),
        TEST_IN_OFFICE(what_closing_answers_cannot_be_sent_again_there_but_elsewhere),
        TEST_IN_OFFICE(requests_may_be_freed_in_pairs_while_their_client_closes),
        TEST_IN_OFFICE(requests_may_be_freed_in_pairs_while_some_are_in_hand),
        TEST_IN_OFFICE(requests_may_be_freed_in_pairs_while_their_service_is_unbound),
    };
    return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
