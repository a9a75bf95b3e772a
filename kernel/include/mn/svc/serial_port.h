/* serial_port.h — the service of one simple serial port: bytes both ways, and who is there.
 *
 *     wire ◄──► HAL (mn/hal/uart.h) ◄──► driver ◄── two byte queues ──► one client
 *
 * A client connects, opens the port, and from then on reads `port.in` and writes `port.out` as any
 * byte queue (mn/bbq.h); the service is not asked again. One client at a time has it open. Every
 * serial port of a machine is an instance of this service, numbered from 0.
 *
 * Flow       A client that does not read stops the driver, which stops the wire. Nothing is lost
 *            while the carrier is up, unless the wire itself has no flow control.
 * Carrier    A count of changes, odd while somebody is at the other end of the wire. Ask for the
 *            next change with MN_SERIAL_CARRIER; bytes and changes arrive in their order.
 * Leaving    What was written for a peer and is not sent as it leaves is discarded and counted:
 *            nothing of it reaches the next one, who may be there in the same moment. What is
 *            written from then on goes to the HAL, as does all with nobody there. A client that
 *            answers what it hears takes care that it knows of the change before it writes again:
 *            mn_serial_knows_peer.
 * Closing    A client closes its end; what it wrote is still sent, then the port can be opened
 *            again. One that closes only `port.out` has the port until it closes the rest, but
 *            hears nothing new once its last bytes are sent. A driver that ends closes its end,
 *            and the client reads what is inside.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_SVC_SERIAL_PORT_H
#define MN_SVC_SERIAL_PORT_H

#include "mn/bidi.h"
#include "mn/hal/uart.h"
#include "mn/heap.h"
#include "mn/service.h"
#include "mn/tap.h"

/* ---- messages --------------------------------------------------------------------------- */

enum mn_serial_request_kind {
    MN_SERIAL_OPEN,    /* answered with `port`, once a former client has closed and all it wrote
                        * has been sent */
    MN_SERIAL_CARRIER, /* answered with `carrier` as soon as it is another one than `known` */
};

struct mn_serial_request {
    enum mn_serial_request_kind kind;
    uint32_t known;
};

struct mn_serial_response {
    struct mn_bidi_end port; /* gives the end to the client, which owes mn_bidi_close */
    uint32_t carrier;
    uint64_t heard_bytes; /* with `carrier`: so many of the bytes that the client reads, counted
                           * since it opened the port, came before the latest change */
};

enum mn_serial_error {
    MN_SERIAL_TAKEN, /* somebody has the port open, or waits to open it */
    MN_SERIAL_BUSY,  /* somebody else waits for the carrier already */
};

MN_SERVICE(mn_serial_port, "simple serial port",
           MN_UUID(0xf06aac01, 0x2773, 0x4266, 0x8681, UINT64_C(0x583ffe756554)),
           struct mn_serial_request, struct mn_serial_response, enum mn_serial_error,
           struct mn_none, struct mn_none);

/* ---- client ----------------------------------------------------------------------------- */

struct mn_serial_client {
    struct mn_serial_port_client service;
    struct mn_bidi_end port; /* valid while open */
};

struct mn_serial_open { /* frame; `error` is valid after MN_ERR_FAILED */
    struct mn_co co;
    struct mn_registry *registry;
    uint32_t instance;
    struct mn_serial_client *client;
    struct mn_serial_request request;
    struct mn_serial_response response;
    enum mn_serial_error error;
    union {
        struct mn_connect connect;
        struct mn_call call;
    } on;
};

/* Makes `client` one that has nothing open, so that mn_serial_close is harmless. */
void mn_serial_client_init(struct mn_serial_client *client);

/* Future: connects to port number `instance` and opens it, waiting until it exists.
 *
 * Ends with  MN_OK          `client->port` is open; the caller owes mn_serial_close
 *            MN_ERR_FAILED  somebody else has it (MN_SERIAL_TAKEN)
 *            MN_ERR_CLOSED  the driver ended before it answered
 *            MN_ERR_TYPE    the driver was compiled from another declaration
 * Dropped    nothing is open. */
