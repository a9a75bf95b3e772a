/* step.h — what a line of a scenario may say: one row for each step.
 *
 *     expect   console "3 ok." within 2s
 *     └ name   └──────── form ─────────┘   parse: words ──► struct scenario_step
 *                                          run:   struct run ──► done, waits, failed
 *
 * To add a step, add its row to the table in steps.c and write its two functions. `melpo test
 * --list-steps`, docs/testing.md and the messages about bad lines are made from the table.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_STEP_H
#define MELPO_STEP_H

#include <stdio.h>

#include "scenario.h"

#define STEP_LIMIT_US UINT64_C(5000000) /* of machine time, where the line names none */
#define STEP_KEY_US 50000u              /* between two keys of somebody who types */

struct run;

enum step_result {
    STEP_DONE,   /* on to the next */
    STEP_WAITS,  /* run it again when something has come, or its time is up */
    STEP_FAILED, /* what was wrong is in the run's report */
};

enum step_group {
    STEP_SETTING, /* of the machine, before it starts; not run */
    STEP_TALK,
    STEP_TIME,
    STEP_LOOK,
    STEP_MARK, /* stands before a step */
};

struct step_parsing {
    struct scenario *scenario;
    struct words words;
};

struct step_kind {
    const char *name; /* one word or two */
    enum step_group group;
    const char *form; /* what follows the name, for people */
    const char *what; /* one sentence or two */
    /* Takes what follows the name; false after adding a problem. */
    bool (*parse)(struct step_parsing *parsing, struct scenario_step *step);
    /* Runs it: at first when the step before is done, again after STEP_WAITS. run_is_late says
     * whether limit_us is over; whoever still waits then has failed. NULL for a setting. */
    enum step_result (*run)(struct run *run, const struct scenario_step *step);
};

/* The row of that name, or NULL. */
const struct step_kind *step_find(const char *name);

/* The known name that was probably meant, or NULL. */
const char *step_nearest(const char *name);

/* What --list-steps prints: every step with its form and sentence, at most 80 columns. */
void step_print_all(FILE *out);

/* The rows' functions: settings.c ... */
bool machine_parse(struct step_parsing *parsing, struct scenario_step *step);
bool set_parse(struct step_parsing *parsing, struct scenario_step *step);
bool time_parse(struct step_parsing *parsing, struct scenario_step *step);
bool watchdog_parse(struct step_parsing *parsing, struct scenario_step *step);
bool seed_parse(struct step_parsing *parsing, struct scenario_step *step);
bool disturb_plan_parse(struct step_parsing *parsing, struct scenario_step *step);
bool log_parse(struct step_parsing *parsing, struct scenario_step *step);

/* ... talk_parse.c and talk.c ... */
bool connect_parse(struct step_parsing *parsing, struct scenario_step *step);
bool busy_parse(struct step_parsing *parsing, struct scenario_step *step);
bool send_parse(struct step_parsing *parsing, struct scenario_step *step);
bool paste_parse(struct step_parsing *parsing, struct scenario_step *step);
bool expect_parse(struct step_parsing *parsing, struct scenario_step *step);
bool refuse_parse(struct step_parsing *parsing, struct scenario_step *step);
bool finish_parse(struct step_parsing *parsing, struct scenario_step *step);
bool gone_parse(struct step_parsing *parsing, struct scenario_step *step);
bool cut_parse(struct step_parsing *parsing, struct scenario_step *step);
enum step_result connect_run(struct run *run, const struct scenario_step *step);
enum step_result busy_run(struct run *run, const struct scenario_step *step);
enum step_result send_run(struct run *run, const struct scenario_step *step);
enum step_result expect_run(struct run *run, const struct scenario_step *step);
enum step_result refuse_run(struct run *run, const struct scenario_step *step);
enum step_result finish_run(struct run *run, const struct scenario_step *step);
enum step_result gone_run(struct run *run, const struct scenario_step *step);
enum step_result cut_run(struct run *run, const struct scenario_step *step);

/* ... passing.c ... */
bool wait_parse(struct step_parsing *parsing, struct scenario_step *step);
bool advance_parse(struct step_parsing *parsing, struct scenario_step *step);
bool power_parse(struct step_parsing *parsing, struct scenario_step *step);
bool calm_parse(struct step_parsing *parsing, struct scenario_step *step);
bool exit_parse(struct step_parsing *parsing, struct scenario_step *step);
enum step_result wait_run(struct run *run, const struct scenario_step *step);
enum step_result power_run(struct run *run, const struct scenario_step *step);
enum step_result calm_run(struct run *run, const struct scenario_step *step);
enum step_result exit_run(struct run *run, const struct scenario_step *step);

/* ... keys.c ... */
bool type_parse(struct step_parsing *parsing, struct scenario_step *step);
bool press_parse(struct step_parsing *parsing, struct scenario_step *step);
enum step_result type_run(struct run *run, const struct scenario_step *step);
enum step_result press_run(struct run *run, const struct scenario_step *step);

/* ... screen.c ... */
bool shows_parse(struct step_parsing *parsing, struct scenario_step *step);
bool matches_parse(struct step_parsing *parsing, struct scenario_step *step);
enum step_result shows_run(struct run *run, const struct scenario_step *step);
enum step_result matches_run(struct run *run, const struct scenario_step *step);

/* ... and check.c. */
bool check_parse(struct step_parsing *parsing, struct scenario_step *step);
bool remember_parse(struct step_parsing *parsing, struct scenario_step *step);
enum step_result check_run(struct run *run, const struct scenario_step *step);
enum step_result remember_run(struct run *run, const struct scenario_step *step);

#endif
