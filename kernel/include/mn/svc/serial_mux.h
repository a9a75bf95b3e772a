/* serial_mux.h — the service that makes many byte ports of one serial port.
 *
 *     wire ◄──► serial port ◄──► mux ◄── frames (mn/proto/mux_frame.h) ──► port 0 ◄──► a client
 *                                                                          port 1 ◄──► a client
 *                                                                          ...
 *
 * A client opens a port by its number, which the host at the other end of the wire uses too, and
 * from then on reads and writes the port's two byte queues; the service is not asked again.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_SVC_SERIAL_MUX_H
#define MN_SVC_SERIAL_MUX_H

#include "mn/bidi.h"
#include "mn/service.h"

/* ---- messages --------------------------------------------------------------------------- */

struct mn_mux_request {
    uint16_t port;           /* to open */
    uint32_t incoming_bytes; /* queue from the wire to the client, 1 to 2^30 */
    uint32_t outgoing_bytes; /* queue from the client to the wire, 1 to 2^30 */
};

struct mn_mux_response {
    struct mn_bidi_end port; /* gives the end to the client, which owes mn_bidi_close */
};

enum mn_mux_error {
    MN_MUX_TAKEN,     /* somebody has the port open */
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

/* Future: connects to the mux, waiting until there is one, and opens a port of it as `request`
 * says, which is copied.
 *
 * Ends with  MN_OK          `client->port` is open; the caller owes mn_mux_close
 *            MN_ERR_FAILED  the mux refuses: `error`
 *            MN_ERR_CLOSED  the mux ended before it answered
 *            MN_ERR_TYPE    the mux was compiled from another declaration
 * Dropped    nothing is open. */
struct mn_co *mn_mux_open(struct mn_mux_open *frame, struct mn_registry *registry,
                          const struct mn_mux_request *request, struct mn_mux_client *client);

/* Closes the port and disconnects. Harmless when nothing is open. The futures on the port's queues
 * are dropped before this. What was written is still sent; then the number is free again. */
void mn_mux_close(struct mn_mux_client *client);

#endif
