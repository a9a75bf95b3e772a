/* pixels.h — where pixels of MN_PIXEL_MONO8 are.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef GFX_PIXELS_H
#define GFX_PIXELS_H

#include "mn/gfx/bitmap.h"

/* The address of a pixel that the bitmap has. */
static inline uint8_t *pixel_at(const struct mn_bitmap *bitmap, int32_t x, int32_t y)
{
    return bitmap->pixels + (size_t)y * bitmap->stride_bytes + (size_t)x;
}

#endif
