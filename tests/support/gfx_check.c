/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "gfx_check.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "gfx_model.h"
#include "random.h"

#define WIDTH_MAX 40
#define HEIGHT_MAX 32
#define GAP_MAX 5u /* bytes between rows */
#define MARGIN 64u /* bytes in front of a bitmap and behind it */
#define MEMORY (2 * MARGIN + (WIDTH_MAX + GAP_MAX) * HEIGHT_MAX)
#define TEXT_MAX 24u
_Static_assert(MEMORY >= 3 * 32 * 4, "a source picture is the bits of three glyphs, too");

struct input {
    const uint8_t *data;
    size_t count;
    bool is_wild; /* numbers may be any */
};

struct field { /* a bitmap and what is around it */
    struct mn_bitmap bitmap;
    uint8_t memory[MEMORY];
};

struct check {
    struct input input;
    struct field real, model, before, source, mask;
    struct mn_canvas canvas, model_canvas;
    struct mn_font font;
};

/* ---- what the bytes say ----------------------------------------------------------------- */

static uint32_t next(struct input *input)
{
    if (input->count == 0)
        return 0;
    input->count--;
    return *input->data++;
}

static int32_t number(struct input *input)
{
    static const int32_t wild[] = {INT32_MIN, INT32_MIN + 1, INT32_MAX, INT32_MAX - 1, MN_LINE_MAX,
                                   -MN_LINE_MAX, MN_SIDE_MAX, -MN_SIDE_MAX, 1 << 20, -(1 << 24)};
    uint32_t byte = next(input);
    int32_t near = (int32_t)(byte % 64) - 12;
    if (!input->is_wild || byte < 128)
        return near;
    if (byte < 160) {
        uint32_t any = next(input);
        for (int i = 0; i < 3; i++)
            any = any << 8 | next(input);
        return (int32_t)any;
    }
    int32_t far = wild[byte % MN_COUNT_OF(wild)];
    return far > 0 ? far - near % 2 : far;
}

static struct mn_rect some_rect(struct input *input)
{
    struct mn_rect rect;
    rect.x = number(input);
    rect.y = number(input);
    rect.width = number(input);
    rect.height = number(input);
    return rect;
}

static uint32_t some_ink(struct input *input)
{
    return next(input) % 2 ? MN_PIXEL_ON : MN_PIXEL_OFF;
}

static void some_field(struct input *input, struct field *field)
{
    uint64_t seed = next(input);
    for (uint32_t i = 0; i < MEMORY; i++)
        field->memory[i] = (uint8_t)test_random(&seed);
    field->bitmap.pixels = field->memory + MARGIN;
    field->bitmap.format = MN_PIXEL_MONO8;
    field->bitmap.width_px = (int32_t)(next(input) % (WIDTH_MAX + 1));
    field->bitmap.height_px = (int32_t)(next(input) % (HEIGHT_MAX + 1));
    field->bitmap.stride_bytes = (uint32_t)field->bitmap.width_px + next(input) % (GAP_MAX + 1);
}

static void copy_field(struct field *to, const struct field *from)
{
    *to = *from;
    to->bitmap.pixels = to->memory + MARGIN;
}

/* ---- operations, each done twice -------------------------------------------------------- */

static void clip(struct check *check)
{
    struct mn_rect area = some_rect(&check->input);
    if (next(&check->input) % 4 == 0) { /* else it would soon be empty for good */
        check->canvas = mn_canvas_of(&check->real.bitmap);
        check->model_canvas = mn_canvas_of(&check->model.bitmap);
    }
    check->canvas = mn_canvas_clip(&check->canvas, area);
    check->model_canvas.clip = check->canvas.clip;
}

static void dot(struct check *check)
{
    int32_t x = number(&check->input), y = number(&check->input);
    uint32_t ink = some_ink(&check->input);
    mn_canvas_dot(&check->canvas, x, y, ink);
    gfx_model_fill(&check->model_canvas, (struct mn_rect){x, y, 1, 1}, ink);
}

static void straight(struct check *check)
{
    int32_t x = number(&check->input), y = number(&check->input), length = number(&check->input);
    uint32_t ink = some_ink(&check->input);
    if (next(&check->input) % 2) {
        mn_canvas_hline(&check->canvas, x, y, length, ink);
        gfx_model_fill(&check->model_canvas, (struct mn_rect){x, y, length, 1}, ink);
    } else {
        mn_canvas_vline(&check->canvas, x, y, length, ink);
        gfx_model_fill(&check->model_canvas, (struct mn_rect){x, y, 1, length}, ink);
    }
}

static void line(struct check *check)
{
    struct mn_rect ends = some_rect(&check->input);
    uint32_t ink = some_ink(&check->input);
    mn_canvas_line(&check->canvas, ends.x, ends.y, ends.width, ends.height, ink);
    gfx_model_line(&check->model_canvas, ends.x, ends.y, ends.width, ends.height, ink);
}

static void fill(struct check *check)
{
    struct mn_rect rect = some_rect(&check->input);
    uint32_t ink = some_ink(&check->input);
    mn_canvas_fill(&check->canvas, rect, ink);
    gfx_model_fill(&check->model_canvas, rect, ink);
}