struct mn_co *mn_serial_open(struct mn_serial_open *frame, struct mn_registry *registry,
                             uint32_t instance, struct mn_serial_client *client);

/* Closes the port and disconnects. Harmless when nothing is open. The futures on the port's queues
 * are dropped before this. */
void mn_serial_close(struct mn_serial_client *client);

struct mn_serial_carrier { /* frame; read `carrier` and `heard_bytes` after MN_OK */
    struct mn_co co;
    struct mn_serial_client *client;
    uint32_t carrier;
    uint64_t heard_bytes; /* which bytes are of former peers: see mn_serial_response */
    struct mn_serial_request request;
    struct mn_serial_response response;
    enum mn_serial_error error;
    struct mn_call call;
};

/* Future: waits until the carrier count is not `known`. Start with 0.
 *
 * Ends with  MN_OK          `frame->carrier` is the count
 *            MN_ERR_FAILED  somebody else waits for it (MN_SERIAL_BUSY)
 *            MN_ERR_CLOSED  the driver has ended */
struct mn_co *mn_serial_carrier(struct mn_serial_carrier *frame, struct mn_serial_client *client,
                                uint32_t known);

/* Whether the wait has been taken notice of: then what the client reads now comes from the peer it
 * knows of, and what it writes now reaches no other. For one tick or two after mn_serial_carrier
 * was first polled it is not yet so, and nobody wakes a client that waits for it: who has to know
 * wakes itself. */
static inline bool mn_serial_knows_peer(const struct mn_serial_carrier *frame)
{
    return frame->call.request.state == MN_REQUEST_IN_HAND;
}

/* ---- server ----------------------------------------------------------------------------- */

struct mn_serial_settings {
    uint32_t instance;
    uint32_t incoming_bytes; /* queue from the wire to the client, 1 to 2^30 */
    uint32_t outgoing_bytes; /* queue from the client to the wire, 1 to 2^30 */
};

#define MN_SERIAL_JOBS 3u /* one being taken, one open, one carrier */

struct mn_serial_driver { /* frame */
    struct mn_co co;
    struct mn_kernel *kernel;
    struct mn_hal_uart *uart;
    struct mn_serial_settings settings;
    struct mn_service service;
    struct mn_serial_port_job jobs[MN_SERIAL_JOBS];
    struct mn_serial_port_job *taking;   /* being received into, or NULL: all are held */
    struct mn_serial_port_job *opening;  /* waits until the former client has left */
    struct mn_serial_port_job *watching; /* waits for the carrier to change */
    uint32_t carrier;
    uint64_t heard_bytes;    /* received since the port was opened */
    uint64_t changed_at;     /* heard_bytes as the carrier changed */
    struct mn_task *task;
    void *block;             /* heap memory of the channel, reused for each client */
    bool is_lent;            /* an end of the channel in `block` is open */
    struct mn_bidi_end wire; /* our end while the port is open */
    struct mn_tap tap;       /* on it */
    struct mn_grant room;    /* in wire.out, being filled */
    struct mn_grant span;    /* in wire.in, being sent by the HAL */
    uint64_t discarded_bytes; /* written for a peer that then left; without those that the HAL had
                               * and has counted */
    bool asks_room, asks_bytes; /* the futures below are under way */
    struct mn_bbq_grant wants_room;
    struct mn_bbq_read wants_bytes;
    struct mn_service_recv recv;
    struct mn_wait line;
    struct mn_heap_alloc alloc;
    struct mn_co pump;
};

/* Future: serves `uart` as serial port number settings->instance, until it is dropped. Without
 * memory for the queues it logs a warning and waits for some.
 *
 * Borrows    `uart` until the future ends.
 * Ends with  MN_ERR_TOO_BIG  the queues could never fit in the heap
 *            MN_ERR_TAKEN    the instance is served already
 *            MN_ERR_FULL     the registry is full
 * Dropped    the HAL stops sending; clients read what is inside and then get MN_ERR_CLOSED. */
struct mn_co *mn_serial_serve(struct mn_serial_driver *frame, struct mn_kernel *kernel,
                              struct mn_hal_uart *uart,
                              const struct mn_serial_settings *settings);

#endif
