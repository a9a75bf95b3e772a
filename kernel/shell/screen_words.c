/* screen_words.c — what a Forth program draws on the display.
 *
 *     60 20 screen::open  1 screen::clear  0 0 0 59 19 screen::line  10 10 screen::show
 *
 *     open ──► a chunk of the program's own, nothing drawn ──► show: on the frame, as often as you
 *              like; what was drawn on is opaque, the rest shows what was there before
 *
 * A program has one chunk at most: a second screen::open lets go of the first. It goes when the
 * program ends, in whatever way; what it showed stays on the display.
 *
 * Budget   Drawing counts steps by the pixels it touches, so that a loop that fills the screen
 *          keeps nobody waiting longer than another.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "mn/gfx/font.h"
#include "mn/svc/display.h"
#include "shell/word_table.h"

#define FONT (&mn_font_spleen_6x12)
#define DOT_BYTES 8u /* a pixel of a line costs as much as so many of an area */

struct screen { /* from the heap */
    struct mn_program_drawing drawing;
    struct mn_co co; /* gets what is missing of the two below */
    struct mn_kernel *kernel;
    struct mn_screen screen;
    struct mn_display_chunk chunk; /* number 0: none */
    bool wants_chunk;
    int32_t width_px, height_px; /* of the one that is wanted */
    union {
        struct mn_screen_open open;
        struct mn_screen_chunk chunk;
        struct mn_screen_draw draw;
    } on;
};

/* ---- the display and the chunk ---------------------------------------------------------- */

static enum mn_poll get_poll(struct mn_co *co, struct mn_task *task)
{
    struct screen *own = MN_FRAME(co, struct screen);

    MN_CO_BEGIN;
    if (!mn_client_is_open(&own->screen.service.client)) {
        mn_screen_close(&own->screen); /* the chunk that a display left, when it ended */
        own->chunk = (struct mn_display_chunk){0};
        MN_TRY(mn_screen_try_open(&own->on.open, &own->kernel->registry, 0, &own->screen));
    }
    if (own->wants_chunk)
        MN_TRY(mn_screen_try_chunk(&own->on.chunk, &own->screen, &own->chunk, own->width_px,
                                   own->height_px));
    MN_CO_END;
}

static const struct mn_co_type get_type = {.name = "screen", .poll = get_poll};

static struct screen *screen_of(const struct mn_program *program)
{
    return program->drawing ? MN_CONTAINER(program->drawing, struct screen, drawing) : NULL;
}

static void close_screen(struct mn_program_drawing *drawing)
{
    struct screen *own = MN_CONTAINER(drawing, struct screen, drawing);
    mn_screen_close(&own->screen);
    mn_heap_free(&own->kernel->heap, own);
}

/* Begins to get the display, and a chunk if one is wanted. */
static int32_t begin(struct mn_program *program, bool wants_chunk, uint32_t width, uint32_t height)
{
    struct screen *own = screen_of(program);
    if (!own) {
        own = mn_heap_try(&program->kernel->heap, sizeof *own);
        if (!own)
            return MN_PROGRAM_NO_MEMORY;
        *own = (struct screen){.drawing.close = close_screen, .kernel = program->kernel};
        mn_screen_init(&own->screen);
        program->drawing = &own->drawing;
    }
    if (wants_chunk)
        mn_screen_drop_chunk(&own->screen, &own->chunk);
    own->wants_chunk = wants_chunk;
    own->width_px = (int32_t)width;
    own->height_px = (int32_t)height;
    own->drawing.waits = mn_co_init(&own->co, &get_type);
    program->wish = MN_PROGRAM_SCREEN;
    return MN_FORTH_WAIT;
}

static int32_t outcome_of(const struct screen *own)
{
    if (own->co.err != MN_ERR_FAILED)
        return own->co.err == MN_OK ? 0 : MN_PROGRAM_NO_SCREEN;
    return own->on.chunk.error == MN_DISPLAY_SIZE ? MN_PROGRAM_CHUNK_SIZE : MN_PROGRAM_NO_MEMORY;
}

static int32_t word_size(struct mn_forth *vm)
{
    struct mn_program *program = mn_program_of(vm);
    if (!mn_program_has_come_true(program))
        return begin(program, false, 0, 0);
    const struct screen *own = screen_of(program);
    int32_t outcome = outcome_of(own);
    if (outcome != 0)
        return outcome;
    mn_forth_push(vm, (uint32_t)own->screen.geometry.width_px);
    mn_forth_push(vm, (uint32_t)own->screen.geometry.height_px);
    return 0;
}

