/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/torture.h"

#include "torture/parts.h"

#define MN_LOG_TARGET "kernel::torture"

#define LOOK_US (5 * MN_MS)
#define STILL_MAX 2000u /* looks without a round being done, before it is called the end */
#define AT_BYTES 200u

const struct torture_part *const mn_torture_parts[TORTURE_PARTS] = {
    &mn_torture_locks, &mn_torture_tickets, &mn_torture_stream,
    &mn_torture_pair,  &mn_torture_mail,    &mn_torture_asks,
    &mn_torture_memory, &mn_torture_office, &mn_torture_time,
};

/* ---- beginning -------------------------------------------------------------------------- */

static uint32_t yard_bytes(const struct mn_torture *torture)
{
    return (uint32_t)(sizeof(struct torture_yard) +
                      torture->settings.tasks * sizeof(struct torture_worker));
}

/* One draw of the machine's; all others follow from it. */
static uint32_t choose_seed(const struct mn_torture *torture)
{
    struct mn_hal *hal = torture->kernel->hal;
    uint32_t seed = torture->settings.seed;
    if (seed == 0 && hal->ops->entropy)
        hal->ops->entropy(hal, (uint8_t *)&seed, sizeof seed);
    return seed ? seed : 1;
}

static void init_worker(struct torture_yard *yard, uint32_t index)
{
    struct torture_worker *worker = &yard->workers[index];
    uint32_t seed = yard->torture->counts.seed;
    *worker = (struct torture_worker){.yard = yard, .index = index};
    worker->chance.state = seed * UINT32_C(747796405) + index * UINT32_C(2891336453);
    mn_client_init(&worker->client.client);
}

static void begin(struct mn_torture *torture)
{
    struct torture_yard *yard = torture->yard = torture->on.alloc.memory;
    *yard = (struct torture_yard){
        .torture = torture,
        .kernel = torture->kernel,
        .worker_count = torture->settings.tasks,
    };
    torture->counts.seed = choose_seed(torture);
    for (uint32_t i = 0; i < yard->worker_count; i++)
        init_worker(yard, i);
    for (uint32_t i = 0; i < TORTURE_PARTS; i++)
        if (mn_torture_parts[i]->begin)
            mn_torture_parts[i]->begin(yard);
    for (uint32_t i = 0; i < yard->worker_count; i++)
        mn_torture_start_worker(yard, i);
}

/* ---- looking on ------------------------------------------------------------------------- */

void mn_torture_look(struct torture_yard *yard)
{
    if (!mn_list_is_empty(&yard->kernel->ready))
        return; /* a wake that is under way may be for who seems to wait in vain */
    for (uint32_t i = 0; i < TORTURE_PARTS; i++)
        if (mn_torture_parts[i]->look)
            mn_torture_parts[i]->look(yard);
}

static bool are_all_done(const struct torture_yard *yard)
{
    for (uint32_t i = 0; i < yard->worker_count; i++)
        if (!mn_task_is_done(&yard->workers[i].task))
            return false;
    return true;
}

/* Those who wait may wait for somebody who has done his rounds: help out. */
static void look_on(struct mn_torture *torture)
{
    struct torture_yard *yard = torture->yard;
    bool is_still = torture->seen == torture->counts.rounds;
    torture->seen = torture->counts.rounds;
    torture->still = is_still ? torture->still + 1 : 0;
    mn_torture_look(yard);
    for (uint32_t i = 0; is_still && i < TORTURE_PARTS; i++)
        if (mn_torture_parts[i]->help)
            mn_torture_parts[i]->help(yard);
}

static bool is_going_on(const struct mn_torture *torture)
{
    return torture->still < STILL_MAX && !are_all_done(torture->yard);
}

/* ---- ending ----------------------------------------------------------------------------- */

static void tell_of_task(struct mn_torture *torture, const struct torture_worker *worker)
{
    char at[AT_BYTES];
    torture->counts.broken++;
    mn_task_describe(&worker->task, at, sizeof at);
    MN_ERROR(&torture->kernel->log, "a task did not end", MN_FIELD_STR("task", worker->task.name),
             MN_FIELD_STR("waits_in", at), MN_FIELD_U64("round", worker->rounds),
             MN_FIELD_STR("part", worker->part ? worker->part->name : "none"),
             MN_FIELD_STR("borne", mn_torture_way(worker)));
}

static void end_tasks(struct torture_yard *yard)
{
    for (uint32_t i = 0; i < yard->worker_count; i++)
        mn_task_cancel(&yard->workers[i].task);
    mn_torture_close_office(yard);
}

static void end(struct mn_torture *torture)
{
    struct torture_yard *yard = torture->yard;
    for (uint32_t i = 0; i < yard->worker_count; i++)
        if (!mn_task_is_done(&yard->workers[i].task))
            tell_of_task(torture, &yard->workers[i]);
    end_tasks(yard);
    for (uint32_t i = 0; i < TORTURE_PARTS; i++)
        if (mn_torture_parts[i]->end)
            mn_torture_parts[i]->end(yard);
}

static enum mn_err report(const struct mn_torture *torture)
{
    const struct mn_torture_counts *counts = &torture->counts;
    struct mn_log *log = &torture->kernel->log;
    if (counts->broken > 0) {
        MN_ERROR(log, "promises are broken", MN_FIELD_U64("broken", counts->broken),
                 MN_FIELD_U64("seed", counts->seed), MN_FIELD_U64("rounds", counts->rounds));
        return MN_ERR_FAILED;
    }
    MN_INFO(log, "all promises kept", MN_FIELD_U64("seed", counts->seed),
            MN_FIELD_U64("tasks", torture->settings.tasks),
            MN_FIELD_U64("rounds", counts->rounds), MN_FIELD_U64("dropped", counts->dropped),
            MN_FIELD_U64("killed", counts->killed));
    return MN_OK;
}

static enum mn_poll torture_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_torture *torture = MN_FRAME(co, struct mn_torture);

    MN_CO_BEGIN;
    MN_TRY(mn_heap_alloc(&torture->on.alloc, &torture->kernel->heap, yard_bytes(torture)));
    begin(torture);
    while (is_going_on(torture)) {
        MN_AWAIT(mn_sleep(&torture->on.sleep, LOOK_US));
        look_on(torture);
    }
    end(torture);
    MN_RETURN(report(torture));
    MN_CO_END;
}

static void torture_drop(struct mn_co *co)
{
    struct mn_torture *torture = MN_FRAME(co, struct mn_torture);
    if (!torture->yard)
        return;
    end_tasks(torture->yard);
    mn_heap_finish(&torture->yard->memory.heap);
    mn_heap_free(&torture->kernel->heap, torture->yard);
    torture->yard = NULL;
}

static const struct mn_co_type daemon_type = {
    .name = "torture",
    .poll = torture_poll,
    .drop = torture_drop,
};

struct mn_co *mn_torture(struct mn_torture *frame, struct mn_kernel *kernel,
                         const struct mn_torture_settings *settings)
{
    MN_ASSERT(settings->tasks > 0 && settings->tasks <= MN_TORTURE_TASKS_MAX);
    MN_ASSERT(settings->rounds > 0);
    *frame = (struct mn_torture){.kernel = kernel, .settings = *settings};
    return mn_co_init(&frame->co, &daemon_type);
}
