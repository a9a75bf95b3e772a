/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "measure.h"
#include "program.h"
#include "rows.h"

#define REPLAY_RUNS 7u
#define DAY_TICKS 259203.0 /* three a second, and those of the beginning and the end */

/* A machine that says hello each second to nobody, in virtual time. */
#define DAY                                                                                 \
    MELPO_PROGRAM, "--config", "headless.json", "--time", "virtual", "--until", "1d",       \
        "--seed", "1", "--trace", "warn", "--set", "platform.uarts.0.backend=\"null\"",     \
        "--set", "platform.uarts.0.attach=hello"

struct tapes {
    char tape[64];
    bool works;
};

static double run(struct tapes *tapes, const char *const arguments[])
{
    struct program program;
    double begin_ns = measure_wall_ns();
    tapes->works &= program_start(&program, arguments) && program_wait(&program) == 0;
    double spent_ns = measure_wall_ns() - begin_ns;
    close(program.log);
    return spent_ns / 1e6;
}

static double plain(void *context)
{
    static const char *const arguments[] = {DAY, NULL};
    return run(context, arguments);
}

static double recorded(void *context)
{
    struct tapes *tapes = context;
    const char *const arguments[] = {DAY, "--record", tapes->tape, NULL};
    return run(tapes, arguments);
}

static double replayed(void *context)
{
    struct tapes *tapes = context;
    const char *const arguments[] = {MELPO_PROGRAM, "--replay", tapes->tape, NULL};
    return run(tapes, arguments);
}

static void add(struct table *table, const char *what, measure_run ours, struct tapes *tapes)
{
    struct measured measured = measure_pair(ours, plain, tapes, REPLAY_RUNS);
    if (!tapes->works) {
        table_absent(table, what, NO_LIMIT, "the machine did not run");
        return;
    }
    table_row(table, &(struct row){
                         .what = what,
                         .ours = measured.ours * 1e6 / DAY_TICKS,
                         .unit = "ns",
                         .reference_name = "not recorded",
                         .reference = measured.reference * 1e6 / DAY_TICKS,
                         .ratio = measured.ratio,
                     });
}

void replay_rows(struct table *table)
{
    struct tapes tapes = {.works = true};
    snprintf(tapes.tape, sizeof tapes.tape, "/tmp/mn_bench.%d.melpo", (int)getpid());
    add(table, "tick, a day of hello recorded", recorded, &tapes);
    add(table, "tick, the same replayed", replayed, &tapes);
    unlink(tapes.tape);
}
