/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/gfx/font.h"

#include "mn/utf8.h"

/* The last range that begins at `scalar` or before; the first one if none does. */
static const struct mn_font_range *range_near(const struct mn_font *font, uint32_t scalar)
{
    uint32_t low = 0, high = font->range_count;
    while (high - low > 1) {
        uint32_t middle = (low + high) / 2;
        if (font->ranges[middle].first <= scalar)
            low = middle;
        else
            high = middle;
    }
    return &font->ranges[low];
}

uint32_t mn_font_find(const struct mn_font *font, uint32_t scalar)
{
    const struct mn_font_range *range = font->ranges; /* most text has its characters here */
    if (font->range_count == 0)
        return MN_FONT_BOX;
    if (scalar - range->first >= range->count)
        range = range_near(font, scalar);
    if (scalar < range->first || scalar - range->first >= range->count)
        return MN_FONT_BOX;
    return font->glyphs[range->at + (scalar - range->first)];
}

/* `cells` of `side_px` each, as far as a side can go. */
static int32_t length_of(uint32_t cells, uint32_t side_px)
{
    uint64_t length = (uint64_t)cells * side_px;
    return length < INT32_MAX ? (int32_t)length : INT32_MAX;
}

struct mn_rect mn_font_measure(const struct mn_font *font, const char *text, uint32_t count)
{
    uint32_t lines = 1, column = 0, columns = 0;
    if (count == 0)
        return (struct mn_rect){0, 0, 0, 0};
    for (uint32_t at = 0; at < count;) {
        if (mn_utf8_next(text, count, &at) != '\n') {
            column++;
        } else {
            lines++;
            column = 0;
        }
        if (column > columns)
            columns = column;
    }
    return (struct mn_rect){0, 0, length_of(columns, font->width_px),
                            length_of(lines, font->height_px)};
}
