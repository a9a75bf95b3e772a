/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "display_bench.h"

#include <stdlib.h>
#include <string.h>

void display_bench_start_server(struct display_bench *scene)
{
    struct mn_display_settings settings = {.waiting_max = DISPLAY_WAITING_MAX};
    struct mn_kernel *kernel = &scene->bench->kernel;
    mn_spawn(kernel, &scene->server, "display",
             mn_display_serve(&scene->display, kernel, &scene->fake.hal, &settings));
}

void display_bench_start(struct display_bench *scene, struct bench *bench)
{
    scene->bench = bench;
    fake_display_init(&scene->fake, bench);
    for (uint32_t i = 0; i < DISPLAY_USERS; i++) {
        scene->users[i].bench = bench;
        scene->users[i].task.done = true;
        mn_screen_init(&scene->users[i].screen);
    }
    display_bench_start_server(scene);
}

int display_bench_setup(void **state)
{
    struct display_bench *scene = calloc(1, sizeof *scene);
    assert_non_null(scene);
    display_bench_start(scene, bench_create());
    bench_settle(scene->bench);
    *state = scene;
    return 0;
}

int display_bench_teardown(void **state)
{
    struct display_bench *scene = *state;
    bench_cancel_all(scene->bench);
    for (uint32_t i = 0; i < DISPLAY_USERS; i++)
        mn_screen_close(&scene->users[i].screen);
    bench_destroy(scene->bench);
    free(scene);
    return 0;
}

/* ---- users ------------------------------------------------------------------------------ */

static void user_spawn(struct display_user *user, struct mn_co *co)
{
    assert_true(mn_task_is_done(&user->task));
    user->task = (struct mn_task){0};
    mn_spawn(&user->bench->kernel, &user->task, "user", co);
}

void user_open(struct display_user *user)
{
    user_spawn(user, mn_screen_open(&user->open, &user->bench->kernel.registry, 0,
                                    &user->screen));
}

void user_ask_chunk(struct display_user *user, uint32_t chunk, int32_t width, int32_t height,
                    uint64_t deadline_us)
{
    user_spawn(user, mn_screen_chunk(&user->chunk, &user->screen, &user->chunks[chunk], width,
                                     height, deadline_us));
}

void user_draw(struct display_user *user, uint32_t chunk)
{
    user_spawn(user, mn_screen_draw(&user->draw, &user->screen, &user->chunks[chunk]));
}

void user_call(struct display_user *user, struct mn_display_request request)
{
    user->request = request;
    user_spawn(user, mn_display_call(&user->call, &user->screen.service, &user->request,
                                     &user->response, &user->error, MN_TIME_NEVER));
}

enum mn_err user_err(const struct display_user *user)
{
    assert_true(mn_task_is_done(&user->task));
    return user->task.root->err;
}

void user_open_now(struct display_user *user)
{
    user_open(user);
    bench_settle(user->bench);
    assert_int_equal(user_err(user), MN_OK);
}

void user_get_chunk(struct display_user *user, uint32_t chunk, int32_t width, int32_t height)
{
    user_ask_chunk(user, chunk, width, height, MN_TIME_NEVER);
    bench_settle(user->bench);
    assert_int_equal(user_err(user), MN_OK);
}

void user_draw_at(struct display_user *user, uint32_t chunk, int32_t x, int32_t y)
{
    user->chunks[chunk].x = x;
    user->chunks[chunk].y = y;
    user_draw(user, chunk);
    bench_settle(user->bench);
    assert_int_equal(user_err(user), MN_OK);
}

void user_fill(struct display_user *user, uint32_t chunk, uint8_t pixel, uint8_t mask)
{
    const struct mn_display_chunk *here = &user->chunks[chunk];
    size_t bytes = (size_t)here->pixels.height_px * here->pixels.stride_bytes;
    if (bytes == 0)
        return;
    memset(here->pixels.pixels, pixel, bytes);
    memset(here->mask.pixels, mask, bytes);
}

/* ---- the frame -------------------------------------------------------------------------- */

uint8_t frame_at(const struct display_bench *scene, int32_t x, int32_t y)
{
    const struct mn_bitmap *frame = mn_display_frame(&scene->display);
    assert_non_null(frame);
    return frame->pixels[(size_t)y * frame->stride_bytes + (size_t)x];
}

uint32_t frame_on_count(const struct display_bench *scene)
{
    uint32_t count = 0;
    for (int32_t y = 0; y < FAKE_DISPLAY_HEIGHT; y++) {
        for (int32_t x = 0; x < FAKE_DISPLAY_WIDTH; x++)
            count += frame_at(scene, x, y) == MN_PIXEL_ON;
    }
    return count;
}
