/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdlib.h>

#include "bare.h"
#include "machine.h"
#include "measure.h"
#include "pair.h"
#include "rows.h"

#define ROUNDS 100000u /* requests in one run */
#define CROWD 64u      /* tasks spawned or woken at once */
#define CROWD_RUNS 1000u

/* ---- request and reply ------------------------------------------------------------------ */

static double request_and_reply(uint64_t deadline_us)
{
    static struct machine machine;
    machine_open(&machine);
    double ns = pair_run(&machine, ROUNDS, deadline_us);
    machine_close(&machine);
    return ns;
}

static double without_deadline(void *context)
{
    (void)context;
    return request_and_reply(MN_TIME_NEVER);
}

static double with_deadline(void *context)
{
    (void)context;
    return request_and_reply(5 * MN_S);
}

static double bare_pair(void *context)
{
    (void)context;
    return bare_rounds(ROUNDS);
}

static double bare_pair_inline(void *context)
{
    (void)context;
    return bare_rounds_inline(ROUNDS);
}

/* ---- spawn and finish, wake and poll ---------------------------------------------------- */

struct crowd {
    struct machine machine;
    struct mn_task tasks[CROWD];
    struct mn_co roots[CROWD];
    struct bare_loop bare;
    struct bare_task bare_tasks[CROWD];
};

static enum mn_poll finish_poll(struct mn_co *co, struct mn_task *task)
{
    (void)co;
    (void)task;
    return MN_READY;
}

static enum mn_poll wait_poll(struct mn_co *co, struct mn_task *task)
{
    (void)co;
    (void)task;
    return MN_PENDING;
}

static const struct mn_co_type finish_type = {.name = "finish", .poll = finish_poll};
static const struct mn_co_type wait_type = {.name = "wait", .poll = wait_poll};

static double spawn_and_finish(void *context)
{
    struct crowd *crowd = context;
    double begin_ns = measure_thread_ns();
    for (uint32_t run = 0; run < CROWD_RUNS; run++) {
        for (uint32_t i = 0; i < CROWD; i++)
            mn_spawn(&crowd->machine.kernel, &crowd->tasks[i], "finish",
                     mn_co_init(&crowd->roots[i], &finish_type));
        MN_ASSERT(!mn_tick(&crowd->machine.kernel).is_ready);
    }
    return (measure_thread_ns() - begin_ns) / (CROWD_RUNS * CROWD);
}

static double wake_and_poll(void *context)
{
    struct crowd *crowd = context;
    for (uint32_t i = 0; i < CROWD; i++)
        mn_spawn(&crowd->machine.kernel, &crowd->tasks[i], "wait",
                 mn_co_init(&crowd->roots[i], &wait_type));
    mn_tick(&crowd->machine.kernel);
    double begin_ns = measure_thread_ns();
    for (uint32_t run = 0; run < CROWD_RUNS; run++) {
        for (uint32_t i = 0; i < CROWD; i++)
            mn_task_wake(&crowd->tasks[i]);
        MN_ASSERT(!mn_tick(&crowd->machine.kernel).is_ready);
    }
    double spent_ns = measure_thread_ns() - begin_ns;
    for (uint32_t i = 0; i < CROWD; i++)
        mn_task_cancel(&crowd->tasks[i]);
    return spent_ns / (CROWD_RUNS * CROWD);
}

static bool bare_poll(struct bare_task *task)
{
    (void)task;
    return false;
}

static double bare_wake_and_poll(void *context)
{
    struct crowd *crowd = context;
    bare_init(&crowd->bare);
    for (uint32_t i = 0; i < CROWD; i++)
        crowd->bare_tasks[i] = (struct bare_task){.loop = &crowd->bare, .poll = bare_poll};
    double begin_ns = measure_thread_ns();
    for (uint32_t run = 0; run < CROWD_RUNS; run++) {
        for (uint32_t i = 0; i < CROWD; i++)
            bare_wake(&crowd->bare_tasks[i]);
        bare_run(&crowd->bare);
    }
    return (measure_thread_ns() - begin_ns) / (CROWD_RUNS * CROWD);
}

/* ---- rows ------------------------------------------------------------------------------- */

static void row(struct table *table, const char *what, const char *reference_name,
                struct measured measured, struct limit limit)
{
    table_row(table, &(struct row){
                         .what = what,
                         .ours = measured.ours,
                         .unit = "ns",
                         .reference_name = reference_name,
                         .reference = measured.reference,
                         .ratio = measured.ratio,
                         .limit = limit,
                     });
}

void kernel_rows(struct table *table)
{
    row(table, "request and reply", "bare loop",
        measure_pair(without_deadline, bare_pair, NULL, RUNS), AT_MOST(3));
    row(table, "request and reply, inlined reference", "bare loop inlined",
        measure_pair(without_deadline, bare_pair_inline, NULL, RUNS), NO_LIMIT);
    row(table, "request and reply, with a deadline", "bare loop",
        measure_pair(with_deadline, bare_pair, NULL, RUNS), NO_LIMIT);

    static struct crowd crowd;
    machine_open(&crowd.machine);
    row(table, "spawn and finish", "bare wake + poll",
        measure_pair(spawn_and_finish, bare_wake_and_poll, &crowd, RUNS), NO_LIMIT);
    row(table, "wake and poll", "bare wake + poll",
        measure_pair(wake_and_poll, bare_wake_and_poll, &crowd, RUNS), NO_LIMIT);
    machine_close(&crowd.machine);
}
