/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "fake_uart.h"

#include <string.h>

static struct fake_uart *fake_of(struct mn_hal_uart *hal)
{
    return MN_CONTAINER(hal, struct fake_uart, hal);
}

static uint32_t receive(struct mn_hal_uart *hal, uint8_t *bytes, uint32_t room)
{
    struct fake_uart *uart = fake_of(hal);
    uint32_t left = uart->heard_count - uart->heard_taken;
    uint32_t count = left < room ? left : room;
    memcpy(bytes, uart->heard + uart->heard_taken, count);
    uart->heard_taken += count;
    return count;
}

static void start_sending(struct mn_hal_uart *hal, const uint8_t *bytes, uint32_t count)
{
    struct fake_uart *uart = fake_of(hal);
    assert_null(uart->span);
    assert_true(count > 0);
    uart->span = bytes;
    uart->span_count = count;
    if (uart->is_hasty)
        fake_uart_flow(uart);
}

static bool sending(struct mn_hal_uart *hal)
{
    return fake_of(hal)->span != NULL;
}

static void abort_sending(struct mn_hal_uart *hal)
{
    struct fake_uart *uart = fake_of(hal);
    if (uart->span)
        uart->aborted_bytes += uart->span_count;
    uart->span = NULL;
    uart->aborts++;
}

static uint32_t carrier(struct mn_hal_uart *hal)
{
    struct fake_uart *uart = fake_of(hal);
    uint32_t shown = uart->carrier;
    if (uart->has_next && shown % 2 == 0) {
        uart->has_next = false;
        fake_uart_toggle_carrier(uart);
    }
    return shown;
}

static const struct mn_hal_uart_ops ops = {
    .receive = receive,
    .send = start_sending,
    .sending = sending,
    .abort = abort_sending,
    .carrier = carrier,
};

void fake_uart_init(struct fake_uart *uart, struct bench *bench, uint8_t line)
{
    *uart = (struct fake_uart){.hal = {.ops = &ops, .name = "fake", .line = line}, .bench = bench};
}

void fake_uart_hear(struct fake_uart *uart, const char *text)
{
    uint32_t count = (uint32_t)strlen(text);
    assert_true(uart->heard_count + count <= FAKE_UART_BYTES);
    memcpy(uart->heard + uart->heard_count, text, count);
    uart->heard_count += count;
    bench_raise(uart->bench, uart->hal.line);
}

void fake_uart_hear_bytes(struct fake_uart *uart, const void *bytes, uint32_t count)
{
    uart->heard_count -= uart->heard_taken;
    memmove(uart->heard, uart->heard + uart->heard_taken, uart->heard_count);
    uart->heard_taken = 0;
    assert_true(uart->heard_count + count <= FAKE_UART_BYTES);
    memcpy(uart->heard + uart->heard_count, bytes, count);
    uart->heard_count += count;
    bench_raise(uart->bench, uart->hal.line);
}

bool fake_uart_flow(struct fake_uart *uart)
{
    if (!uart->span || uart->is_stalled)
        return false;
    assert_true(uart->said_count + uart->span_count < FAKE_UART_BYTES);
    memcpy(uart->said + uart->said_count, uart->span, uart->span_count);
    uart->said_count += uart->span_count;
    uart->span = NULL;
    bench_raise(uart->bench, uart->hal.line);
    return true;
}

void fake_uart_toggle_carrier(struct fake_uart *uart)
{
    uart->carrier++;
    bench_raise(uart->bench, uart->hal.line);
}

void fake_uart_change_peers(struct fake_uart *uart)
{
    fake_uart_toggle_carrier(uart);
    uart->has_next = true;
}

void fake_uart_settle(struct fake_uart *uart)
{
    do
        bench_settle(uart->bench);
    while (fake_uart_flow(uart));
}
