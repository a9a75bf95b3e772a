/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "board_parts.h"

#define TARGET "sim::watchdog"

static void say_long_poll(struct board *board)
{
    const struct poll_watch *polls = &board->watchdog.polls;
    char limit[MELPO_VALUE_BYTES];
    melpo_print_duration(polls->limit_us, limit);
    const struct mn_field fields[] = {
        MN_FIELD_STR("task", polls->name),
        MN_FIELD_STR("at", polls->at),
        MN_FIELD_DEBUG("longer_than", limit),
    };
    log_text_outside(board->log, MN_LEVEL_WARN, TARGET, "a poll has kept the processor", fields,
                     MN_COUNT_OF(fields));
}

static uint64_t look(void *context, uint64_t due_us)
{
    struct board *board = context;
    struct board_watchdog *watchdog = &board->watchdog;
    /* In a replay the recording has said so. */
    if (MN_UNLIKELY(watchdog->polls.has_found) && poll_watch_take(&watchdog->polls) &&
        !board->seam.is_replay)
        say_long_poll(board);
    return mn_watchdog_look(&watchdog->dog, due_us);
}

void board_watchdog_start(struct board *board)
{
    const struct melpo_watchdog_config *config = &board->config->kernel.watchdog;
    struct mn_watchdog_settings settings = {
        .patience_us = config->patience_us,
        .still_ticks = config->ticks,
    };
    if (!config->enabled)
        return;
    mn_watchdog_init(&board->watchdog.dog, &board->kernel, &settings);
    board->machine.look = look;
    board->machine.look_context = board;
    poll_watch_start(&board->watchdog.polls, &board->kernel, config->poll_us);
}

void board_watchdog_stop(struct board *board)
{
    poll_watch_stop(&board->watchdog.polls);
    board->machine.look = NULL;
}

uint32_t board_watchdog_count(const struct board *board)
{
    return board->watchdog.dog.told_count + board->watchdog.polls.found;
}
