/* screen_rows.c — the whole way of a key, and of a page of text, through all there is.
 *
 *     keyboard HAL ─► feed ─► mux ─► graphical shell ─► session, its echo ─► terminal ─► display
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "measure.h"
#include "mn/daemons/graphical_shell.h"
#include "mn/daemons/keyboard_feed.h"
#include "mn/gfx/compositor.h"
#include "rows.h"

#define COLUMNS 66
#define ROWS 20
#define WIDTH 400 /* the default display */
#define HEIGHT 240
#define CHAR_WIDTH 6
#define CHAR_HEIGHT 12
#define FRAME_US (50 * MN_MS)
#define LINE 0u
#define KEYS 400u /* in one run */
#define PAGES 100u
#define ARENA_BYTES (512u * 1024u)

struct desk {
    struct machine machine;
    struct mn_hal_display display_hal;
    struct mn_hal_keyboard keyboard_hal;
    const char *keys; /* not pressed yet */
    struct mn_task display_task, mux_task, feed_task, shell_task;
    struct mn_display display;
    struct mn_keyboard_mux mux;
    struct mn_keyboard_feed feed;
    struct mn_graphical_shell shell;
    uint8_t frame[WIDTH * HEIGHT], row[WIDTH * CHAR_HEIGHT], mask[WIDTH * CHAR_HEIGHT];
    uint32_t turn;
    uint8_t arena[ARENA_BYTES];
};

static void push(struct mn_hal_display *hal, const struct mn_bitmap *frame,
                 const struct mn_rect *damage, uint32_t count)
{
    (void)hal;
    (void)frame;
    (void)damage;
    (void)count;
}

static bool next(struct mn_hal_keyboard *hal, struct mn_key_event *event)
{
    struct desk *desk = MN_CONTAINER(hal, struct desk, keyboard_hal);
    char key = *desk->keys;
    if (!key)
        return false;
    desk->keys++;
    *event = (struct mn_key_event){
        .code = key == '\n' ? (uint32_t)MN_KEY_ENTER
                : key == '\b' ? (uint32_t)MN_KEY_BACKSPACE
                              : (uint32_t)key};
    return true;
}

static void press(struct desk *desk, const char *keys)
{
    desk->keys = keys;
    mn_waitq_wake_all(mn_kernel_line(&desk->machine.kernel, LINE));
}

/* Ticks until nothing is ready; the clock stands still. */
static struct mn_tick settle(struct desk *desk)
{
    struct mn_tick tick;
    do
        tick = mn_tick(&desk->machine.kernel);
    while (tick.is_ready);
    return tick;
}

/* Until nothing is to come: all is drawn and shown. */
static void rest(struct desk *desk)
{
    struct mn_tick tick;
    while ((tick = settle(desk)).deadline_us != MN_TIME_NEVER)
        desk->machine.now_us = tick.deadline_us;
    desk->machine.now_us += FRAME_US;
}

static void type(struct desk *desk, const char *text)
{
    for (char key[2] = {0}; (key[0] = *text) != 0; text++) {
        press(desk, key);
        settle(desk);
    }
    rest(desk);
}

static void open_shell(struct desk *desk)
{
    struct mn_graphical_shell_settings settings = {
        .font = &mn_font_spleen_6x12,
        .title = "mnemOS",
        .frame_interval_us = FRAME_US,
        .past_cells = 8192,
        .session = {
            .greeting = "",
            .ahead_bytes = 256,
            .past_bytes = 256,
            .patience_us = 60 * MN_S,
            .program = {
                .vm = {.out_bytes = 4096},
                .words = &mn_host_words_screen,
                .bag_items = 4,
                .spawn_timeout_us = MN_S,
            },
        },
    };
    mn_spawn(&desk->machine.kernel, &desk->shell_task, "shell",
             mn_graphical_shell(&desk->shell, &desk->machine.kernel, &settings));
}

static void desk_open(struct desk *desk)
{
    static const struct mn_hal_display_ops display_ops = {.push = push};
    static const struct mn_hal_keyboard_ops keyboard_ops = {.next = next};
    static const struct mn_display_settings display = {.waiting_max = 2};
    static const struct mn_keyboard_mux_settings mux = {.keyboards_max = 8};
    struct mn_kernel *kernel = &desk->machine.kernel;
    machine_open_with(&desk->machine, desk->arena, ARENA_BYTES);
    desk->keys = "";
    desk->display_hal = (struct mn_hal_display){.ops = &display_ops, .name = "bench",
                                                .width_px = WIDTH, .height_px = HEIGHT,
                                                .frame_interval_us = FRAME_US};
    desk->keyboard_hal = (struct mn_hal_keyboard){.ops = &keyboard_ops, .name = "keys",
                                                  .line = LINE};
    mn_spawn(kernel, &desk->display_task, "display",
             mn_display_serve(&desk->display, kernel, &desk->display_hal, &display));
    mn_spawn(kernel, &desk->mux_task, "mux", mn_keyboard_multiplex(&desk->mux, kernel, &mux));
    mn_spawn(kernel, &desk->feed_task, "feed",
             mn_keyboard_feed(&desk->feed, kernel, &desk->keyboard_hal));
    open_shell(desk);
    rest(desk);
}

