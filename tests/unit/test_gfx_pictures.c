/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

#include "mn/gfx/font.h"
#include "picture.h"

static const struct mn_pen small = {.font = &mn_font_spleen_6x12, .ink = MN_PIXEL_ON};
static const struct mn_pen large = {.font = &mn_font_spleen_8x16, .ink = MN_PIXEL_ON};

static struct mn_bitmap bitmap_create(int32_t width_px, int32_t height_px)
{
    uint8_t *pixels = calloc((size_t)width_px * (size_t)height_px, 1);
    assert_non_null(pixels);
    return (struct mn_bitmap){pixels, width_px, height_px, (uint32_t)width_px, MN_PIXEL_MONO8};
}

/* A canvas of its own bitmap, which `finish` compares and frees. */
static struct mn_canvas begin(int32_t width_px, int32_t height_px)
{
    struct mn_bitmap bitmap = bitmap_create(width_px, height_px);
    return mn_canvas_of(&bitmap);
}

static void finish(const char *name, const struct mn_canvas *canvas)
{
    assert_picture(name, &canvas->bitmap);
    free(canvas->bitmap.pixels);
}

static void write(const struct mn_canvas *canvas, int32_t x, int32_t y, const struct mn_pen *pen,
                  const char *text)
{
    mn_canvas_text(canvas, x, y, pen, text, (uint32_t)strlen(text));
}

#define ASCII_LINES                                                                             \
    " !\"#$%&'()*+,-./0123456789:;<=>?\n"                                                       \
    "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_\n"                                                       \
    "`abcdefghijklmnopqrstuvwxyz{|}~"

static void all_of_ascii(void **state)
{
    (void)state;
    struct mn_canvas canvas = begin(8 * 32 + 8, 16 * 3 + 12 * 3 + 12);
    write(&canvas, 4, 4, &large, ASCII_LINES);
    write(&canvas, 4, 16 * 3 + 8, &small, ASCII_LINES);
    finish("ascii", &canvas);
}

#define BOX_LINES                                                                               \
    "┌──┬──┐ ╔══╦══╗ ╭──╮ ┏━━┓\n"                                                               \
    "│  │  │ ║  ║  ║ │  │ ┃  ┃\n"                                                               \
    "├──┼──┤ ╠══╬══╣ │  │ ┃  ┃\n"                                                               \
    "└──┴──┘ ╚══╩══╝ ╰──╯ ┗━━┛"

static void box_characters_join(void **state)
{
    (void)state;
    struct mn_canvas canvas = begin(8 * 26, 16 * 4 + 12 * 4 + 12);
    write(&canvas, 4, 4, &large, BOX_LINES);
    write(&canvas, 4, 16 * 4 + 8, &small, BOX_LINES);
    finish("boxes", &canvas);
}

/* Latin, Cyrillic and Greek as far as the font goes; then what it lacks, control characters, and
 * bytes that are no UTF-8: cut, overlong, a surrogate, beyond Unicode, lone. */
static void characters_beyond_ascii_and_what_stands_for_those_that_are_not_there(void **state)
{
    (void)state;
    struct mn_canvas canvas = begin(8 * 24, 16 * 6 + 8);
    write(&canvas, 4, 4, &large, "Zażółć gęślą jaźń\nGrüße, ¡señor! Čeština\nАВСЕ αβγ € ☐ ♥ ①Ⓐ");
    write(&canvas, 4, 4 + 16 * 3, &large, "漢字 \xf0\x9f\x98\x80 \x01\x1b\t\x7f|");
    write(&canvas, 4, 4 + 16 * 4, &large, "\xc3|\xe2\x82|\xc0\xaf|\xed\xa0\x80|\xf4\x90\x80\x80|");
    write(&canvas, 4, 4 + 16 * 5, &large, "\x80|\xff|\xef\xbf\xbd|\xf0\x9f\x98");
    finish("utf8", &canvas);
}