static int32_t word_open(struct mn_forth *vm)
{
    struct mn_program *program = mn_program_of(vm);
    uint32_t height = mn_forth_pop(vm), width = mn_forth_pop(vm);
    if (mn_program_has_come_true(program))
        return outcome_of(screen_of(program));
    int32_t status = begin(program, true, width, height);
    if (status == MN_FORTH_WAIT) {
        mn_forth_push(vm, width);
        mn_forth_push(vm, height);
    }
    return status;
}

static int32_t word_close(struct mn_forth *vm)
{
    mn_program_drop_drawing(mn_program_of(vm));
    return 0;
}

/* ---- drawing ---------------------------------------------------------------------------- */

struct sheet { /* both planes of a chunk, and what to draw with */
    struct mn_canvas pixels, mask;
    uint32_t ink;
    uint32_t sides_px; /* no line touches more pixels */
};

static uint32_t ink_of(uint32_t cell)
{
    return cell ? MN_PIXEL_ON : MN_PIXEL_OFF;
}

/* False: the program has no chunk. */
static bool take_sheet(struct mn_forth *vm, struct sheet *sheet)
{
    struct screen *own = screen_of(mn_program_of(vm));
    if (!own || own->chunk.number == 0)
        return false;
    sheet->pixels = mn_canvas_of(&own->chunk.pixels);
    sheet->mask = mn_canvas_of(&own->chunk.mask);
    sheet->ink = MN_PIXEL_OFF;
    sheet->sides_px = (uint32_t)(own->chunk.pixels.width_px + own->chunk.pixels.height_px);
    return true;
}

static int32_t pop(struct mn_forth *vm)
{
    return (int32_t)mn_forth_pop(vm);
}

static struct mn_rect pop_rect(struct mn_forth *vm)
{
    int32_t height = pop(vm), width = pop(vm), y = pop(vm), x = pop(vm);
    return (struct mn_rect){x, y, width, height};
}

static void fill(struct mn_forth *vm, const struct sheet *sheet, struct mn_rect rect)
{
    struct mn_rect seen = mn_rect_intersect(rect, sheet->pixels.clip);
    mn_canvas_fill(&sheet->pixels, seen, sheet->ink);
    mn_canvas_fill(&sheet->mask, seen, MN_PIXEL_ON);
    mn_forth_charge(vm, 2 * (uint32_t)seen.width * (uint32_t)seen.height);
}

static int32_t word_clear(struct mn_forth *vm)
{
    uint32_t ink = ink_of(mn_forth_pop(vm));
    struct sheet sheet;
    if (!take_sheet(vm, &sheet))
        return MN_PROGRAM_NO_CHUNK;
    sheet.ink = ink;
    fill(vm, &sheet, sheet.pixels.clip);
    return 0;
}

static int32_t word_fill(struct mn_forth *vm)
{
    struct mn_rect rect = pop_rect(vm);
    uint32_t ink = ink_of(mn_forth_pop(vm));
    struct sheet sheet;
    if (!take_sheet(vm, &sheet))
        return MN_PROGRAM_NO_CHUNK;
    sheet.ink = ink;
    fill(vm, &sheet, rect);
    return 0;
}

static int32_t word_box(struct mn_forth *vm)
{
    struct mn_rect rect = pop_rect(vm);
    uint32_t ink = ink_of(mn_forth_pop(vm));
    struct sheet sheet;
    if (!take_sheet(vm, &sheet))
        return MN_PROGRAM_NO_CHUNK;
    mn_canvas_outline(&sheet.pixels, rect, ink);
    mn_canvas_outline(&sheet.mask, rect, MN_PIXEL_ON);
    mn_forth_charge(vm, 2 * DOT_BYTES * sheet.sides_px);
    return 0;
}

static int32_t word_pixel(struct mn_forth *vm)
{
    int32_t y = pop(vm), x = pop(vm);
    uint32_t ink = ink_of(mn_forth_pop(vm));
    struct sheet sheet;
    if (!take_sheet(vm, &sheet))
        return MN_PROGRAM_NO_CHUNK;
    mn_canvas_dot(&sheet.pixels, x, y, ink);
    mn_canvas_dot(&sheet.mask, x, y, MN_PIXEL_ON);
    return 0;
}

