/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "gfx_model.h"

struct place {
    int64_t x, y;
};

static bool has(const struct mn_rect *rect, struct place at)
{
    return at.x >= rect->x && at.x < (int64_t)rect->x + rect->width &&
           at.y >= rect->y && at.y < (int64_t)rect->y + rect->height;
}

static bool bitmap_has(const struct mn_bitmap *bitmap, struct place at)
{
    return at.x >= 0 && at.x < bitmap->width_px && at.y >= 0 && at.y < bitmap->height_px;
}

static uint8_t *pixel(const struct mn_bitmap *bitmap, struct place at)
{
    return &bitmap->pixels[at.y * (int64_t)bitmap->stride_bytes + at.x];
}

/* For each place of the bitmap that is within the clip. */
#define EACH_PLACE(canvas, at)                                                                  \
    for (struct place at = {0, 0}; at.y < (canvas)->bitmap.height_px; at.y++)                   \
        for (at.x = 0; at.x < (canvas)->bitmap.width_px; at.x++)                                \
            if (has(&(canvas)->clip, at))

void gfx_model_fill(const struct mn_canvas *canvas, struct mn_rect rect, uint32_t ink)
{
    EACH_PLACE(canvas, at)
    if (has(&rect, at))
        *pixel(&canvas->bitmap, at) = (uint8_t)ink;
}

void gfx_model_outline(const struct mn_canvas *canvas, struct mn_rect rect, uint32_t ink)
{
    EACH_PLACE(canvas, at)
    {
        bool is_edge = at.x == rect.x || at.x == (int64_t)rect.x + rect.width - 1 ||
                       at.y == rect.y || at.y == (int64_t)rect.y + rect.height - 1;
        if (has(&rect, at) && is_edge)
            *pixel(&canvas->bitmap, at) = (uint8_t)ink;
    }
}

static int64_t limited(int64_t value)
{
    return value > MN_LINE_MAX ? MN_LINE_MAX : value < -MN_LINE_MAX ? -MN_LINE_MAX : value;
}

/* Whether a line from (0, begin) to (run, end) has the pixel (step, across). */
static bool line_has(int64_t run, int64_t begin, int64_t end, int64_t step, int64_t across)
{
    int64_t rise = end > begin ? end - begin : begin - end;
    if (step < 0 || step > run)
        return false;
    int64_t away = run == 0 ? 0 : (2 * step * rise + run) / (2 * run);
    return across == (end > begin ? begin + away : begin - away);
}

void gfx_model_line(const struct mn_canvas *canvas, int32_t x0, int32_t y0, int32_t x1, int32_t y1,
                    uint32_t ink)
{
    struct place a = {limited(x0), limited(y0)}, b = {limited(x1), limited(y1)};
    int64_t width = a.x > b.x ? a.x - b.x : b.x - a.x, height = a.y > b.y ? a.y - b.y : b.y - a.y;
    bool is_steep = height > width;
    if (is_steep ? a.y > b.y : a.x > b.x) {
        struct place other = a;
        a = b;
        b = other;
    }
    EACH_PLACE(canvas, at)
    if (is_steep ? line_has(height, a.x, b.x, at.y - a.y, at.x)
                 : line_has(width, a.y, b.y, at.x - a.x, at.y))
        *pixel(&canvas->bitmap, at) = (uint8_t)ink;
}

void gfx_model_blit(const struct mn_canvas *canvas, int32_t x, int32_t y,
                    const struct mn_bitmap *source, const struct mn_bitmap *mask,
                    struct mn_rect part)
{
    EACH_PLACE(canvas, at)
    {
        struct place from = {at.x - x + part.x, at.y - y + part.y};
        if (!has(&part, from) || !bitmap_has(source, from))
            continue;
        if (mask && (!bitmap_has(mask, from) || *pixel(mask, from) < 128))
            continue;
        *pixel(&canvas->bitmap, at) = *pixel(source, from);
    }
}

void gfx_model_scroll(const struct mn_canvas *canvas, const struct mn_bitmap *before,
                      struct mn_rect area, int32_t dx, int32_t dy, uint32_t ink)
{
    EACH_PLACE(canvas, at)
    {
        struct place from = {at.x - dx, at.y - dy};
        bool is_from_inside = has(&area, from) && has(&canvas->clip, from);
        if (has(&area, at))
            *pixel(&canvas->bitmap, at) = is_from_inside ? *pixel(before, from) : (uint8_t)ink;
    }
}

/* How many bytes a character has that begins so, and the least number that needs as many. */
static uint32_t utf8_form(uint8_t first, uint32_t *least)
{
    static const struct {
        uint8_t mask, value;
        uint32_t least;
    } forms[] = {{0x80, 0, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    for (uint32_t i = 0; i < MN_COUNT_OF(forms); i++) {
        *least = forms[i].least;
        if ((first & forms[i].mask) == forms[i].value)
            return i + 1;
    }
    return 0;
}

uint32_t gfx_model_utf8(const char *text, uint32_t count, uint32_t *length)
{
    static const uint8_t payload[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t least, form = utf8_form((uint8_t)text[0], &least);
    uint32_t scalar = (uint8_t)text[0] & payload[form];
    *length = 1;
    if (form == 0 || form > count)
        return 0xfffd;
    for (uint32_t i = 1; i < form; i++) {
        if (((uint8_t)text[i] & 0xc0) != 0x80)
            return 0xfffd;
        scalar = scalar << 6 | ((uint8_t)text[i] & 0x3f);
    }
    if (scalar < least || scalar > 0x10ffff || (scalar >= 0xd800 && scalar <= 0xdfff))
        return 0xfffd;
    *length = form;
    return scalar;
}

static uint32_t glyph_of(const struct mn_font *font, uint32_t scalar)
{
    for (uint32_t i = 0; i < font->range_count; i++)
        for (uint32_t k = 0; k < font->ranges[i].count; k++)
            if (font->ranges[i].first + k == scalar)
                return font->glyphs[font->ranges[i].at + k];
    return 0;
}

static void draw_char(const struct mn_canvas *canvas, struct place cell, const struct mn_pen *pen,
                      uint32_t scalar)
{
    const struct mn_font *font = pen->font;
    uint32_t glyph = glyph_of(font, scalar);
    EACH_PLACE(canvas, at)
    {
        int64_t x = at.x - cell.x, y = at.y - cell.y;
        if (x < 0 || x >= font->width_px || y < 0 || y >= font->height_px)
            continue;
        int64_t row = ((int64_t)glyph * font->height_px + y) * font->row_bytes;
        bool is_ink = font->bits[row + x / 8] >> (7 - x % 8) & 1;
        if (is_ink || pen->is_opaque)
            *pixel(&canvas->bitmap, at) = (uint8_t)(is_ink ? pen->ink : pen->paper);
    }
}

void gfx_model_text(const struct mn_canvas *canvas, int32_t x, int32_t y, const struct mn_pen *pen,
                    const char *text, uint32_t count)
{
    struct place cell = {x, y};
    for (uint32_t at = 0, length; at < count; at += length) {
        uint32_t scalar = gfx_model_utf8(text + at, count - at, &length);
        if (scalar == '\n') {
            cell = (struct place){x, cell.y + pen->font->height_px};
        } else {
            draw_char(canvas, cell, pen, scalar);
            cell.x += pen->font->width_px;
        }
    }
}
