/* editor.h — a line of input, typed by somebody or sent whole, and what the terminal must show.
 *
 *     bytes ──► mn_editor_byte ──► event: go on, a line, too long, break, end
 *                     └──► echo, if the peer wants one
 *
 * Keys      Enter, Backspace (7f, 08), Delete, arrows, Home, End, and as in other shells Ctrl-A, B,
 *           D, E, F, H, K, N, P, U, W. Up and down go through the lines of before.
 * Screen    A VT102's insert, delete and erase are used, so that an echo is short whatever the
 *           line. A line longer than the terminal is wide is edited right but may look wrong.
 * Bytes     From 80 on they are taken as they are; what counts as one character under the cursor is
 *           one of UTF-8. Other control characters are ignored.
 * Memory    The caller owns the editor and its two buffers. Nothing here allocates or waits.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_SHELL_EDITOR_H
#define MN_SHELL_EDITOR_H

#include "mn/text.h"

#define MN_EDITOR_PAST_CHARS 200u /* longer lines are not remembered */
#define MN_EDITOR_ECHO_BYTES 256u /* the most that one byte of input is answered with */

struct mn_editor {
    char *line;         /* [line_max] */
    uint32_t line_max;  /* bytes, at least 1 */
    uint32_t count;     /* bytes of the line, at most line_max */
    uint32_t cursor;    /* where the next byte goes, at most count */
    char *past;         /* [past_max] lines of before, oldest first, each ended by 0 */
    uint32_t past_max;  /* bytes; 0: nothing is remembered */
    uint32_t past_count;
    uint32_t past_at;   /* the line shown begins there; past_count: none of before */
    uint32_t number;    /* in an escape sequence */
    enum { MN_EDITOR_TEXT, MN_EDITOR_ESCAPE, MN_EDITOR_SEQUENCE } state;
    bool echoes;
    bool is_over;       /* more came than line_max; the rest of the line is not taken */
    bool after_return;  /* the latest byte was a CR: a LF now belongs to it */
};

enum mn_editor_event {
    MN_EDITOR_MORE,     /* the line goes on */
    MN_EDITOR_LINE,     /* `line` is whole, until mn_editor_next */
    MN_EDITOR_TOO_LONG, /* it ended, but its beginning is all that fits; until mn_editor_next */
    MN_EDITOR_BREAK,    /* Ctrl-C */
    MN_EDITOR_END,      /* Ctrl-D on an empty line */
};

/* Makes an editor with an empty line and no past. Borrows both buffers. */
void mn_editor_init(struct mn_editor *editor, char *line, uint32_t line_max, char *past,
                    uint32_t past_max);

/* Takes one byte. `echo` needs room for MN_EDITOR_ECHO_BYTES. */
enum mn_editor_event mn_editor_byte(struct mn_editor *editor, uint8_t byte,
                                    struct mn_text *echo);

/* Begins an empty line and remembers the one that ended. */
void mn_editor_next(struct mn_editor *editor);

/* Forgets what was typed of the line. */
void mn_editor_reset(struct mn_editor *editor);

/* Shows what was typed of the line, as far as it fits in `echo`; there is an echo from now on. */
void mn_editor_show(struct mn_editor *editor, struct mn_text *echo);

#endif
