/* gfx_model.h — drawing as its manual has it, one pixel after the other and as slow as that is.
 *
 * Each function goes over all pixels of a canvas's clip and decides for each alone what comes
 * there; nothing here knows of rows, steps or copies.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef GFX_MODEL_H
#define GFX_MODEL_H

#include "mn/gfx/font.h"

/* As the functions mn_canvas_... of the same names. `source` and `mask` are no part of the canvas:
 * for a blit within a canvas give a copy of its bitmap. */
void gfx_model_fill(const struct mn_canvas *canvas, struct mn_rect rect, uint32_t ink);
void gfx_model_outline(const struct mn_canvas *canvas, struct mn_rect rect, uint32_t ink);
void gfx_model_line(const struct mn_canvas *canvas, int32_t x0, int32_t y0, int32_t x1, int32_t y1,
                    uint32_t ink);
void gfx_model_blit(const struct mn_canvas *canvas, int32_t x, int32_t y,
                    const struct mn_bitmap *source, const struct mn_bitmap *mask,
                    struct mn_rect part);
void gfx_model_scroll(const struct mn_canvas *canvas, const struct mn_bitmap *before,
                      struct mn_rect area, int32_t dx, int32_t dy, uint32_t ink);
void gfx_model_text(const struct mn_canvas *canvas, int32_t x, int32_t y, const struct mn_pen *pen,
                    const char *text, uint32_t count);

/* The character at `text`, of `count` bytes, and in `*length` how many bytes it takes. */
uint32_t gfx_model_utf8(const char *text, uint32_t count, uint32_t *length);

#endif
