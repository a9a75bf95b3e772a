/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "panic.h"

#include <string.h>

#include "gfx_model.h"

#define assert_rect(rect_, x_, y_, width_, height_)                                             \
    do {                                                                                        \
        struct mn_rect rect = (rect_);                                                          \
        assert_int_equal(rect.x, x_);                                                           \
        assert_int_equal(rect.y, y_);                                                           \
        assert_int_equal(rect.width, width_);                                                   \
        assert_int_equal(rect.height, height_);                                                 \
    } while (0)

#define RECT(...) ((struct mn_rect){__VA_ARGS__})

static void rectangles_have_in_common_what_is_in_both(void **state)
{
    (void)state;
    assert_rect(mn_rect_intersect(RECT(0, 0, 10, 10), RECT(4, 5, 10, 10)), 4, 5, 6, 5);
    assert_rect(mn_rect_intersect(RECT(-5, -5, 100, 100), RECT(1, 2, 3, 4)), 1, 2, 3, 4);
    assert_rect(mn_rect_intersect(RECT(0, 0, 10, 10), RECT(10, 0, 5, 5)), 0, 0, 0, 0);
    assert_rect(mn_rect_intersect(RECT(0, 0, 10, 10), RECT(3, 3, 0, 5)), 0, 0, 0, 0);
    assert_rect(mn_rect_intersect(RECT(0, 0, 10, 10), RECT(9, 9, -5, -5)), 0, 0, 0, 0);
    assert_rect(mn_rect_intersect(RECT(INT32_MAX - 1, 0, 9, 9), RECT(INT32_MAX, 1, INT32_MAX, 1)),
                INT32_MAX, 1, 8, 1);
    assert_rect(mn_rect_intersect(RECT(INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX),
                                  RECT(-3, -3, 9, 9)), -3, -3, 2, 2);
    assert_rect(mn_rect_intersect(RECT(INT32_MIN, 0, INT32_MIN, 1), RECT(0, 0, 1, 1)), 0, 0, 0, 0);
}

static void rectangles_unite_to_the_smallest_around_both(void **state)
{
    (void)state;
    assert_rect(mn_rect_unite(RECT(0, 0, 10, 10), RECT(4, 5, 10, 10)), 0, 0, 14, 15);
    assert_rect(mn_rect_unite(RECT(8, 9, 1, 1), RECT(-2, -1, 1, 1)), -2, -1, 11, 11);
    assert_rect(mn_rect_unite(RECT(0, 0, 0, 9), RECT(4, 5, 6, 7)), 4, 5, 6, 7);
    assert_rect(mn_rect_unite(RECT(4, 5, 6, 7), RECT(100, 100, 3, -1)), 4, 5, 6, 7);
    assert_rect(mn_rect_unite(RECT(INT32_MIN, 0, 1, 1), RECT(INT32_MAX, 7, 1, 1)),
                INT32_MIN, 0, INT32_MAX, 8);
}

static void a_bitmap_that_cannot_be_is_refused(void **state)
{
    uint8_t pixels[4] = {0};
    const struct mn_bitmap good = {pixels, 2, 2, 2, MN_PIXEL_MONO8};
    struct mn_bitmap bad = good;
    (void)state;
    assert_rect(mn_canvas_of(&good).clip, 0, 0, 2, 2);

    bad.width_px = 3;
    assert_panics("bitmap->stride_bytes >= (uint32_t)bitmap->width_px", mn_canvas_of(&bad));
    bad = good;
    bad.height_px = -1;
    assert_panics("bitmap->height_px >= 0 && bitmap->height_px <= MN_SIDE_MAX",
                  mn_canvas_of(&bad));
    bad.width_px = MN_SIDE_MAX + 1;
    assert_panics("bitmap->width_px >= 0 && bitmap->width_px <= MN_SIDE_MAX", mn_canvas_of(&bad));
}

/* All that 32 bits can be near the bounds, from one pixel, where a walk along them would never
 * end. */
