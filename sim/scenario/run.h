/* run.h — one scenario on one machine.
 *
 *               ┌── turn ──────────────────────────────┐
 *     alarm ──► │ move the peers' bytes; run the step; │ ──► an alarm when its time is up
 *               │ done: the next one                   │
 *               └──────────────────────────────────────┘
 *     news from a UART: an alarm at once
 *
 * Steps run in alarms of the machine, so that they happen at machine times, between ticks, and a
 * run in virtual time is the same every time. A scenario ends with its last step: the machine is
 * then halted in order.
 *
 * Faults   Under a plan with faults a step that fails after the first of them is passed over unless
 *          it is marked with `must`, and even then after memory was refused or a task killed. What
 *          always holds: the machine halts when it is asked to, and leaves nothing behind.
 * Bounds   Every step has a limit in machine time. A machine that is never idle lets no virtual
 *          time pass: RUN_TICKS_STILL ticks without that end the run, and so does the ceiling in
 *          the host's time. Where nothing has to hold any more after a fault, RUN_TICKS_EXCUSED
 *          ticks are enough: the machine is then asked to halt.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_RUN_H
#define MELPO_RUN_H

#include "board.h"
#include "glass.h"
#include "peers.h"
#include "picture.h"
#include "step.h"

#define RUN_TICKS_STILL 100000u
#define RUN_TICKS_EXCUSED 30000u
#define RUN_CEILING_US 60000000u /* of the host's time, where nothing else is said */
#define RUN_SEED 1u
#define RUN_SLACK_US 1000u

struct run_room { /* memory for heaps, the same for one run after the other */
    uint8_t *bytes;
    size_t count;
};

struct run_marks {
    uint32_t line;     /* of the step it is at; 0: before the first */
    bool is_cut_short; /* it was ended early, since nothing had to hold any more */
};

struct run_settings {
    const char *program;   /* for the command that repeats it */
    const struct run_room *room; /* where the heap is, if it is large enough; or NULL */
    bool has_seed;         /* else the scenario's, or RUN_SEED and the plain order of things */
    uint64_t seed;
    bool has_plan;         /* else the scenario's, or timing if there is a seed */
    struct disturb_plan plan;
    struct disturb_list *list; /* what went wrong on purpose is kept here, likewise; never NULL */
    uint64_t ceiling_us;   /* of the host's time */
    bool is_update;        /* golden pictures are written, not compared */
    const char *pictures;  /* the folder for pictures of what went wrong; NULL: none are made */
    const char *record;    /* a file to record the run in; NULL: none */
    struct run_marks *marks; /* kept for whoever outlives the run; never NULL */
};

struct run {
    const struct scenario *scenario;
    const struct run_settings *settings;
    struct board board;
    struct log_text log;
    struct recorder recorder;
    FILE *log_file;          /* into the peer SCENARIO_LOG */
    struct peers peers;
    struct glass glass;      /* of the machine's screen, if it has one */
    struct sim_alarm turn;
    struct sim_watcher look; /* after every sleep */
    uv_timer_t ceiling;
    size_t step;             /* index of the one being run; step_count: all are done */
    uint64_t since_us;       /* when it began */
    bool has_begun;
    size_t sent_bytes;       /* of the text the step sends */
    uint64_t soon_us;        /* look at the step again after so long; 0: when something comes */
    bool is_turning, has_news;
    bool is_over, has_failed;
    bool has_started;        /* else `board` is not to be touched */
    bool has_halted;
    int halt_code;
    bool is_power_pressed;
    uint64_t still_us, still_ticks; /* since when virtual time has not moved */
    uint64_t first_ticks;    /* when something first went wrong on purpose; 0: not yet */
    uint64_t sleeps;         /* since the step began, or something went wrong on purpose */
    uint64_t longest_us;     /* of these */
    uint32_t faults_seen;
    uint64_t notes[SCENARIO_NOTES_MAX];
    uint64_t seed;
    struct disturb_plan plan;
    const struct scenario_step *golden_of; /* whose golden picture is read; NULL: nobody's */
    struct picture golden;
    FILE *report;            /* what is wrong goes there: one of the next two */
    FILE *told;
    FILE *untold;            /* for steps that may fail under faults; NULL without any */
};

/* The seed and the plan that are in force. */
uint64_t run_seed(const struct scenario *scenario, const struct run_settings *settings);
struct disturb_plan run_plan(const struct scenario *scenario, const struct run_settings *settings);

/* Runs it. Writes to `report` what was wrong, if anything.
 *
 * Returns  MELPO_EXIT_OK, MELPO_EXIT_SCRIPT, or MELPO_EXIT_FAILED when the machine cannot start. */
int scenario_run(const struct scenario *scenario, const struct run_settings *settings,
                 FILE *report);

/* ---- for what ends it early (bounds.h) ---- */

/* Whether something has gone wrong on purpose. */
bool run_is_disturbed(const struct run *run);

/* Whether the present step may fail after what has gone wrong on purpose. */
bool run_is_excused(const struct run *run);

/* No step after this: the machine is asked to halt. */
void run_end(struct run *run, bool has_failed);

/* ---- for steps ---- */

/* Whether the step's limit is over: nothing can come in time any more. */
bool run_is_late(const struct run *run);

/* Whether so much machine time has passed as the step says. */
bool run_has_passed(const struct run *run);

/* For a step that waits for what is not told: it is run again after so long. */
void run_look_again(struct run *run, uint64_t soon_us);

/* Whether the machine has done all there was to do when the step began; if not, the step waits, and
 * is run again when it has. */
bool run_has_settled(struct run *run);

/* Begins the report, with the step that failed; the others add to it, each a line. Always
 * STEP_FAILED. */
enum step_result run_fail(struct run *run, const char *label, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void run_say(struct run *run, const char *label, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
