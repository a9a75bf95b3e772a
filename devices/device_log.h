/* device_log.h — how a device says what happened to it, without knowing who listens.
 *
 *     INFO  devices::tcp_uart: listening address=127.0.0.1:9999 uart=console
 *     level  target            text      facts ─────────────────────────────
 *
 * Plain events only, a few for every peer that comes or goes; never one for every message.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef DEVICES_DEVICE_LOG_H
#define DEVICES_DEVICE_LOG_H

#include <stdint.h>

enum device_level { /* the numbers are those of the trace format on the wire */
    DEVICE_TRACE,
    DEVICE_DEBUG,
    DEVICE_INFO,
    DEVICE_WARN,
    DEVICE_ERROR,
};

struct device_fact {
    const char *key;
    const char *value; /* text, never NULL */
};

struct device_log {
    void *context;
    /* NULL: nobody listens. Everything is borrowed for the length of the call; `target` and `text`
     * and the keys live as long as the program. The callee does not call the device back. */
    void (*write)(void *context, enum device_level level, const char *target, const char *text,
                  const struct device_fact *facts, uint32_t fact_count);
};

struct device_error {
    char text[192]; /* a sentence for the user: what, which, what to do about it */
};

#endif
