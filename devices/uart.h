/* uart.h — a serial port on the host: bytes in, bytes out, and whether somebody is there.
 *
 *               ┌────────────────────── uart ───────────────────────┐
 *     peer ═══► │ wire ──uart_got──► ring           ──uart_receive──► owner (the HAL)
 *          ◄═══ │ wire ◄────push──── borrowed span  ◄──uart_send───── │
 *               └────── everything that changed: raised() ─────────►──┘
 *
 * The wire is a TCP socket (tcp_uart.h) or nothing but memory (null_uart.h). Everything that does
 * not depend on it is here, so the twins behave alike.
 *
 * Context  One thread: the one that runs the wire's loop. No call waits.
 * Raising  `raised` means "ask me": bytes came, a span is done, the carrier changed, the peer is
 *          finished. It is called from the loop and also from inside the calls below; the callee
 *          sets a flag and returns.
 * Carrier  A counter of changes, odd while somebody is there. A loss is shown only after every byte
 *          that came before it has been received. The next peer arrives only after the owner has
 *          seen the loss with `uart_carrier`, and with a raise of its own: an owner that asks at
 *          each raise sees every step.
 * Output   With nobody there it is discarded and counted, or held for the next peer. What was being
 *          sent when a peer goes, and what is sent before the owner has seen it gone, was meant for
 *          that peer: it is discarded and counted under either policy.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef DEVICES_UART_H
#define DEVICES_UART_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/byte_ring.h"
#include "devices/device_log.h"

struct uart;

struct uart_settings {
    const char *name;         /* "console"; outlives the UART */
    uint32_t ring_bytes;      /* received and not yet taken, at least 1; 65536 is a good choice */
    bool holds_output;        /* with nobody there, as the owner knows: true keeps the span for the
                               * next peer, false discards it */
    void (*raised)(void *context); /* or NULL */
    void *context;
    struct device_log log;
};

struct uart_counters { /* since it was opened */
    uint64_t received_bytes;  /* from the wire into the ring */
    uint64_t sent_bytes;      /* taken by the wire */
    uint64_t discarded_bytes; /* given to uart_send and never taken by the wire */
    uint64_t connections;
    uint64_t refused_peers;
};

/* Takes up to `room` received bytes; returns how many. A full ring makes the peer wait. */
uint32_t uart_receive(struct uart *uart, uint8_t *bytes, uint32_t room);

/* Starts sending `count` bytes, at least 1; only when `uart_is_sending` is false.
 *
 * Borrows  `bytes` until `uart_is_sending` is false again, which is raised; that may be before this
 *          call returns. */
void uart_send(struct uart *uart, const uint8_t *bytes, uint32_t count);

/* Whether the span given to `uart_send` is still borrowed. */
bool uart_is_sending(const struct uart *uart);

/* Gives the span back at once; what was not sent is counted as discarded. Raises nothing. Harmless
 * when nothing is being sent. */
void uart_abort(struct uart *uart);

/* The carrier's changes, odd while somebody is there; what it returns counts as seen. */
uint32_t uart_carrier(struct uart *uart);

/* Whether the peer has said its last byte, and all of it is in the ring or taken, while it still
 * takes output: `printf hi | nc -N` waiting for the answer, or a peer that left and whose absence
 * only the next output will show. It stays until somebody else comes or the owner, when it thinks
 * the answer is complete (`counters.sent_bytes` at rest), hangs up. */
bool uart_peer_is_finished(const struct uart *uart);

/* Parts with the peer, if there is one. Bytes in the ring can still be taken, and what the wire has
 * taken still arrives; the rest of a span being sent is discarded. */
void uart_hang_up(struct uart *uart);

/* ---- for wires only ---- */

struct uart_wire {
    /* Some bytes of a span wait (`out_bytes` of them at `out`) and a peer is there: sends what it
     * can now, the rest later, and reports with uart_sent or uart_discard. */
    void (*push)(struct uart *uart);
    /* The span was withdrawn. NULL: nothing to do. */
    void (*rest)(struct uart *uart);
    /* The ring has room again; a peer is there. NULL: nothing to do. */
    void (*room)(struct uart *uart);
    /* Nobody is there and the owner knows it: the next peer may come. */
    void (*vacant)(struct uart *uart);
    void (*hang_up)(struct uart *uart); /* a peer is there */
};

struct uart { /* embedded in the wire's own struct; `counters` may be read by anybody */
    const struct uart_wire *wire;
    struct uart_settings settings;
    struct uart_counters counters;
    struct byte_ring ring;     /* received, not yet taken */
    const uint8_t *out;        /* the rest of the span being sent */
    uint32_t out_bytes;        /* 0: not sending */
    bool has_peer;             /* on the wire; the carrier may still have to show that it went */
    bool peer_is_finished;     /* only while has_peer */
    uint32_t carrier_changes;
    uint32_t carrier_seen;     /* by the owner */
};

/* False: no memory for the ring. */
bool uart_init(struct uart *uart, const struct uart_wire *wire,
               const struct uart_settings *settings);
void uart_finish(struct uart *uart);

/* Nobody is there and the owner has seen it: only now may the wire call `uart_peer_came`. */
bool uart_is_vacant(const struct uart *uart);

/* What the wire tells: a peer is there, or has ... */
void uart_peer_came(struct uart *uart);
void uart_peer_finished(struct uart *uart);        /* sent its last byte */
void uart_peer_went(struct uart *uart);            /* the span, if any, is discarded */
void uart_got(struct uart *uart, uint32_t bytes);  /* which the wire has put in the ring */
void uart_sent(struct uart *uart, uint32_t bytes); /* of the span, from its start */
void uart_discard(struct uart *uart);              /* the rest of the span; raises */

/* Logs `text` with up to four facts and "uart=<name>". A fact without a value is left out. */
void uart_log(const struct uart *uart, enum device_level level, const char *target,
              const char *text, const struct device_fact *facts, uint32_t fact_count);

#endif
