/* loopback.h — a daemon that says back on a byte port whatever it hears there.
 *
 * Whoever comes to the port is greeted first. What a peer has left behind unanswered is forgotten
 * with the peer, and so is what was still to be said to it: nobody hears what was meant for
 * somebody else.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_DAEMONS_LOOPBACK_H
#define MN_DAEMONS_LOOPBACK_H

#include "mn/port.h"

struct mn_loopback_settings {
    struct mn_port_address port;
    const char *greeting; /* borrowed while the daemon runs; NULL: none */
    uint32_t greeting_bytes;
};

struct mn_loopback_talk { /* frame: with one peer; greets it, then moves bytes from in to out */
    struct mn_co co;
    struct mn_loopback *loopback;
    struct mn_grant heard;
    uint32_t said; /* bytes of `heard`, or passed over */
    struct mn_grant room;
    union {
        struct mn_bbq_write write;
        struct mn_bbq_read read;
        struct mn_bbq_grant grant;
    } on;
};

struct mn_loopback { /* frame */
    struct mn_co co;
    struct mn_co serve;
    struct mn_kernel *kernel;
    struct mn_loopback_settings settings;
    struct mn_port port;
    struct mn_port_open open;
    struct mn_port_carrier carrier;
    uint32_t known;        /* carrier changes */
    uint64_t heard_bytes;  /* taken from the port */
    uint64_t forget_until; /* heard_bytes up to here came from peers that have gone */
    struct mn_loopback_talk talk;
};

/* Future: opens the port, waiting until it exists, and echoes until it closes.
 *
 * Ends with  MN_ERR_CLOSED  the port's service has ended
 *            or an error of mn_port_open
 * Dropped    the port is closed; what was said is still sent. */
struct mn_co *mn_loopback(struct mn_loopback *frame, struct mn_kernel *kernel,
                          const struct mn_loopback_settings *settings);

#endif
