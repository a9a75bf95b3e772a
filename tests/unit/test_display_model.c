/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "display_bench.h"
#include "random.h"

#include <stdlib.h>
#include <string.h>

/* Whatever two clients do, the frame is what a slow model says, pixel by pixel, and the glass,
 * which knows only what was pushed to it, shows the same once the display is at rest. */

#define STEPS 6000u
#define FRAME_RESTS 16u

struct model {
    struct display_bench *scene;
    uint64_t seed;
    uint8_t frame[FAKE_DISPLAY_HEIGHT][FAKE_DISPLAY_WIDTH];
    uint32_t draws, drops, deaths, closings;
};

static uint32_t pick(struct model *model, uint32_t limit)
{
    return test_random_below(&model->seed, limit);
}

static uint8_t pixel_of(const struct mn_bitmap *bitmap, int32_t x, int32_t y)
{
    return bitmap->pixels[(size_t)y * bitmap->stride_bytes + (size_t)x];
}

static void model_draw(struct model *model, const struct mn_display_chunk *chunk)
{
    for (int32_t y = 0; y < chunk->pixels.height_px; y++) {
        for (int32_t x = 0; x < chunk->pixels.width_px; x++) {
            int64_t to_x = (int64_t)chunk->x + x, to_y = (int64_t)chunk->y + y;
            bool is_inside = to_x >= 0 && to_x < FAKE_DISPLAY_WIDTH && to_y >= 0 &&
                             to_y < FAKE_DISPLAY_HEIGHT;
            if (is_inside && pixel_of(&chunk->mask, x, y) >= 128)
                model->frame[to_y][to_x] = pixel_of(&chunk->pixels, x, y);
        }
    }
}

static void assert_frame_is_the_models(const struct model *model)
{
    const struct mn_bitmap *frame = mn_display_frame(&model->scene->display);
    for (int32_t y = 0; y < FAKE_DISPLAY_HEIGHT; y++)
        assert_memory_equal(frame->pixels + (size_t)y * frame->stride_bytes, model->frame[y],
                            FAKE_DISPLAY_WIDTH);
}

/* ---- what clients do -------------------------------------------------------------------- */

static void spoil(struct model *model, const struct mn_bitmap *bitmap)
{
    uint32_t bytes = (uint32_t)bitmap->height_px * bitmap->stride_bytes;
    for (uint32_t i = 0; i < bytes; i++)
        bitmap->pixels[i] = (uint8_t)(pick(model, 3) * 127); /* off, not quite half, nearly on */
}

static int32_t place(struct model *model)
{
    static const int32_t far[] = {INT32_MIN, -MN_SIDE_MAX, MN_SIDE_MAX, INT32_MAX};
    return pick(model, 20) == 0 ? far[pick(model, 4)] : (int32_t)pick(model, 90) - 25;
}

static void draw(struct model *model, struct display_user *user, uint32_t which)
{
    struct mn_display_chunk *chunk = &user->chunks[which];
    if (chunk->number == 0) {
        user_get_chunk(user, which, (int32_t)pick(model, 70), (int32_t)pick(model, 20));
        return;
    }
    spoil(model, &chunk->pixels);
    spoil(model, &chunk->mask);
    user_draw_at(user, which, place(model), place(model));
    model_draw(model, chunk);
    model->draws++;
}

/* The client dies in the middle of sending; the frame has the chunk or has it not. */
static void die(struct model *model, struct display_user *user, uint32_t which)
{
    struct mn_display_chunk sent = user->chunks[which];
    if (sent.number == 0)
        return;
    uint64_t before = mn_display_counts(&model->scene->display).chunks_drawn;
    user_draw(user, which);
    for (uint32_t ticks = pick(model, 4); ticks > 0; ticks--)
        mn_tick(&model->scene->bench->kernel);
    mn_task_cancel(&user->task);
    if (mn_display_counts(&model->scene->display).chunks_drawn > before)
        model_draw(model, &sent);
    mn_screen_close(&user->screen);
    memset(user->chunks, 0, sizeof user->chunks);
    model->deaths++;
}

static void drop(struct model *model, struct display_user *user, uint32_t which)
{
    mn_screen_drop_chunk(&user->screen, &user->chunks[which]);
    model->drops++;
}

static void leave(struct model *model, struct display_user *user)
{
    mn_screen_close(&user->screen);
    memset(user->chunks, 0, sizeof user->chunks);
    model->closings++;
}

static void step(struct model *model)
{
    struct display_user *user = &model->scene->users[pick(model, 2)];
    uint32_t which = pick(model, DISPLAY_CHUNKS), what = pick(model, 40);
    if (!mn_client_is_open(&user->screen.service.client))
        user_open_now(user);
    else if (what == 0)
        leave(model, user);
    else if (what == 1)
        die(model, user, which);
    else if (what < 4)
        drop(model, user, which);
    else if (what < 12)
        bench_advance(model->scene->bench, pick(model, 40) * MN_MS);
    else
        draw(model, user, which);
}

/* ---- the comparison --------------------------------------------------------------------- */

static void the_frame_is_what_was_drawn_last_and_the_glass_shows_it(void **state)
{
    struct model *model = calloc(1, sizeof *model);
    assert_non_null(model);
    model->scene = *state;
    model->seed = 3;

    for (uint32_t i = 0; i < STEPS; i++) {
        step(model);
        assert_frame_is_the_models(model);
        if (i % FRAME_RESTS != 0)
            continue;
        bench_advance(model->scene->bench, FAKE_DISPLAY_INTERVAL_US);
        assert_int_equal(model->scene->bench->kernel.wheel.count, 0);
        assert_true(fake_display_shows(&model->scene->fake,
                                       mn_display_frame(&model->scene->display)));
    }

    assert_true(model->draws > STEPS / 4 && model->drops > 100);
    assert_true(model->deaths > 30 && model->closings > 30);
    assert_true(model->scene->fake.pushes > STEPS / FRAME_RESTS / 2);
    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_DISPLAY(the_frame_is_what_was_drawn_last_and_the_glass_shows_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
