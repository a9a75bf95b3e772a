/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "devices/null_uart.h"

#include <errno.h>
#include <stddef.h>

#define TARGET "devices::null_uart"

static struct null_uart *of(struct uart *uart)
{
    return (struct null_uart *)(void *)uart; /* its first member */
}

static void tell(const struct null_uart *null)
{
    if (null->news)
        null->news(null->news_context);
}

static void push(struct uart *uart)
{
    uint32_t sent = byte_ring_put(&of(uart)->outbox, uart->out, uart->out_bytes);
    if (sent == 0)
        return;
    uart_sent(uart, sent);
    tell(of(uart));
}

static void room(struct uart *uart)
{
    tell(of(uart));
}

static void arrive(struct null_uart *null)
{
    null->waits = false;
    byte_ring_clear(&null->outbox); /* of a former peer */
    uart_log(&null->uart, DEVICE_INFO, TARGET, "peer connected", NULL, 0);
    uart_peer_came(&null->uart);
    tell(null);
}

static void leave(struct uart *uart)
{
    uart_log(uart, DEVICE_INFO, TARGET, "peer gone", NULL, 0);
    uart_peer_went(uart);
    tell(of(uart));
}

static void vacant(struct uart *uart)
{
    if (of(uart)->waits)
        arrive(of(uart));
}

static const struct uart_wire null_wire = {
    .push = push,
    .room = room,
    .vacant = vacant,
    .hang_up = leave,
};

int null_uart_open(struct null_uart *null, const struct uart_settings *settings,
                   uint32_t outbox_bytes)
{
    *null = (struct null_uart){0};
    if (!uart_init(&null->uart, &null_wire, settings))
        return -ENOMEM;
    if (!byte_ring_create(&null->outbox, outbox_bytes)) {
        uart_finish(&null->uart);
        return -ENOMEM;
    }
    return 0;
}

void null_uart_close(struct null_uart *null)
{
    null->uart.has_peer = false;
    uart_abort(&null->uart);
    uart_finish(&null->uart);
    byte_ring_destroy(&null->outbox);
}

void null_uart_watch(struct null_uart *null, void (*news)(void *context), void *context)
{
    null->news = news;
    null->news_context = context;
}

bool null_uart_has_peer(const struct null_uart *null)
{
    return null->uart.has_peer || null->waits;
}

bool null_uart_connect(struct null_uart *null)
{
    bool taken = null->waits || (null->uart.has_peer && !null->uart.peer_is_finished);
    if (taken) {
        null->uart.counters.refused_peers++;
        uart_log(&null->uart, DEVICE_INFO, TARGET, "refused a second peer", NULL, 0);
        return false;
    }
    if (null->uart.has_peer)
        leave(&null->uart);
    if (uart_is_vacant(&null->uart))
        arrive(null);
    else
        null->waits = true;
    return true;
}

void null_uart_disconnect(struct null_uart *null)
{
    null->waits = false;
    if (null->uart.has_peer)
        leave(&null->uart);
}

void null_uart_finish_sending(struct null_uart *null)
{
    if (null->uart.has_peer && !null->uart.peer_is_finished)
        uart_peer_finished(&null->uart);
}

uint32_t null_uart_put(struct null_uart *null, const uint8_t *bytes, uint32_t count)
{
    if (!null->uart.has_peer || null->uart.peer_is_finished)
        return 0;
    uint32_t put = byte_ring_put(&null->uart.ring, bytes, count);
    if (put > 0)
        uart_got(&null->uart, put);
    return put;
}

uint32_t null_uart_take(struct null_uart *null, uint8_t *bytes, uint32_t room)
{
    uint32_t taken = byte_ring_take(&null->outbox, bytes, room);
    if (taken > 0 && null->uart.has_peer && null->uart.out_bytes > 0)
        push(&null->uart);
    return taken;
}
