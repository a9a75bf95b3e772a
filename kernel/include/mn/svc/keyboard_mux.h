/* keyboard_mux.h — the service that makes one keyboard of many.
 *
 *     HAL keyboard ──► feed ──────────┐ publish              ┌──► subscriber
 *     serial port ──► pseudo-keyboard ┼─────────► mux ──► hub ┼──► subscriber
 *     your own ───────────────────────┘ one event, one reply └──► subscriber
 *
 * It has two faces. Keyboards connect to this service and publish; readers subscribe to keyboard
 * number 0 (mn/svc/keyboard.h), which the mux serves as well, and where the rules of queues that
 * are full or gone are written down.
 *
 * To be a keyboard: mn_keyboard_mux_connect, then mn_keyboard_mux_call with each event. The reply
 * comes when the event has been given to every subscriber that has room; it never waits for one
 * of them. A keyboard that waits for each reply has its place in line, and is held up only as long
 * as others have their turn. One that goes away gives its place back.
 *
 * Context  Tasks only.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_SVC_KEYBOARD_MUX_H
#define MN_SVC_KEYBOARD_MUX_H

#include "mn/svc/keyboard.h"

/* ---- messages --------------------------------------------------------------------------- */

struct mn_keyboard_mux_hello {
    const char *name; /* of the keyboard, for the log; lives as long as the connection */
};

enum mn_keyboard_mux_refusal {
    MN_KEYBOARD_MUX_FULL, /* as many keyboards as there may be */
};

enum mn_keyboard_mux_error {
    MN_KEYBOARD_MUX_INVALID, /* the event was none (mn_key_is_valid), and nobody got it */
};

MN_SERVICE(mn_keyboard_mux, "keyboard mux",
           MN_UUID(0x70861d1c, 0x9f01, 0x4e9b, 0x89e6, UINT64_C(0xede77d8f26d8)),
           struct mn_key_event, struct mn_none, enum mn_keyboard_mux_error,
           struct mn_keyboard_mux_hello, enum mn_keyboard_mux_refusal);

/* ---- server ----------------------------------------------------------------------------- */

struct mn_keyboard_mux_settings {
    uint32_t keyboards_max; /* at once, at least 1 */
};

struct mn_keyboard_mux { /* frame */
    struct mn_co co;
    struct mn_kernel *kernel;
    struct mn_keyboard_mux_settings settings;
    struct mn_service service;
    struct mn_keyboard_mux_job job;
    struct mn_service_recv recv;
    struct mn_keyboard_hub hub;
    uint32_t keyboards; /* connected now */
    struct mn_co pump;
};

/* Future: serves as the keyboard mux, and as keyboard number 0, until it is dropped.
 *
 * Ends with  MN_ERR_TAKEN  there is a mux, or a keyboard number 0, already
 *            MN_ERR_FULL   the registry is full
 * Dropped    keyboards get MN_ERR_CLOSED, and the queues of subscribers are closed. */
struct mn_co *mn_keyboard_multiplex(struct mn_keyboard_mux *frame, struct mn_kernel *kernel,
                                    const struct mn_keyboard_mux_settings *settings);

#endif
