/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "torture/parts.h"
#include "mn/mem.h"

#define POLLS_MAX 4u
#define LIMIT_BITS 9u
#define SEASON_MAX 24u /* rounds of each worker */
#define GONE 0xa5 /* what is left of a round; who still has an address in there is found soon */

enum way { /* to bear with an act */
    TO_ITS_END,
    SO_MANY_POLLS,
    UNTIL_WOKEN,
    TIMEOUT,
    DEADLINE,
    SELECT,
    JOIN,
    CANCEL_AT_ONCE, /* the last three in a task of its own */
    CANCEL_AFTER_TICKS,
    CANCEL_LATER,
    WAYS,
};

const char *mn_torture_way(const struct torture_worker *worker)
{
    static const char *const names[WAYS] = {
        [TO_ITS_END] = "to its end",
        [SO_MANY_POLLS] = "so many polls",
        [UNTIL_WOKEN] = "until it is woken",
        [TIMEOUT] = "timeout",
        [DEADLINE] = "deadline",
        [SELECT] = "select",
        [JOIN] = "join",
        [CANCEL_AT_ONCE] = "cancelled at once",
        [CANCEL_AFTER_TICKS] = "cancelled after ticks",
        [CANCEL_LATER] = "cancelled later",
    };
    return names[worker->way];
}

/* ---- for so many polls ------------------------------------------------------------------ */

static enum mn_poll bear_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_bear *bear = MN_FRAME(co, struct torture_bear);
    co->at = 1;
    if (bear->polls == 0)
        MN_RETURN(MN_ERR_CANCELED);
    if (mn_co_poll(co->child, task) == MN_READY)
        MN_RETURN(co->child->err);
    bear->polls--;
    if (bear->polls == 0 && !bear->is_at_wake)
        MN_RETURN(MN_ERR_CANCELED);
    return MN_PENDING;
}

static const struct mn_co_type bear_type = {.name = "torture_bear", .poll = bear_poll};

/* ---- in a task of its own --------------------------------------------------------------- */

static void begin_task(struct torture_bear *bear)
{
    mn_spawn(bear->worker->yard->kernel, &bear->task, "torture_helper", bear->act);
}

/* Cancels it, whatever it is about; now and then its client has gone first. */
static void end_task(struct torture_bear *bear)
{
    struct torture_worker *worker = bear->worker;
    if (mn_torture_draw(&worker->chance, 4) == 0)
        mn_client_close(&worker->client.client);
    bear->is_cut_off = !mn_task_is_done(&bear->task);
    mn_task_cancel(&bear->task);
    mn_torture_expect(worker->yard, "a task that was cancelled is done", 1,
                      mn_task_is_done(&bear->task) && mn_co_is_ended(bear->act));
}

static enum mn_poll cancel_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_bear *bear = MN_FRAME(co, struct torture_bear);

    MN_CO_BEGIN;
    begin_task(bear);
    if (bear->worker->way == CANCEL_LATER)
        MN_AWAIT(mn_sleep(&bear->on.sleep,
                          mn_torture_draw_length(&bear->worker->chance, LIMIT_BITS)));
    for (; bear->worker->way == CANCEL_AFTER_TICKS && bear->polls > 0; bear->polls--)
        MN_AWAIT(mn_yield(&bear->on.yield));
    end_task(bear);
    MN_RETURN(bear->is_cut_off ? MN_ERR_CANCELED : MN_OK);
    MN_CO_END;
}

static void cancel_drop(struct mn_co *co)
{
    struct torture_bear *bear = MN_FRAME(co, struct torture_bear);
    if (bear->task.kernel)
        mn_task_cancel(&bear->task);
    mn_co_drop(bear->act); /* if it was never given to a task */
}

static const struct mn_co_type cancel_type = {
    .name = "torture_cancel",
    .poll = cancel_poll,
    .drop = cancel_drop,
};

/* ---- a round ---------------------------------------------------------------------------- */

static struct mn_co *bear(struct torture_worker *worker)
{
    bool is_task = worker->way >= CANCEL_AT_ONCE;
    struct torture_bear *bear = &worker->once.bear;
    *bear = (struct torture_bear){.worker = worker, .act = worker->doing};
    bear->polls = mn_torture_draw(&worker->chance, POLLS_MAX);
    bear->is_at_wake = worker->way == UNTIL_WOKEN;
    mn_co_init(&bear->co, is_task ? &cancel_type : &bear_type);
    if (!is_task)
        bear->co.child = worker->doing;
    return &bear->co;
}

