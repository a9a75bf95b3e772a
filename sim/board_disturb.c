/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "board_parts.h"

#define TARGET "sim::board"
#define REFUSE_WITHIN 8u /* allocations */

static void note(struct board *board, enum disturb_kind kind, const char *what, const char *name,
                 uint32_t number)
{
    struct sim_machine *machine = &board->machine;
    disturb_note(&machine->disturb, kind, machine->samples, sim_machine_now_us(machine),
                 "%s%s %u", what, name, number);
}

/* Every task may go but the one that hears the power button. */
static void kill_one(struct board *board, uint64_t value)
{
    struct mn_kernel *kernel = &board->kernel;
    struct mn_task *victim = NULL;
    uint32_t index = (uint32_t)(value % kernel->task_count);
    MN_LIST_EACH (link, &kernel->tasks) {
        victim = MN_CONTAINER(link, struct mn_task, link);
        if (index-- == 0)
            break;
    }
    if (!victim || victim == &board->power.task)
        return;
    note(board, DISTURB_KILL, "killed task ", victim->name, victim->id);
    mn_task_cancel(victim);
}

/* Between ticks. */
static void look_for_trouble(struct sim_watcher *watcher)
{
    struct board *board = watcher->context;
    struct disturb *disturb = &board->machine.disturb;
    uint64_t value;
    if (board->kernel.halting)
        return;
    if (disturb_strikes(disturb, DISTURB_REFUSE, &value)) {
        uint32_t nth = 1 + (uint32_t)(value % REFUSE_WITHIN);
        note(board, DISTURB_REFUSE, "refused", " allocation, from here", nth);
        mn_heap_fail_after(&board->kernel.heap, nth);
    }
    if (disturb_strikes(disturb, DISTURB_KILL, &value) && board->kernel.task_count > 0)
        kill_one(board, value);
}

void board_disturb_start(struct board *board)
{
    if (!disturb_is_faulty(&board->machine.disturb.plan))
        return;
    board->trouble = (struct sim_watcher){.slept = look_for_trouble, .context = board};
    mn_list_init(&board->trouble.link);
    sim_machine_watch(&board->machine, &board->trouble);
    look_for_trouble(&board->trouble); /* starting is the first thing that may go wrong */
}

void board_calm(struct board *board)
{
    board->machine.disturb.is_calm = true;
    mn_heap_fail_after(&board->kernel.heap, 0);
}

void board_say_disturbances(struct board *board)
{
    static const char text[] = "disturbed on purpose";
    const struct disturb_list *list = board->machine.disturb.list;
    if (board->seam.is_replay)
        player_tell_lines_saying(&board->seam.player, text); /* they are in the recording */
    for (uint32_t i = 0; list && i < list->count; i++) {
        const struct disturb_entry *entry = &list->entries[i];
        char moment[48];
        snprintf(moment, sizeof moment, "%s:%llu", disturb_name(entry->moment.kind),
                 (unsigned long long)entry->moment.nth);
        const struct mn_field fields[] = {
            MN_FIELD_DEBUG("what", moment),
            MN_FIELD_U64("at_us", entry->time_us),
            MN_FIELD_STR("so", entry->what),
        };
        log_text_outside(board->log, MN_LEVEL_INFO, TARGET, text, fields, MN_COUNT_OF(fields));
    }
}

struct board_rest board_rest(const struct board *board)
{
    struct board_rest rest = {
        .blocks = mn_heap_stats(&board->kernel.heap).live_blocks,
        .timers = board->kernel.wheel.count,
    };
    for (uint32_t line = 0; line < MN_HAL_LINES_MAX; line++)
        rest.lines += !mn_list_is_empty(&board->kernel.lines[line].waiters);
    return rest;
}
