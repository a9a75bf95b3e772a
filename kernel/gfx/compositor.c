/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/gfx/compositor.h"

#define WORD_BYTES 8 /* pixels are looked at in words of so many */
#define OPAQUE_MIN 128u

struct row {
    uint8_t *frame;
    const uint8_t *pixels, *mask;
};

struct span { /* of columns, or of rows */
    int32_t first, end;
};

static uint64_t load(const uint8_t *bytes)
{
    uint64_t word;
    __builtin_memcpy(&word, bytes, sizeof word);
    return word;
}

/* 255 in each byte in which `mask` is opaque: its highest bit is set. */
static uint64_t opaque(uint64_t mask)
{
    return (mask >> 7 & UINT64_C(0x0101010101010101)) * 255;
}

/* What has to be flipped in the frame's next word. */
static uint64_t word_change(const struct row *row, int32_t at)
{
    return (load(row->frame + at) ^ load(row->pixels + at)) & opaque(load(row->mask + at));
}

static bool changes(const struct row *row, int32_t at)
{
    return row->mask[at] >= OPAQUE_MIN && row->frame[at] != row->pixels[at];
}

/* The columns from the first to the last that will change. */
static struct span changed_span(const struct row *row, int32_t width)
{
    int32_t first = 0, end = width;
    while (end - first >= WORD_BYTES && word_change(row, first) == 0)
        first += WORD_BYTES;
    while (first < end && !changes(row, first))
        first++;
    while (end - first >= WORD_BYTES && word_change(row, end - WORD_BYTES) == 0)
        end -= WORD_BYTES;
    while (first < end && !changes(row, end - 1))
        end--;
    return (struct span){first, end};
}

static void widen(struct span *around, struct span span)
{
    around->first = span.first < around->first ? span.first : around->first;
    around->end = span.end > around->end ? span.end : around->end;
}

static void blend(const struct row *row, struct span span)
{
    int32_t at = span.first;
    for (; span.end - at >= WORD_BYTES; at += WORD_BYTES) {
        uint64_t word = load(row->frame + at) ^ word_change(row, at);
        __builtin_memcpy(row->frame + at, &word, sizeof word);
    }
    for (; at < span.end; at++) {
        if (row->mask[at] >= OPAQUE_MIN)
            row->frame[at] = row->pixels[at];
    }
}

static const uint8_t *row_of(const struct mn_bitmap *bitmap, int32_t x, int32_t y)
{
    return bitmap->pixels + (size_t)y * bitmap->stride_bytes + (size_t)x;
}

struct mn_rect mn_composite(const struct mn_bitmap *frame, const struct mn_bitmap *pixels,
                            const struct mn_bitmap *mask, int32_t x, int32_t y)
{
    MN_ASSERT(frame->format == MN_PIXEL_MONO8 && pixels->format == MN_PIXEL_MONO8);
    MN_ASSERT(mask->format == MN_PIXEL_MONO8);
    MN_ASSERT(mask->width_px == pixels->width_px && mask->height_px == pixels->height_px);

    struct mn_rect there = {x, y, pixels->width_px, pixels->height_px};
    struct mn_rect onto = mn_rect_intersect(mn_bitmap_area(frame), there);
    struct span columns = {onto.width, 0}, lines = {onto.height, 0}; /* changed, within `onto` */
    for (int32_t line = 0; line < onto.height; line++) {
        struct row row = {
            .frame = frame->pixels + (size_t)(onto.y + line) * frame->stride_bytes +
                     (size_t)onto.x,
            .pixels = row_of(pixels, onto.x - x, onto.y + line - y),
            .mask = row_of(mask, onto.x - x, onto.y + line - y),
        };
        struct span span = changed_span(&row, onto.width);
        if (span.first == span.end)
            continue;
        blend(&row, span);
        widen(&columns, span);
        widen(&lines, (struct span){line, line + 1});
    }
    if (lines.first >= lines.end)
        return (struct mn_rect){0};
    return (struct mn_rect){onto.x + columns.first, onto.y + lines.first,
                            columns.end - columns.first, lines.end - lines.first};
}
