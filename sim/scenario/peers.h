/* peers.h — who talks to a machine's UARTs from inside the same process.
 *
 *     peer "console" ─ bytes ──────────────► line ◄──► null_uart ◄──► the machine
 *     peer "mux:10"  ─┐
 *     peer "mux:0"   ─┴─ mux frames ───────► line ◄──► null_uart ◄──► its serial mux
 *
 * A line is a UART's other end. What a peer sends waits in the line until the UART takes it; what
 * the machine sends is taken at each peers_move and given to whom it is for.
 *
 * Memory   On the heap, from peers_open to peers_close. Of what came and was not read, the latest
 *          HEARD_BYTES_MAX are kept.
 * Context  Everything but `news` is called from the loop, never from inside a tick.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_PEERS_H
#define MELPO_PEERS_H

#include "bytes.h"
#include "devices/null_uart.h"
#include "mn/proto/mux_frame.h"
#include "scenario.h"

struct peer {
    struct bytes heard; /* from the latest connect on, or from the machine's start: its log */
    bool is_connected;
};

struct line {
    struct null_uart *uart;
    struct bytes to_send;        /* encoded, not yet taken by the UART */
    uint32_t peers;              /* connected: one, or several on ports */
    bool is_finished;            /* one has said its last byte */
    bool is_framed;              /* their bytes are in mux frames */
    struct mn_mux_decoder decoder;
    uint8_t *frame;              /* the decoder's memory, while framed */
    uint64_t strange_bytes;      /* for ports with nobody there */
};

struct peers {
    const struct scenario *scenario;
    struct line lines[MELPO_UARTS_MAX];
    struct peer items[SCENARIO_PEERS_MAX];
    void (*news)(void *context); /* something came or was taken; set a flag and return */
    void *context;
};

/* Borrows `scenario` until peers_close. */
void peers_open(struct peers *peers, const struct scenario *scenario,
                void (*news)(void *context), void *context);
void peers_close(struct peers *peers);

/* Joins the line with that UART, borrowed until peers_close. */
void peers_join(struct peers *peers, uint32_t index, struct null_uart *uart);

/* The peer comes. False: the UART has turned it away. */
bool peer_connect(struct peers *peers, uint32_t index);

/* The peer leaves, and what it has not got rid of is lost. */
void peer_cut(struct peers *peers, uint32_t index);

/* The peer says its last byte. */
void peer_finish(struct peers *peers, uint32_t index);

/* Another one comes to the line of this peer; true if it was turned away. */
bool peer_is_alone(struct peers *peers, uint32_t index);

/* Whether the machine has parted with the peer. */
bool peer_is_gone(const struct peers *peers, uint32_t index);

/* Lets the peer send; false: no memory. */
bool peer_send(struct peers *peers, uint32_t index, const char *text, size_t count);

/* How much of what was sent on the peer's line the machine has not taken. */
size_t peer_unsent_bytes(const struct peers *peers, uint32_t index);

/* Moves bytes both ways, as many as can be. A peer that was cut off on purpose comes back. */
void peers_move(struct peers *peers);

#endif
