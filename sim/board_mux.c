/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "board_parts.h"

#include <string.h>

static uint32_t at_most(uint32_t value, uint32_t most)
{
    return value < most ? value : most;
}

static void start(struct board *board, struct mn_task *task, const char *name, struct mn_co *root)
{
    mn_spawn(&board->kernel, task, name, root);
    task->ended = board_daemon_ended;
}

static void start_loopback(struct board *board)
{
    const struct melpo_sermux_loopback_config *config = &board->config->services.sermux_loopback;
    struct board_mux *mux = &board->mux;
    struct mn_loopback_settings settings = {
        .port = {
            .wire = MN_PORT_MUX,
            .number = config->port,
            .incoming_bytes = config->buffer_size,
            .outgoing_bytes = config->buffer_size,
        },
    };
    if (config->enabled)
        start(board, &mux->loopback_task, "mux_loopback",
              mn_loopback(&mux->loopback, &board->kernel, &settings));
}

static void start_hello(struct board *board)
{
    const struct melpo_sermux_hello_config *config = &board->config->services.sermux_hello;
    struct board_mux *mux = &board->mux;
    struct mn_hello_settings settings = {
        .port = {
            .wire = MN_PORT_MUX,
            .number = config->port,
            .incoming_bytes = config->buffer_size,
            .outgoing_bytes = config->buffer_size,
        },
        .message = config->message,
        .message_bytes = (uint32_t)strlen(config->message),
        .interval_us = config->interval_us,
    };
    if (config->enabled)
        start(board, &mux->hello_task, "mux_hello",
              mn_hello(&mux->hello, &board->kernel, &settings));
}

/* Each begins, and takes its memory, when a host first talks to it. */
static void start_shells(struct board *board)
{
    static const char *const names[MELPO_MUX_SHELLS] = {"shell_10", "shell_11", "shell_12",
                                                        "shell_13"};
    const struct melpo_forth_shell_config *config = &board->config->platform.forth_shell;
    for (uint32_t i = 0; config->enabled && i < MELPO_MUX_SHELLS; i++) {
        struct mn_session_settings settings = board_shell_settings(board);
        settings.port = (struct mn_port_address){
            .wire = MN_PORT_MUX,
            .number = MELPO_MUX_SHELL_PORT + i,
            .incoming_bytes = at_most(config->params.stdin_capacity, 4096),
            .outgoing_bytes = at_most(config->params.stdout_capacity, 65536),
        };
        settings.waits_for_talk = true;
        start(board, &board->mux.shell_tasks[i], names[i],
              mn_session(&board->mux.shells[i], &board->kernel, &settings));
    }
}

void board_mux_start(struct board *board, uint32_t serial)
{
    const struct melpo_serial_mux_config *config = &board->config->services.serial_mux;
    struct mn_mux_settings settings = {
        .serial = serial,
        .ports_max = config->max_ports,
        .frame_max = config->max_frame,
    };
    mn_spawn(&board->kernel, &board->mux.task, "serial_mux",
             mn_mux_serve(&board->mux.mux, &board->kernel, &settings));
    board->mux.task.ended = board_mux_ended;
    start_loopback(board);
    start_hello(board);
    start_shells(board);
    /* The keyboard's port and that of the traces are opened by those who serve them. */
}
