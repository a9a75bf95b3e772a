/* keyboard.h — the table of a keyboard: events, oldest first.
 *
 *     keys ──► HAL ring ──next──► driver
 *                 │ raises `line`
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_HAL_KEYBOARD_H
#define MN_HAL_KEYBOARD_H

#include "mn/key.h"

struct mn_hal_keyboard;

struct mn_hal_keyboard_ops {
    /* Takes the oldest event out of the HAL's ring. False when there is none; the line is raised
     * for the next. What did not fit the ring is lost and counted by the HAL. Never waits. */
    bool (*next)(struct mn_hal_keyboard *keyboard, struct mn_key_event *event);
};

struct mn_hal_keyboard { /* embed it in the platform's own struct */
    const struct mn_hal_keyboard_ops *ops;
    const char *name; /* "keyboard"; for people */
    uint8_t line;     /* below MN_HAL_LINES_MAX */
};

#endif
