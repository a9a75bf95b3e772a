/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "bounds.h"

#include <inttypes.h>
#include <string.h>

#include "options.h"
#include "sound.h"
#include "values.h"

/* ---- the watchdog ----------------------------------------------------------------------- */

/* The machine's latest warning of it, without the line's end. */
static const char *last_warning(struct run *run, int *count)
{
    static const char *const targets[] = {"WARN  kernel::watchdog: ", "WARN  sim::watchdog: "};
    struct bytes *heard = &run->peers.items[SCENARIO_LOG].heard;
    const char *found = NULL;
    fflush(run->log_file);
    for (size_t i = 0; heard->data && i < MN_COUNT_OF(targets); i++) {
        size_t length = strlen(targets[i]);
        const char *at = heard->data, *end = heard->data + heard->count;
        while ((at = memmem(at, (size_t)(end - at), targets[i], length)) != NULL) {
            at += length;
            found = at;
            *count = (int)strcspn(at, "\n");
        }
    }
    return found;
}

static void look_at_watchdog(struct run *run)
{
    int count = 0;
    if (!run->scenario->is_watched || run->is_over || board_watchdog_count(&run->board) == 0)
        return;
    const char *warning = last_warning(run, &count);
    run_fail(run, "watchdog", "%.*s", count, warning ? warning : "");
    run_end(run, true);
}

/* ---- what ends a run that would not end ------------------------------------------------- */

static void time_is_up(uv_timer_t *timer)
{
    struct run *run = timer->data;
    if (run->is_over)
        return;
    char limit[MELPO_VALUE_BYTES];
    melpo_print_duration(run->settings->ceiling_us, limit);
    run_fail(run, "but", "the file took more than %s of the host's time; --timeout allows more",
             limit);
    run_end(run, true);
}

static void cut_short(struct run *run, const char *why)
{
    run_fail(run, "cut short", "something went wrong on purpose, and %s: tick %" PRIu64, why,
             run->board.kernel.ticks);
    run->settings->marks->is_cut_short = true;
    run_end(run, false);
}

/* Words that were lost on the way may have been those that end a program: then the machine is asked
 * to halt, and it is that which it has to do. */
static void give_up(struct run *run)
{
    if (!run->is_over && run_is_excused(run)) {
        cut_short(run, "virtual time stands still");
        return;
    }
    if (run->has_failed || run->board.kernel.halting)
        return;
    if (run->is_over)
        run->step -= run->step == run->scenario->step_count;
    run_fail(run, "but",
             run->is_over ? "the machine does not halt: %u ticks after the power button it is busy"
                          : "virtual time stands still: after %u ticks the machine is not idle yet",
             RUN_TICKS_STILL);
    if (run->is_over)
        board_halt(&run->board, MELPO_EXIT_SCRIPT);
    run_end(run, true);
}

/* Whether no step from here on has to hold, after what has gone wrong. */
static bool is_all_excused(const struct run *run)
{
    if (!run_is_disturbed(run) || run->settings->list->is_broken)
        return run_is_disturbed(run);
    for (size_t i = run->step; i < run->scenario->step_count; i++)
        if (run->scenario->steps[i].is_must)
            return false;
    return true;
}

/* Nothing demands that such a run be long, and a byte that was flipped may have started a program
 * that goes on for ever. */
static void look_whether_it_is_enough(struct run *run)
{
    uint64_t ticks = run->board.kernel.ticks;
    if (run->is_over || !run_is_disturbed(run))
        return;
    if (run->first_ticks == 0)
        run->first_ticks = ticks;
    if (ticks - run->first_ticks >= RUN_TICKS_EXCUSED && is_all_excused(run))
        cut_short(run, "it is busy still");
}

static void look_around(struct sim_watcher *watcher)
{
    struct run *run = watcher->context;
    const struct board *board = &run->board;
    uint64_t now = board->machine.now_us;
    look_at_watchdog(run);
    look_whether_it_is_enough(run);
    sound_look_after_sleep(run);
    if (now != run->still_us || run->scenario->is_real) {
        run->still_us = now;
        run->still_ticks = board->kernel.ticks;
    }
    bool is_excused = !run->is_over && run_is_excused(run);
    if (board->kernel.ticks - run->still_ticks >= RUN_TICKS_STILL / (is_excused ? 10 : 1))
        give_up(run);
}

void bounds_open(struct run *run)
{
    uv_loop_t *loop = &run->board.loop;
    run->look = (struct sim_watcher){.slept = look_around, .context = run};
    mn_list_init(&run->look.link);
    sim_machine_watch(&run->board.machine, &run->look);
    uv_timer_init(loop, &run->ceiling);
    run->ceiling.data = run;
    uv_timer_start(&run->ceiling, time_is_up, (run->settings->ceiling_us + 999) / 1000, 0);
}

void bounds_close(struct run *run)
{
    uv_close((uv_handle_t *)&run->ceiling, NULL);
}
