/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdlib.h>

#include "bare.h"
#include "machine.h"
#include "measure.h"
#include "rows.h"

#define TIMERS_MAX 100000u
#define HANDS 16u       /* timers that are armed and canceled while the others wait */
#define PAIRS 20000u    /* of arm and cancel, in one run */
#define DELAYS 1024u    /* different ones, up to an hour */
#define CALLS 100000u   /* empty ones, in one run */
#define VISITS_MAX 2000000u /* timers that one run of canceling the soonest may look at, about */

struct wheels {
    struct machine machine;
    struct mn_task task; /* ready already, so that a wake changes nothing */
    struct mn_timer timers[TIMERS_MAX];
    struct mn_timer hands[HANDS];
    uint64_t delays_us[DELAYS];
    uint32_t count;    /* armed of `timers` */
    uint32_t soonest;  /* index of the one that is due first */
    uint64_t begin_us; /* they are due so long after the present, */
    uint64_t width_us; /* and at most so much later */
};

static struct mn_wheel *wheel_of(struct wheels *wheels)
{
    return &wheels->machine.kernel.wheel;
}

/* Arms `count` timers at random moments of a stretch of time. */
static void fill(struct wheels *wheels, uint32_t count)
{
    uint64_t seed = count, soonest_us = MN_TIME_NEVER;
    mn_wheel_init(wheel_of(wheels), 0);
    wheels->count = count;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t random = (uint64_t)measure_random(&seed) << 31 | measure_random(&seed);
        uint64_t due_us = wheels->begin_us + random % wheels->width_us;
        mn_timer_init(&wheels->timers[i]);
        mn_timer_arm(wheel_of(wheels), &wheels->timers[i], due_us, &wheels->task);
        if (due_us < soonest_us) {
            soonest_us = due_us;
            wheels->soonest = i;
        }
    }
}

static void spread(struct wheels *wheels)
{
    wheels->begin_us = MN_MS;
    wheels->width_us = 3600 * MN_S;
}

/* All within one slot, and none of them at a level below it: the worst case. */
static void crowd(struct wheels *wheels)
{
    wheels->begin_us = wheels->width_us = UINT64_C(1) << (4 * MN_WHEEL_DIGIT_BITS);
}

static double empty_calls(void *context)
{
    double begin_ns = measure_thread_ns();
    for (uint32_t i = 0; i < CALLS; i++)
        bare_nothing(context);
    return (measure_thread_ns() - begin_ns) / CALLS;
}

static double arm_and_cancel(void *context)
{
    struct wheels *wheels = context;
    struct mn_wheel *wheel = wheel_of(wheels);
    double begin_ns = measure_thread_ns();
    for (uint32_t i = 0; i < PAIRS; i++) {
        struct mn_timer *timer = &wheels->hands[i % HANDS];
        mn_timer_cancel(wheel, timer); /* armed HANDS turns ago */
        mn_timer_arm(wheel, timer, 1 + wheels->delays_us[i % DELAYS], &wheels->task);
    }
    double spent_ns = measure_thread_ns() - begin_ns;
    for (uint32_t i = 0; i < HANDS; i++)
        mn_timer_cancel(wheel, &wheels->hands[i]);
    return spent_ns / PAIRS;
}

static double cancel_soonest(void *context)
{
    struct wheels *wheels = context;
    struct mn_wheel *wheel = wheel_of(wheels);
    struct mn_timer *soonest = &wheels->timers[wheels->soonest];
    uint64_t due_us = soonest->due_us;
    uint32_t rounds = VISITS_MAX / wheels->count;
    rounds = rounds > PAIRS ? PAIRS : rounds;
    double begin_ns = measure_thread_ns();
    for (uint32_t i = 0; i < rounds; i++) {
        mn_timer_cancel(wheel, soonest);
        uint64_t next_us = mn_wheel_next_us(wheel, 0);
        measure_hide(&next_us);
        mn_timer_arm(wheel, soonest, due_us, &wheels->task);
    }
    return (measure_thread_ns() - begin_ns) / rounds;
}

/* Per timer: armed, brought down level by level, and fired at its own microsecond. */
static double arm_and_fire(void *context)
{
    struct wheels *wheels = context;
    uint32_t count = 1000;
    double begin_ns = measure_thread_ns();
    fill(wheels, count);
    while (wheel_of(wheels)->count > 0) {
        uint64_t now_us = wheel_of(wheels)->now_us;
        mn_wheel_turn(wheel_of(wheels), mn_wheel_next_us(wheel_of(wheels), now_us));
    }
    return (measure_thread_ns() - begin_ns) / count;
}

/* ---- rows ------------------------------------------------------------------------------- */

static void row(struct table *table, const char *what, struct measured measured,
                struct limit limit)
{
    table_row(table, &(struct row){
                         .what = what,
                         .ours = measured.ours,
                         .unit = "ns",
                         .reference_name = "empty call",
                         .reference = measured.reference,
                         .ratio = measured.ratio,
                         .limit = limit,
                     });
}

static const uint32_t sizes[] = {10, 1000, TIMERS_MAX};

static void arm_rows(struct table *table, struct wheels *wheels)
{
    double ours[MN_COUNT_OF(sizes)];
    spread(wheels);
    for (uint32_t i = 0; i < MN_COUNT_OF(sizes); i++) {
        char what[64];
        snprintf(what, sizeof what, "arm and cancel, %u outstanding", sizes[i]);
        fill(wheels, sizes[i]);
        struct measured measured = measure_pair(arm_and_cancel, empty_calls, wheels, RUNS);
        ours[i] = measured.ours;
        row(table, what, measured, AT_MOST(25));
    }
    table_row(table, &(struct row){
                         .what = "arm and cancel is flat: 100000 against 10",
                         .ours = ours[2],
                         .unit = "ns",
                         .reference_name = "10 outstanding",
                         .reference = ours[0],
                         .limit = AT_MOST(1.5),
                     });
}

static void cancel_rows(struct table *table, struct wheels *wheels, const char *where)
{
    for (uint32_t i = 0; i < MN_COUNT_OF(sizes); i++) {
        char what[64];
        snprintf(what, sizeof what, "cancel soonest, ask next, %u %s", sizes[i], where);
        fill(wheels, sizes[i]);
        row(table, what, measure_pair(cancel_soonest, empty_calls, wheels, RUNS), NO_LIMIT);
    }
}

void timer_rows(struct table *table)
{
    struct wheels *wheels = calloc(1, sizeof *wheels);
    if (!wheels)
        abort();
    uint64_t seed = 1;
    machine_open(&wheels->machine);
    wheels->task.kernel = &wheels->machine.kernel;
    wheels->task.queued = true;
    for (uint32_t i = 0; i < DELAYS; i++)
        wheels->delays_us[i] = measure_random(&seed) % (3600 * MN_S);
    for (uint32_t i = 0; i < HANDS; i++)
        mn_timer_init(&wheels->hands[i]);

    arm_rows(table, wheels);
    spread(wheels);
    row(table, "arm, come down and fire, 1000 within an hour",
        measure_pair(arm_and_fire, empty_calls, wheels, RUNS), NO_LIMIT);
    cancel_rows(table, wheels, "spread");
    crowd(wheels);
    cancel_rows(table, wheels, "in one slot");

    mn_wheel_init(wheel_of(wheels), 0);
    machine_close(&wheels->machine);
    free(wheels);
}
