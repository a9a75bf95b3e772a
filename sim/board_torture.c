/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "board_parts.h"

void board_start_torture(struct board *board)
{
    const struct melpo_torture_config *config = &board->config->services.torture;
    struct mn_torture_settings settings = {
        .tasks = config->tasks,
        .rounds = config->rounds,
        .seed = config->seed,
        .late_max_us = config->lateness_us,
    };
    if (config->enabled)
        mn_spawn(&board->kernel, &board->torture_task, "torture",
                 mn_torture(&board->torture, &board->kernel, &settings));
}
