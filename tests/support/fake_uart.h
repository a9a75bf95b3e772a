/* fake_uart.h — a UART whose wire is two arrays, moved by hand.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef FAKE_UART_H
#define FAKE_UART_H

#include "bench.h"
#include "mn/hal/uart.h"

#define FAKE_UART_BYTES 4096u

struct fake_uart {
    struct mn_hal_uart hal;
    struct bench *bench;
    uint8_t heard[FAKE_UART_BYTES]; /* on its way to the driver */
    uint32_t heard_count, heard_taken;
    char said[FAKE_UART_BYTES];     /* what the driver has sent, as text */
    uint32_t said_count;
    const uint8_t *span;            /* being sent, or NULL */
    uint32_t span_count;
    bool is_stalled;                /* takes nothing until fake_uart_flow */
    bool is_hasty;                  /* sends at once, inside `send`, as a fast device does */
    uint32_t carrier;
    bool has_next;                  /* a peer comes as soon as the driver has seen the loss */
    uint32_t aborts, aborted_bytes;
};

/* Joins the UART to `line` of the bench, which outlives it. It sends each span at the next
 * fake_uart_flow, unless it is hasty. */
void fake_uart_init(struct fake_uart *uart, struct bench *bench, uint8_t line);

/* The peer sends text. */
void fake_uart_hear(struct fake_uart *uart, const char *text);

/* The peer sends bytes, zeros among them. Room is made by forgetting what was taken. */
void fake_uart_hear_bytes(struct fake_uart *uart, const void *bytes, uint32_t count);

/* The wire takes the span being sent, unless it is stalled. Returns whether there was one. */
bool fake_uart_flow(struct fake_uart *uart);

/* The peer comes or goes. */
void fake_uart_toggle_carrier(struct fake_uart *uart);

/* The peer goes, and another one is there as soon as the driver has seen that. */
void fake_uart_change_peers(struct fake_uart *uart);

/* Settles, lets the wire flow and settles again, until nothing moves. */
void fake_uart_settle(struct fake_uart *uart);

#endif
