/* font.h — fonts whose characters are all of one size, and text drawn with them.
 *
 *     UTF-8 ──► Unicode scalar ──ranges──► glyph ──bits──► pixels
 *                                 └ none: a box
 *
 * Every character takes one cell, whatever Unicode says of its width. Bytes that are no UTF-8 show
 * as U+FFFD, one for each. Text is bytes and a count; it need not end with 0, and may hold one.
 *
 * Memory   Fonts are constant data. Nothing here allocates.
 * Context  Any: plain functions over what they are given.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_GFX_FONT_H
#define MN_GFX_FONT_H

#include "mn/gfx/canvas.h"

struct mn_font_range { /* scalars in a row: `first`, `first` + 1 ... */
    uint32_t first;
    uint16_t count; /* at least 1 */
    uint16_t at;    /* index in `glyphs` of the first one */
};

struct mn_font { /* made by scripts/font.py */
    const char *name;            /* "Spleen 8x16"; for people */
    uint8_t width_px, height_px; /* of a cell, 1 to 32 */
    uint8_t row_bytes;           /* (width_px + 7) / 8 */
    uint16_t glyph_count;        /* at least 1: glyph 0 is the box */
    uint16_t range_count;
    const uint8_t *bits; /* [glyph_count][height_px][row_bytes]; leftmost is the highest bit */
    const struct mn_font_range *ranges; /* [range_count], lowest first */
    const uint16_t *glyphs;             /* which glyph a scalar has */
};

/* Two of Frederic Cambus's Spleen, of which kernel/gfx/LICENSE-spleen gives the terms. On a display
 * of 400 by 240 pixels the one has 66 columns and 20 rows, the other 50 columns and 15 rows. */
extern const struct mn_font mn_font_spleen_6x12;
extern const struct mn_font mn_font_spleen_8x16;

#define MN_FONT_BOX 0u /* the glyph of what a font does not have */

/* The glyph of a Unicode scalar: an index below `glyph_count`, MN_FONT_BOX if there is none. */
uint32_t mn_font_find(const struct mn_font *font, uint32_t scalar);

/* How much room a text takes: (0, 0) and the sizes of the smallest rectangle around its cells when
 * it is drawn at (0, 0). A line break begins a line; one at the end has a line of its own. No text
 * has no size at all. Sides end at INT32_MAX. */
struct mn_rect mn_font_measure(const struct mn_font *font, const char *text, uint32_t count);

struct mn_pen { /* how text is drawn */
    const struct mn_font *font;
    uint32_t ink;   /* of the characters */
    uint32_t paper; /* of the rest of their cells, if `is_opaque` */
    bool is_opaque; /* false: the rest of their cells stays as it is */
};

/* Draws one character with the upper left pixel of its cell at (x, y). */
void mn_canvas_char(const struct mn_canvas *canvas, int32_t x, int32_t y, const struct mn_pen *pen,
                    uint32_t scalar);

/* Draws text with the upper left pixel of its first cell at (x, y). 0x0a goes on below, at `x`
 * again; all else takes a cell, control characters as boxes. */
void mn_canvas_text(const struct mn_canvas *canvas, int32_t x, int32_t y, const struct mn_pen *pen,
                    const char *text, uint32_t count);

#endif
