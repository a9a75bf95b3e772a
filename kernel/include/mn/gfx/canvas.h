/* canvas.h — drawing on a bitmap.
 *
 *     bitmap ┌────────────────────────┐   what falls outside the clip, or outside the
 *            │    clip ┌───────────┐  │   bitmap, is not drawn; what is inside is drawn
 *            │         │   ╱───────┼──┼── as if there were no clip
 *            │         └───────────┘  │
 *            └────────────────────────┘
 *
 * Memory   The caller owns the pixels, which must outlive the canvas. A canvas is a small value:
 *          copy it at will. Nothing here allocates.
 * Context  Any: plain functions over what they are given.
 * Clipping Coordinates and sizes may have any value, negative and huge ones too. A rectangle
 *          with a side of 0 or less is empty. Nothing outside the clip is written, ever.
 * Ink      A pixel value in the bitmap's own format; in MN_PIXEL_MONO8 it is MN_PIXEL_OFF or
 *          MN_PIXEL_ON.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_GFX_CANVAS_H
#define MN_GFX_CANVAS_H

#include "mn/gfx/bitmap.h"

struct mn_canvas { /* read only: made by the two functions below */
    struct mn_bitmap bitmap;
    struct mn_rect clip; /* within the bitmap */
};

/* A canvas over all of `bitmap`, whose sides are 0 to MN_SIDE_MAX and whose stride is its width or
 * more. A bitmap of an opacity mask will do as well: draw with MN_PIXEL_ON what shall be opaque. */
struct mn_canvas mn_canvas_of(const struct mn_bitmap *bitmap);

/* The same canvas with its clip narrowed to what it has in common with `area`. Coordinates stay
 * what they are. */
struct mn_canvas mn_canvas_clip(const struct mn_canvas *canvas, struct mn_rect area);

/* Draws one pixel. */
void mn_canvas_dot(const struct mn_canvas *canvas, int32_t x, int32_t y, uint32_t ink);

/* Draws `width` pixels to the right of (x, y), which is the first of them, or `height` pixels
 * downwards. */
void mn_canvas_hline(const struct mn_canvas *canvas, int32_t x, int32_t y, int32_t width,
                     uint32_t ink);
void mn_canvas_vline(const struct mn_canvas *canvas, int32_t x, int32_t y, int32_t height,
                     uint32_t ink);

#define MN_LINE_MAX (INT32_MAX / 4) /* an end of a line beyond this, or beyond minus this, is moved
                                     * there */

/* Draws a straight line, both ends included: one pixel for each step in the direction in which it
 * is longer. The same pixels whichever end comes first, and whatever the clip leaves of them. */
void mn_canvas_line(const struct mn_canvas *canvas, int32_t x0, int32_t y0, int32_t x1, int32_t y1,
                    uint32_t ink);

/* Fills a rectangle, or draws its border, one pixel thick and inside it. */
void mn_canvas_fill(const struct mn_canvas *canvas, struct mn_rect rect, uint32_t ink);
void mn_canvas_outline(const struct mn_canvas *canvas, struct mn_rect rect, uint32_t ink);

/* Copies the rectangle `part` of `source` so that its upper left pixel comes to (x, y). Pixels of
 * `part` that `source` does not have are not drawn. Both have the same format. `source` may be the
 * canvas's own bitmap, also if the two places overlap: it is as if `part` was copied away first. */
void mn_canvas_blit(const struct mn_canvas *canvas, int32_t x, int32_t y,
                    const struct mn_bitmap *source, struct mn_rect part);

/* The same through an opacity mask, whose pixels stand where those of `source` do: 0 is
 * transparent, 255 opaque. Monochrome knows no halves: from 128 on the source's pixel is taken.
 * What the mask does not cover is transparent. Neither may share pixels with the canvas. */
void mn_canvas_blit_masked(const struct mn_canvas *canvas, int32_t x, int32_t y,
                           const struct mn_bitmap *source, const struct mn_bitmap *mask,
                           struct mn_rect part);

/* Moves what is in `area`, as far as it is within the clip, by (dx, dy): to the right and down if
 * they are positive. What leaves the area is lost; where nothing comes from, it is filled. */
void mn_canvas_scroll(const struct mn_canvas *canvas, struct mn_rect area, int32_t dx, int32_t dy,
                      uint32_t ink);

#endif