/* ---- by hand ---------------------------------------------------------------------------- */

/* A row of text, drawn and composited: what must be done for the pixels alone. */
static void draw_row(struct desk *desk, uint32_t row)
{
    const struct mn_pen pen = {&mn_font_spleen_6x12, MN_PIXEL_ON, MN_PIXEL_OFF, true};
    struct mn_bitmap frame = {desk->frame, WIDTH, HEIGHT, WIDTH, MN_PIXEL_MONO8};
    struct mn_bitmap pixels = {desk->row, WIDTH, CHAR_HEIGHT, WIDTH, MN_PIXEL_MONO8};
    struct mn_bitmap mask = {desk->mask, WIDTH, CHAR_HEIGHT, WIDTH, MN_PIXEL_MONO8};
    struct mn_canvas canvas = mn_canvas_of(&pixels);
    for (int32_t i = 0; i < COLUMNS; i++)
        mn_canvas_char(&canvas, i * CHAR_WIDTH, 0, &pen,
                       ' ' + (row + (uint32_t)i + desk->turn) % 95);
    struct mn_rect changed =
        mn_composite(&frame, &pixels, &mask, 0, (int32_t)row * CHAR_HEIGHT);
    measure_hide(&changed);
}

static double rows_by_hand(struct desk *desk, uint32_t rows, uint32_t turns)
{
    memset(desk->mask, 255, sizeof desk->mask);
    double begin_ns = measure_thread_ns();
    for (uint32_t i = 0; i < turns; i++, desk->turn++)
        for (uint32_t row = 0; row < rows; row++)
            draw_row(desk, row);
    return (measure_thread_ns() - begin_ns) / turns;
}

/* ---- a key ------------------------------------------------------------------------------ */

/* The time until the frame has it; what comes after that is not counted. */
static double key_to_pixel_ns(struct desk *desk, const char *key)
{
    uint64_t drawn = mn_display_counts(&desk->display).chunks_drawn;
    double begin_ns = measure_thread_ns();
    press(desk, key);
    while (mn_display_counts(&desk->display).chunks_drawn == drawn)
        mn_tick(&desk->machine.kernel);
    double spent_ns = measure_thread_ns() - begin_ns;
    rest(desk);
    return spent_ns;
}

static double keys_through_all(void *context)
{
    struct desk *desk = context;
    double spent_ns = 0;
    desk_open(desk);
    type(desk, "1 2 +");
    for (uint32_t i = 0; i < KEYS; i++)
        spent_ns += key_to_pixel_ns(desk, i % 2 ? "\b" : "k");
    machine_close(&desk->machine);
    return spent_ns / KEYS / 1e3;
}

static double key_by_hand(void *context)
{
    return rows_by_hand(context, 1, KEYS) / 1e3;
}

/* ---- a page ----------------------------------------------------------------------------- */

/* Presses Enter and lets everything come to rest: the program runs, all of its lines scroll by, and
 * what stands there at last is drawn. */
static double page_ns(struct desk *desk)
{
    press(desk, "p");
    settle(desk); /* drawn just now, so that nothing of the page is before its end */
    double begin_ns = measure_thread_ns();
    press(desk, "\n");
    rest(desk);
    return measure_thread_ns() - begin_ns;
}

static double pages_through_all(void *context)
{
    struct desk *desk = context;
    double spent_ns = 0;
    desk_open(desk);
    type(desk, "variable n : p 1 n +! 20 0 do i n @ + . .\" the quick brown fox jumps over "
               "the lazy dog\" cr loop ;\n");
    for (uint32_t i = 0; i < PAGES; i++)
        spent_ns += page_ns(desk);
    machine_close(&desk->machine);
    return 1e9 * PAGES / spent_ns;
}

static double pages_by_hand(void *context)
{
    return 1e9 / rows_by_hand(context, ROWS - 1, PAGES);
}

void screen_rows(struct table *table)
{
    struct desk *desk = calloc(1, sizeof *desk);
    if (!desk)
        abort();
    struct measured key = measure_pair(keys_through_all, key_by_hand, desk, RUNS);
    struct measured page = measure_pair(pages_through_all, pages_by_hand, desk, RUNS);
    table_row(table, &(struct row){
                         .what = "key to pixel in the frame, through all",
                         .ours = key.ours,
                         .unit = "us",
                         .reference_name = "row drawn by hand",
                         .reference = key.reference,
                         .ratio = key.ratio,
                         .limit = AT_MOST(3),
                     });
    table_row(table, &(struct row){
                         .what = "screens of text printed by a Forth word",
                         .ours = page.ours,
                         .unit = "/s",
                         .reference_name = "rows drawn by hand",
                         .reference = page.reference,
                         .ratio = page.ratio,
                         .limit = AT_LEAST(0.4),
                     });
    free(desk);
}
