/* serial_mux.h — the service that makes many byte ports of one serial port.
 *
 *     wire ◄──► serial port ◄──► mux ◄── frames (mn/proto/mux_frame.h) ──► port 0 ◄──► a client
 *                                                                          port 1 ◄──► a client
 *                                                                          ...
 *
 * A client opens a port by its number, which the host at the other end of the wire uses too, and
 * from then on reads and writes the port's two byte queues; the service is not asked again.
 *
 * Out      Ports take turns, a frame each, of half the longest frame at most. A frame goes to the
 *          wire whole or not at all, so a host that comes in the middle sees whole frames only.
 * In       Bytes for a port go to its queue. One whose client does not read never stops the others:
 *          what does not fit is dropped, and counted to the byte. Before anything is dropped the
 *          wire waits for a client that does read, and just has not had its turn: as long as its
 *          queue was at least half empty within the last MN_MUX_PATIENCE_TICKS ticks, or as its own
 *          output waits for the wire. A port that lost bytes is not waited for again until its
 *          queue is half empty.
 * Garbage  What is no frame is dropped, and counted; the next frame is good. When the carrier of
 *          the serial port changes, half a frame is abandoned.
 * Warnings say what is lost, at most every MN_MUX_QUIET_US for each port and each reason.
 * Closing  A client closes its end; what it wrote is still sent, then the number is free. An open
 *          that comes in between waits for that. A mux that ends closes its ends, and clients read
 *          what is inside.
 * Memory   The tables are one block of the heap, taken as the mux starts; each open port has
 *          another for its queues. Sending and receiving allocate nothing.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_SVC_SERIAL_MUX_H
#define MN_SVC_SERIAL_MUX_H

#include "mn/heap.h"
#include "mn/proto/mux_frame.h"
#include "mn/svc/serial_port.h"
#include "mn/tap.h"

/* ---- messages --------------------------------------------------------------------------- */

enum mn_mux_request_kind {
    MN_MUX_OPEN,  /* answered with `port`, once a former client of it has left */
    MN_MUX_STATS, /* answered with `wire` and `stats` */
};

struct mn_mux_request {
    enum mn_mux_request_kind kind;
    uint16_t port;           /* to open, or to tell of */
    uint32_t incoming_bytes; /* to open: queue from the wire to the client, 1 to 2^30 */
    uint32_t outgoing_bytes; /* to open: queue from the client to the wire, 1 to 2^30 */
};

struct mn_mux_wire_stats { /* since the mux began */
    uint64_t frames_in, frames_out;
    uint64_t nobody_bytes;  /* data for ports that nobody had open */
    uint64_t cut_off;       /* frames abandoned half-way as the carrier changed */
    uint64_t skipped_bytes; /* of hosts that came and left before any of it was heard */
    uint32_t malformed, too_long, too_short; /* dropped frames; they wrap */
};

struct mn_mux_port_stats { /* since the port was opened; zeros when it is not */
    uint64_t in_bytes;      /* put in the client's queue */
    uint64_t dropped_bytes; /* that did not fit there */
    uint64_t out_bytes;     /* from the client to the wire */
    bool is_open;
};

struct mn_mux_response {
    struct mn_bidi_end port; /* gives the end to the client, which owes mn_bidi_close */
    struct mn_mux_wire_stats wire;
    struct mn_mux_port_stats stats;
};

enum mn_mux_error {
    MN_MUX_TAKEN,     /* somebody has the port open, or waits to open it */
    MN_MUX_FULL,      /* as many ports are open as there may be */
    MN_MUX_NO_MEMORY, /* not enough heap for the two queues */
    MN_MUX_RANGE,     /* a queue of no such size */
};

MN_SERVICE(mn_serial_mux, "serial mux",
           MN_UUID(0x54c983fa, 0x736f, 0x4223, 0xb90d, UINT64_C(0xc4360a308647)),
           struct mn_mux_request, struct mn_mux_response, enum mn_mux_error, struct mn_none,
           struct mn_none);

/* ---- client ----------------------------------------------------------------------------- */

struct mn_mux_client {
    struct mn_serial_mux_client service;
    struct mn_bidi_end port; /* valid while open */
};

struct mn_mux_open { /* frame; `error` is valid after MN_ERR_FAILED */
    struct mn_co co;
    struct mn_registry *registry;
    struct mn_mux_client *client;
    bool waits; /* until there is a mux */
    struct mn_mux_request request;
    struct mn_mux_response response;
    enum mn_mux_error error;
    union {
        struct mn_connect connect;
        struct mn_call call;
    } on;
};

/* Makes `client` one that has nothing open, so that mn_mux_close is harmless. */
void mn_mux_client_init(struct mn_mux_client *client);

/* Future: connects to the mux and opens port `number` of it with queues of these sizes. mn_mux_open
 * waits until there is a mux; mn_mux_try_open does not.
 *
 * Ends with  MN_OK          `client->port` is open; the caller owes mn_mux_close
 *            MN_ERR_FAILED  the mux refuses: `error`
 *            MN_ERR_CLOSED  the mux ended before it answered
 *            MN_ERR_TYPE    the mux was compiled from another declaration
 *            MN_ERR_NOT_FOUND  mn_mux_try_open only: there is no mux
 * Dropped    nothing is open. */
struct mn_co *mn_mux_open(struct mn_mux_open *frame, struct mn_registry *registry,
                          uint16_t number, uint32_t incoming_bytes, uint32_t outgoing_bytes,
                          struct mn_mux_client *client);