static void outline(struct check *check)
{
    struct mn_rect rect = some_rect(&check->input);
    uint32_t ink = some_ink(&check->input);
    mn_canvas_outline(&check->canvas, rect, ink);
    gfx_model_outline(&check->model_canvas, rect, ink);
}

static void blit(struct check *check)
{
    int32_t x = number(&check->input), y = number(&check->input);
    struct mn_rect part = some_rect(&check->input);
    mn_canvas_blit(&check->canvas, x, y, &check->source.bitmap, part);
    gfx_model_blit(&check->model_canvas, x, y, &check->source.bitmap, NULL, part);
}

static void blit_masked(struct check *check)
{
    int32_t x = number(&check->input), y = number(&check->input);
    struct mn_rect part = some_rect(&check->input);
    mn_canvas_blit_masked(&check->canvas, x, y, &check->source.bitmap, &check->mask.bitmap, part);
    gfx_model_blit(&check->model_canvas, x, y, &check->source.bitmap, &check->mask.bitmap, part);
}

static void blit_within(struct check *check)
{
    int32_t x = number(&check->input), y = number(&check->input);
    struct mn_rect part = some_rect(&check->input);
    mn_canvas_blit(&check->canvas, x, y, &check->real.bitmap, part);
    gfx_model_blit(&check->model_canvas, x, y, &check->before.bitmap, NULL, part);
}

static void scroll(struct check *check)
{
    struct mn_rect area = some_rect(&check->input);
    int32_t dx = number(&check->input), dy = number(&check->input);
    uint32_t ink = some_ink(&check->input);
    if (next(&check->input) % 2)
        area = mn_bitmap_area(&check->real.bitmap);
    mn_canvas_scroll(&check->canvas, area, dx, dy, ink);
    gfx_model_scroll(&check->model_canvas, &check->before.bitmap, area, dx, dy, ink);
}

/* Three glyphs of any size, their bits those of the source picture. */
static const struct mn_font *some_font(struct check *check)
{
    static const struct mn_font_range ranges[] = {{'!', 60, 0}, {0x80, 1, 60}, {0xfffd, 1, 0}};
    static const uint16_t glyphs[61] = {1, 2, 0, 2, 1, [40] = 1, 1, 2, 2, 1, [60] = 2};
    struct mn_font *font = &check->font;
    *font = (struct mn_font){.glyph_count = 3, .bits = check->source.memory};
    font->width_px = (uint8_t)(1 + next(&check->input) % 32);
    font->height_px = (uint8_t)(1 + next(&check->input) % 32);
    font->row_bytes = (uint8_t)((font->width_px + 7) / 8);
    font->range_count = (uint16_t)(next(&check->input) % (MN_COUNT_OF(ranges) + 1));
    font->ranges = ranges;
    font->glyphs = glyphs;
    return font;
}

/* In memory of just its size, so that a sanitizer sees whoever reads beyond. */
static void text(struct check *check)
{
    static const struct mn_font *const fonts[] = {&mn_font_spleen_6x12, &mn_font_spleen_8x16};
    uint32_t kind = next(&check->input);
    struct mn_pen pen = {
        .font = kind & 16 ? some_font(check) : fonts[kind & 1],
        .ink = kind & 2 ? MN_PIXEL_ON : MN_PIXEL_OFF,
        .paper = kind & 4 ? MN_PIXEL_ON : MN_PIXEL_OFF,
        .is_opaque = kind & 8,
    };
    int32_t x = number(&check->input), y = number(&check->input);
    uint32_t count = next(&check->input) % (TEXT_MAX + 1);
    char *bytes = malloc(count + 1);
    if (!bytes)
        abort();
    for (uint32_t i = 0; i < count; i++)
        bytes[i] = (char)next(&check->input);
    char *exact = realloc(bytes, count ? count : 1);
    mn_canvas_text(&check->canvas, x, y, &pen, exact, count);
    gfx_model_text(&check->model_canvas, x, y, &pen, exact, count);
    free(exact);
}

static const struct {
    const char *name;
    void (*run)(struct check *check);
} operations[] = {
    {"clip", clip}, {"dot", dot}, {"hline or vline", straight}, {"line", line}, {"fill", fill},
    {"outline", outline}, {"blit", blit}, {"blit_masked", blit_masked},
    {"blit within a bitmap", blit_within}, {"scroll", scroll}, {"text", text},
};

const char *gfx_check_run(const uint8_t *data, size_t count)
{
    static struct check check;
    check.input = (struct input){.data = data, .count = count};
    check.input.is_wild = next(&check.input) % 2;
    some_field(&check.input, &check.real);
    some_field(&check.input, &check.source);
    some_field(&check.input, &check.mask);
    copy_field(&check.model, &check.real);
    check.canvas = mn_canvas_of(&check.real.bitmap);
    check.model_canvas = mn_canvas_of(&check.model.bitmap);
    while (check.input.count > 0) {
        uint32_t which = next(&check.input) % MN_COUNT_OF(operations);
        copy_field(&check.before, &check.real);
        operations[which].run(&check);
        if (memcmp(check.real.memory, check.model.memory, MEMORY) != 0)
            return operations[which].name;
    }
    return NULL;
}
