/* shell_fixture.h — a shell on a fake serial port, with a spawnulator beside it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SHELL_FIXTURE_H
#define SHELL_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "fake_uart.h"
#include "mn/shell/session.h"

#define LINE 3
#define GREETING "hello\r\n"

struct shell {
    struct bench *bench;
    struct fake_uart uart;
    struct mn_task driver_task, session_task, spawnulator_task;
    struct mn_serial_driver driver;
    struct mn_session session;
    struct mn_spawnulator spawnulator;
};

static inline struct mn_session_settings small_shell(void)
{
    return (struct mn_session_settings){
        .greeting = GREETING,
        .ahead_bytes = 64,
        .past_bytes = 128,
        .patience_us = 60 * MN_S,
        .program = {
            .vm = {.stack_cells = 32, .return_cells = 32, .local_cells = 16, .code_words = 512,
                   .header_bytes = 1024, .data_bytes = 2048, .line_bytes = 80, .out_bytes = 80},
            .words = &mn_host_words_screen,
            .bag_items = 4,
            .spawn_timeout_us = 5 * MN_S,
        },
    };
}

static inline void shell_start_with(struct shell *shell, struct bench *bench,
                                    const struct mn_session_settings *settings,
                                    uint32_t capacity)
{
    struct mn_kernel *kernel = &bench->kernel;
    struct mn_serial_settings port = {.incoming_bytes = 64, .outgoing_bytes = 64};
    struct mn_spawnulator_settings spawnulator = {.capacity = capacity};
    shell->bench = bench;
    fake_uart_init(&shell->uart, bench, LINE);
    mn_spawn(kernel, &shell->driver_task, "driver",
             mn_serial_serve(&shell->driver, kernel, &shell->uart.hal, &port));
    if (capacity)
        mn_spawn(kernel, &shell->spawnulator_task, "spawnulator",
                 mn_spawnulate(&shell->spawnulator, kernel, &spawnulator));
    mn_spawn(kernel, &shell->session_task, "shell",
             mn_session(&shell->session, kernel, settings));
}

/* A shell with a peer who has been greeted. */
static inline void shell_start(struct shell *shell, struct bench *bench)
{
    struct mn_session_settings settings = small_shell();
    shell_start_with(shell, bench, &settings, 4);
    shell->uart.is_hasty = true;
    fake_uart_toggle_carrier(&shell->uart);
    bench_settle(bench);
    assert_string_equal(shell->uart.said, GREETING);
    shell->uart.said_count = 0;
}

/* What was said since the last look. */
static inline const char *said(struct shell *shell)
{
    shell->uart.said[shell->uart.said_count] = 0;
    shell->uart.said_count = 0;
    return shell->uart.said;
}

static inline void hear(struct shell *shell, const char *text)
{
    if (shell->uart.heard_taken == shell->uart.heard_count)
        shell->uart.heard_taken = shell->uart.heard_count = 0;
    fake_uart_hear(&shell->uart, text);
}

/* Sends `text` and returns all that is answered at once. */
static inline const char *ask(struct shell *shell, const char *text)
{
    hear(shell, text);
    fake_uart_settle(&shell->uart);
    return said(shell);
}

static inline void tick_some(struct shell *shell, uint32_t ticks)
{
    while (ticks-- > 0)
        mn_tick(&shell->bench->kernel);
}

#endif
