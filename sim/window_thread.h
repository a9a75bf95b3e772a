/* window_thread.h — a machine beside a window: SDL has the main thread, the machine another.
 *
 *     main thread   open ── run: events, frames ─────────────── close ── join
 *                             │ start           ▲ mail     ▲               ▲
 *     machine's               └── machine() ────┴── finish ┴── is closed ──┘
 *
 * Without a window there is no other thread: window_thread_run calls the machine itself.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_WINDOW_THREAD_H
#define MELPO_WINDOW_THREAD_H

#include <semaphore.h>

#include "config.h"
#include "devices/window.h"

#define WINDOW_CLOSE_MS 2000u

struct window_thread { /* zeroed: no window */
    const struct window_ops *ops;
    struct window *window;
    struct window_mail mail;
    int (*machine)(void *context);
    void *context;
    int status; /* what the machine returned */
    sem_t closed;
};

/* Opens a window for a display, with a title. False: `error` says in half a sentence why not, and
 * nothing is open. */
bool window_thread_open(struct window_thread *thread, const struct melpo_display_config *config,
                        const char *title, struct device_error *error);

/* Runs the machine to its end, closes the window, and returns what the machine has returned. If
 * the display server does not answer, the process ends with that status without it, at the latest
 * WINDOW_CLOSE_MS after the machine. */
int window_thread_run(struct window_thread *thread, int (*machine)(void *context), void *context);

/* For one that is open and not run. Harmless when it is not open. */
void window_thread_close(struct window_thread *thread);

#endif
