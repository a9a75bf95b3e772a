/* sermux_trace.h — a daemon that tells a host what happens inside, over one byte port.
 *
 *     kernel's log ─► stream (mn/trace_stream.h) ─► port.out ─► host
 *     once a second: heartbeat, or kernel::stats ─┘
 *     level of the log's sink ◄──────────────────── port.in ◄── set_max_level
 *
 *     alone ── set_max_level ──► attached ── silence, or another carrier ──► alone
 *
 * Alone     A heartbeat with the present level each second, while somebody may be at the other end
 *           (an odd carrier; a mux port's always is). What happens before the first host comes is
 *           kept at the initial level, as far as the buffer holds it. After a host has left the
 *           level is off: tracing costs nothing.
 * Attached  Every set_max_level sets the level, is answered with a heartbeat, and has every site
 *           registered again before its next use: a host that takes another's place says it once,
 *           and knows all from then on. At level info and below, a round of kernel::stats
 *           (mn/trace_stats.h) follows at once and then every second.
 * Leaving   A host that says set_max_level more than once is expected to go on: 6 seconds without
 *           and it is gone. One that says it once is thought to be there until the carrier changes.
 *           With the host goes what is still in the buffer. A frame that was cut short is ended by
 *           a 0x00 before the next heartbeat.
 * Rest      The daemon's own task, and those that its owner has given `carries_trace`, are in no
 *           trace (mn/trace.h): set it for the mux and the driver that serve this port.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_DAEMONS_SERMUX_TRACE_H
#define MN_DAEMONS_SERMUX_TRACE_H

#include "mn/port.h"
#include "mn/proto/cobs.h"
#include "mn/race.h"
#include "mn/trace_stats.h"

#define MN_SERMUX_TRACE_BEAT_US MN_S          /* between heartbeats, and between rounds */
#define MN_SERMUX_TRACE_SILENCE_US (6 * MN_S) /* of a host that used to speak */
#define MN_SERMUX_TRACE_HEAR_BYTES 16u        /* of a request, which has 3 at most */
#define MN_SERMUX_TRACE_SAY_BYTES 8u          /* of a heartbeat's frame, with a 0x00 before it */

struct mn_sermux_trace_settings {
    struct mn_port_address port;
    uint32_t buffer_bytes; /* of messages not yet sent, 1 to 2^30 */
    uint32_t sites_max;    /* sites with a number of their own; 0 means 128 */
    int initial_level;     /* an enum mn_level, or MN_LEVEL_OFF: until the first host comes */
};

struct mn_sermux_trace;

struct mn_sermux_trace_arm { /* frame: one of the things it does at a time */
    struct mn_co co;
    struct mn_sermux_trace *trace;
};

struct mn_sermux_trace { /* frame; read `is_attached` and `level` at will */
    struct mn_co co;
    struct mn_kernel *kernel;
    struct mn_sermux_trace_settings settings;
    struct mn_port port;
    void *block;         /* heap memory of the stream */
    struct mn_trace_stream stream;
    int level;           /* an enum mn_level, or MN_LEVEL_OFF */
    bool is_attached;
    bool is_called;      /* a host has spoken since we are alone */
    bool repeats;        /* the host has said its level more than once */
    bool owes_heartbeat; /* one did not fit */
    bool is_cut;         /* a frame may have been cut short */
    uint64_t heard_us;   /* when the host spoke last */
    uint32_t carrier;
    struct mn_waitq carrier_changed;
    struct mn_cobs_decoder decoder;
    uint8_t heard[MN_SERMUX_TRACE_HEAR_BYTES];
    uint8_t said[MN_SERMUX_TRACE_SAY_BYTES];
    struct mn_grant bytes; /* in port.end.in, being read */
    struct mn_grant piece; /* in the stream, being written */
    struct mn_trace_stats stats;
    union {
        struct mn_port_open open;
        struct mn_heap_alloc alloc;
        struct {
            struct mn_co *arms[5];
            struct mn_select select;
            struct mn_sermux_trace_arm listen, watch, beat, speak, rounds, guard;
            struct mn_bbq_read read;
            struct mn_port_carrier watched;
            struct mn_wait changed, readable, writable;
            struct mn_bbq_write write;
            struct mn_sleep beat_sleep, round_sleep, guard_sleep;
        } life;
    } on;
};

/* Future: traces over the port until it closes. Without memory it waits for some.
 *
 * Ends with  MN_ERR_TOO_BIG    the buffer could never fit in the heap
 *            MN_ERR_TAKEN      somebody else has the port open
 *            MN_ERR_FULL       as many ports of the mux are open as there may be
 *            MN_ERR_NO_MEMORY  not enough heap for the queues of a mux port
 *            MN_ERR_INVALID    the mux has no such port, or no queues of that size
 *            MN_ERR_CLOSED     the mux or the port's driver has ended
 *            MN_ERR_TYPE       the port is of another declaration
 * Dropped    the log loses its sink, the port is closed, the memory given back. */
struct mn_co *mn_sermux_trace(struct mn_sermux_trace *frame, struct mn_kernel *kernel,
                              const struct mn_sermux_trace_settings *settings);

#endif
