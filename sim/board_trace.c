/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "board_parts.h"

_Static_assert((int)MELPO_LEVEL_TRACE == MN_LEVEL_TRACE && (int)MELPO_LEVEL_OFF == MN_LEVEL_OFF,
               "the levels of the configuration are the log's");

void board_trace_start(struct board *board, struct board_uart *uart)
{
    const struct melpo_sermux_trace_config *config = &board->config->services.sermux_trace;
    struct mn_sermux_trace_settings settings = {
        .port = {
            .wire = MN_PORT_MUX,
            .number = config->port,
            .incoming_bytes = 64, /* requests are 5 bytes */
            .outgoing_bytes = config->sendbuf_capacity,
        },
        .buffer_bytes = config->tracebuf_capacity,
        .initial_level = (int)config->initial_level,
    };
    if (!config->enabled)
        return;
    uart->driver_task.carries_trace = true; /* or they would tell of moving what they told */
    board->mux.task.carries_trace = true;
    mn_spawn(&board->kernel, &board->trace_task, "tracer",
             mn_sermux_trace(&board->trace, &board->kernel, &settings));
    board->trace_task.ended = board_daemon_ended;
}
