/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "board_parts.h"

#include <string.h>

#define GREETING "mnemOS Forth: `help` for this machine's words, `words` for all\r\n"
#define PAST_CELLS 16384u /* a few hundred lines to page back to */

static uint32_t held_to(uint32_t value, uint32_t least, uint32_t most)
{
    return value < least ? least : value > most ? most : value;
}

/* What the original calls the dictionary is three things here: data space of that size, as many
 * bytes of code, and half as many for names. */
static struct mn_forth_config forth_machine(const struct melpo_forth_params *params)
{
    uint32_t line_bytes = held_to(params->input_buf_size, 80, 4096);
    return (struct mn_forth_config){
        .stack_cells = params->stack_size,
        .return_cells = held_to(params->stack_size, 32, 65536),
        .code_words = held_to(params->dictionary_size / 4, 256, 4194304),
        .header_bytes = held_to(params->dictionary_size / 2, 256, 16777216),
        .data_bytes = held_to(params->dictionary_size, line_bytes * 3 + 2048, 8257536),
        .line_bytes = line_bytes,
        .out_bytes = held_to(params->output_buf_size, 80, 65536),
    };
}

/* A greeting that was not chosen speaks of an echo; the shell has its own. */
static const char *shell_greeting(const struct melpo_uart_config *uart)
{
    static const struct melpo_uart_config normal = MELPO_UART_DEFAULT;
    return strcmp(uart->greeting, normal.greeting) == 0
               ? GREETING
               : uart->greeting;
}

struct mn_session_settings board_shell_settings(const struct board *board)
{
    const struct melpo_forth_shell_config *shell = &board->config->platform.forth_shell;
    return (struct mn_session_settings){
        .greeting = GREETING,
        .ahead_bytes = shell->params.stdin_capacity,
        .patience_us = 60 * MN_S,
        .past_bytes = shell->capacity,
        .program = {
            .vm = forth_machine(&shell->params),
            .words = &mn_host_words_screen,
            .bag_items = shell->params.bag_of_holding_capacity,
            .spawn_timeout_us = shell->params.spawnulator_timeout_us,
        },
    };
}

struct mn_co *board_shell(struct board *board, struct board_uart *uart, uint32_t port)
{
    struct mn_session_settings settings = board_shell_settings(board);
    settings.port.number = port;
    settings.greeting = shell_greeting(uart->config);
    return mn_session(&uart->daemon.session, &board->kernel, &settings);
}

void board_start_graphical_shell(struct board *board)
{
    const struct melpo_display_config *display = &board->config->platform.display;
    struct mn_graphical_shell_settings settings = {
        .font = &mn_font_spleen_6x12,
        .title = "mnemOS",
        .frame_interval_us = MN_S / display->frames_per_second,
        .past_cells = PAST_CELLS,
        .key_events = board->config->services.keyboard_mux.buffer_capacity,
        .session = board_shell_settings(board),
    };
    if (!display->enabled || !board->config->platform.forth_shell.enabled)
        return;
    mn_spawn(&board->kernel, &board->graphical_shell_task, "graphical shell",
             mn_graphical_shell(&board->graphical_shell, &board->kernel, &settings));
    board->graphical_shell_task.ended = board_daemon_ended;
}

void board_start_spawnulator(struct board *board)
{
    const struct melpo_spawnulator_config *config = &board->config->services.spawnulator;
    struct mn_spawnulator_settings settings = {.capacity = config->capacity};
    if (!config->enabled)
        return;
    mn_spawn(&board->kernel, &board->spawnulator_task, "spawnulator",
             mn_spawnulate(&board->spawnulator, &board->kernel, &settings));
    board->spawnulator_task.ended = board_daemon_ended;
}
