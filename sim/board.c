/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "board.h"

#include <stdlib.h>
#include <string.h>

#include "options.h"

#define TARGET "sim::board"

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
    board->power_is_pressed = true;
    sim_machine_raise(&board->machine, board->power.line);
}

/* ---- UARTs ------------------------------------------------------------------------------ */

static struct uart *device_of(struct board_uart *uart)
{
    return uart->config->backend == MELPO_BACKEND_TCP ? &uart->device.tcp.uart
                                                      : &uart->device.null.uart;
}

static bool open_device(struct board *board, struct board_uart *uart, FILE *err)
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

static void close_device(struct board_uart *uart)
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

static void say_ended(struct mn_task *task, const struct mn_log_site *site, const char *kind,
                      const char *advice)
{
    struct mn_log *log = &task->kernel->log;
    const struct mn_field fields[] = {
        MN_FIELD_STR(kind, task->name),
        MN_FIELD_STR("why", mn_err_text(task->root->err)),
        MN_FIELD_STR("try", advice),
    };
    if (mn_log_wants(log, site->level))
        mn_log_event(log, site, fields, advice ? 3 : 2);
}

/* Why a daemon is not there any more, unless the machine is going down. */
static void daemon_ended(struct mn_task *task)
{
    static const struct mn_log_site site = {.target = TARGET, .text = "a daemon has ended",
                                            .level = MN_LEVEL_WARN};
    if (!task->kernel->halting)
        say_ended(task, &site, "task", NULL);
}

/* A machine without one of its ports is not the one that was asked for. */
static void driver_ended(struct mn_task *task)
{
    static const struct mn_log_site site = {.target = TARGET, .text = "a driver cannot run",
                                            .level = MN_LEVEL_ERROR};
    enum mn_err err = task->root->err;
    if (task->kernel->halting)
        return;
    say_ended(task, &site, "uart",
              err == MN_ERR_TOO_BIG ? "a larger kernel.heap_size"
              : err == MN_ERR_FULL  ? "a larger kernel.max_drivers"
                                    : NULL);
    mn_halt(task->kernel, MELPO_EXIT_FAILED);
}

/* ---- Forth ------------------------------------------------------------------------------ */

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
               ? "mnemOS Forth: `help` for the words of this machine, `words` for all\r\n"
               : uart->greeting;
}

static struct mn_co *start_shell(struct board *board, struct board_uart *uart, uint32_t port)
{
    const struct melpo_forth_shell_config *shell = &board->config->platform.forth_shell;
    struct mn_session_settings settings = {
        .port = port,
        .greeting = shell_greeting(uart->config),
        .ahead_bytes = shell->params.stdin_capacity,
        .past_bytes = shell->capacity,
        .program = {
            .vm = forth_machine(&shell->params),
            .bag_items = shell->params.bag_of_holding_capacity,
            .spawn_timeout_us = shell->params.spawnulator_timeout_us,
        },
    };
    return mn_session(&uart->daemon.session, &board->kernel, &settings);
}

static void start_spawnulator(struct board *board)
{
    const struct melpo_spawnulator_config *config = &board->config->services.spawnulator;
    struct mn_spawnulator_settings settings = {.capacity = config->capacity};
    if (!config->enabled)
        return;
    mn_spawn(&board->kernel, &board->spawnulator_task, "spawnulator",
             mn_spawnulate(&board->spawnulator, &board->kernel, &settings));
    board->spawnulator_task.ended = daemon_ended;
}

/* ---- daemons ---------------------------------------------------------------------------- */

static struct mn_co *daemon_of(struct board *board, struct board_uart *uart, uint32_t port)
{
    const struct melpo_sermux_hello_config *hello = &board->config->services.sermux_hello;
    if (uart->config->attach == MELPO_ATTACH_LOOPBACK) {
        struct mn_loopback_settings settings = {
            .port = port,
            .greeting = uart->config->greeting,
            .greeting_bytes = (uint32_t)strlen(uart->config->greeting),
        };
        return mn_loopback(&uart->daemon.loopback, &board->kernel, &settings);
    }
    if (uart->config->attach == MELPO_ATTACH_HELLO) {
        struct mn_hello_settings settings = {
            .port = port,
            .message = hello->message,
            .message_bytes = (uint32_t)strlen(hello->message),
            .interval_us = hello->interval_us,
        };
        return mn_hello(&uart->daemon.hello, &board->kernel, &settings);
    }
    if (uart->config->attach == MELPO_ATTACH_CONSOLE_SHELL)
        return start_shell(board, uart, port);
    return NULL;
}

static void start_uart(struct board *board, struct board_uart *uart, uint32_t port)
{
    struct mn_serial_settings settings = {
        .instance = port,
        .incoming_bytes = uart->config->incoming_size,
        .outgoing_bytes = uart->config->outgoing_size,
    };
    sim_uart_init(&uart->hal, &board->machine, device_of(uart), uart->config->name);
    mn_spawn(&board->kernel, &uart->driver_task, uart->config->name,
             mn_serial_serve(&uart->driver, &board->kernel, &uart->hal.hal, &settings));
    uart->driver_task.ended = driver_ended;

    struct mn_co *daemon = daemon_of(board, uart, port);
    if (!daemon)
        return;
    mn_spawn(&board->kernel, &uart->daemon_task, daemon->type->name, daemon);
    uart->daemon_task.ended = daemon_ended;
}

