/* link.h — the wire to a target, over TCP or a serial device, for as long as the program runs.
 *
 *     away ──► connecting ──► up ──► away ...      waits 50 ms, 100 ms ... 2 s between attempts
 *
 * A target that is not there, goes away or refuses is said once, and so is that it is back.
 *
 * Memory   The caller's; what is sent is copied, at most LINK_QUEUE_MAX bytes of it.
 * Context  The loop. Callbacks are made from it, never from within a call.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_LINK_H
#define CROWTTY_LINK_H

#include <uv.h>

#include "options.h"

#define LINK_QUEUE_MAX 65536u  /* bytes that wait to be sent; beyond that link_send refuses */
#define LINK_QUEUE_HIGH 16384u /* above that, whoever can wait should */
#define LINK_NAME_BYTES 128u

struct link_events { /* what happens; none may be NULL */
    void *context;
    void (*up)(void *context);   /* a new connection: nothing of an old one comes any more */
    void (*down)(void *context);
    void (*bytes)(void *context, const uint8_t *data, uint32_t count);
    void (*drained)(void *context); /* what waits to be sent is below LINK_QUEUE_HIGH again */
    void (*news)(void *context, const char *text); /* to be shown to the user: one line */
};

struct link {
    const struct target_place *place;
    struct link_events on;
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t serial;
    } wire;
    uv_connect_t connecting;
    uv_timer_t retry;
    uv_timer_t proof; /* a connection that lasts so long is one */
    enum { LINK_AWAY, LINK_CONNECTING, LINK_UP, LINK_CLOSING } state;
    uint32_t backoff_ms;
    bool is_proven;        /* bytes came, or it lasted */
    bool is_absence_said;
    bool is_over;          /* link_close was called */
    bool is_full;          /* has been above LINK_QUEUE_HIGH since `drained` */
    int last_error;        /* of the latest attempt, a UV_ code */
    uint64_t refused_bytes; /* given to link_send and not sent: away, or LINK_QUEUE_MAX */
    char name[LINK_NAME_BYTES]; /* of the target: "127.0.0.1:9998" or "/dev/ttyUSB0" */
};

/* Borrows `place`. Begins to connect when the loop runs. */
void link_init(struct link *link, uv_loop_t *loop, const struct target_place *place,
               const struct link_events *on);

/* Sends all of it, or nothing; false: nothing, since the target is away or too much waits. */
bool link_send(struct link *link, const uint8_t *data, uint32_t count);

bool link_is_up(const struct link *link);

/* Too much waits to be sent: `drained` will tell when that is over. */
bool link_is_full(struct link *link);

/* The end: no callback is made any more. */
void link_close(struct link *link);

#endif
