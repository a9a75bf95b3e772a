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
    uint32_t ink, paper;
    uint32_t kept; /* all ones where paper is what was there */
};

static struct colours colours_of(const struct mn_pen *pen)
{
    return (struct colours){
        .ink = 0x01010101u * (uint8_t)pen->ink,
        .paper = pen->is_opaque ? 0x01010101u * (uint8_t)pen->paper : 0,
        .kept = pen->is_opaque ? 0 : UINT32_MAX,
    };
}

static void draw_four(uint8_t *pixels, const struct colours *colours, uint32_t bits)
{
    uint32_t mask, old;
    __builtin_memcpy(&mask, spread[bits], sizeof mask);
    __builtin_memcpy(&old, pixels, sizeof old);
    uint32_t paper = colours->paper | (old & colours->kept);
    uint32_t drawn = (colours->ink & mask) | (paper & ~mask);
    __builtin_memcpy(pixels, &drawn, sizeof drawn);
}

/* Draws `count` pixels of a row of a glyph. */
static void draw_row(uint8_t *pixels, const struct mn_pen *pen, const struct colours *colours,
                     const uint8_t *bits, uint32_t count)
{
    uint32_t at = 0;
    for (; at + 4 <= count; at += 4)
        draw_four(pixels + at, colours, bits[at / 8] >> (4 - at % 8) & 0xfu);
    for (; at < count; at++) {
        if (bits[at / 8] & 0x80u >> at % 8)
            pixels[at] = (uint8_t)pen->ink;
        else if (pen->is_opaque)
            pixels[at] = (uint8_t)pen->paper;
    }
}

static void draw_whole(const struct mn_bitmap *bitmap, int32_t x, int32_t y,
                       const struct mn_pen *pen, const uint8_t *bits)
{
    const struct colours colours = colours_of(pen);
    const struct mn_font *font = pen->font;
    uint8_t *pixels = pixel_at(bitmap, x, y);
    for (uint32_t row = 0; row < font->height_px; row++) {
        draw_row(pixels, pen, &colours, bits, font->width_px);
        pixels += bitmap->stride_bytes;
        bits += font->row_bytes;
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

void mn_canvas_char(const struct mn_canvas *canvas, int32_t x, int32_t y, const struct mn_pen *pen,
                    uint32_t scalar)
{
    const struct mn_font *font = pen->font;
    struct mn_rect cell = {x, y, font->width_px, font->height_px};
    struct mn_rect seen = mn_rect_intersect(canvas->clip, cell);
    if (mn_rect_is_empty(&seen))
        return;
    const uint8_t *bits = font->bits + (size_t)mn_font_find(font, scalar) * font->height_px *
                                           font->row_bytes;
    if (seen.width == cell.width && seen.height == cell.height)
        draw_whole(&canvas->bitmap, x, y, pen, bits);
    else
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