static int32_t word_line(struct mn_forth *vm)
{
    int32_t y2 = pop(vm), x2 = pop(vm), y1 = pop(vm), x1 = pop(vm);
    uint32_t ink = ink_of(mn_forth_pop(vm));
    struct sheet sheet;
    if (!take_sheet(vm, &sheet))
        return MN_PROGRAM_NO_CHUNK;
    mn_canvas_line(&sheet.pixels, x1, y1, x2, y2, ink);
    mn_canvas_line(&sheet.mask, x1, y1, x2, y2, MN_PIXEL_ON);
    mn_forth_charge(vm, 2 * DOT_BYTES * sheet.sides_px);
    return 0;
}

static int32_t word_text(struct mn_forth *vm)
{
    const uint32_t each = DOT_BYTES * FONT->width_px * FONT->height_px; /* bytes to charge */
    int32_t y = pop(vm), x = pop(vm);
    uint32_t ink = ink_of(mn_forth_pop(vm));
    uint32_t count = mn_forth_pop(vm);
    const char *text = (const char *)mn_forth_bytes(vm, mn_forth_pop(vm), count);
    struct sheet sheet;
    if (!take_sheet(vm, &sheet))
        return MN_PROGRAM_NO_CHUNK;
    if (count == 0)
        return 0;
    if (!text)
        return MN_FORTH_BAD_ADDRESS;
    struct mn_pen pen = {.font = FONT, .ink = ink};
    mn_canvas_text(&sheet.pixels, x, y, &pen, text, count);
    pen.ink = MN_PIXEL_ON;
    mn_canvas_text(&sheet.mask, x, y, &pen, text, count);
    mn_forth_charge(vm, count < UINT32_MAX / each ? count * each : UINT32_MAX);
    return 0;
}

/* ---- showing ---------------------------------------------------------------------------- */

static int32_t word_show(struct mn_forth *vm)
{
    struct mn_program *program = mn_program_of(vm);
    struct screen *own = screen_of(program);
    uint32_t y = mn_forth_pop(vm), x = mn_forth_pop(vm);
    if (mn_program_has_come_true(program))
        return own->on.draw.co.err == MN_OK ? 0 : MN_PROGRAM_NO_SCREEN;
    if (!own || own->chunk.number == 0)
        return MN_PROGRAM_NO_CHUNK;
    mn_forth_push(vm, x);
    mn_forth_push(vm, y);
    own->chunk.x = (int32_t)x;
    own->chunk.y = (int32_t)y;
    own->drawing.waits = mn_screen_draw(&own->on.draw, &own->screen, &own->chunk);
    program->wish = MN_PROGRAM_SCREEN;
    return MN_FORTH_WAIT;
}

/* ---- the table -------------------------------------------------------------------------- */

#define SCREEN_WORDS(X)                                                           \
    X("screen::size", word_size, 0, 2, "( -- width height )",                     \
      "how large the display is, in pixels")                                      \
    X("screen::open", word_open, 2, 0, "( width height -- )",                     \
      "begins a picture of that size, with nothing drawn")                        \
    X("screen::clear", word_clear, 1, 0, "( ink -- )",                            \
      "fills the picture: 0 is dark, all else bright")                            \
    X("screen::pixel", word_pixel, 3, 0, "( ink x y -- )", "draws one pixel")     \
    X("screen::line", word_line, 5, 0, "( ink x1 y1 x2 y2 -- )",                  \
      "draws a line, both ends included")                                         \
    X("screen::box", word_box, 5, 0, "( ink x y w h -- )",                        \
      "draws the border of a rectangle")                                          \
    X("screen::fill", word_fill, 5, 0, "( ink x y w h -- )", "fills a rectangle") \
    X("screen::text", word_text, 5, 0, "( addr u ink x y -- )",                   \
      "draws text; each character is 6 pixels by 12")                             \
    X("screen::show", word_show, 2, 0, "( x y -- )",                              \
      "puts the picture on the display; undrawn pixels change nothing")           \
    X("screen::close", word_close, 0, 0, "( -- )",                                \
      "lets go of the picture; what is on the display stays")

static const struct mn_forth_word words[] = {MACHINE_WORDS(WORD_ENTRY) SCREEN_WORDS(WORD_ENTRY)};
static const struct mn_help help[] = {MACHINE_WORDS(WORD_HELP) SCREEN_WORDS(WORD_HELP)};

const struct mn_host_words mn_host_words_screen = {words, help, MN_COUNT_OF(words)};
