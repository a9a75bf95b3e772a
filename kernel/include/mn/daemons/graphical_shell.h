/* graphical_shell.h — a computer to sit in front of: the Forth shell on screen and keyboard.
 *
 *     keyboard ──keys──► bytes ──┐                       ┌──► session (mn/shell/session.h)
 *                                └──► a byte channel ◄───┘    the same shell as on a serial port
 *     display ◄──rows that changed── terminal ◄──┘
 *
 * The first row is a title bar; below it are the terminal's rows (mn/shell/terminal.h), as many as
 * the display has room for. Page Up and Page Down go through what has scrolled by, and any other
 * key comes back to the end. Every other key goes to the session, which has line editing, the lines
 * of before, and Ctrl-C.
 *
 * Redraw    At most once in `frame_interval_us`: whatever changes meanwhile is drawn at once then.
 *           Only rows that changed are drawn, one chunk for each. With nothing new, no timer is
 *           armed.
 * Keyboard  It may come late, or go and come again; the shell goes on without.
 * Memory    One block of the kernel's heap, and the session's own.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_DAEMONS_GRAPHICAL_SHELL_H
#define MN_DAEMONS_GRAPHICAL_SHELL_H

#include "mn/gfx/font.h"
#include "mn/shell/session.h"
#include "mn/shell/terminal.h"
#include "mn/svc/display.h"
#include "mn/svc/keyboard.h"

struct mn_graphical_shell_settings {
    uint32_t display;            /* instance of the display */
    uint32_t keyboard;           /* instance of the keyboard */
    const struct mn_font *font;
    const char *title;           /* ends with 0; borrowed while the shell runs */
    uint64_t frame_interval_us;
    uint32_t past_cells;         /* of the terminal */
    uint32_t key_events;         /* that may wait to be read; 0 means MN_KEYBOARD_SLOTS */
    struct mn_session_settings session; /* its `port` is set here */
};

struct mn_graphical_keys { /* from the keyboard to the session */
    struct mn_keyboard_subscription subscription;
    struct mn_key_event event;
    uint8_t bytes[8]; /* of the key at hand */
    bool is_subscribed;
    bool is_deaf;     /* there is no keyboard that could be subscribed to */
    bool asks_key;    /* `recv` is under way */
    bool is_typing;   /* `write` is under way with `bytes` */
    struct mn_keyboard_subscribe subscribe;
    struct mn_chan_recv recv;
    struct mn_bbq_write write;
};

struct mn_graphical_picture { /* what stands on the display */
    uint32_t columns, rows;  /* the title bar is row 0 */
    uint16_t *wanted, *shown; /* [columns × rows] characters */
    uint32_t wanted_cursor;  /* index of the cell, or UINT32_MAX */
    uint32_t shown_cursor;
    uint32_t row;            /* being drawn; `rows`: none */
    uint64_t drawn_us;       /* when the latest drawing began */
    bool is_dirty;           /* the terminal has changed since then */
    bool is_drawing;         /* `draw` is under way with `chunk` */
    bool is_pausing;         /* `pause` is under way */
    struct mn_display_chunk chunk; /* a row */
    struct mn_screen_draw draw;
    struct mn_sleep pause;
};

struct mn_graphical_shell { /* frame */
    struct mn_co co;
    struct mn_co serve;
    struct mn_kernel *kernel;
    struct mn_graphical_shell_settings settings;
    struct mn_screen screen;
    void *block;               /* channel, cells, the terminal's lines, key events */
    struct mn_terminal terminal;
    struct mn_graphical_keys keys;
    struct mn_graphical_picture picture;
    struct mn_bidi_end end;    /* ours; the other one is the session's */
    struct mn_bidi_end given;  /* until the session takes it */
    bool is_serving;           /* all below `serve` has been set up */
    bool is_over;              /* the session has ended */
    bool asks_text;            /* `read` is under way */
    struct mn_grant text;
    struct mn_bbq_read read;
    struct mn_task session_task;
    struct mn_session session;
    union {
        struct mn_screen_open open;
        struct mn_screen_chunk chunk;
        struct mn_heap_alloc alloc;
    } on;
};

/* Future: opens the display, waiting until it exists, and serves who sits there.
 *
 * Ends with  MN_ERR_INVALID  the display has no room for a title bar and one row of a character
 *            MN_ERR_TOO_BIG  the block, or a row, could never fit in the heap
 *            MN_ERR_CLOSED   the display has ended
 *            MN_ERR_TYPE     the display was compiled from another declaration
 * Dropped    the session ends; what is on the display stays there. */
struct mn_co *mn_graphical_shell(struct mn_graphical_shell *frame, struct mn_kernel *kernel,
                                 const struct mn_graphical_shell_settings *settings);

#endif