/* The act beside a sleep, in one order or the other. */
static struct mn_co **beside(struct torture_worker *worker, uint64_t length_us)
{
    uint32_t first = mn_torture_draw(&worker->chance, 2);
    worker->once.arms[first] = worker->doing;
    worker->once.arms[1 - first] = mn_sleep(&worker->once.sleep, length_us);
    return worker->once.arms;
}

/* All parts have their turn; but each has seasons in which half of what is done is about it, for it
 * is where many meet at once that somebody has to wait. */
static const struct torture_part *draw_part(struct torture_worker *worker)
{
    struct torture_yard *yard = worker->yard;
    if (yard->season_rounds-- == 0) {
        yard->season_rounds = mn_torture_draw(&worker->chance, SEASON_MAX * yard->worker_count);
        yard->season = mn_torture_parts[mn_torture_draw(&worker->chance, TORTURE_PARTS)];
    }
    return mn_torture_draw(&worker->chance, 2) == 0
               ? yard->season
               : mn_torture_parts[mn_torture_draw(&worker->chance, TORTURE_PARTS)];
}

/* What the worker waits for in this round. */
static struct mn_co *begin_round(struct torture_worker *worker)
{
    struct torture_chance *chance = &worker->chance;
    uint64_t length_us = mn_torture_draw_length(chance, LIMIT_BITS);
    worker->way = mn_torture_draw(chance, WAYS);
    worker->part = draw_part(worker);
    worker->doing = worker->part->act(worker);
    switch ((enum way)worker->way) {
    case TO_ITS_END: return worker->doing;
    case TIMEOUT: return mn_timeout(&worker->once.timeout, length_us, worker->doing);
    case DEADLINE:
        return mn_deadline(&worker->once.timeout, worker->yard->kernel->now_us + length_us,
                           worker->doing);
    case SELECT: return mn_select(&worker->once.select, beside(worker, length_us), 2);
    case JOIN: return mn_join(&worker->once.join, beside(worker, length_us), 2);
    default: return bear(worker);
    }
}

/* Whether the act of the round was given up. */
static bool is_dropped(const struct torture_worker *worker, enum mn_err err)
{
    if (worker->way == SELECT)
        return worker->once.arms[worker->once.select.winner] != worker->doing;
    return err != MN_OK;
}

static void end_round(struct torture_worker *worker, enum mn_err err)
{
    struct torture_yard *yard = worker->yard;
    mn_torture_expect(yard, "what was waited for has ended, or was dropped", 1,
                      mn_co_is_ended(worker->doing));
    yard->torture->counts.dropped += is_dropped(worker, err);
    memset(&worker->once, GONE, sizeof worker->once);
    worker->part = NULL;
    worker->line = TORTURE_NO_LINE;
    worker->rounds++;
    yard->torture->counts.rounds++;
    mn_torture_look(yard);
}

static enum mn_poll worker_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_worker *worker = MN_FRAME(co, struct torture_worker);

    MN_CO_BEGIN;
    while (worker->rounds < worker->yard->torture->settings.rounds) {
        MN_AWAIT(begin_round(worker));
        end_round(worker, co->err);
    }
    worker->is_over = true;
    MN_CO_END;
}

static void worker_drop(struct mn_co *co)
{
    struct torture_worker *worker = MN_FRAME(co, struct torture_worker);
    mn_client_close(&worker->client.client);
    if (!worker->is_over)
        worker->yard->torture->counts.killed++;
}

static const struct mn_co_type worker_type = {
    .name = "torture_worker",
    .poll = worker_poll,
    .drop = worker_drop,
};

void mn_torture_start_worker(struct torture_yard *yard, uint32_t index)
{
    static const char *const names[MN_TORTURE_TASKS_MAX] = {
        "torture_0",  "torture_1",  "torture_2",  "torture_3", "torture_4",  "torture_5",
        "torture_6",  "torture_7",  "torture_8",  "torture_9", "torture_10", "torture_11",
        "torture_12", "torture_13", "torture_14", "torture_15"};
    struct torture_worker *worker = &yard->workers[index];
    mn_spawn(yard->kernel, &worker->task, names[index],
             mn_co_init(&worker->co, &worker_type));
}
