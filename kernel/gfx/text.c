/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "gfx/pixels.h"
#include "mn/gfx/font.h"
#include "mn/utf8.h"

/* Four pixels at a time: a byte of 255 for each bit, the leftmost first in memory. */
static const uint8_t spread[16][4] = {
    {0, 0, 0, 0},     {0, 0, 0, 255},     {0, 0, 255, 0},     {0, 0, 255, 255},
    {0, 255, 0, 0},   {0, 255, 0, 255},   {0, 255, 255, 0},   {0, 255, 255, 255},
    {255, 0, 0, 0},   {255, 0, 0, 255},   {255, 0, 255, 0},   {255, 0, 255, 255},
    {255, 255, 0, 0}, {255, 255, 0, 255}, {255, 255, 255, 0}, {255, 255, 255, 255},
};

struct colours { /* four times the same pixel */
    uint32_t ink, paper, differing;
    bool is_opaque;
};

static struct colours colours_of(const struct mn_pen *pen)
{
    uint32_t ink = 0x01010101u * (uint8_t)pen->ink, paper = 0x01010101u * (uint8_t)pen->paper;
    return (struct colours){ink, paper, ink ^ paper, pen->is_opaque};
}

/* What four pixels become. */
static inline uint32_t drawn(const uint8_t *pixels, const struct colours *colours, uint32_t bits)
{
    uint32_t mask, old;
    __builtin_memcpy(&mask, spread[bits & 0xfu], sizeof mask);
    if (colours->is_opaque)
        return colours->paper ^ (colours->differing & mask);
    __builtin_memcpy(&old, pixels, sizeof old);
    return (old & ~mask) | (colours->ink & mask);
}

/* The pixels of one byte of each row: the first four, and four from `second` on. Both are read
 * before either is written: where they overlap, a processor would wait for the store. Whatever the
 * loop needs is a local: for all a compiler knows, storing a pixel could change anything else. */
static void draw_bytes(uint8_t *pixels, uint32_t stride_bytes, const struct mn_font *font,
                       const uint8_t *bits, uint32_t second, const struct colours *colours)
{
    const struct colours own = *colours;
    uint32_t rows = font->height_px, row_bytes = font->row_bytes;
    for (; rows > 0; rows--) {
        uint32_t left = drawn(pixels, &own, *bits >> 4u);
        uint32_t right = drawn(pixels + second, &own, *bits >> (4u - second));
        __builtin_memcpy(pixels, &left, sizeof left);
        __builtin_memcpy(pixels + second, &right, sizeof right);
        pixels += stride_bytes;
        bits += row_bytes;
    }
}

/* What of a glyph is in `seen`, pixel by pixel. */
static void draw_part(const struct mn_bitmap *bitmap, int32_t x, int32_t y,
                      const struct mn_pen *pen, const uint8_t *bits, const struct mn_rect *seen)
{
    for (int32_t to_y = seen->y; to_y < seen->y + seen->height; to_y++) {
        const uint8_t *row = bits + (uint32_t)(to_y - y) * pen->font->row_bytes;
        for (int32_t to_x = seen->x; to_x < seen->x + seen->width; to_x++) {
            uint32_t at = (uint32_t)(to_x - x);
            if (row[at / 8] & 0x80u >> at % 8)
                *pixel_at(bitmap, to_x, to_y) = (uint8_t)pen->ink;
            else if (pen->is_opaque)
                *pixel_at(bitmap, to_x, to_y) = (uint8_t)pen->paper;
        }
    }
}

/* A cell that is seen whole. Where the width is no multiple of four, some pixels are drawn twice,
 * which makes no difference; a rest of less than four is drawn one by one. */
static void draw_whole(const struct mn_bitmap *bitmap, int32_t x, int32_t y,
                       const struct mn_pen *pen, const uint8_t *bits)
{
    const struct mn_font *font = pen->font;
    const struct colours colours = colours_of(pen);
    uint8_t *pixels = pixel_at(bitmap, x, y);
    for (uint32_t i = 0; i < font->row_bytes; i++) {
        uint32_t left = font->width_px - 8 * i;
        struct mn_rect rest = {x + (int32_t)(8 * i), y, (int32_t)left, font->height_px};
        if (left >= 4)
            draw_bytes(pixels + 8 * i, bitmap->stride_bytes, font, bits + i,
                       left >= 8 ? 4 : left - 4, &colours);
        else
            draw_part(bitmap, x, y, pen, bits, &rest);
    }
}

static bool is_whole(const struct mn_rect *clip, int32_t x, int32_t y, const struct mn_font *font)
{
    return x >= clip->x && y >= clip->y && x <= clip->x + clip->width - font->width_px &&
           y <= clip->y + clip->height - font->height_px;
}

void mn_canvas_char(const struct mn_canvas *canvas, int32_t x, int32_t y, const struct mn_pen *pen,
                    uint32_t scalar)
{
    const struct mn_font *font = pen->font;
    const uint8_t *bits = font->bits + mn_font_find(font, scalar) * font->height_px *
                                           font->row_bytes;
    if (is_whole(&canvas->clip, x, y, font)) {
        draw_whole(&canvas->bitmap, x, y, pen, bits);
        return;
    }
    struct mn_rect cell = {x, y, font->width_px, font->height_px};
    struct mn_rect seen = mn_rect_intersect(canvas->clip, cell);
    draw_part(&canvas->bitmap, x, y, pen, bits, &seen);
}

void mn_canvas_text(const struct mn_canvas *canvas, int32_t x, int32_t y, const struct mn_pen *pen,
                    const char *text, uint32_t count)
{
    int32_t right = canvas->clip.x + canvas->clip.width;
    int32_t bottom = canvas->clip.y + canvas->clip.height;
    int32_t cell_x = x;
    for (uint32_t at = 0; at < count && y < bottom;) {
        uint32_t scalar = mn_utf8_next(text, count, &at);
        if (scalar == '\n') {
            y += pen->font->height_px; /* from below `bottom`: no overflow */
            cell_x = x;
        } else if (cell_x < right) { /* beyond, the line goes on unseen */
            mn_canvas_char(canvas, cell_x, y, pen, scalar);
            cell_x += pen->font->width_px;
        }
    }
}
