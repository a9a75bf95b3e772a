/* screen_text.h — the text that stands on a picture, as far as it is in cells of one font.
 *
 *     frame ──cut into cells──► each compared with every glyph ──► characters, inverse or not
 *
 * For tests and scripts that ask what a person would read. Cells begin at the upper left pixel.
 * A cell that is no glyph reads as U+FFFD; where two characters look the same, as the lower one.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_SCREEN_TEXT_H
#define MELPO_SCREEN_TEXT_H

#include "mn/gfx/font.h"

/* The rows of text, each without the spaces at its end and with a line feed, as UTF-8 that ends
 * with 0. The caller frees it. NULL: no memory. */
char *screen_text(const struct mn_bitmap *frame, const struct mn_font *font);

#endif
