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
 * To be a keyboard, have a publisher and give it each event. The mux replies when the event is in
 * the queue of every subscriber that has room; it never waits for one of them. Of many keyboards
 * each has its turn, one event in a tick.
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

/* ---- client ----------------------------------------------------------------------------- */

struct mn_keyboard_publisher { /* stays in place until mn_keyboard_publisher_close */
    struct mn_registry *registry;
    struct mn_keyboard_mux_client mux;
    struct mn_keyboard_mux_hello hello;
};

/* Makes a keyboard that is not connected yet: the first event connects it.
 *
 * Borrows  `name`, for the log, until mn_keyboard_publisher_close. */
void mn_keyboard_publisher_init(struct mn_keyboard_publisher *publisher,
                                struct mn_registry *registry, const char *name);

/* Gives the keyboard's place back. Harmless when it has none. */
void mn_keyboard_publisher_close(struct mn_keyboard_publisher *publisher);

struct mn_keyboard_publish { /* frame */
    struct mn_co co;
    struct mn_keyboard_publisher *publisher;
    const struct mn_key_event *event;
    enum mn_keyboard_mux_refusal refusal;
    enum mn_keyboard_mux_error error;
    union {
        struct mn_connect connect;
        struct mn_call call;
    } on;
};

/* Future: publishes one event, waiting for a mux while there is none. One that ends before it has
 * replied is waited for again, so nothing is lost, and nothing comes twice to one subscriber.
 *
 * Borrows    `publisher` and `event` until the future ends or is dropped.
 * Ends with  MN_OK           every subscriber that has room has it
 *            MN_ERR_FAILED   it is no event (mn_key_is_valid); nobody got it
 *            MN_ERR_REFUSED  the mux has as many keyboards as it may have
 *            MN_ERR_TYPE     the mux was compiled from another declaration
 * Dropped    it may or may not have been published. */
struct mn_co *mn_keyboard_publish(struct mn_keyboard_publish *frame,
                                  struct mn_keyboard_publisher *publisher,
                                  const struct mn_key_event *event);

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
