/* bitmap.h — a rectangle of pixels in memory, and rectangles as such.
 *
 *     x grows to the right, y grows downwards; (0, 0) is the upper left pixel
 *
 * Memory   The caller owns the pixels. A bitmap is a small value that may be copied; two may share
 *          pixels, as one that is a part of another does.
 * Context  Any.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_GFX_BITMAP_H
#define MN_GFX_BITMAP_H

#include "mn/base.h"

/* What a pixel is made of. New ones come at the end: a display says which it shows. */
enum mn_pixel_format {
    MN_PIXEL_MONO8, /* one byte: 0 is off, 255 on; others are reserved and shown as on */
};

#define MN_PIXEL_OFF 0u
#define MN_PIXEL_ON 255u

/* The longest side of anything: sums of two coordinates and a size stay within an int32_t. */
#define MN_SIDE_MAX 16384

struct mn_rect { /* pixels; empty if a side is 0 */
    int32_t x, y;
    int32_t width, height; /* 0 to MN_SIDE_MAX */
};

struct mn_bitmap {
    uint8_t *pixels; /* the upper left one; rows follow each other at `stride_bytes` */
    int32_t width_px, height_px; /* 0 to MN_SIDE_MAX */
    uint32_t stride_bytes;
    enum mn_pixel_format format;
};

static inline bool mn_rect_is_empty(const struct mn_rect *rect)
{
    return rect->width <= 0 || rect->height <= 0;
}

/* All of a bitmap. */
static inline struct mn_rect mn_bitmap_area(const struct mn_bitmap *bitmap)
{
    return (struct mn_rect){0, 0, bitmap->width_px, bitmap->height_px};
}

/* What two rectangles have in common; all zeros if nothing. Any values will do. */
struct mn_rect mn_rect_intersect(struct mn_rect a, struct mn_rect b);

/* The smallest rectangle around both; an empty one adds nothing. Of two that are more than
 * INT32_MAX pixels apart, the part to the right or below is cut off. */
struct mn_rect mn_rect_unite(struct mn_rect a, struct mn_rect b);

#endif
