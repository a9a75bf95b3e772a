/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

#include "mn/gfx/compositor.h"
#include "random.h"

#define SIDE_MAX 40

struct plane { /* a bitmap with a fence around it, in a block of its own */
    struct mn_bitmap bitmap;
    uint8_t *block;
    size_t bytes;
};

static struct plane plane_create(int32_t width, int32_t height, uint32_t stride)
{
    struct plane plane = {.bytes = (size_t)stride * (size_t)height};
    plane.block = calloc(plane.bytes + 1, 1);
    assert_non_null(plane.block);
    plane.bitmap = (struct mn_bitmap){plane.block, width, height, stride, MN_PIXEL_MONO8};
    return plane;
}

static uint8_t *at(const struct plane *plane, int32_t x, int32_t y)
{
    return plane->bitmap.pixels + (size_t)y * plane->bitmap.stride_bytes + (size_t)x;
}

static void assert_rect(struct mn_rect rect, int32_t x, int32_t y, int32_t width, int32_t height)
{
    assert_int_equal(rect.x, x);
    assert_int_equal(rect.y, y);
    assert_int_equal(rect.width, width);
    assert_int_equal(rect.height, height);
}

struct easel { /* a frame of 20 by 10, and a picture of 12 by 3: all on, all opaque */
    struct plane frame, pixels, mask;
};

static int setup(void **state)
{
    struct easel *easel = calloc(1, sizeof *easel);
    assert_non_null(easel);
    easel->frame = plane_create(20, 10, 20);
    easel->pixels = plane_create(12, 3, 12);
    easel->mask = plane_create(12, 3, 12);
    memset(easel->pixels.block, MN_PIXEL_ON, easel->pixels.bytes);
    memset(easel->mask.block, MN_PIXEL_ON, easel->mask.bytes);
    *state = easel;
    return 0;
}

static int teardown(void **state)
{
    struct easel *easel = *state;
    free(easel->frame.block);
    free(easel->pixels.block);
    free(easel->mask.block);
    free(easel);
    return 0;
}

static struct mn_rect put(struct easel *easel, int32_t x, int32_t y)
{
    return mn_composite(&easel->frame.bitmap, &easel->pixels.bitmap, &easel->mask.bitmap, x, y);
}

static uint32_t on_count(const struct easel *easel)
{
    uint32_t count = 0;
    for (size_t i = 0; i < easel->frame.bytes; i++)
        count += easel->frame.block[i] == MN_PIXEL_ON;
    return count;
}

static void a_picture_comes_to_its_place_and_nowhere_else(void **state)
{
    struct easel *easel = *state;

    assert_rect(put(easel, 3, 4), 3, 4, 12, 3);

    assert_int_equal(on_count(easel), 36);
    assert_int_equal(*at(&easel->frame, 3, 4), MN_PIXEL_ON);
    assert_int_equal(*at(&easel->frame, 14, 6), MN_PIXEL_ON);
    assert_int_equal(*at(&easel->frame, 2, 4), MN_PIXEL_OFF);
    assert_int_equal(*at(&easel->frame, 15, 6), MN_PIXEL_OFF);
}

static void where_the_mask_is_transparent_the_frame_keeps_its_pixel(void **state)
{
    struct easel *easel = *state;

    memset(easel->mask.block, 127, easel->mask.bytes); /* not yet opaque */
    *at(&easel->mask, 5, 1) = 128;                     /* just so */
    assert_rect(put(easel, 0, 0), 5, 1, 1, 1);
    assert_int_equal(on_count(easel), 1);

    *at(&easel->mask, 11, 2) = 255;
    *at(&easel->pixels, 5, 1) = MN_PIXEL_OFF; /* opaque and off: it is wiped */
    assert_rect(put(easel, 0, 0), 5, 1, 7, 2);
    assert_int_equal(*at(&easel->frame, 5, 1), MN_PIXEL_OFF);
    assert_int_equal(on_count(easel), 1);
}

static void what_is_there_already_changes_nothing(void **state)
{
    struct easel *easel = *state;

    put(easel, 3, 4);
    assert_rect(put(easel, 3, 4), 0, 0, 0, 0);
    *at(&easel->pixels, 7, 1) = MN_PIXEL_OFF;
    assert_rect(put(easel, 3, 4), 10, 5, 1, 1);
}

static void a_picture_is_cut_at_every_edge(void **state)
{
    struct easel *easel = *state;

    assert_rect(put(easel, -5, -1), 0, 0, 7, 2);
    assert_rect(put(easel, 15, 9), 15, 9, 5, 1);
    assert_int_equal(on_count(easel), 7 * 2 + 5);
}

static void a_picture_larger_than_the_frame_fills_it(void **state)
{
    struct easel *easel = *state;
    struct plane small = plane_create(5, 2, 5);

    struct mn_rect changed =
        mn_composite(&small.bitmap, &easel->pixels.bitmap, &easel->mask.bitmap, -3, -1);

    assert_rect(changed, 0, 0, 5, 2);
    for (size_t i = 0; i < small.bytes; i++)
        assert_int_equal(small.block[i], MN_PIXEL_ON);
    free(small.block);
}

