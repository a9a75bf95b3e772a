/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "cut.h"
#include "mn/svc/picture.h"
#include "shell_fixture.h"

enum manner { ANSWERS, REFUSES, THINKS, LEAVES }; /* what a camera does with a request */

struct camera {
    struct mn_co co;
    struct mn_kernel *kernel;
    enum manner manner;
    struct mn_task task;
    struct mn_service service;
    struct mn_picture_job job;
    struct mn_service_recv recv;
    struct mn_sleep sleep;
};

static enum mn_poll camera_poll(struct mn_co *co, struct mn_task *task)
{
    static const struct mn_picture_response taken = {"card/0001"};
    static const struct mn_picture_error refused = {"no card"};
    struct camera *camera = MN_FRAME(co, struct camera);

    MN_CO_BEGIN;
    assert_int_equal(mn_picture_bind(&camera->service, &camera->kernel->registry, 0, task), MN_OK);
    for (;;) {
        MN_TRY(mn_picture_recv(&camera->recv, &camera->service, &camera->job));
        if (camera->manner == LEAVES)
            MN_RETURN(MN_OK);
        if (camera->manner == THINKS)
            MN_AWAIT(mn_sleep(&camera->sleep, MN_S));
        if (camera->manner == REFUSES)
            mn_picture_fail(&camera->job, &refused);
        else
            mn_picture_reply(&camera->job, &taken);
    }
    MN_CO_END;
}

static void camera_drop(struct mn_co *co)
{
    mn_service_unbind(&MN_FRAME(co, struct camera)->service);
}

static const struct mn_co_type camera_type = {
    .name = "camera", .poll = camera_poll, .drop = camera_drop};

static void start_camera(struct camera *camera, struct mn_kernel *kernel, enum manner manner)
{
    camera->kernel = kernel;
    camera->manner = manner;
    mn_job_init(&camera->job.job);
    mn_spawn(kernel, &camera->task, "camera", mn_co_init(&camera->co, &camera_type));
}

/* What the word says on a machine with such a camera. */
static const char *say_screenshot(struct shell *shell, struct camera *camera, struct bench *bench,
                                  enum manner manner)
{
    start_camera(camera, &bench->kernel, manner);
    shell_start(shell, bench);
    return ask(shell, "screenshot\n");
}

static void the_word_says_where_the_picture_is(void **state)
{
    struct shell shell[1] = {0};
    struct camera camera[1] = {0};

    assert_string_equal(say_screenshot(shell, camera, *state, ANSWERS), "card/0001\r\nok.\r\n");
    assert_string_equal(ask(shell, "1 screenshot screenshot .\n"),
                        "card/0001\r\ncard/0001\r\n1 ok.\r\n");
    bench_cancel_all(*state);
}

static void the_word_says_why_there_is_none_and_throws(void **state)
{
    struct shell shell[1] = {0};
    struct camera camera[1] = {0};

    assert_non_null(strstr(say_screenshot(shell, camera, *state, REFUSES),
                           "no card\r\nerror -525: no picture was taken"));
    assert_string_equal(ask(shell, "' screenshot catch .\n"), "no card\r\n-525 ok.\r\n");
    bench_cancel_all(*state);
}

static void without_a_camera_the_word_says_so(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    assert_non_null(strstr(ask(shell, "screenshot\n"), "this machine keeps no pictures\r\n"));
    bench_cancel_all(*state);
}

static void a_camera_that_leaves_is_as_none(void **state)
{
    struct shell shell[1] = {0};
    struct camera camera[1] = {0};

    assert_non_null(strstr(say_screenshot(shell, camera, *state, LEAVES),
                           "this machine keeps no pictures\r\n"));
    bench_cancel_all(*state);
}

static void ctrl_c_ends_the_wait_for_a_picture(void **state)
{
    struct shell shell[1] = {0};
    struct camera camera[1] = {0};
    assert_string_equal(say_screenshot(shell, camera, *state, THINKS), "");

    assert_non_null(strstr(ask(shell, "\x03"), "interrupted"));

    bench_advance(*state, 2 * MN_S); /* the answer finds nobody */
    assert_string_equal(ask(shell, "1 .\n"), "1 ok.\r\n");
    bench_cancel_all(*state);
}

/* ---- cut anywhere ----------------------------------------------------------------------- */

struct scene {
    struct camera camera;
    struct mn_task task;
    struct mn_take_picture take;
};

static void set_up_scene(struct bench *bench, void *context)
{
    struct scene *scene = context;
    start_camera(&scene->camera, &bench->kernel, THINKS);
    mn_spawn(&bench->kernel, &scene->task, "client",
             mn_take_picture(&scene->take, &bench->kernel.registry, 0));
}

static bool has_answer(struct bench *bench, void *context)
{
    (void)bench;
    return mn_co_is_ended(&((struct scene *)context)->take.co);
}

static void cancel_camera(struct bench *bench, void *context)
{
    struct scene *scene = context;
    (void)bench;
    if (!mn_co_is_ended(&scene->camera.co))
        mn_task_cancel(&scene->camera.task);
}

static void client_is_answered(struct bench *bench, void *context, uint32_t ticks)
{
    struct scene *scene = context;
    enum mn_err err = scene->take.co.err;
    (void)bench;
    (void)ticks;
    assert_true(mn_co_is_ended(&scene->take.co));
    assert_true(err == MN_OK || err == MN_ERR_CLOSED || err == MN_ERR_NOT_FOUND);
    if (err == MN_OK)
        assert_string_equal(scene->take.response.name, "card/0001");
}

static void a_client_is_answered_wherever_the_camera_is_cut_off(void **state)
{
    static const struct cut life = {
        .scene_bytes = sizeof(struct scene), .ticks_max = 20, .setup = set_up_scene,
        .is_over = has_answer, .cut = cancel_camera, .check = client_is_answered,
    };
    (void)state;
    assert_in_range(cut_everywhere(&life), 3, 20);
}

static void a_client_can_be_dropped_anywhere(void **state)
{
    static const struct cut life = {
        .scene_bytes = sizeof(struct scene), .ticks_max = 20, .setup = set_up_scene,
        .is_over = has_answer,
    };
    (void)state;
    assert_in_range(cut_everywhere(&life), 3, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(the_word_says_where_the_picture_is),
        TEST_ON_BENCH(the_word_says_why_there_is_none_and_throws),
        TEST_ON_BENCH(without_a_camera_the_word_says_so),
        TEST_ON_BENCH(a_camera_that_leaves_is_as_none),
        TEST_ON_BENCH(ctrl_c_ends_the_wait_for_a_picture),
        cmocka_unit_test(a_client_is_answered_wherever_the_camera_is_cut_off),
        cmocka_unit_test(a_client_can_be_dropped_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
