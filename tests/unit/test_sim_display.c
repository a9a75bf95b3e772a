/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/sim_display.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct window { /* somebody who looks */
    const uint8_t *pixels;
    uint32_t stride_bytes, shows, rects;
    struct mn_rect first;
};

static const struct sim_display_settings settings = {
    .width_px = 400,
    .height_px = 240,
    .frames_per_second = 20,
};

static uint8_t pixels[400 * 240];
static const struct mn_bitmap frame = {
    .pixels = pixels,
    .width_px = 400,
    .height_px = 240,
    .stride_bytes = 400,
};

static void show(void *context, const uint8_t *shown, uint32_t stride_bytes,
                 const struct mn_rect *damage, uint32_t count)
{
    struct window *window = context;
    window->pixels = shown;
    window->stride_bytes = stride_bytes;
    window->first = damage[0];
    window->rects += count;
    window->shows++;
}

static void push(struct sim_display *display)
{
    static const struct mn_rect damage[] = {{1, 2, 3, 4}, {5, 6, 7, 8}};
    display->hal.ops->push(&display->hal, &frame, damage, 2);
}

static void it_is_as_large_and_as_fast_as_configured(void **state)
{
    struct sim_display display;
    (void)state;

    sim_display_init(&display, &settings);

    assert_int_equal(display.hal.width_px, 400);
    assert_int_equal(display.hal.height_px, 240);
    assert_int_equal(display.hal.format, MN_PIXEL_MONO8);
    assert_int_equal(display.hal.frame_interval_us, 50000);
}

static void with_nobody_looking_pushes_are_counted_and_no_more(void **state)
{
    struct sim_display display;
    (void)state;

    sim_display_init(&display, &settings);
    push(&display);
    push(&display);

    assert_int_equal(display.pushes, 2);
}

static void who_watches_sees_each_push_until_it_stops(void **state)
{
    struct sim_display display;
    struct window window = {0};
    (void)state;

    sim_display_init(&display, &settings);
    sim_display_watch(&display, show, &window);
    push(&display);
    assert_ptr_equal(window.pixels, pixels);
    assert_int_equal(window.stride_bytes, 400);
    assert_int_equal(window.rects, 2);
    assert_int_equal(window.first.y, 2);

    sim_display_watch(&display, NULL, NULL); /* the window is gone */
    push(&display);
    assert_int_equal(window.shows, 1);
    assert_int_equal(display.pushes, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_as_large_and_as_fast_as_configured),
        cmocka_unit_test(with_nobody_looking_pushes_are_counted_and_no_more),
        cmocka_unit_test(who_watches_sees_each_push_until_it_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
