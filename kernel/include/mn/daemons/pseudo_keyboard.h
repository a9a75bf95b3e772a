/* pseudo_keyboard.h — the daemon that makes a keyboard of the terminal at the end of a byte port.
 *
 *     terminal ──► port ──bytes──► decoder ──keys──► keyboard mux
 *
 * What a terminal's bytes mean is written in mn/key_decoder.h. The next key is decoded when the mux
 * has replied to the last, so a burst waits in the port. Nothing is ever written to the port.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_DAEMONS_PSEUDO_KEYBOARD_H
#define MN_DAEMONS_PSEUDO_KEYBOARD_H

#include "mn/key_decoder.h"
#include "mn/port.h"
#include "mn/race.h"
#include "mn/svc/keyboard_mux.h"

struct mn_pseudo_keyboard { /* frame; read decoder.skipped_bytes at will */
    struct mn_co co;
    struct mn_kernel *kernel;
    struct mn_port_address address;
    struct mn_port port;
    struct mn_key_decoder decoder;
    struct mn_keyboard_publisher publisher;
    struct mn_key_event event;
    struct mn_grant heard;
    uint32_t taken; /* bytes of `heard` */
    union {
        struct mn_port_open open;
        struct mn_keyboard_publish publish;
        struct {
            struct mn_bbq_read read;
            struct mn_timeout limit;
        } hear;
    } on;
};

/* Future: opens the port, waiting until its service exists, and publishes until it closes.
 *
 * Ends with  MN_ERR_REFUSED  the mux has as many keyboards as it may have
 *            MN_ERR_CLOSED   the port's service has ended
 *            what mn_port_open ends with
 *            MN_ERR_TYPE     the mux was compiled from another declaration
 * Dropped    the port is closed; a key half heard is lost. */
struct mn_co *mn_pseudo_keyboard(struct mn_pseudo_keyboard *frame, struct mn_kernel *kernel,
                                 const struct mn_port_address *address);

#endif
