/* window.h — a screen and a keyboard in a window of the host, with SDL2.
 *
 *     melpo ──window_load──► melpo-window.so ──► SDL2 ──► display server
 *       └──────── open, run, close ──┘
 *
 * The window is a library of its own, loaded when one is wanted: only there is SDL2 needed, and a
 * host without it still runs the machine.
 *
 * Pixels   One of the frame is `scaling` by `scaling` on the screen. In a window of another size
 *          the frame is as large as a whole factor allows, in the middle; smaller than itself only
 *          where it must be.
 * Context  open, run and close belong to the main thread, as some systems insist. Nothing here is
 *          called from any other; the mail is the only way in and out.
 * Waiting  `run` sleeps until the display server or the mail has something. While nothing moves, it
 *          does not wake.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef DEVICES_WINDOW_H
#define DEVICES_WINDOW_H

#include "devices/device_log.h"
#include "devices/window_mail.h"

struct window; /* one at a time */

struct window_settings {
    const char *title;
    uint32_t scaling;              /* at least 1 */
    uint32_t on_color, off_color;  /* 0xrrggbb */
};

struct window_ops { /* what the library has to offer, as its symbol `melpo_window` */
    /* Opens a window for the frame of `mail`. NULL: `error` says in half a sentence why not, and
     * nothing is left open.
     *
     * Borrows  `mail` until `close`. */
    struct window *(*open)(const struct window_settings *settings, struct window_mail *mail,
                           struct device_error *error);

    /* Shows frames and posts keys until the mail is finished. Returns early, after posting
     * WINDOW_GONE, when the display server has gone away. */
    void (*run)(struct window *window);

    /* Closes the window; nothing of the mail is used any more. */
    void (*close)(struct window *window);
};

#define WINDOW_SYMBOL "melpo_window"

/* Finds the library and what it has to offer: `folders` are looked through in turn, up to a NULL.
 * It stays loaded. NULL: `error` says in half a sentence why not. */
const struct window_ops *window_load(const char *const *folders, struct device_error *error);

#endif
