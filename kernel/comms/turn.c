/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/turn.h"

#include "mn/audit.h"

MN_AUDIT_PLACE(struct mn_turn);

void mn_turnq_wake_first(struct mn_turnq *queue)
{
    if (!mn_turnq_is_empty(queue))
        mn_task_wake(mn_turnq_first(queue)->task);
}

void mn_turnq_dismiss_all(struct mn_turnq *queue)
{
    for (struct mn_list *node; (node = mn_list_pop(&queue->turns)) != NULL;) {
        struct mn_turn *turn = MN_CONTAINER(node, struct mn_turn, link);
        turn->is_over = true;
        mn_task_wake(turn->task);
    }
}

void mn_turn_stay(struct mn_turn *turn, struct mn_turnq *queue, struct mn_task *task)
{
    MN_ASSERT(!turn->is_over);
    if (!mn_list_is_linked(&turn->link))
        mn_list_push(&queue->turns, &turn->link);
    turn->task = task;
}

bool mn_turn_leave(struct mn_turn *turn)
{
    bool was_in_line = mn_list_is_linked(&turn->link);
    mn_list_remove(&turn->link);
    return was_in_line;
}

bool mn_turn_audit(const struct mn_turn *turn, const struct mn_turnq *queue,
                   struct mn_audit *audit)
{
    if (turn->is_over)
        mn_audit_late(audit, "it was sent away");
    if (turn->is_over || !turn->task)
        return false; /* or was never polled */
    return mn_audit_place(audit, &queue->turns, &turn->link, turn->task) &&
           turn->link.prev == &queue->turns;
}

const char *mn_turn_stalls(const struct mn_co *co)
{
    (void)co;
    return "a queue stays full";
}
