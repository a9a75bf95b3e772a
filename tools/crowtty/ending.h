/* ending.h — the signals that end the program in order.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_ENDING_H
#define CROWTTY_ENDING_H

#include <uv.h>

#define ENDING_SIGNALS 4u

struct ending {
    uv_signal_t signals[ENDING_SIGNALS];
    void *context;
    void (*end)(void *context);
};

/* Calls `end` on SIGINT, SIGTERM, SIGHUP and SIGQUIT: once, a second one is the system's. Writing
 * to somebody who is gone is no reason to end. */
void ending_init(struct ending *ending, uv_loop_t *loop, void *context, void (*end)(void *context));
void ending_close(struct ending *ending);

/* Closes what is still open on the loop, and lets it finish. */
void ending_finish_loop(uv_loop_t *loop);

#endif