static void text_upon_a_pattern_keeps_it_or_hides_it(void **state)
{
    (void)state;
    struct mn_canvas canvas = begin(120, 80);
    struct mn_pen pens[4] = {small, small, small, small};
    for (int32_t y = 0; y < 80; y++)
        for (int32_t x = y % 4; x < 120; x += 4)
            mn_canvas_dot(&canvas, x, y, MN_PIXEL_ON);
    pens[1].ink = MN_PIXEL_OFF;
    pens[2].is_opaque = true;
    pens[3] = (struct mn_pen){&mn_font_spleen_6x12, MN_PIXEL_OFF, MN_PIXEL_ON, true};
    for (int32_t i = 0; i < 4; i++)
        write(&canvas, 10, 6 + 18 * i, &pens[i], "mnemOS gjpqy");
    finish("text_pens", &canvas);
}

/* Every way in which a cell can hang over an edge: of the clip in the one, of the bitmap, with
 * negative coordinates, in the other. */
static void text_is_cut_at_each_edge(void **state)
{
    (void)state;
    struct mn_canvas canvas = begin(100, 60);
    struct mn_rect clip = {20, 12, 60, 36};
    mn_canvas_outline(&canvas, (struct mn_rect){19, 11, 62, 38}, MN_PIXEL_ON);
    struct mn_canvas inner = mn_canvas_clip(&canvas, clip);
    for (int32_t y = 4; y < 60; y += 13)
        write(&inner, 15, y, &small, "clipped text, cut");
    finish("text_clip", &canvas);

    canvas = begin(40, 30);
    write(&canvas, -3, -5, &large, "@#@#@#");
    write(&canvas, -11, 20, &large, "@#@#@#");
    write(&canvas, INT32_MIN, 0, &large, "@");
    write(&canvas, INT32_MAX, INT32_MAX, &large, "@");
    finish("text_edges", &canvas);
}

static void lines_in_all_directions_whole_and_clipped(void **state)
{
    (void)state;
    struct mn_canvas canvas = begin(202, 101);
    struct mn_canvas right = mn_canvas_clip(&canvas, (struct mn_rect){121, 20, 61, 61});
    mn_canvas_outline(&canvas, (struct mn_rect){120, 19, 63, 63}, MN_PIXEL_ON);
    for (int32_t i = 0; i <= 100; i += 10) {
        mn_canvas_line(&canvas, 50, 50, i, 0, MN_PIXEL_ON);
        mn_canvas_line(&canvas, i, 100, 50, 50, MN_PIXEL_ON);
        mn_canvas_line(&canvas, 50, 50, 0, i, MN_PIXEL_ON);
        mn_canvas_line(&canvas, 100, i, 50, 50, MN_PIXEL_ON);
        mn_canvas_line(&right, 151 - 3000, 50 + 60 * (i - 50), 151 + 3000, 50 - 60 * (i - 50),
                       MN_PIXEL_ON);
        mn_canvas_line(&right, 151 + 60 * (i - 50), 50 - 3000, 151 - 60 * (i - 50), 50 + 3000,
                       MN_PIXEL_ON);
    }
    finish("lines", &canvas);
}

static void rectangles_of_every_kind(void **state)
{
    (void)state;
    struct mn_canvas canvas = begin(120, 60);
    for (int32_t i = 0; i < 6; i++) { /* sides of 0 to 5 */
        mn_canvas_outline(&canvas, (struct mn_rect){2 + 10 * i, 2, i, 5}, MN_PIXEL_ON);
        mn_canvas_outline(&canvas, (struct mn_rect){2 + 10 * i, 10, 5, i}, MN_PIXEL_ON);
        mn_canvas_fill(&canvas, (struct mn_rect){62 + 10 * i, 2, i, 5}, MN_PIXEL_ON);
        mn_canvas_fill(&canvas, (struct mn_rect){62 + 10 * i, 10, 5, -i}, MN_PIXEL_ON);
    }
    mn_canvas_fill(&canvas, (struct mn_rect){-10, 20, 30, 60}, MN_PIXEL_ON);
    mn_canvas_fill(&canvas, (struct mn_rect){5, 30, 10, 10}, MN_PIXEL_OFF);
    mn_canvas_outline(&canvas, (struct mn_rect){110, 50, 100, 100}, MN_PIXEL_ON);
    for (int32_t i = 0; i < 20; i += 2)
        mn_canvas_outline(&canvas, (struct mn_rect){30 + i, 20 + i, 70 - 2 * i, 39 - 2 * i},
                          MN_PIXEL_ON);
    mn_canvas_hline(&canvas, 25, 18, 80, MN_PIXEL_ON);
    mn_canvas_vline(&canvas, 25, 18, 80, MN_PIXEL_ON);
    finish("rectangles", &canvas);
}

