/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "board_parts.h"

#include <string.h>

#define TARGET "sim::board"
#define REFUSE_WITHIN 8u /* allocations */

static void note(struct board *board, enum disturb_kind kind, const char *what, const char *name,
                 uint32_t number)
{
    struct sim_machine *machine = &board->machine;
    disturb_note(&machine->disturb, kind, machine->samples, sim_machine_now_us(machine),
                 "%s%s %u", what, name, number);
}

/* ---- what is done to the kernel from beside its tables ---------------------------------- */

static struct mn_task *find_task(struct board *board, const struct record_strike *strike)
{
    MN_LIST_EACH (link, &board->kernel.tasks) {
        struct mn_task *task = MN_CONTAINER(link, struct mn_task, link);
        if (task->id == strike->number && strlen(task->name) == strike->name_bytes &&
            memcmp(task->name, strike->name, strike->name_bytes) == 0)
            return task;
    }
    return NULL;
}

bool board_strike(struct board *board, const struct record_strike *strike)
{
    struct mn_task *task = strike->kind == RECORD_KILL ? find_task(board, strike) : NULL;
    if (strike->kind == RECORD_KILL && !task)
        return false;
    if (strike->kind == RECORD_KILL)
        mn_task_cancel(task);
    else if (strike->kind == RECORD_REFUSE)
        mn_heap_fail_after(&board->kernel.heap, strike->number);
    else
        mn_halt(&board->kernel, (int)strike->number);
    return true;
}

/* A machine that has halted is in nobody's recording any more. */
static void strike(struct board *board, enum record_strike_kind kind, uint32_t number,
                   const char *name)
{
    const struct record_strike one = {kind, number, board->machine.now_us, name,
                                      (uint32_t)strlen(name)};
    board_say_disturbances(board); /* it may be the end of the machine */
    if (board->seam.recorder && !board->kernel.halting)
        recorder_strike(board->seam.recorder, &one);
    board_strike(board, &one);
}

/* ---- at random -------------------------------------------------------------------------- */

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
    strike(board, RECORD_KILL, victim->id, victim->name);
}

/* Between ticks. */
static void look_for_trouble(struct sim_watcher *watcher)
{
    struct board *board = watcher->context;
    struct disturb *disturb = &board->machine.disturb;
    uint64_t value;
    if (board->kernel.halting)
        return;
    board_say_disturbances(board);
    if (disturb_strikes(disturb, DISTURB_REFUSE, &value)) {
        uint32_t nth = 1 + (uint32_t)(value % REFUSE_WITHIN);
        note(board, DISTURB_REFUSE, "refused", " allocation, from here", nth);
        strike(board, RECORD_REFUSE, nth, "");
    }
    if (disturb_strikes(disturb, DISTURB_KILL, &value) && board->kernel.task_count > 0)
        kill_one(board, value);
}

void board_disturb_start(struct board *board)
{
    if (board->seam.is_replay)
        player_strike(&board->seam.player);
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
    strike(board, RECORD_REFUSE, 0, "");
}

void board_halt(struct board *board, int code)
{
    strike(board, RECORD_HALT, (uint32_t)code, "");
}

void board_say_disturbances(struct board *board)
{
    static const char text[] = "disturbed on purpose";
    const struct disturb_list *list = board->machine.disturb.list;
    if (board->seam.is_replay)
        player_tell_lines_saying(&board->seam.player, text); /* they are in the recording */
    for (; list && board->said_disturbances < list->count; board->said_disturbances++) {
        const struct disturb_entry *entry = &list->entries[board->said_disturbances];
        char moment[48];
        snprintf(moment, sizeof moment, "%s:%llu", disturb_name(entry->moment.kind),
                 (unsigned long long)entry->moment.nth);
        const struct mn_field fields[] = {
            MN_FIELD_DEBUG("what", moment),
            MN_FIELD_U64("at_us", entry->time_us),
            MN_FIELD_STR("so", entry->what),
        };
        (board->hides_disturbances ? log_text_hear : log_text_outside)(
            board->log, MN_LEVEL_INFO, TARGET, text, fields, MN_COUNT_OF(fields));
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
