/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <string.h>

#include "echo_service.h"

/* What an `answered` may do while its client closes: end whoever works on another request. */
struct scene {
    struct echo_desk desk;
    struct echo_client client;
    struct echo_request asked;
    struct mn_request requests[3];
    struct echo_job jobs[3]; /* in hand, each as if a worker of its own had it */
    uint32_t answers;
};

/* The worker ends, and its memory is somebody else's. */
static void end_worker(struct scene *scene, uint32_t number)
{
    mn_job_discard(&scene->jobs[number].job);
    memset(&scene->jobs[number], 0xa5, sizeof scene->jobs[number]);
}

static void answered(struct mn_request *request)
{
    struct scene *scene = request->context;
    assert_int_equal(request->err, MN_ERR_CLOSED);
    if (scene->answers++ == 0) {
        end_worker(scene, 0);
        end_worker(scene, 1);
    }
}

static void begin(struct bench *bench, struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    echo_desk_open(bench, &scene->desk, false);
    echo_connect_now(bench, &scene->client);
    for (uint32_t i = 0; i < MN_COUNT_OF(scene->requests); i++) {
        struct mn_request *request = &scene->requests[i];
        mn_request_init(request, answered);
        request->context = scene;
        request->data = &scene->asked;
        request->response = request->error = NULL;
        assert_int_equal(mn_request_send(request, &scene->client.client), MN_OK);
        mn_job_init(&scene->jobs[i].job);
        echo_desk_take(&scene->desk, &scene->jobs[i]);
    }
}

static void an_answer_to_a_closing_client_may_end_those_at_work_for_it(void **state)
{
    struct bench *bench = *state;
    struct scene scene;
    begin(bench, &scene);

    mn_client_close(&scene.client.client);

    assert_int_equal(scene.answers, 3);
    assert_true(mn_job_is_in_hand(&scene.jobs[2].job));
    assert_false(mn_job_is_wanted(&scene.jobs[2].job));
    mn_service_unbind(&scene.desk.service);
}

static void an_answer_of_an_unbinding_may_end_those_at_work(void **state)
{
    struct bench *bench = *state;
    struct scene scene;
    begin(bench, &scene);

    mn_service_unbind(&scene.desk.service);

    assert_int_equal(scene.answers, 3);
    assert_false(mn_job_is_in_hand(&scene.jobs[2].job));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(an_answer_to_a_closing_client_may_end_those_at_work_for_it),
        TEST_ON_BENCH(an_answer_of_an_unbinding_may_end_those_at_work),
    };
    return cmocka_run_group_tests_name("answered", tests, NULL, NULL);
}