/* A disk as opacity, in steps to its edge: what is 128 or more is taken. */
static void disk(const struct mn_bitmap *mask)
{
    int32_t radius = mask->width_px / 2;
    for (int32_t y = 0; y < mask->height_px; y++)
        for (int32_t x = 0; x < mask->width_px; x++) {
            int32_t dx = x - radius, dy = y - radius, left = radius * radius - dx * dx - dy * dy;
            uint32_t opacity = left < 0 ? 0 : left > 255 ? 255 : (uint32_t)left;
            mask->pixels[y * (int32_t)mask->stride_bytes + x] = (uint8_t)opacity;
        }
}

static void pictures_come_through_masks_and_are_cut(void **state)
{
    (void)state;
    struct mn_canvas canvas = begin(120, 80), source = begin(48, 48);
    struct mn_bitmap mask = bitmap_create(48, 48);
    struct mn_rect all = {0, 0, 48, 48}, part = {12, 12, 24, 40};
    for (int32_t y = 0; y < 48; y += 16)
        write(&source, 0, y, &large, "#@#@#@");
    disk(&mask);
    for (int32_t x = 0; x < 240; x += 6)
        mn_canvas_line(&canvas, x, 0, x - 80, 80, MN_PIXEL_ON);
    mn_canvas_blit_masked(&canvas, -20, -20, &source.bitmap, &mask, all);
    mn_canvas_blit_masked(&canvas, 30, 4, &source.bitmap, &mask, all);
    mn_canvas_blit_masked(&canvas, 90, 50, &source.bitmap, &mask, all);
    mn_canvas_blit_masked(&canvas, 10, 50, &source.bitmap, &mask, part);
    mn_canvas_blit(&canvas, 90, 10, &source.bitmap, part);
    mn_canvas_blit(&canvas, 50, 60, &source.bitmap, (struct mn_rect){-5, -5, 20, 20});
    free(mask.pixels);
    free(source.bitmap.pixels);
    finish("masks", &canvas);
}

static void a_part_of_the_screen_scrolls_and_the_rest_stays(void **state)
{
    static const int32_t steps[][2] = {{0, 0}, {0, -12}, {0, 12}, {-9, 0}, {9, 0}, {5, 7}, {-5, -7},
                                       {100, 0}, {0, INT32_MIN}};
    (void)state;
    struct mn_canvas canvas = begin(3 * 84, 3 * 56);
    for (int32_t i = 0; i < (int32_t)MN_COUNT_OF(steps); i++) {
        struct mn_rect tile = {84 * (i % 3), 56 * (i / 3), 84, 56};
        struct mn_rect area = {tile.x + 8, tile.y + 9, 66, 36};
        struct mn_canvas inner = mn_canvas_clip(&canvas, tile);
        for (int32_t line = 0; line < 4; line++)
            write(&inner, tile.x + 1, tile.y + 4 + 12 * line, &small, "scroll a part");
        mn_canvas_scroll(&inner, area, steps[i][0], steps[i][1], MN_PIXEL_ON);
        mn_canvas_outline(&inner, tile, MN_PIXEL_ON);
    }
    finish("scroll", &canvas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_ascii),
        cmocka_unit_test(box_characters_join),
        cmocka_unit_test(characters_beyond_ascii_and_what_stands_for_those_that_are_not_there),
        cmocka_unit_test(text_upon_a_pattern_keeps_it_or_hides_it),
        cmocka_unit_test(text_is_cut_at_each_edge),
        cmocka_unit_test(lines_in_all_directions_whole_and_clipped),
        cmocka_unit_test(rectangles_of_every_kind),
        cmocka_unit_test(pictures_come_through_masks_and_are_cut),
        cmocka_unit_test(a_part_of_the_screen_scrolls_and_the_rest_stays),
    };
    return cmocka_run_group_tests_name("gfx_pictures", tests, NULL, NULL);
}