struct mn_co *mn_mux_try_open(struct mn_mux_open *frame, struct mn_registry *registry,
                              uint16_t number, uint32_t incoming_bytes, uint32_t outgoing_bytes,
                              struct mn_mux_client *client);

/* Closes the port and disconnects. Harmless when nothing is open. The futures on the port's queues
 * are dropped before this. What was written is still sent; then the number is free again. */
void mn_mux_close(struct mn_mux_client *client);

struct mn_mux_ask_stats { /* frame; read `response` after MN_OK */
    struct mn_co co;
    struct mn_registry *registry;
    struct mn_serial_mux_client client;
    struct mn_mux_request request;
    struct mn_mux_response response;
    enum mn_mux_error error;
    union {
        struct mn_connect connect;
        struct mn_call call;
    } on;
};

/* Future: what has gone over the wire and over port `number` so far.
 *
 * Ends with  MN_OK             `frame->response.wire` and `.stats`
 *            MN_ERR_NOT_FOUND  there is no mux
 *            MN_ERR_CLOSED     the mux ended before it answered
 *            MN_ERR_TYPE       the mux was compiled from another declaration */
struct mn_co *mn_mux_ask_stats(struct mn_mux_ask_stats *frame, struct mn_registry *registry,
                               uint16_t number);

/* ---- server ----------------------------------------------------------------------------- */

#define MN_MUX_PATIENCE_TICKS 4u
#define MN_MUX_QUIET_US (10 * MN_S)

struct mn_mux_settings {
    uint32_t serial;    /* instance of the simple serial port whose wire it is */
    uint32_t ports_max; /* open at once, 1 to 65535 */
    uint32_t frame_max; /* bytes of port and data in a frame, 4 to 65535; half of it is what a frame
                         * of ours carries at most */
};

struct mn_mux_port { /* touch nothing */
    struct mn_bidi_end wire; /* our end; closed: nobody has this entry */
    uint16_t number;
    bool asks_bytes;         /* `wants_bytes` is under way */
    bool is_stalled;         /* bytes were dropped, and its queue has not been half empty since */
    uint64_t warn_us;        /* of what is dropped, not before this */
    struct mn_grant span;    /* in wire.in, on its way out */
    struct mn_bbq_read wants_bytes;
    struct mn_serial_mux_job *next; /* waits until the client of this entry has left, or NULL */
    struct mn_mux_port_stats stats;
    struct mn_tap tap; /* on `wire` */
};

struct mn_serial_mux { /* frame; read `wire` at will, touch nothing else */
    struct mn_co co;
    struct mn_kernel *kernel;
    struct mn_mux_settings settings;
    struct mn_mux_wire_stats wire;
    struct mn_service service;
    struct mn_serial_client serial;
    void *block;
    struct mn_mux_port *ports;         /* [ports_max] */
    uint32_t port_count;               /* entries ever used: the first so many */
    struct mn_serial_mux_job *jobs;    /* [ports_max + 1]: one for each entry's `next` */
    struct mn_serial_mux_job *taking;  /* being received into */
    struct mn_mux_decoder decoder;
    struct mn_mux_frame frame;         /* in the decoder's memory, not yet all delivered */
    uint32_t delivered;                /* bytes of it */
    uint32_t waited_ticks;             /* for its port */
    uint32_t carrier;
    uint64_t heard_bytes;              /* decoded */
    bool drains;                       /* the carrier changed, bytes before that are to come */
    bool skips;                        /* and are of several peers, so they go */
    uint64_t cut_at;                   /* heard_bytes as it changed */
    uint64_t warn_nobody_us, warn_garbage_us;
    uint32_t chunk_max;                /* bytes of data in a frame of ours */
    uint32_t turn;                     /* index of the port to be looked at first */
    struct mn_mux_port *sender;        /* waits for room on the wire, or NULL */
    uint32_t sending;                  /* bytes of its span that the frame will carry */
    struct mn_grant room, heard;
    bool asks_bytes;                   /* `wants_bytes` is under way */
    bool is_serving;                   /* all futures below `pump` are set up */
    struct mn_co pump;
    struct mn_bbq_grant wants_room;
    struct mn_bbq_read wants_bytes;
    struct mn_serial_carrier watch;
    struct mn_service_recv recv;
    union {
        struct mn_serial_open open;
        struct mn_heap_alloc alloc;
    } on;
};

/* Future: takes the serial port, waiting until it exists, and serves its wire as the serial mux of
 * this machine, until it is dropped. Without memory for the tables it logs a warning and waits for
 * some.
 *
 * Borrows    `kernel` until it ends.
 * Ends with  MN_ERR_TOO_BIG  the tables could never fit in the heap, or the serial port's queue is
 *                            shorter than the shortest frame
 *            MN_ERR_FAILED   somebody else has the serial port open
 *            MN_ERR_TAKEN    there is a serial mux already
 *            MN_ERR_FULL     the registry is full
 *            MN_ERR_CLOSED   the serial port's driver has ended
 *            MN_ERR_TYPE     the serial port is of another declaration
 * Dropped    what is in the serial port's queue is still sent; clients read what is inside theirs
 *            and then get MN_ERR_CLOSED. */
struct mn_co *mn_mux_serve(struct mn_serial_mux *frame, struct mn_kernel *kernel,
                           const struct mn_mux_settings *settings);

/* How a port is doing; zeros when nobody has it open. */
struct mn_mux_port_stats mn_mux_stats_of(const struct mn_serial_mux *mux, uint16_t number);

#endif
