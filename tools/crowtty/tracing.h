/* tracing.h — the host's part on the trace port: asks for a level, and keeps asking.
 *
 * A target traces to a host that has asked within the last few seconds.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_TRACING_H
#define CROWTTY_TRACING_H

#include "mux.h"
#include "trace_session.h"

#define TRACING_PORT 3u
#define TRACING_ASK_MS 2000u

struct tracing {
    struct trace_session session;
    struct mux *mux;
    uv_timer_t timer;
    int level; /* an enum mn_level or MN_LEVEL_OFF */
};

void tracing_init(struct tracing *tracing, uv_loop_t *loop, struct mux *mux, int level);

/* The link is new: begins anew, and asks at once. */
void tracing_restart(struct tracing *tracing);

/* Bytes of the trace port. */
void tracing_take(struct tracing *tracing, const uint8_t *data, uint32_t count);

void tracing_close(struct tracing *tracing);

#endif