/* ---- what this version cannot do yet ---------------------------------------------------- */

static void say_missing(struct board *board, bool is_wanted, const char *key, const char *instead)
{
    const struct mn_field fields[] = {
        MN_FIELD_STR("key", key),
        MN_FIELD_DEBUG("so", instead),
    };
    if (is_wanted)
        log_text_write(board->log, MN_LEVEL_WARN, TARGET, "not in this version", fields,
                       MN_COUNT_OF(fields));
}

static void say_all_missing(struct board *board)
{
    const struct melpo_services_config *services = &board->config->services;
    const struct melpo_platform_config *platform = &board->config->platform;
    say_missing(board, platform->display.enabled, "platform.display", "the machine is headless");
    say_missing(board, services->keyboard_mux.enabled, "services.keyboard_mux", "no keyboard");
    say_missing(board, services->serial_mux.enabled, "services.serial_mux", "no serial mux");
}

/* ---- the whole -------------------------------------------------------------------------- */

static uint64_t now_us(void *context)
{
    return sim_machine_now_us(context);
}

static bool start_kernel(struct board *board, FILE *err)
{
    struct mn_kernel_config config = {
        .arena_bytes = board->config->kernel.heap_size_bytes,
        .services_max = board->config->kernel.max_drivers,
    };
    board->arena = config.arena = malloc(config.arena_bytes);
    if (!board->arena) {
        fprintf(err, "melpo: no memory for a heap of %u bytes; choose a smaller kernel.heap_size\n",
                config.arena_bytes);
        return false;
    }
    if (mn_kernel_init(&board->kernel, &board->machine.hal, &config) != MN_OK) {
        fprintf(err, "melpo: a heap of %u bytes is too small; choose a larger kernel.heap_size\n",
                config.arena_bytes);
        return false;
    }
    mn_log_add_sink(&board->kernel.log, &board->log->sink);
    return true;
}

static void close_loop(struct board *board)
{
    board->log->now_us = NULL; /* the machine's clock stops */
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
        if (!open_device(board, uart, err))
            return false;
    }
    return true;
}

static void close_devices(struct board *board)
{
    for (uint32_t i = 0; i < board->uart_count; i++)
        close_device(&board->uarts[i]);
}

bool board_open(struct board *board, const struct melpo_config *config, struct log_text *log,
                const struct board_settings *settings, FILE *err)
{
    struct sim_machine_settings machine = {settings->is_virtual, settings->seed};
    *board = (struct board){.config = config, .log = log};
    int error = uv_loop_init(&board->loop);
    if (error != 0) {
        fprintf(err, "melpo: the event loop cannot start: %s\n", uv_strerror(error));
        return false;
    }
    sim_machine_open(&board->machine, &board->loop, &machine);
    log->now_us = now_us;
    log->now_context = &board->machine;
    if (!open_devices(board, err) || !start_kernel(board, err)) {
        close_devices(board);
        close_loop(board);
        return false;
    }
    start_power(board);
    start_spawnulator(board);
    for (uint32_t i = 0; i < board->uart_count; i++)
        start_uart(board, &board->uarts[i], i);
    say_all_missing(board);
    return true;
}

int board_run(struct board *board)
{
    return mn_run(&board->kernel);
}

/* ---- the end ---------------------------------------------------------------------------- */

static void say_uart(struct board *board, struct board_uart *uart)
{
    const struct uart_counters *counters = &device_of(uart)->counters;
    const struct mn_field fields[] = {
        MN_FIELD_STR("uart", uart->config->name),
        MN_FIELD_U64("connections", counters->connections),
        MN_FIELD_U64("refused_peers", counters->refused_peers),
        MN_FIELD_U64("received_bytes", counters->received_bytes),
        MN_FIELD_U64("sent_bytes", counters->sent_bytes),
        MN_FIELD_U64("discarded_bytes", counters->discarded_bytes),
    };
    log_text_write(board->log, MN_LEVEL_DEBUG, TARGET, "uart at the end", fields,
                   MN_COUNT_OF(fields));
}

/* What is still there before it is taken down: after a thousand peers the same as after one. */
static void say_figures(struct board *board)
{
    struct mn_heap_stats heap = mn_heap_stats(&board->kernel.heap);
    const struct mn_field fields[] = {
        MN_FIELD_U64("tasks", board->kernel.task_count),
        MN_FIELD_U64("ticks", board->kernel.ticks),
        MN_FIELD_U64("heap_live_bytes", heap.live_bytes),
        MN_FIELD_U64("heap_live_blocks", heap.live_blocks),
        MN_FIELD_U64("heap_peak_bytes", heap.peak_bytes),
    };
    for (uint32_t i = 0; i < board->uart_count; i++)
        say_uart(board, &board->uarts[i]);
    log_text_write(board->log, MN_LEVEL_DEBUG, TARGET, "kernel at the end", fields,
                   MN_COUNT_OF(fields));
}

void board_close(struct board *board)
{
    say_figures(board);
    mn_halt(&board->kernel, 0); /* tasks that end from here on are no news */
    mn_kernel_finish(&board->kernel);
    close_devices(board);
    close_loop(board);
}
