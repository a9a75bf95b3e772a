/* top_screen.h — a terminal's screen for the table, by way of ncurses.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_TOP_SCREEN_H
#define CROWTTY_TOP_SCREEN_H

#include "top_view.h"

#define TOP_SCREEN_RESIZED (-2) /* as a key */

/* Takes the terminal over; false: there is none that can do it. */
bool top_screen_open(bool is_colored);

/* Gives it back as it was; harmless twice. */
void top_screen_close(void);

/* The terminal has changed its size. */
void top_screen_resize(void);

/* A key, or -1 when there is none. */
int top_screen_key(void);

/* Draws the table, and a line of news at the bottom. */
void top_screen_draw(const struct top_model *model, const char *where, const char *news);

#endif