static void the_longest_lines_take_no_longer_than_what_is_seen_of_them(void **state)
{
    uint8_t pixel = 0;
    const struct mn_bitmap bitmap = {&pixel, 1, 1, 1, MN_PIXEL_MONO8};
    struct mn_canvas canvas = mn_canvas_of(&bitmap);
    (void)state;
    mn_canvas_line(&canvas, INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX, 1);
    assert_int_equal(pixel, 1);
    mn_canvas_line(&canvas, INT32_MIN, INT32_MAX, INT32_MAX, INT32_MIN, 2);
    assert_int_equal(pixel, 2);
    mn_canvas_line(&canvas, 0, INT32_MAX, 0, INT32_MIN, 3);
    assert_int_equal(pixel, 3);
    mn_canvas_line(&canvas, INT32_MAX, 1, INT32_MIN, 1, 4);
    assert_int_equal(pixel, 3);
}

static void a_font_finds_the_glyph_of_each_character_and_a_box_for_others(void **state)
{
    static const struct mn_font *const fonts[] = {&mn_font_spleen_6x12, &mn_font_spleen_8x16};
    (void)state;
    for (size_t i = 0; i < MN_COUNT_OF(fonts); i++) {
        const struct mn_font *font = fonts[i];
        uint32_t range = 0;
        for (uint32_t scalar = 0; scalar < 0x11000; scalar++) {
            const struct mn_font_range *here = &font->ranges[range];
            bool is_had = range < font->range_count && scalar >= here->first;
            uint32_t expected = MN_FONT_BOX;
            if (is_had)
                expected = font->glyphs[here->at + scalar - here->first];
            assert_int_equal(mn_font_find(font, scalar), expected);
            assert_true(expected < font->glyph_count);
            if (is_had && scalar - here->first + 1 == here->count)
                range++;
        }
        assert_int_equal(range, font->range_count);
        for (uint32_t scalar = ' '; scalar < 0x7f; scalar++)
            assert_int_not_equal(mn_font_find(font, scalar), MN_FONT_BOX);
        assert_int_equal(mn_font_find(font, UINT32_MAX), MN_FONT_BOX);
    }
}

static void a_font_of_nothing_draws_boxes(void **state)
{
    static const uint8_t bits[] = {0xc0, 0x80};
    const struct mn_font font = {.width_px = 2, .height_px = 2, .row_bytes = 1, .glyph_count = 1,
                                 .bits = bits};
    const struct mn_pen pen = {.font = &font, .ink = MN_PIXEL_ON};
    uint8_t pixels[4] = {0};
    const struct mn_bitmap bitmap = {pixels, 2, 2, 2, MN_PIXEL_MONO8};
    struct mn_canvas canvas = mn_canvas_of(&bitmap);
    (void)state;
    mn_canvas_text(&canvas, 0, 0, &pen, "a", 1);
    assert_memory_equal(pixels, ((uint8_t[]){255, 255, 255, 0}), 4);
}

static struct mn_rect measured(const char *text)
{
    return mn_font_measure(&mn_font_spleen_8x16, text, (uint32_t)strlen(text));
}

static void a_text_measures_its_widest_line_and_all_lines(void **state)
{
    (void)state;
    assert_rect(measured(""), 0, 0, 0, 0);
    assert_rect(measured("abc"), 0, 0, 24, 16);
    assert_rect(measured("ab\nabcd\na"), 0, 0, 32, 48);
    assert_rect(measured("\n"), 0, 0, 0, 32);
    assert_rect(measured("gęś"), 0, 0, 24, 16);
    assert_rect(measured("\xff\xc3"), 0, 0, 16, 16);
    assert_rect(mn_font_measure(&mn_font_spleen_8x16, "a\0b", 3), 0, 0, 24, 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rectangles_have_in_common_what_is_in_both),
        cmocka_unit_test(rectangles_unite_to_the_smallest_around_both),
        cmocka_unit_test(a_bitmap_that_cannot_be_is_refused),
        cmocka_unit_test(the_longest_lines_take_no_longer_than_what_is_seen_of_them),
        cmocka_unit_test(a_font_finds_the_glyph_of_each_character_and_a_box_for_others),
        cmocka_unit_test(a_font_of_nothing_draws_boxes),
        cmocka_unit_test(a_text_measures_its_widest_line_and_all_lines),
    };
    return cmocka_run_group_tests_name("gfx", tests, NULL, NULL);
}
