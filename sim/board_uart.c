/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "board_parts.h"

#include <string.h>

/* ---- the device ------------------------------------------------------------------------- */

struct uart *board_uart_device(struct board_uart *uart)
{
    return uart->config->backend == MELPO_BACKEND_TCP ? &uart->device.tcp.uart
                                                      : &uart->device.null.uart;
}

bool board_uart_open(struct board *board, struct board_uart *uart, FILE *err)
{
    char address[MELPO_ADDRESS_BYTES];
    struct device_error error;
    struct uart_settings settings = {
        .name = uart->config->name,
        .ring_bytes = uart->config->incoming_size,
        .holds_output = uart->config->unconnected_output == MELPO_UNCONNECTED_HOLD,
        .raised = sim_uart_raised,
        .context = &uart->hal,
        .log = {.context = board->log, .write = log_text_device},
    };
    if (board->seam.is_replay)
        return true;
    if (uart->config->backend == MELPO_BACKEND_NULL) {
        uart->is_open = null_uart_open(&uart->device.null, &settings,
                                       uart->config->outgoing_size) == 0;
        if (!uart->is_open)
            fprintf(err, "melpo: uart %s: no memory for its buffers\n", uart->config->name);
        return uart->is_open;
    }
    melpo_print_address(&uart->config->address, address);
    uart->is_open = tcp_uart_open(&uart->device.tcp, &board->loop, address, &settings,
                                  &error) == 0;
    if (!uart->is_open)
        fprintf(err, "melpo: uart %s: %s\n", uart->config->name, error.text);
    return uart->is_open;
}

void board_uart_close(struct board_uart *uart)
{
    if (!uart->is_open)
        return;
    sim_uart_finish(&uart->hal);
    if (uart->config->backend == MELPO_BACKEND_TCP)
        tcp_uart_close(&uart->device.tcp, NULL, NULL);
    else
        null_uart_close(&uart->device.null);
    uart->is_open = false;
}

/* ---- daemons ---------------------------------------------------------------------------- */

static struct mn_co *daemon_of(struct board *board, struct board_uart *uart, uint32_t port)
{
    const struct melpo_sermux_hello_config *hello = &board->config->services.sermux_hello;
    if (uart->config->attach == MELPO_ATTACH_LOOPBACK) {
        struct mn_loopback_settings settings = {
            .port = {.number = port},
            .greeting = uart->config->greeting,
            .greeting_bytes = (uint32_t)strlen(uart->config->greeting),
        };
        return mn_loopback(&uart->daemon.loopback, &board->kernel, &settings);
    }
    if (uart->config->attach == MELPO_ATTACH_HELLO) {
        struct mn_hello_settings settings = {
            .port = {.number = port},
            .message = hello->message,
            .message_bytes = (uint32_t)strlen(hello->message),
            .interval_us = hello->interval_us,
        };
        return mn_hello(&uart->daemon.hello, &board->kernel, &settings);
    }
    if (uart->config->attach == MELPO_ATTACH_CONSOLE_SHELL)
        return board_shell(board, uart, port);
    return NULL;
}

void board_uart_start(struct board *board, struct board_uart *uart, uint32_t port)
{
    struct mn_serial_settings settings = {
        .instance = port,
        .incoming_bytes = uart->config->incoming_size,
        .outgoing_bytes = uart->config->outgoing_size,
    };
    sim_uart_init(&uart->hal, &board->machine, board_uart_device(uart), uart->config->name);
    mn_spawn(&board->kernel, &uart->driver_task, uart->config->name,
             mn_serial_serve(&uart->driver, &board->kernel, board_seam_uart(board, uart),
                             &settings));
    uart->driver_task.ended = board_uart_ended;
    if (uart->config->attach == MELPO_ATTACH_SERIAL_MUX) {
        board_mux_start(board, port);
        board_trace_start(board, uart);
    }

    struct mn_co *daemon = daemon_of(board, uart, port);
    if (!daemon)
        return;
    mn_spawn(&board->kernel, &uart->daemon_task, daemon->type->name, daemon);
    uart->daemon_task.ended = board_daemon_ended;
}
