/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "board_parts.h"

_Static_assert(MN_PICTURE_TEXT_BYTES >= sizeof "mnemos-0001.png", "the name of a picture fits");

static void answer(struct board_camera *camera)
{
    struct board_picture picture;
    struct mn_picture_response response = {{0}};
    struct mn_picture_error error = {{0}};
    if (camera->job.in.request.display != 0) {
        snprintf(error.why, sizeof error.why, "this machine has one display, number 0");
        mn_picture_fail(&camera->job, &error);
    } else if (board_seam_picture(camera->board, &picture)) {
        snprintf(response.name, sizeof response.name, "%.*s", (int)sizeof response.name - 1,
                 picture.path);
        mn_picture_reply(&camera->job, &response);
    } else {
        snprintf(error.why, sizeof error.why, "%.*s", (int)sizeof error.why - 1, picture.why);
        mn_picture_fail(&camera->job, &error);
    }
}

static enum mn_poll camera_poll(struct mn_co *co, struct mn_task *task)
{
    struct board_camera *camera = MN_FRAME(co, struct board_camera);

    MN_CO_BEGIN;
    co->err = mn_picture_bind(&camera->service, &camera->board->kernel.registry, 0, task);
    while (co->err == MN_OK) {
        MN_TRY(mn_picture_recv(&camera->recv, &camera->service, &camera->job));
        answer(camera);
    }
    MN_RETURN(co->err);
    MN_CO_END;
}

static void camera_drop(struct mn_co *co)
{
    mn_service_unbind(&MN_FRAME(co, struct board_camera)->service);
}

static const struct mn_co_type camera_type = {
    .name = "camera",
    .poll = camera_poll,
    .drop = camera_drop,
};

void board_start_camera(struct board *board)
{
    struct board_camera *camera = &board->camera;
    if (!board->config->platform.display.enabled)
        return;
    camera->board = board;
    mn_job_init(&camera->job.job);
    mn_spawn(&board->kernel, &camera->task, "camera", mn_co_init(&camera->co, &camera_type));
    camera->task.ended = board_daemon_ended;
}
