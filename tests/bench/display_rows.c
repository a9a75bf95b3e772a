/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "measure.h"
#include "mn/gfx/compositor.h"
#include "mn/svc/display.h"
#include "rows.h"

#define WIDTH 400
#define HEIGHT 240
#define FRAME_BYTES ((size_t)(WIDTH * HEIGHT))
#define FRAMES 400u /* composited or copied in one run */
#define GLYPH_WIDTH 8
#define GLYPH_HEIGHT 12
#define GLYPHS 50000u /* drawn in one run */
#define ARENA_BYTES (256u * 1024u)

/* ---- the compositor --------------------------------------------------------------------- */

struct easel {
    struct mn_bitmap frame, mask, on, off;
    const struct mn_bitmap *pictures[2]; /* drawn by turns */
};

static struct mn_bitmap bitmap_of(uint8_t value)
{
    uint8_t *pixels = malloc(FRAME_BYTES);
    if (!pixels)
        abort();
    memset(pixels, value, FRAME_BYTES);
    return (struct mn_bitmap){pixels, WIDTH, HEIGHT, WIDTH, MN_PIXEL_MONO8};
}

static double composite(void *context)
{
    struct easel *easel = context;
    double begin_ns = measure_thread_ns();
    for (uint32_t i = 0; i < FRAMES; i++) {
        struct mn_rect changed =
            mn_composite(&easel->frame, easel->pictures[i % 2], &easel->mask, 0, 0);
        measure_hide(&changed);
    }
    return (measure_thread_ns() - begin_ns) / FRAMES / 1e3;
}

static double copy(void *context)
{
    struct easel *easel = context;
    double begin_ns = measure_thread_ns();
    for (uint32_t i = 0; i < FRAMES; i++) {
        memcpy(easel->frame.pixels, easel->pictures[i % 2]->pixels, FRAME_BYTES);
        measure_hide(easel->frame.pixels);
    }
    return (measure_thread_ns() - begin_ns) / FRAMES / 1e3;
}

static void composite_row(struct table *table, struct easel *easel, const char *what)
{
    struct measured measured = measure_pair(composite, copy, easel, RUNS);
    table_row(table, &(struct row){
                         .what = what,
                         .ours = measured.ours,
                         .unit = "us",
                         .reference_name = "memcpy of the frame",
                         .reference = measured.reference,
                         .ratio = measured.ratio,
                         .limit = AT_MOST(6),
                     });
}

static void composite_rows(struct table *table)
{
    struct easel easel = {bitmap_of(0), bitmap_of(255), bitmap_of(255), bitmap_of(0), {0}};
    easel.pictures[0] = &easel.on;
    easel.pictures[1] = &easel.off;
    composite_row(table, &easel, "400 x 240 composited, every pixel changes");
    easel.pictures[1] = &easel.on;
    composite_row(table, &easel, "400 x 240 composited, none changes");
    memset(easel.mask.pixels, 0, FRAME_BYTES);
    composite_row(table, &easel, "400 x 240 composited, all transparent");
    free(easel.frame.pixels);
    free(easel.mask.pixels);
    free(easel.on.pixels);
    free(easel.off.pixels);
}

/* ---- the service ------------------------------------------------------------------------ */

struct painter {
    struct mn_co co;
    struct mn_task task;
    struct mn_screen screen;
    struct mn_display_chunk chunk;
    uint32_t left;
    double begin_ns, end_ns;
    union {
        struct mn_screen_open open;
        struct mn_screen_chunk chunk;
        struct mn_screen_draw draw;
    } on;
};

struct desk {
    struct machine machine;
    struct mn_hal_display hal;
    struct mn_display display;
    struct mn_task server;
    struct painter painter;
    uint8_t arena[ARENA_BYTES];
};

/* A glyph that is off where the last one was on. */
static struct mn_display_chunk *turn(struct painter *painter)
{
    struct mn_display_chunk *chunk = &painter->chunk;
    chunk->x = (int32_t)(painter->left / 2 % 40) * GLYPH_WIDTH;
    memset(chunk->mask.pixels, 255, GLYPH_WIDTH * GLYPH_HEIGHT);
    memset(chunk->pixels.pixels, painter->left % 2 ? 255 : 0, GLYPH_WIDTH * GLYPH_HEIGHT);
    return chunk;
}

static enum mn_poll painter_poll(struct mn_co *co, struct mn_task *task)
{
    struct painter *painter = MN_FRAME(co, struct painter);

    MN_CO_BEGIN;
    MN_TRY(mn_screen_open(&painter->on.open, &task->kernel->registry, 0, &painter->screen));
    MN_TRY(mn_screen_chunk(&painter->on.chunk, &painter->screen, &painter->chunk, GLYPH_WIDTH,
                           GLYPH_HEIGHT, MN_TIME_NEVER));
    painter->begin_ns = measure_thread_ns();
    for (; painter->left > 0; painter->left--)
        MN_TRY(mn_screen_draw(&painter->on.draw, &painter->screen, turn(painter)));
    painter->end_ns = measure_thread_ns();
    MN_CO_END;
}

