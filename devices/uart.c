/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "devices/uart.h"

#include <assert.h>
#include <stddef.h>

#define FACTS_MAX 4u

static void raise_line(const struct uart *uart)
{
    if (uart->settings.raised)
        uart->settings.raised(uart->settings.context);
}

static bool shows_somebody(const struct uart *uart)
{
    return uart->carrier_changes % 2 == 1;
}

static void change_carrier(struct uart *uart)
{
    uart->carrier_changes++;
    raise_line(uart);
}

static void show_loss_once_drained(struct uart *uart)
{
    if (!uart->has_peer && shows_somebody(uart) && uart->ring.count == 0)
        change_carrier(uart);
}

bool uart_init(struct uart *uart, const struct uart_wire *wire,
               const struct uart_settings *settings)
{
    *uart = (struct uart){.wire = wire, .settings = *settings};
    return byte_ring_create(&uart->ring, settings->ring_bytes);
}

void uart_finish(struct uart *uart)
{
    byte_ring_destroy(&uart->ring);
}

uint32_t uart_receive(struct uart *uart, uint8_t *bytes, uint32_t room)
{
    uint32_t taken = byte_ring_take(&uart->ring, bytes, room);
    if (taken == 0)
        return 0;
    if (uart->has_peer && uart->wire->room)
        uart->wire->room(uart);
    show_loss_once_drained(uart);
    return taken;
}

void uart_send(struct uart *uart, const uint8_t *bytes, uint32_t count)
{
    assert(count >= 1);
    assert(uart->out_bytes == 0);
    uart->out = bytes;
    uart->out_bytes = count;
    if (uart->has_peer)
        uart->wire->push(uart);
    else if (!uart->settings.holds_output || !uart_is_vacant(uart))
        uart_discard(uart); /* not vacant: it was written for the peer that has just gone */
}

bool uart_is_sending(const struct uart *uart)
{
    return uart->out_bytes > 0;
}

static void give_back(struct uart *uart)
{
    uart->counters.discarded_bytes += uart->out_bytes;
    uart->out_bytes = 0;
    uart->out = NULL;
}

void uart_abort(struct uart *uart)
{
    if (uart->out_bytes == 0)
        return;
    give_back(uart);
    if (uart->has_peer && uart->wire->rest)
        uart->wire->rest(uart);
}

uint32_t uart_carrier(struct uart *uart)
{
    uint32_t changes = uart->carrier_changes;
    bool is_news = uart->carrier_seen != changes;
    uart->carrier_seen = changes;
    if (is_news && uart_is_vacant(uart))
        uart->wire->vacant(uart);
    return changes;
}

bool uart_peer_is_finished(const struct uart *uart)
{
    return uart->peer_is_finished;
}

void uart_hang_up(struct uart *uart)
{
    if (uart->has_peer)
        uart->wire->hang_up(uart);
}

bool uart_is_vacant(const struct uart *uart)
{
    return !uart->has_peer && !shows_somebody(uart) && uart->carrier_seen == uart->carrier_changes;
}

void uart_peer_came(struct uart *uart)
{
    assert(uart_is_vacant(uart));
    uart->has_peer = true;
    uart->counters.connections++;
    change_carrier(uart);
    if (uart->out_bytes > 0)
        uart->wire->push(uart); /* held until now */
}

void uart_peer_finished(struct uart *uart)
{
    assert(uart->has_peer && !uart->peer_is_finished);
    uart->peer_is_finished = true;
    raise_line(uart);
}

void uart_peer_went(struct uart *uart)
{
    assert(uart->has_peer);
    uart->has_peer = false;
    uart->peer_is_finished = false;
    uart_discard(uart);
    show_loss_once_drained(uart);
}

void uart_got(struct uart *uart, uint32_t bytes)
{
    uart->counters.received_bytes += bytes;
    raise_line(uart);
}

void uart_sent(struct uart *uart, uint32_t bytes)
{
    assert(bytes <= uart->out_bytes);
    uart->counters.sent_bytes += bytes;
    uart->out += bytes;
    uart->out_bytes -= bytes;
    if (uart->out_bytes == 0)
        raise_line(uart);
}

void uart_discard(struct uart *uart)
{
    if (uart->out_bytes == 0)
        return;
    give_back(uart);
    raise_line(uart);
}

void uart_log(const struct uart *uart, enum device_level level, const char *target,
              const char *text, const struct device_fact *facts, uint32_t fact_count)
{
    const struct device_log *log = &uart->settings.log;
    struct device_fact all[FACTS_MAX + 1];
    uint32_t count = 0;

    assert(fact_count <= FACTS_MAX);
    if (!log->write)
        return;
    for (uint32_t i = 0; i < fact_count; i++)
        if (facts[i].value)
            all[count++] = facts[i];
    all[count++] = (struct device_fact){"uart", uart->settings.name};
    log->write(log->context, level, target, text, all, count);
}
