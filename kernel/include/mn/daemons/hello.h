/* hello.h — a daemon that says hello on a byte port, again and again.
 *
 * The shortest honest task there is: copy it to begin one of your own.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_DAEMONS_HELLO_H
#define MN_DAEMONS_HELLO_H

#include "mn/port.h"
#include "mn/time.h"

struct mn_hello_settings {
    struct mn_port_address port;
    const char *message;  /* borrowed while the daemon runs */
    uint32_t message_bytes;
    uint64_t interval_us; /* between two messages, at least 1 */
};

struct mn_hello { /* frame */
    struct mn_co co;
    struct mn_kernel *kernel;
    struct mn_hello_settings settings;
    struct mn_port port;
    union {
        struct mn_port_open open;
        struct mn_bbq_write write;
        struct mn_sleep sleep;
    } on;
};

/* Future: opens the port, waiting until it exists, and says the message every interval.
 *
 * Ends with  MN_ERR_CLOSED  the port's service has ended
 *            or an error of mn_port_open
 * Dropped    the port is closed; what was said is still sent. */
struct mn_co *mn_hello(struct mn_hello *frame, struct mn_kernel *kernel,
                       const struct mn_hello_settings *settings);

#endif
