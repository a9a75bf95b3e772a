/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "screen_text.h"

#include <stdlib.h>
#include <string.h>

#include "mn/utf8.h"

#define ROW_BYTES_MAX 4u

struct cell {
    uint8_t bits[32 * ROW_BYTES_MAX]; /* as a glyph has them */
};

static void cut(struct cell *cell, const struct mn_bitmap *frame, const struct mn_font *font,
                int32_t x, int32_t y)
{
    memset(cell->bits, 0, sizeof cell->bits);
    for (int32_t row = 0; row < font->height_px; row++) {
        const uint8_t *pixels = frame->pixels + (size_t)(y + row) * frame->stride_bytes + x;
        uint8_t *bits = cell->bits + row * font->row_bytes;
        for (int32_t i = 0; i < font->width_px; i++)
            bits[i / 8] |= (uint8_t)((pixels[i] != MN_PIXEL_OFF) << (7 - i % 8));
    }
}

static void invert(struct cell *cell, const struct mn_font *font)
{
    for (int32_t row = 0; row < font->height_px; row++)
        for (int32_t i = 0; i < font->width_px; i++)
            cell->bits[row * font->row_bytes + i / 8] ^= (uint8_t)(0x80 >> i % 8);
}

static const uint8_t *glyph_bits(const struct mn_font *font, uint32_t glyph)
{
    return font->bits + (size_t)glyph * font->height_px * font->row_bytes;
}

/* The first character that looks like this, or 0. */
static uint32_t find(const struct mn_font *font, const struct cell *cell)
{
    size_t bytes = (size_t)font->height_px * font->row_bytes;
    for (uint32_t i = 0; i < font->range_count; i++) {
        const struct mn_font_range *range = &font->ranges[i];
        for (uint32_t j = 0; j < range->count; j++) {
            uint32_t glyph = font->glyphs[range->at + j];
            if (memcmp(glyph_bits(font, glyph), cell->bits, bytes) == 0)
                return range->first + j;
        }
    }
    return 0;
}

static bool is_blank(const struct cell *cell)
{
    for (size_t i = 0; i < sizeof cell->bits; i++)
        if (cell->bits[i] != 0)
            return false;
    return true;
}

/* As it stands, or dark on light; a cell that is all light is a space of that kind. */
static uint32_t read_cell(const struct cell *cell, const struct mn_font *font)
{
    struct cell inverse = *cell;
    invert(&inverse, font);
    if (is_blank(&inverse))
        return ' ';
    uint32_t found = find(font, cell);
    if (!found)
        found = find(font, &inverse);
    return found ? found : MN_UTF8_BAD;
}

/* A row of the screen. Most cells are like the one before them: blank. */
static char *read_row(char *to, const struct mn_bitmap *frame, const struct mn_font *font,
                      int32_t y)
{
    struct cell cell, before;
    uint32_t character = 0;
    for (int32_t x = 0; x + font->width_px <= frame->width_px; x += font->width_px) {
        cut(&cell, frame, font, x, y);
        if (x == 0 || memcmp(&cell, &before, sizeof cell) != 0)
            character = read_cell(&cell, font);
        to += mn_utf8_write(character, (uint8_t *)to);
        before = cell;
    }
    return to;
}

char *screen_text(const struct mn_bitmap *frame, const struct mn_font *font)
{
    int32_t columns = frame->width_px / font->width_px;
    int32_t rows = frame->height_px / font->height_px;
    char *text = malloc((size_t)rows * ((size_t)columns * MN_UTF8_BYTES + 1) + 1);
    char *to = text;
    if (!text)
        return NULL;
    for (int32_t row = 0; row < rows; row++) {
        char *begin = to;
        to = read_row(to, frame, font, row * font->height_px);
        while (to > begin && to[-1] == ' ')
            to--;
        *to++ = '\n';
    }
    *to = 0;
    return text;
}
