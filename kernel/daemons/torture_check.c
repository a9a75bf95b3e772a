/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "daemons/torture_parts.h"

#define MN_LOG_TARGET "kernel::daemons::torture"

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
    case 1: return mn_sleep(&frame->on.sleep, mn_torture_draw_length(chance, HOLD_BITS));
    default: return mn_yield(&frame->on.yield);
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
