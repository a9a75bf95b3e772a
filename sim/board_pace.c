/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "board_parts.h"

/* Up to when it waits. Where nothing has come from outside for long, it waits no more. */
static uint64_t end_of_wait_us(const struct board_seam *seam, uint64_t since_us, uint64_t until_us)
{
    uint64_t event_us = seam->player.outside_us, idle_us = seam->pace.idle_us;
    if (event_us < seam->pace.from_us)
        event_us = seam->pace.from_us;
    uint64_t passed_us = since_us > event_us ? since_us - event_us : 0;
    if (passed_us >= idle_us)
        return since_us;
    uint64_t left_us = idle_us - passed_us;
    return until_us - since_us > left_us ? since_us + left_us : until_us;
}

void board_pace(struct board *board, uint64_t until_us)
{
    struct board_seam *seam = &board->seam;
    struct sim_machine *machine = &board->machine;
    uint64_t since_us = machine->now_us, wall_us = sim_machine_wall_us(machine);
    if (since_us < seam->pace.from_us)
        since_us = seam->pace.from_us;
    if (!seam->pace.is_on || until_us <= since_us)
        return;
    uint64_t length_us = end_of_wait_us(seam, since_us, until_us) - since_us;
    seam->due_us = (seam->due_us > wall_us ? seam->due_us : wall_us) + length_us;
    while (seam->player.state == PLAYER_PLAYING && sim_machine_wait(machine, seam->due_us))
        continue;
}

void board_reach_end(struct board *board)
{
    bool was_dismissed = board->seam.is_dismissed;
    board_press_power(board);
    board->seam.is_dismissed = was_dismissed;
}

void board_hold(struct board *board)
{
    if (!board->seam.is_replay || !board->window.mail || board->seam.is_dismissed)
        return;
    log_text_write(board->log, MN_LEVEL_INFO, "sim::replay",
                   "this is the end; close the window, or press Ctrl-C", NULL, 0);
    while (!board->seam.is_dismissed)
        uv_run(&board->loop, UV_RUN_ONCE);
}
