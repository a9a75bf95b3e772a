/* turn.h — standing in line: waiting where the order of arrival must hold until one is served.
 *
 *     served ◄── [ first ][ second ][ third ] ◄── newcomers
 *                  keeps its place until it has what it wants, or leaves
 *
 * A wait queue (mn/wait.h) takes a waiter out when it wakes it; one that finds nothing queues up
 * again as the last. Here a future stays in line while it is polled in vain, so that nobody
 * overtakes it, and whoever owns the line wakes the first when the first can be served. Nothing
 * is handed over before the future is polled, so a future dropped on the way loses nothing: its
 * place goes, and the owner looks who is first now.
 *
 * Memory   A turn lives in its future's frame, the line in what is waited for. Nothing allocates.
 * Context  Tasks only.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_TURN_H
#define MN_TURN_H

#include "mn/list.h"
#include "mn/task.h"

struct mn_turnq {
    struct mn_list turns; /* mn_turn::link, longest waiting first */
};

struct mn_turn {
    struct mn_list link;
    struct mn_task *task; /* whom to wake; valid while in line */
    uint32_t amount;      /* how much is wanted, in the unit of whoever owns the line */
    bool is_over;         /* sent away: there is nothing to wait for any more */
};

static inline void mn_turnq_init(struct mn_turnq *queue)
{
    mn_list_init(&queue->turns);
}

static inline bool mn_turnq_is_empty(const struct mn_turnq *queue)
{
    return mn_list_is_empty(&queue->turns);
}

/* The first in line. There must be one. */
static inline struct mn_turn *mn_turnq_first(struct mn_turnq *queue)
{
    return MN_CONTAINER(queue->turns.next, struct mn_turn, link);
}

/* Wakes the first, who stays in line; nothing happens when there is none. */
void mn_turnq_wake_first(struct mn_turnq *queue);

/* Empties the line: marks every turn as over and wakes its task. Those sent away may outlive
 * whatever they waited for. */
void mn_turnq_dismiss_all(struct mn_turnq *queue);

/* Makes `turn` one that is not in line and wants `amount`. */
static inline void mn_turn_init(struct mn_turn *turn, uint32_t amount)
{
    mn_list_init(&turn->link);
    turn->task = NULL;
    turn->amount = amount;
    turn->is_over = false;
}

/* Whether nobody in `queue` stands before `turn`, be it in line or about to join. */
static inline bool mn_turn_is_first(const struct mn_turn *turn, const struct mn_turnq *queue)
{
    return mn_turnq_is_empty(queue) || queue->turns.next == &turn->link;
}

/* Joins the line as the last, or keeps its place; `task` is woken from now on. */
void mn_turn_stay(struct mn_turn *turn, struct mn_turnq *queue, struct mn_task *task);

/* For the `audit` of a future whose turn it is (mn/audit.h): true if it stands first in `queue`, so
 * that whoever asks goes on to look whether it could be served. */
bool mn_turn_audit(const struct mn_turn *turn, const struct mn_turnq *queue,
                   struct mn_audit *audit);

/* For the `stalls` of a future that waits its turn for room (mn/watchdog.h). */
const char *mn_turn_stalls(const struct mn_co *co);

/* Leaves the line. True if it was in line: its owner then looks who can be served now. */
bool mn_turn_leave(struct mn_turn *turn);

#endif