static void far_outside_nothing_happens(void **state)
{
    static const int32_t far[] = {20, -12, MN_SIDE_MAX, -MN_SIDE_MAX, INT32_MAX, INT32_MIN,
                                  INT32_MAX - 11, INT32_MIN + 20};
    struct easel *easel = *state;

    for (uint32_t i = 0; i < MN_COUNT_OF(far); i++) {
        assert_rect(put(easel, far[i], 0), 0, 0, 0, 0);
        assert_rect(put(easel, 0, far[i] == 20 ? 10 : far[i]), 0, 0, 0, 0);
        assert_rect(put(easel, far[i], far[i]), 0, 0, 0, 0);
    }
    assert_int_equal(on_count(easel), 0);
}

static void a_picture_without_pixels_changes_nothing(void **state)
{
    struct easel *easel = *state;

    easel->pixels.bitmap.width_px = easel->mask.bitmap.width_px = 0;
    assert_rect(put(easel, 3, 3), 0, 0, 0, 0);
    easel->pixels.bitmap.width_px = easel->mask.bitmap.width_px = 12;
    easel->pixels.bitmap.height_px = easel->mask.bitmap.height_px = 0;
    assert_rect(put(easel, 3, 3), 0, 0, 0, 0);
}

/* ---- against a slow one ----------------------------------------------------------------- */

static struct plane random_plane(uint64_t *seed, int32_t width, int32_t height)
{
    struct plane plane = plane_create(width, height, (uint32_t)width + test_random_below(seed, 5));
    uint32_t rarity = 1 + test_random_below(seed, 20);
    for (size_t i = 0; i < plane.bytes; i++)
        plane.block[i] = test_random_below(seed, rarity) == 0 ? (uint8_t)test_random(seed) : 0;
    return plane;
}

static struct mn_rect composite_slowly(const struct plane *frame, const struct plane *pixels,
                                       const struct plane *mask, int32_t x, int32_t y)
{
    struct mn_rect changed = {0};
    for (int32_t line = 0; line < frame->bitmap.height_px; line++) {
        for (int32_t column = 0; column < frame->bitmap.width_px; column++) {
            int32_t from_x = column - x, from_y = line - y;
            bool is_inside = from_x >= 0 && from_x < pixels->bitmap.width_px && from_y >= 0 &&
                             from_y < pixels->bitmap.height_px;
            if (!is_inside || *at(mask, from_x, from_y) < 128 ||
                *at(frame, column, line) == *at(pixels, from_x, from_y))
                continue;
            *at(frame, column, line) = *at(pixels, from_x, from_y);
            changed = mn_rect_unite(changed, (struct mn_rect){column, line, 1, 1});
        }
    }
    return changed;
}

static void compare_once(uint64_t *seed)
{
    int32_t width = (int32_t)test_random_below(seed, SIDE_MAX);
    int32_t height = (int32_t)test_random_below(seed, SIDE_MAX);
    int32_t x = (int32_t)test_random_below(seed, 2 * SIDE_MAX) - SIDE_MAX;
    int32_t y = (int32_t)test_random_below(seed, 2 * SIDE_MAX) - SIDE_MAX;
    struct plane pixels = random_plane(seed, width, height);
    struct plane mask = random_plane(seed, width, height);
    struct plane fast = random_plane(seed, 1 + (int32_t)test_random_below(seed, SIDE_MAX), 12);
    struct plane slow = fast;
    slow.bitmap.pixels = slow.block = malloc(slow.bytes);
    assert_non_null(slow.block);
    memcpy(slow.block, fast.block, slow.bytes);

    struct mn_rect changed = mn_composite(&fast.bitmap, &pixels.bitmap, &mask.bitmap, x, y);
    struct mn_rect expected = composite_slowly(&slow, &pixels, &mask, x, y);

    assert_memory_equal(fast.block, slow.block, slow.bytes); /* the gaps between rows, too */
    assert_memory_equal(&changed, &expected, sizeof changed);
    free(pixels.block);
    free(mask.block);
    free(fast.block);
    free(slow.block);
}

static void random_pictures_come_out_as_pixel_by_pixel(void **state)
{
    uint64_t seed = 5;
    (void)state;

    for (uint32_t round = 0; round < 20000; round++)
        compare_once(&seed);
}

#define TEST_ON_EASEL(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_EASEL(a_picture_comes_to_its_place_and_nowhere_else),
        TEST_ON_EASEL(where_the_mask_is_transparent_the_frame_keeps_its_pixel),
        TEST_ON_EASEL(what_is_there_already_changes_nothing),
        TEST_ON_EASEL(a_picture_is_cut_at_every_edge),
        TEST_ON_EASEL(a_picture_larger_than_the_frame_fills_it),
        TEST_ON_EASEL(far_outside_nothing_happens),
        TEST_ON_EASEL(a_picture_without_pixels_changes_nothing),
        cmocka_unit_test(random_pictures_come_out_as_pixel_by_pixel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
