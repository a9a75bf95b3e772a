/* keyboard_feed.h — the daemon that publishes a HAL keyboard's events to the keyboard mux.
 *
 *     keys ──► HAL ring ──next──► feed ──publish──► mux
 *
 * It takes the next event when the mux has replied to the last, so a burst waits in the HAL's ring.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_DAEMONS_KEYBOARD_FEED_H
#define MN_DAEMONS_KEYBOARD_FEED_H

#include "mn/svc/keyboard_mux.h"

struct mn_keyboard_feed { /* frame */
    struct mn_co co;
    struct mn_kernel *kernel;
    struct mn_hal_keyboard *keyboard;
    struct mn_keyboard_publisher publisher;
    struct mn_key_event event;
    union {
        struct mn_keyboard_publish publish;
        struct mn_wait line;
    } on;
};

/* Future: publishes until it is dropped, waiting for a mux while there is none. Events that are
 * not valid are skipped, with a warning in the log.
 *
 * Borrows    `keyboard` until the future ends.
 * Ends with  MN_ERR_REFUSED  the mux has as many keyboards as it may have
 *            MN_ERR_TYPE     the mux was compiled from another declaration
 * Dropped    an event that was taken and not published is lost; those in the ring stay. */
struct mn_co *mn_keyboard_feed(struct mn_keyboard_feed *frame, struct mn_kernel *kernel,
                               struct mn_hal_keyboard *keyboard);

#endif
