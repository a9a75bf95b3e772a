/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "mn/gfx/font.h"
#include "rows.h"

#define WIDTH 400 /* the default display */
#define HEIGHT 240
#define FRAME_BYTES (WIDTH * HEIGHT)
#define FRAMES 200u /* in one run */
#define COLUMNS_MAX (WIDTH / 6)

struct screen {
    uint8_t frame[FRAME_BYTES], copy[FRAME_BYTES];
    struct mn_canvas canvas;
    struct mn_pen pen;
    char line[COLUMNS_MAX];
};

static struct screen *screen_create(void)
{
    struct screen *screen = calloc(1, sizeof *screen);
    if (!screen)
        abort();
    const struct mn_bitmap bitmap = {screen->frame, WIDTH, HEIGHT, WIDTH, MN_PIXEL_MONO8};
    screen->canvas = mn_canvas_of(&bitmap);
    for (uint32_t i = 0; i < COLUMNS_MAX; i++)
        screen->line[i] = (char)(' ' + i % 95);
    return screen;
}

static uint32_t columns(const struct screen *screen)
{
    return WIDTH / screen->pen.font->width_px;
}

static uint32_t rows(const struct screen *screen)
{
    return HEIGHT / screen->pen.font->height_px;
}

static void draw_line(struct screen *screen, uint32_t row)
{
    mn_canvas_text(&screen->canvas, 0, (int32_t)row * screen->pen.font->height_px, &screen->pen,
                   screen->line, columns(screen));
}

static double copy_frames(struct screen *screen)
{
    double begin_ns = measure_thread_ns();
    for (uint32_t i = 0; i < FRAMES; i++) {
        memcpy(screen->copy, screen->frame, FRAME_BYTES);
        measure_hide(screen->copy);
    }
    return (measure_thread_ns() - begin_ns) / FRAMES;
}

/* ---- a screen full of characters, for each of them -------------------------------------- */

static double draw_characters(void *context)
{
    struct screen *screen = context;
    double begin_ns = measure_thread_ns();
    for (uint32_t i = 0; i < FRAMES; i++) {
        for (uint32_t row = 0; row < rows(screen); row++)
            draw_line(screen, row);
        measure_hide(screen->frame);
    }
    return (measure_thread_ns() - begin_ns) / FRAMES / (rows(screen) * columns(screen));
}

static double copy_characters(void *context)
{
    struct screen *screen = context;
    return copy_frames(screen) / (rows(screen) * columns(screen));
}

static void character_row(struct table *table, struct screen *screen, const char *what,
                          struct mn_pen pen)
{
    screen->pen = pen;
    struct measured measured = measure_pair(draw_characters, copy_characters, screen, RUNS);
    table_row(table, &(struct row){
                         .what = what,
                         .ours = measured.ours,
                         .unit = "ns",
                         .reference_name = "memcpy of the frame",
                         .reference = measured.reference,
                         .ratio = measured.ratio,
                     });
}

/* ---- the screen moved up by a line, and a new one below ---------------------------------- */

static double scroll_per_second(void *context)
{
    struct screen *screen = context;
    struct mn_rect all = mn_bitmap_area(&screen->canvas.bitmap);
    double begin_ns = measure_thread_ns();
    for (uint32_t i = 0; i < FRAMES; i++) {
        mn_canvas_scroll(&screen->canvas, all, 0, -screen->pen.font->height_px, MN_PIXEL_OFF);
        draw_line(screen, rows(screen) - 1);
        measure_hide(screen->frame);
    }
    return 1e9 * FRAMES / (measure_thread_ns() - begin_ns);
}

static double copies_per_second(void *context)
{
    return 1e9 / copy_frames(context);
}

static void scroll_row(struct table *table, struct screen *screen, const char *what,
                       const struct mn_font *font)
{
    screen->pen = (struct mn_pen){.font = font, .ink = MN_PIXEL_ON};
    struct measured measured = measure_pair(scroll_per_second, copies_per_second, screen, RUNS);
    table_row(table, &(struct row){
                         .what = what,
                         .ours = measured.ours,
                         .unit = "/s",
                         .reference_name = "memcpy of the frame",
                         .reference = measured.reference,
                         .ratio = measured.ratio,
                         .limit = AT_LEAST(0.33),
                     });
}

void gfx_rows(struct table *table)
{
    struct screen *screen = screen_create();
    struct mn_pen ink = {.font = &mn_font_spleen_8x16, .ink = MN_PIXEL_ON};
    struct mn_pen opaque = {&mn_font_spleen_8x16, MN_PIXEL_ON, MN_PIXEL_OFF, true};
    struct mn_pen small = {&mn_font_spleen_6x12, MN_PIXEL_ON, MN_PIXEL_OFF, true};
    character_row(table, screen, "character of 8x16, on what is there", ink);
    character_row(table, screen, "character of 8x16 with its paper", opaque);
    character_row(table, screen, "character of 6x12 with its paper", small);
    scroll_row(table, screen, "screen of 8x16 text, up by a line", &mn_font_spleen_8x16);
    scroll_row(table, screen, "screen of 6x12 text, up by a line", &mn_font_spleen_6x12);
    free(screen);
}
