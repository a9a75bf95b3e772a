/* null_uart.h — a UART with no wire: the peer is whoever calls, in the same thread.
 *
 *     null_uart_put ──► ring ──► uart_receive        uart_send ──► outbox ──► null_uart_take
 *
 * The headless twin of tcp_uart.h for tests and scripted runs. The outbox is bounded: while it is
 * full the span of uart_send stays borrowed, as with a peer that does not read.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef DEVICES_NULL_UART_H
#define DEVICES_NULL_UART_H

#include "devices/uart.h"

struct null_uart {
    struct uart uart;
    struct byte_ring outbox; /* sent, not yet taken by the peer; survives it until another comes */
    bool waits;              /* a peer came before the owner had seen the former one go */
    void (*news)(void *context); /* for the peer, or NULL */
    void *news_context;
};

/* Opens the UART, with nobody connected; `outbox_bytes` is at least 1.
 *
 * Gives  0, or UV_ENOMEM (-ENOMEM) and nothing to close. */
int null_uart_open(struct null_uart *null, const struct uart_settings *settings,
                   uint32_t outbox_bytes);

/* Frees everything; a span being sent is given back. Nothing is raised. */
void null_uart_close(struct null_uart *null);

/* From now on `news` means "ask me" to the peer, as `raised` does to the owner: there is output to
 * take, room to put more, or the peer has come or gone. Called from inside the calls here and those
 * of uart.h; the callee sets a flag and returns. NULL: no more of that. */
void null_uart_watch(struct null_uart *null, void (*news)(void *context), void *context);

/* Whether a peer is there, or waits to be. */
bool null_uart_has_peer(const struct null_uart *null);

/* A peer comes. True: it is connected, or will be once the owner has seen the former one go; the
 * carrier is then raised from within `uart_carrier`. False: somebody is there already; counted as
 * refused. A peer that said its last byte makes way. */
bool null_uart_connect(struct null_uart *null);

/* The peer goes, or stops waiting to be connected. Harmless with nobody there. */
void null_uart_disconnect(struct null_uart *null);

/* The peer says that nothing more will come from it, and goes on taking output. */
void null_uart_finish_sending(struct null_uart *null);

/* The peer sends: returns how many bytes fit, 0 with nobody connected or after the last byte. */
uint32_t null_uart_put(struct null_uart *null, const uint8_t *bytes, uint32_t count);

/* The peer takes output; returns how many bytes. Works after disconnecting too, until another peer
 * is connected. */
uint32_t null_uart_take(struct null_uart *null, uint8_t *bytes, uint32_t room);

#endif
