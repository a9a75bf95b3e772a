/* terminal.h — what stands on a text screen: lines that scroll by, the last one being written.
 *
 *     bytes ──► mn_terminal_write ──► [ lines of before ]         mn_terminal_show ──► cells
 *                                     [ the line being written ]     columns × rows of them
 *
 * A line is as long as it is, and is folded where the screen ends: a cursor that goes back, a
 * character that is taken out or squeezed in, move on over the fold. So a line editor that knows
 * nothing of the screen's width is shown right. What is shown is the end, or, of a line that has
 * more rows than the screen, the part with the cursor.
 *
 * Text      UTF-8; what is not in Unicode's first plane, and every malformed byte, is U+FFFD.
 * Controls  BS CR LF; TAB to the next eighth column; FF forgets all there is; BEL is counted.
 *           ESC [ n C, D: the cursor, within the line; n @, n P: squeeze in, take out characters;
 *           K: erase from the cursor to the line's end; 2 J: as FF. Other controls and sequences
 *           are swallowed.
 * Past      As many lines as its room holds; the oldest go.
 * Memory    The caller gives one block. Nothing here allocates or waits.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_SHELL_TERMINAL_H
#define MN_SHELL_TERMINAL_H

#include "mn/utf8.h"

#define MN_TERMINAL_LINE_CELLS 1024u /* a line that has no whole row of them left goes on as the
                                      * next */

struct mn_terminal_settings {
    uint32_t columns, rows; /* 1 to 1024 */
    uint32_t past_cells;    /* room for the lines of before, one more for each line; at least
                             * MN_TERMINAL_LINE_CELLS + 1 */
};

struct mn_terminal {
    struct mn_terminal_settings settings;
    uint16_t *line;        /* [MN_TERMINAL_LINE_CELLS] characters of the line being written */
    uint32_t count;        /* in the line */
    uint32_t cursor;       /* where the next one goes, at most `count` */
    uint16_t *past;        /* [past_cells] a ring of lines, each with its end */
    uint32_t past_first, past_count;
    uint32_t back_rows;    /* how far the screen is scrolled back; 0: it shows the end */
    uint32_t number;       /* in an escape sequence */
    enum { MN_TERMINAL_TEXT, MN_TERMINAL_ESCAPE, MN_TERMINAL_SEQUENCE } state;
    struct mn_utf8_reader character; /* the one whose bytes are coming */
    uint32_t bells;        /* rung so far */
};

/* The block that a terminal needs, in bytes. */
uint32_t mn_terminal_bytes(const struct mn_terminal_settings *settings);

/* Makes a terminal with nothing on it. Borrows `memory`, of mn_terminal_bytes and aligned to 2. */
void mn_terminal_init(struct mn_terminal *terminal, const struct mn_terminal_settings *settings,
                      void *memory);

/* Takes text. A screen that is scrolled back goes on showing what it shows, as long as it is
 * kept. */
void mn_terminal_write(struct mn_terminal *terminal, const uint8_t *bytes, uint32_t count);

/* Scrolls by so many rows, back in time if positive, as far as there is anything. */
void mn_terminal_scroll(struct mn_terminal *terminal, int32_t rows);

/* Fills `cells` [columns × rows] with what is to be seen; empty ones are spaces. Returns the index
 * of the cell with the cursor, or UINT32_MAX if that is not on the screen. */
uint32_t mn_terminal_show(struct mn_terminal *terminal, uint16_t *cells);

#endif
