/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "board.h"

#include <stdlib.h>

#include "board_parts.h"

/* ---- power ------------------------------------------------------------------------------ */

static enum mn_poll power_poll(struct mn_co *co, struct mn_task *task)
{
    struct board_power *power = MN_FRAME(co, struct board_power);

    MN_CO_BEGIN;
    while (!*power->is_pressed)
        MN_AWAIT(mn_wait(&power->wait, mn_kernel_line(power->kernel, power->line)));
    mn_halt(power->kernel, 0);
    MN_CO_END;
}

static const struct mn_co_type power_type = {.name = "power", .poll = power_poll};

static void start_power(struct board *board)
{
    struct board_power *power = &board->power;
    power->kernel = &board->kernel;
    power->line = sim_machine_line(&board->machine);
    power->is_pressed = &board->power_is_pressed;
    mn_spawn(&board->kernel, &power->task, "power", mn_co_init(&power->co, &power_type));
}

void board_press_power(struct board *board)
{
    if (board_seam_stop(board))
        return;
    board->power_is_pressed = true;
    sim_machine_raise(&board->machine, board->power.line);
}

/* ---- the whole -------------------------------------------------------------------------- */

static uint64_t ticked_us(void *context)
{
    return ((const struct board *)context)->machine.now_us;
}

static uint64_t now_us(void *context)
{
    return sim_machine_now_us(&((const struct board *)context)->machine);
}

static bool start_kernel(struct board *board, void *arena, FILE *err)
{
    struct mn_kernel_config config = {
        .arena_bytes = board->config->kernel.heap_size_bytes,
        .services_max = board->config->kernel.max_drivers,
    };
    board->arena = arena ? NULL : malloc(config.arena_bytes);
    config.arena = arena ? arena : board->arena;
    if (!config.arena) {
        fprintf(err, "melpo: no memory for a heap of %u bytes; choose a smaller kernel.heap_size\n",
                config.arena_bytes);
        return false;
    }
    if (mn_kernel_init(&board->kernel, board_seam_machine(board), &config) != MN_OK) {
        fprintf(err, "melpo: a heap of %u bytes is too small; choose a larger kernel.heap_size\n",
                config.arena_bytes);
        return false;
    }
    mn_log_add_sink(&board->kernel.log, &board->log->sink);
    board_seam_begin(board);
    return true;
}

static void close_loop(struct board *board)
{
    board->log->now_us = board->log->outside_us = NULL; /* the machine's clock stops */
    sim_machine_close(&board->machine);
    while (uv_loop_close(&board->loop) == UV_EBUSY)
        uv_run(&board->loop, UV_RUN_ONCE);
    free(board->arena);
}

static bool open_devices(struct board *board, FILE *err)
{
    const struct melpo_platform_config *platform = &board->config->platform;
    for (; board->uart_count < platform->uart_count; board->uart_count++) {
        struct board_uart *uart = &board->uarts[board->uart_count];
        uart->config = &platform->uarts[board->uart_count];
        if (!board_uart_open(board, uart, err))
            return false;
    }
    return true;
}

static void close_devices(struct board *board)
{
    for (uint32_t i = 0; i < board->uart_count; i++)
        board_uart_close(&board->uarts[i]);
}

bool board_open(struct board *board, const struct melpo_config *config, struct log_text *log,
                const struct board_settings *settings, FILE *err)
{
    struct sim_machine_settings machine = {
        .is_virtual = settings->is_virtual || settings->reading,
        .is_alone = settings->is_alone,
        .seed = settings->seed,
        .plan = settings->plan,
        .list = settings->list,
    };
    *board = (struct board){.config = config, .log = log,
                            .hides_disturbances = settings->hides_disturbances};
    int error = uv_loop_init(&board->loop);
    if (error != 0) {
        fprintf(err, "melpo: the event loop cannot start: %s\n", uv_strerror(error));
        return false;
    }
    sim_machine_open(&board->machine, &board->loop, &machine);
    log->now_us = ticked_us;
    log->outside_us = now_us;
    log->now_context = board;
    if (!board_seam_open(board, settings, err) || !open_devices(board, err) ||
        !start_kernel(board, settings->arena, err) || !board_display_open(board, err)) {
        close_devices(board);
        board_seam_close(board);
        close_loop(board);
        return false;
    }
    start_power(board);
    if (config->platform.display.enabled)
        board_window_open(board, settings->window);
    board_display_start(board); /* first: its frame is the largest block there is */
    board_start_camera(board);
    board_start_spawnulator(board);
    board_start_keyboard(board);
    for (uint32_t i = 0; i < board->uart_count; i++)
        board_uart_start(board, &board->uarts[i], i);
    board_start_graphical_shell(board);
    board_start_torture(board);
    board_disturb_start(board);
    return true;
}

int board_run(struct board *board)
{
    board_watchdog_start(board);
    int code = mn_run(&board->kernel);
    board_watchdog_stop(board);
    return code;
}

void board_close(struct board *board)
{
    board_say_figures(board);
    mn_halt(&board->kernel, 0); /* tasks that end from here on are no news */
    mn_kernel_finish(&board->kernel);
    board_window_close(board);
    board_finish_keyboard(board);
    close_devices(board);
    board_seam_close(board);
    close_loop(board);
}
