/* outside.h — what people do to a machine that runs: halt it, have its picture taken.
 *
 *     SIGINT, SIGTERM, --until ──► power button
 *     SIGUSR1, --screenshot    ──► a picture
 *
 * Context  The machine's thread.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_OUTSIDE_H
#define MELPO_OUTSIDE_H

#include <signal.h>

#include "board.h"
#include "options.h"

#define OUTSIDE_SIGNALS 3

struct outside {
    struct board *board;
    const struct melpo_options *options;
    uv_signal_t signals[OUTSIDE_SIGNALS];
    struct sim_alarm until, screenshot;
    bool picture_is_due;    /* --screenshot, not taken yet */
    bool picture_is_missing; /* it could not be taken */
};

/* Makes the signals wait, in this thread and those it starts, until the mask that was is
 * restored. */
void outside_hold_signals(sigset_t *before);
void outside_release_signals(const sigset_t *before);

/* Listens from now on. Signals that halt are heard once: a second one finds the system's own
 * handler, which ends a hung machine. Borrows all until outside_ignore. */
void outside_listen(struct outside *outside, struct board *board,
                    const struct melpo_options *options);

/* The machine has halted with `code`: takes the picture that is due at halt, and listens no more.
 * A signal that comes now only hurries the rest along. Returns the exit status. */
int outside_ignore(struct outside *outside, int code);

#endif
