/* port.h — a byte port: a whole serial port, one port of the serial mux, or an end of a byte
 * channel that somebody made. Who uses one need not know which.
 *
 *                                   ┌── serial ──► instance of the simple serial port
 *     address ──► mn_port_open ─────┤
 *                      │            ├── mux ─────► port of the serial mux, by number
 *                      ▼            └── given ───► whoever has the other end
 *     port.end   out ──► wire ──► the host        in ◄── wire ◄── the host
 *
 * Flow     A serial port stops its wire for a client that does not read. The mux never does that to
 *          its other ports: it drops what does not fit, and counts it (mn/svc/serial_mux.h).
 * Carrier  A serial port knows when somebody comes and goes. Over the mux, and at a given end,
 *          nobody can tell: the count is 1, somebody is there, and stays so.
 * Memory   The caller owns the port. The queues belong to the service; those of a mux port are
 *          taken from the heap as it is opened, those of a serial port as its driver starts. A
 *          given end brings its own.
 * Context  Tasks only.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_PORT_H
#define MN_PORT_H

#include "mn/svc/serial_mux.h"
#include "mn/svc/serial_port.h"

enum mn_port_wire { MN_PORT_SERIAL, MN_PORT_MUX, MN_PORT_GIVEN };

struct mn_port_address { /* zeroed: the first serial port */
    enum mn_port_wire wire;
    uint32_t number;         /* instance of the simple serial port, or mux port, 0 to 65535 */
    uint32_t incoming_bytes; /* mux only: queue from the wire, 1 to 2^30 */
    uint32_t outgoing_bytes; /* mux only: queue to the wire, 1 to 2^30 */
    struct mn_bidi_end *given; /* given only: it is taken from there as the port is opened, and
                                * what is left there is a closed one */
};

struct mn_port {
    enum mn_port_wire wire;
    struct mn_bidi_end end; /* valid while open */
    union {                 /* `wire` says which, if any */
        struct mn_serial_client serial;
        struct mn_mux_client mux;
    } client;
};

struct mn_port_open { /* frame */
    struct mn_co co;
    struct mn_registry *registry;
    struct mn_port_address address;
    struct mn_port *port;
    union {
        struct mn_serial_open serial;
        struct mn_mux_open mux;
    } on;
};

/* Makes `port` one that is not open, so that mn_port_close is harmless. */
void mn_port_init(struct mn_port *port);

/* Future: opens the port at `address`, which is copied, waiting until its service exists.
 *
 * Ends with  MN_OK             `port->end` is open; the caller owes mn_port_close
 *            MN_ERR_TAKEN      somebody else has it open
 *            MN_ERR_FULL       mux only: as many ports are open as there may be
 *            MN_ERR_NO_MEMORY  mux only: not enough heap for the two queues
 *            MN_ERR_INVALID    mux only: no such number, or a queue of no such size
 *            MN_ERR_CLOSED     the service ended before it answered
 *            MN_ERR_TYPE       the service was compiled from another declaration
 * Dropped    nothing is open. */
struct mn_co *mn_port_open(struct mn_port_open *frame, struct mn_registry *registry,
                           const struct mn_port_address *address, struct mn_port *port);

/* Closes the port. Harmless when it is not open. The futures on its queues are dropped before this.
 * What was written is still sent. */
void mn_port_close(struct mn_port *port);

struct mn_port_talk { /* frame */
    struct mn_co co;
    struct mn_bbq *in;
    struct mn_grant heard;
    struct mn_bbq_read read;
};

/* Future: waits until the host has said something; takes none of it. For what is to be started
 * only when it is needed.
 *
 * Borrows    `port`, which is open.
 * Ends with  MN_OK          there are bytes to read
 *            MN_ERR_CLOSED  the port's service has ended, and nothing is left to read */
struct mn_co *mn_port_talk(struct mn_port_talk *frame, struct mn_port *port);

struct mn_port_carrier { /* frame; read `carrier` and `heard_bytes` after MN_OK */
    struct mn_co co;
    uint32_t carrier;
    uint64_t heard_bytes; /* so many of the bytes read from the port, counted since it was opened,
                           * came before the latest change */
    struct mn_port *port;
    uint32_t known;
    struct mn_serial_carrier serial;
};

/* Future: waits until the carrier count is not `known`: it is odd while somebody is there. Start
 * with 0. Of a port that is no serial port the count is 1 and never changes: with `known` 1 this
 * waits for good.
 *
 * Borrows    `port`, which is open.
 * Ends with  MN_OK          `frame->carrier` is the count
 *            MN_ERR_FAILED  somebody else waits for it (MN_SERIAL_BUSY)
 *            MN_ERR_CLOSED  the serial port's driver has ended */
struct mn_co *mn_port_carrier(struct mn_port_carrier *frame, struct mn_port *port,
                              uint32_t known);

/* Whether what is read now comes from the peer that the client knows of by this wait, and what is
 * written now reaches no other: mn_serial_knows_peer. Of a port that is no serial port, always. */
bool mn_port_knows_peer(const struct mn_port_carrier *frame);

#endif
