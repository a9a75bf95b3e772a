/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "board_parts.h"
#include "options.h"

#define TARGET "sim::board"

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
void board_daemon_ended(struct mn_task *task)
{
    static const struct mn_log_site site = {.target = TARGET, .text = "a daemon has ended",
                                            .level = MN_LEVEL_WARN};
    if (!task->kernel->halting)
        say_ended(task, &site, "task", NULL);
}

/* A machine without one of its ports, its mux or its display is not the one that was asked for. */
static void driver_ended(struct mn_task *task, const char *kind)
{
    static const struct mn_log_site site = {.target = TARGET, .text = "a driver cannot run",
                                            .level = MN_LEVEL_ERROR};
    enum mn_err err = task->root->err;
    if (task->kernel->halting)
        return;
    say_ended(task, &site, kind,
              err == MN_ERR_TOO_BIG ? "a larger kernel.heap_size"
              : err == MN_ERR_FULL  ? "a larger kernel.max_drivers"
                                    : NULL);
    mn_halt(task->kernel, MELPO_EXIT_FAILED);
}

void board_uart_ended(struct mn_task *task)
{
    driver_ended(task, "uart");
}

void board_mux_ended(struct mn_task *task)
{
    driver_ended(task, "mux");
}

void board_display_ended(struct mn_task *task)
{
    driver_ended(task, "display");
}

uint64_t board_discarded_bytes(const struct board_uart *uart)
{
    const struct uart *device = uart->config->backend == MELPO_BACKEND_TCP
                                    ? &uart->device.tcp.uart
                                    : &uart->device.null.uart;
    return device->counters.discarded_bytes + uart->driver.discarded_bytes;
}

static void say_uart(struct board *board, struct board_uart *uart)
{
    const struct uart_counters *counters = &board_uart_device(uart)->counters;
    const struct mn_field fields[] = {
        MN_FIELD_STR("uart", uart->config->name),
        MN_FIELD_U64("connections", counters->connections),
        MN_FIELD_U64("refused_peers", counters->refused_peers),
        MN_FIELD_U64("received_bytes", counters->received_bytes),
        MN_FIELD_U64("sent_bytes", counters->sent_bytes),
        MN_FIELD_U64("discarded_bytes", board_discarded_bytes(uart)),
    };
    log_text_outside(board->log, MN_LEVEL_DEBUG, TARGET, "uart at the end", fields,
                     MN_COUNT_OF(fields));
}

static void say_mux_port(struct board *board, const struct mn_mux_port *port)
{
    const struct mn_field fields[] = {
        MN_FIELD_U64("port", port->number),
        MN_FIELD_U64("in_bytes", port->stats.in_bytes),
        MN_FIELD_U64("dropped_bytes", port->stats.dropped_bytes),
        MN_FIELD_U64("out_bytes", port->stats.out_bytes),
    };
    if (port->wire.bidi)
        log_text_write(board->log, MN_LEVEL_DEBUG, TARGET, "mux port at the end", fields,
                       MN_COUNT_OF(fields));
}

static void say_mux(struct board *board)
{
    const struct mn_serial_mux *mux = &board->mux.mux;
    const struct mn_mux_wire_stats *wire = &mux->wire;
    const struct mn_field fields[] = {
        MN_FIELD_U64("frames_in", wire->frames_in),
        MN_FIELD_U64("frames_out", wire->frames_out),
        MN_FIELD_U64("nobody_bytes", wire->nobody_bytes),
        MN_FIELD_U64("skipped_bytes", wire->skipped_bytes),
        MN_FIELD_U64("cut_off", wire->cut_off),
        MN_FIELD_U64("malformed", wire->malformed),
        MN_FIELD_U64("too_long", wire->too_long),
        MN_FIELD_U64("too_short", wire->too_short),
    };
    if (!mux->is_serving)
        return;
    for (uint32_t i = 0; i < mux->port_count; i++)
        say_mux_port(board, &mux->ports[i]);
    log_text_write(board->log, MN_LEVEL_DEBUG, TARGET, "mux at the end", fields,
                   MN_COUNT_OF(fields));
}

static void say_display(struct board *board)
{
    struct mn_display_counts counts = mn_display_counts(&board->display.driver);
    const struct mn_field fields[] = {
        MN_FIELD_U64("frames_shown", counts.frames_shown),
        MN_FIELD_U64("chunks_drawn", counts.chunks_drawn),
        MN_FIELD_U64("chunks_live", counts.chunks_live),
    };
    log_text_write(board->log, MN_LEVEL_DEBUG, TARGET, "display at the end", fields,
                   MN_COUNT_OF(fields));
}

/* What is still there before it is taken down: after a thousand peers the same as after one. */
void board_say_figures(struct board *board)
{
    struct mn_heap_stats heap = mn_heap_stats(&board->kernel.heap);
    const struct mn_field fields[] = {
        MN_FIELD_U64("tasks", board->kernel.task_count),
        MN_FIELD_U64("ticks", board->kernel.ticks),
        MN_FIELD_U64("heap_live_bytes", heap.live_bytes),
        MN_FIELD_U64("heap_live_blocks", heap.live_blocks),
        MN_FIELD_U64("heap_peak_bytes", heap.peak_bytes),
    };
    if (board->seam.is_replay)
        player_tell_lines(&board->seam.player); /* those of the UARTs, which are not here */
    for (uint32_t i = 0; !board->seam.is_replay && i < board->uart_count; i++)
        say_uart(board, &board->uarts[i]);
    say_mux(board);
    if (board->config->platform.display.enabled)
        say_display(board);
    log_text_write(board->log, MN_LEVEL_DEBUG, TARGET, "kernel at the end", fields,
                   MN_COUNT_OF(fields));
}
