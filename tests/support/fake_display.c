/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "fake_display.h"

#include <string.h>

static void show(struct fake_display *display, const struct mn_bitmap *frame,
                 const struct mn_rect *rect)
{
    assert_false(mn_rect_is_empty(rect));
    assert_true(rect->x >= 0 && rect->x + rect->width <= frame->width_px);
    assert_true(rect->y >= 0 && rect->y + rect->height <= frame->height_px);
    for (int32_t y = rect->y; y < rect->y + rect->height; y++)
        memcpy(display->glass + y * FAKE_DISPLAY_WIDTH + rect->x,
               frame->pixels + (size_t)y * frame->stride_bytes + rect->x, (size_t)rect->width);
}

static void push(struct mn_hal_display *hal, const struct mn_bitmap *frame,
                 const struct mn_rect *damage, uint32_t count)
{
    struct fake_display *display = MN_CONTAINER(hal, struct fake_display, hal);
    uint64_t now_us = display->bench->kernel.now_us;
    assert_int_equal(frame->width_px, hal->width_px);
    assert_int_equal(frame->height_px, hal->height_px);
    assert_in_range(count, 1, MN_DAMAGE_RECTS_MAX);
    assert_true(display->pushes == 0 ||
                now_us >= display->pushed_us + display->hal.frame_interval_us);
    for (uint32_t i = 0; i < count; i++)
        show(display, frame, &damage[i]);
    memcpy(display->latest.rects, damage, count * sizeof *damage);
    display->latest.count = count;
    display->pushes++;
    display->pushed_us = now_us;
}

static const struct mn_hal_display_ops ops = {.push = push};

void fake_display_init(struct fake_display *display, struct bench *bench)
{
    *display = (struct fake_display){.bench = bench, .hal = {
        .ops = &ops,
        .name = "fake",
        .width_px = FAKE_DISPLAY_WIDTH,
        .height_px = FAKE_DISPLAY_HEIGHT,
        .format = MN_PIXEL_MONO8,
        .frame_interval_us = FAKE_DISPLAY_INTERVAL_US,
    }};
}

bool fake_display_shows(const struct fake_display *display, const struct mn_bitmap *frame)
{
    for (int32_t y = 0; y < FAKE_DISPLAY_HEIGHT; y++) {
        if (memcmp(display->glass + y * FAKE_DISPLAY_WIDTH,
                   frame->pixels + (size_t)y * frame->stride_bytes, FAKE_DISPLAY_WIDTH) != 0)
            return false;
    }
    return true;
}
