/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "board_parts.h"

#define NAME "keyboard"

/* Room for what a terminal types ahead; nothing is ever sent back. */
#define PSEUDO_INCOMING_BYTES 4096u
#define PSEUDO_OUTGOING_BYTES 1u

static void start_mux(struct board *board)
{
    struct board_keyboard *keyboard = &board->keyboard;
    struct mn_keyboard_mux_settings settings = {
        .keyboards_max = board->config->services.keyboard_mux.max_keyboards,
    };
    mn_spawn(&board->kernel, &keyboard->mux_task, "keyboard_mux",
             mn_keyboard_multiplex(&keyboard->mux, &board->kernel, &settings));
    keyboard->mux_task.ended = board_daemon_ended;
}

static void start_pseudo(struct board *board)
{
    struct board_keyboard *keyboard = &board->keyboard;
    struct mn_port_address address = {
        .wire = MN_PORT_MUX,
        .number = board->config->services.keyboard_mux.sermux_port,
        .incoming_bytes = PSEUDO_INCOMING_BYTES,
        .outgoing_bytes = PSEUDO_OUTGOING_BYTES,
    };
    mn_spawn(&board->kernel, &keyboard->pseudo_task, "pseudo_keyboard",
             mn_pseudo_keyboard(&keyboard->pseudo, &board->kernel, &address));
    keyboard->pseudo_task.ended = board_daemon_ended;
}

void board_start_keyboard(struct board *board)
{
    const struct melpo_keyboard_mux_config *config = &board->config->services.keyboard_mux;
    struct board_keyboard *keyboard = &board->keyboard;
    struct mn_hal_keyboard *hal;
    if (!config->enabled && !board->config->platform.display.enabled)
        return;
    keyboard->is_there = true;
    keys_init(&keyboard->keys, sim_keyboard_raised, &keyboard->hal);
    sim_keyboard_init(&keyboard->hal, &board->machine, &keyboard->keys, NAME);
    hal = board_seam_keyboard(board);
    if (config->enabled)
        start_mux(board);
    mn_spawn(&board->kernel, &keyboard->task, NAME,
             config->enabled ? mn_keyboard_feed(&keyboard->on.feed, &board->kernel, hal)
                             : mn_keyboard_serve(&keyboard->on.driver, &board->kernel, hal, 0));
    keyboard->task.ended = board_daemon_ended;
    if (config->enabled && config->sermux_port_enabled)
        start_pseudo(board);
}

void board_finish_keyboard(struct board *board)
{
    sim_keyboard_finish(&board->keyboard.hal);
}

enum mn_err board_type(struct board *board, const char *text, uint32_t bytes)
{
    if (!board->keyboard.is_there)
        return MN_ERR_NOT_FOUND;
    return sim_keyboard_type(&board->keyboard.hal, text, bytes);
}

enum mn_err board_press(struct board *board, const char *name, uint32_t bytes)
{
    struct mn_key_event event;
    if (!board->keyboard.is_there)
        return MN_ERR_NOT_FOUND;
    if (mn_key_parse(name, bytes, &event) != MN_OK)
        return MN_ERR_INVALID;
    return sim_keyboard_press(&board->keyboard.hal, &event);
}