static void painter_drop(struct mn_co *co)
{
    mn_screen_close(&MN_FRAME(co, struct painter)->screen);
}

static const struct mn_co_type painter_type = {
    .name = "painter",
    .poll = painter_poll,
    .drop = painter_drop,
};

static void push(struct mn_hal_display *hal, const struct mn_bitmap *frame,
                 const struct mn_rect *damage, uint32_t count)
{
    (void)hal;
    (void)frame;
    (void)damage;
    (void)count;
}

static void desk_open(struct desk *desk, uint32_t glyphs)
{
    static const struct mn_hal_display_ops ops = {.push = push};
    static const struct mn_display_settings settings = {.waiting_max = 2};
    struct mn_kernel *kernel = &desk->machine.kernel;
    machine_open_with(&desk->machine, desk->arena, ARENA_BYTES);
    desk->hal = (struct mn_hal_display){
        .ops = &ops,
        .name = "bench",
        .width_px = WIDTH,
        .height_px = HEIGHT,
        .frame_interval_us = 50 * MN_MS,
    };
    desk->painter = (struct painter){.left = glyphs};
    mn_screen_init(&desk->painter.screen);
    mn_spawn(kernel, &desk->server, "display",
             mn_display_serve(&desk->display, kernel, &desk->hal, &settings));
    mn_spawn(kernel, &desk->painter.task, "painter",
             mn_co_init(&desk->painter.co, &painter_type));
}

static double through_service(void *context)
{
    struct desk *desk = context;
    desk_open(desk, GLYPHS);
    while (!mn_task_is_done(&desk->painter.task))
        mn_tick(&desk->machine.kernel);
    machine_close(&desk->machine);
    return (desk->painter.end_ns - desk->painter.begin_ns) / GLYPHS;
}

/* The same glyphs at the same places, by calling the compositor. */
static double by_hand(void *context)
{
    static uint8_t frame_pixels[WIDTH * HEIGHT];
    static uint8_t pixels[GLYPH_WIDTH * GLYPH_HEIGHT], mask[GLYPH_WIDTH * GLYPH_HEIGHT];
    struct mn_bitmap frame = {frame_pixels, WIDTH, HEIGHT, WIDTH, MN_PIXEL_MONO8};
    struct painter painter = {.left = GLYPHS, .chunk = {
        .pixels = {pixels, GLYPH_WIDTH, GLYPH_HEIGHT, GLYPH_WIDTH, MN_PIXEL_MONO8},
        .mask = {mask, GLYPH_WIDTH, GLYPH_HEIGHT, GLYPH_WIDTH, MN_PIXEL_MONO8},
    }};
    (void)context;
    double begin_ns = measure_thread_ns();
    for (; painter.left > 0; painter.left--) {
        const struct mn_display_chunk *chunk = turn(&painter);
        struct mn_rect changed =
            mn_composite(&frame, &chunk->pixels, &chunk->mask, chunk->x, chunk->y);
        measure_hide(&changed);
    }
    return (measure_thread_ns() - begin_ns) / GLYPHS;
}

static void glyph_row(struct table *table, struct desk *desk)
{
    struct measured measured = measure_pair(through_service, by_hand, desk, RUNS);
    table_row(table, &(struct row){
                         .what = "8 x 12 drawn through the display service",
                         .ours = measured.ours,
                         .unit = "ns",
                         .reference_name = "compositor called",
                         .reference = measured.reference,
                         .ratio = measured.ratio,
                     });
}

/* Draws one glyph and lets the display come to rest: then nothing may be due, ever. */
static void idle_row(struct table *table, struct desk *desk)
{
    struct mn_tick tick;
    desk_open(desk, 1);
    do {
        tick = mn_tick(&desk->machine.kernel);
        if (!tick.is_ready && tick.deadline_us != MN_TIME_NEVER)
            desk->machine.now_us = tick.deadline_us;
    } while (tick.is_ready || desk->display.counts.frames_shown == 0);
    tick = mn_tick(&desk->machine.kernel);
    table_row(table, &(struct row){
                         .what = "timers armed by a display at rest",
                         .ours = tick.deadline_us == MN_TIME_NEVER ? 0 : 1,
                         .unit = "",
                         .limit = AT_MOST(0),
                     });
    machine_close(&desk->machine);
}

void display_rows(struct table *table)
{
    struct desk *desk = calloc(1, sizeof *desk);
    if (!desk)
        abort();
    composite_rows(table);
    glyph_row(table, desk);
    idle_row(table, desk);
    free(desk);
}
