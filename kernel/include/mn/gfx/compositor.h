/* compositor.h — laying pictures through their masks onto one frame, and knowing what changed.
 *
 *     pixels   . # # .        frame  x x x x
 *     mask     . # # #   ──►         x # # .     where the mask is opaque, from 128 on, the frame
 *                                    x x x x     takes the pixel as it is; elsewhere it keeps its
 *                                                own
 *
 * There are no layers: the frame at each place is what was put there last.
 *
 * Memory   The caller owns every bitmap.
 * Context  Any; O(pixels that lie on the frame).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_GFX_COMPOSITOR_H
#define MN_GFX_COMPOSITOR_H

#include "mn/gfx/bitmap.h"

/* Puts `pixels` on `frame` with its upper left at (x, y), where `mask` is opaque. `mask` is as
 * large as `pixels`, and neither shares memory with the frame. Any x and y are allowed: what lies
 * outside is left out. All three are MN_PIXEL_MONO8.
 *
 * Returns  the smallest rectangle around all pixels of the frame that have another value now; an
 *          empty one if none has. */
struct mn_rect mn_composite(const struct mn_bitmap *frame, const struct mn_bitmap *pixels,
                            const struct mn_bitmap *mask, int32_t x, int32_t y);

#endif
