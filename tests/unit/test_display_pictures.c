/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "display_bench.h"

#include <string.h>

#include "mn/gfx/canvas.h"
#include "mn/gfx/font.h"
#include "picture.h"

/* What clients draw, as it stands in the frame: tests/pictures/display_*.png. */

static struct mn_canvas pixels_of(struct display_user *user)
{
    return mn_canvas_of(&user->chunks[0].pixels);
}

static struct mn_canvas mask_of(struct display_user *user)
{
    return mn_canvas_of(&user->chunks[0].mask);
}

static void write_text(const struct mn_canvas *canvas, int32_t x, int32_t y, const char *text)
{
    const struct mn_pen pen = {.font = &mn_font_spleen_6x12, .ink = MN_PIXEL_ON};
    mn_canvas_text(canvas, x, y, &pen, text, (uint32_t)strlen(text));
}

/* A chunk with a frame around a hatch, opaque all over. */
static void get_tile(struct display_user *user, int32_t width, int32_t height)
{
    user_open_now(user);
    user_get_chunk(user, 0, width, height);
    user_fill(user, 0, MN_PIXEL_OFF, MN_PIXEL_ON);
    struct mn_canvas canvas = pixels_of(user);
    for (int32_t x = -height; x < width; x += 4)
        mn_canvas_line(&canvas, x, 0, x + height, height, MN_PIXEL_ON);
    mn_canvas_outline(&canvas, mn_bitmap_area(&user->chunks[0].pixels), MN_PIXEL_ON);
}

static void chunks_that_overlap(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *hatch = &scene->users[0], *text = &scene->users[1];

    get_tile(hatch, 30, 20);
    user_open_now(text);
    user_get_chunk(text, 0, 30, 14);
    user_fill(text, 0, MN_PIXEL_OFF, MN_PIXEL_ON);
    struct mn_canvas canvas = pixels_of(text);
    write_text(&canvas, 0, 1, "above");
    user_draw_at(hatch, 0, 2, 2);
    user_draw_at(text, 0, 14, 8);
    user_draw_at(hatch, 0, 30, 14); /* and over the text in its turn */

    assert_picture("display_overlap", mn_display_frame(&scene->display));
}

static void chunks_at_every_edge(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *user = &scene->users[0];

    get_tile(user, 16, 12);
    const int32_t right = FAKE_DISPLAY_WIDTH - 8, bottom = FAKE_DISPLAY_HEIGHT - 6;
    const int32_t places[][2] = {{-8, -6}, {17, -6}, {right, -6}, {-8, 9}, {right, 9},
                                 {-8, bottom}, {17, bottom}, {right, bottom}};
    for (uint32_t i = 0; i < MN_COUNT_OF(places); i++)
        user_draw_at(user, 0, places[i][0], places[i][1]);

    assert_picture("display_edges", mn_display_frame(&scene->display));
}

static void letters_cut_out_by_a_mask(void **state)
{
    struct display_bench *scene = *state;
    struct display_user *paper = &scene->users[0], *stencil = &scene->users[1];

    get_tile(paper, FAKE_DISPLAY_WIDTH, FAKE_DISPLAY_HEIGHT);
    user_draw_at(paper, 0, 0, 0);
    user_open_now(stencil);
    user_get_chunk(stencil, 0, 44, 12);
    user_fill(stencil, 0, MN_PIXEL_ON, MN_PIXEL_OFF);
    struct mn_canvas mask = mask_of(stencil);
    write_text(&mask, 1, 0, "mnemOS");
    user_draw_at(stencil, 0, 3, 2); /* bright letters */
    user_fill(stencil, 0, MN_PIXEL_OFF, MN_PIXEL_OFF);
    write_text(&mask, 1, 0, "mnemOS");
    user_draw_at(stencil, 0, 3, 16); /* dark ones */

    assert_picture("display_mask", mn_display_frame(&scene->display));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_DISPLAY(chunks_that_overlap),
        TEST_ON_DISPLAY(chunks_at_every_edge),
        TEST_ON_DISPLAY(letters_cut_out_by_a_mask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
