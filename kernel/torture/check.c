/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "torture/parts.h"

#define MN_LOG_TARGET "kernel::torture"

#define TOLD_MAX 8u /* broken promises in the log; after the first one others follow from it */
#define HOLD_BITS 8u

uint32_t mn_torture_draw(struct torture_chance *chance, uint32_t count)
{
    uint32_t bits = chance->state += UINT32_C(0x9e3779b9);
    bits = (bits ^ (bits >> 16)) * UINT32_C(0x21f0aaad);
    bits = (bits ^ (bits >> 15)) * UINT32_C(0x735a2d97);
    bits ^= bits >> 15;
    return (uint32_t)((uint64_t)bits * count >> 32);
}

uint64_t mn_torture_draw_length(struct torture_chance *chance, uint32_t bits)
{
    uint32_t least = UINT32_C(1) << mn_torture_draw(chance, bits);
    return least + mn_torture_draw(chance, least);
}

struct mn_co *mn_torture_hold(struct torture_hold *frame, struct torture_chance *chance)
{
    switch (mn_torture_draw(chance, 4)) {
    case 0: return mn_sleep(&frame->on.sleep, 0); /* which does not wait */
    case 1: return mn_yield(&frame->on.yield);
    default: return mn_sleep(&frame->on.sleep, mn_torture_draw_length(chance, HOLD_BITS));
    }
}

/* ---- promises --------------------------------------------------------------------------- */

/* The worker whose task, or whose helper's task, is polled now, or NULL. */
static const struct torture_worker *who(const struct torture_yard *yard)
{
    const struct mn_task *running = yard->kernel->running;
    for (uint32_t i = 0; i < yard->worker_count; i++) {
        const struct torture_worker *worker = &yard->workers[i];
        if (running == &worker->task || running == &worker->once.bear.task)
            return worker;
    }
    return NULL;
}

static void tell(struct torture_yard *yard, const char *promise, uint64_t expected, uint64_t is)
{
    const struct torture_worker *worker = who(yard);
    const struct mn_task *running = yard->kernel->running;
    if (yard->told++ >= TOLD_MAX)
        return;
    MN_ERROR(&yard->kernel->log, "a promise is broken", MN_FIELD_STR("promise", promise),
             MN_FIELD_U64("expected", expected), MN_FIELD_U64("is", is),
             MN_FIELD_STR("task", running ? running->name : "none"),
             MN_FIELD_STR("part", worker && worker->part ? worker->part->name : "none"),
             MN_FIELD_STR("borne", worker ? mn_torture_way(worker) : "none"),
             MN_FIELD_U64("worker", worker ? worker->index : yard->worker_count),
             MN_FIELD_U64("round", worker ? worker->rounds : 0));
}

bool mn_torture_expect(struct torture_yard *yard, const char *promise, uint64_t expected,
                       uint64_t is)
{
    if (MN_LIKELY(is == expected))
        return true;
    yard->torture->counts.broken++;
    tell(yard, promise, expected, is);
    return false;
}

bool mn_torture_expect_at_most(struct torture_yard *yard, const char *promise, uint64_t most,
                               uint64_t is)
{
    return is <= most || mn_torture_expect(yard, promise, most, is);
}

/* ---- the order of arrival --------------------------------------------------------------- */

/* Whether a worker's act has been handed what it waits for, and has not been polled since. */
static bool is_granted(const struct torture_worker *worker)
{
    if (worker->line == TORTURE_PERMIT_LINE || worker->line == TORTURE_MUTEX_LINE)
        return worker->once.act.lock.acquire.granted;
    return worker->line == TORTURE_MEMORY_LINE && worker->once.act.block.on.alloc.granted;
}

static bool waits_before(const struct torture_worker *worker, enum torture_line line,
                         uint32_t place)
{
    return worker->line == line && worker->place < place && !mn_co_is_ended(worker->doing) &&
           !is_granted(worker);
}

static void look_at_line(struct torture_yard *yard, enum torture_line line, uint32_t place)
{
    uint32_t before = 0;
    for (uint32_t i = 0; i < yard->worker_count; i++)
        before += waits_before(&yard->workers[i], line, place);
    mn_torture_expect(yard, "nobody is served before those who came before him", 0, before);
}

void mn_torture_line_up(struct torture_worker *worker, enum torture_line line)
{
    worker->line = line;
    worker->place = ++worker->yard->places;
}

void mn_torture_served(struct torture_worker *worker)
{
    look_at_line(worker->yard, worker->line, worker->place);
    worker->line = TORTURE_NO_LINE;
}

void mn_torture_served_now(struct torture_yard *yard, enum torture_line line)
{
    look_at_line(yard, line, yard->places + 1);
}
