/* uart.h — the table of a serial port: bytes in, bytes out, and whether somebody is there.
 *
 *      wire ──► HAL ring ──receive──► driver          driver ──send──► wire
 *                 │ raises `line`                                │ raises `line` when done
 *
 * One line serves all four events; the driver asks what happened. None of these calls waits.
 *
 * Carrier  Somebody is at the other end: DCD on a serial port, a peer on a socket. Each change
 *          raises the line. The HAL shows a lost carrier only after every byte that came before
 *          it has been received, and shows the loss before the next peer's arrival: a driver that
 *          asks after each line never misses one, because `carrier` counts changes.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_HAL_UART_H
#define MN_HAL_UART_H

#include "mn/base.h"

struct mn_hal_uart;

struct mn_hal_uart_ops {
    /* Takes up to `room` received bytes out of the HAL's ring into `bytes`; returns how many. Bytes
     * that are not taken stay, and a full ring makes the other side wait (or, on a wire without
     * flow control, overruns, which the HAL counts). */
    uint32_t (*receive)(struct mn_hal_uart *uart, uint8_t *bytes, uint32_t room);

    /* Starts sending `count` bytes, at least 1. Borrows `bytes` until `sending` is false again; the
     * line is raised when that happens. Only one span at a time. With no carrier the HAL decides
     * what becomes of the bytes, and says so in its counters. What was being sent as the carrier
     * was lost the driver aborts when it sees the loss: it is not for the next peer. */
    void (*send)(struct mn_hal_uart *uart, const uint8_t *bytes, uint32_t count);

    /* Whether the span given to `send` is still being sent. */
    bool (*sending)(struct mn_hal_uart *uart);

    /* Stops sending at once and gives the span back; what was not sent is lost. Harmless when
     * nothing is being sent. */
    void (*abort)(struct mn_hal_uart *uart);

    /* Counts the carrier's changes since the machine started: odd while somebody is there. */
    uint32_t (*carrier)(struct mn_hal_uart *uart);
};

struct mn_hal_uart { /* embed it in the platform's own struct */
    const struct mn_hal_uart_ops *ops;
    const char *name;  /* "console"; for people */
    uint8_t line;      /* below MN_HAL_LINES_MAX */
};

#endif
