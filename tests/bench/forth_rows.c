/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "forth_rival.h"
#include "measure.h"
#include "rows.h"

#define FORTH_RUNS 5u
#define EMPTY FORTH_PROGRAMS "/empty.fs"

static const struct job {
    const char *path, *what;
} jobs[] = {
    {FORTH_PROGRAMS "/fib.fs", "recursive fib"},
    {FORTH_PROGRAMS "/sieve.fs", "sieve"},
    {FORTH_PROGRAMS "/sort.fs", "sort"},
    {FORTH_PROGRAMS "/loops.fs", "nested loops"},
    {FORTH_PROGRAMS "/output.fs", "string output"},
};

#define JOBS (sizeof jobs / sizeof jobs[0])

static const char is_missing[] = "it is not installed";

struct match {
    int out;                           /* where all of them print */
    const char *trouble[FORTH_RIVALS]; /* why it is not measured, or NULL */
    double empty_ms[FORTH_RIVALS];     /* to start and to end */
    double ms[JOBS][FORTH_RIVALS];     /* medians, without that */
    double ratio[JOBS][FORTH_RIVALS];  /* ours / theirs, median of the turns */
};

/* ---- running ---------------------------------------------------------------------------- */

/* Runs once; what goes wrong is noted for good. */
static double run(struct match *match, unsigned which, const char *path,
                  struct forth_printed *printed)
{
    double spent_ms = 0;
    if (match->trouble[which])
        return 0;
    enum forth_end end = forth_rival_run(&forth_rivals[which], path, printed, &spent_ms);
    if (end != FORTH_RAN)
        match->trouble[which] = end == FORTH_MISSING ? is_missing : "it fails";
    return spent_ms;
}

static void run_empty(struct match *match)
{
    char nothing[1];
    struct forth_printed printed = {.fd = match->out, .bytes = nothing};
    double ms[FORTH_RIVALS][FORTH_RUNS];
    for (unsigned turn = 0; turn < FORTH_RUNS; turn++) {
        for (unsigned which = 0; which < FORTH_RIVALS; which++)
            ms[which][turn] = run(match, which, EMPTY, &printed);
    }
    for (unsigned which = 0; which < FORTH_RIVALS; which++)
        match->empty_ms[which] = measure_median(ms[which], FORTH_RUNS);
}

/* Some say more at their end; what the program printed comes before. */
static void compare_printed(struct match *match, struct forth_printed printed[FORTH_RIVALS])
{
    const struct forth_printed *ours = &printed[FORTH_OURS];
    if (!match->trouble[FORTH_OURS] && ours->count == 0)
        match->trouble[FORTH_OURS] = "it prints nothing";
    for (unsigned which = 1; which < FORTH_RIVALS; which++) {
        const struct forth_printed *theirs = &printed[which];
        if (match->trouble[FORTH_OURS] || match->trouble[which])
            continue;
        if (theirs->count < ours->count || memcmp(theirs->bytes, ours->bytes, ours->count) != 0)
            match->trouble[which] = "it prints something else";
    }
}

static void run_job(struct match *match, size_t at)
{
    struct forth_printed printed[FORTH_RIVALS];
    double ms[FORTH_RIVALS][FORTH_RUNS], ratios[FORTH_RIVALS][FORTH_RUNS];
    for (unsigned which = 0; which < FORTH_RIVALS; which++)
        printed[which] = (struct forth_printed){.fd = match->out};
    for (unsigned turn = 0; turn < FORTH_RUNS; turn++) {
        for (unsigned which = 0; which < FORTH_RIVALS; which++) {
            ms[which][turn] =
                run(match, which, jobs[at].path, &printed[which]) - match->empty_ms[which];
            ratios[which][turn] = ms[FORTH_OURS][turn] / ms[which][turn];
        }
    }
    compare_printed(match, printed);
    for (unsigned which = 0; which < FORTH_RIVALS; which++) {
        match->ms[at][which] = measure_median(ms[which], FORTH_RUNS);
        match->ratio[at][which] = measure_median(ratios[which], FORTH_RUNS);
        free(printed[which].bytes);
    }
}

/* ---- the table -------------------------------------------------------------------------- */

static void print_row(struct table *table, const struct match *match, unsigned which,
                      const char *what, struct row row)
{
    if (match->trouble[which] == is_missing)
        return; /* said once, at the end */
    if (match->trouble[which]) {
        char why[80];
        snprintf(why, sizeof why, "%s: %s", forth_rivals[which].name, match->trouble[which]);
        table_absent(table, what, row.limit, why);
        return;
    }
    row.what = what;
    row.unit = "ms";
    row.reference_name = forth_rivals[which].name;
    table_row(table, &row);
}

static void print_job(struct table *table, const struct match *match, size_t at)
{
    for (unsigned which = 1; which < FORTH_RIVALS; which++)
        print_row(table, match, which, jobs[at].what,
                  (struct row){
                      .ours = match->ms[at][FORTH_OURS],
                      .reference = match->ms[at][which],
                      .ratio = match->ratio[at][which],
                      .limit = which == FORTH_PFORTH ? AT_MOST(0.5) : NO_LIMIT,
                  });
}

static void print_mean(struct table *table, const struct match *match, unsigned which)
{
    double ours = 0, theirs = 0, ratio = 0;
    for (size_t at = 0; at < JOBS; at++) {
        ours += log(match->ms[at][FORTH_OURS]) / JOBS;
        theirs += log(match->ms[at][which]) / JOBS;
        ratio += log(match->ratio[at][which]) / JOBS;
    }
    print_row(table, match, which, "geometric mean of these",
              (struct row){
                  .ours = exp(ours),
                  .reference = exp(theirs),
                  .ratio = exp(ratio),
                  .limit = which == FORTH_ITC ? AT_MOST(1) : NO_LIMIT,
              });
}

/* Not our fault, and thus not missed. */
static void print_missing(struct table *table, const struct match *match)
{
    char what[48];
    for (unsigned which = 1; which < FORTH_RIVALS; which++) {
        if (match->trouble[which] != is_missing)
            continue;
        snprintf(what, sizeof what, "all of these against %s", forth_rivals[which].name);
        table_absent(table, what, NO_LIMIT, is_missing);
    }
}

void forth_rows(struct table *table)
{
    struct match match = {.out = memfd_create("printed", MFD_CLOEXEC)};
    if (match.out < 0)
        abort();
    run_empty(&match);
    for (size_t at = 0; at < JOBS; at++)
        run_job(&match, at);
    close(match.out);
    if (match.trouble[FORTH_OURS]) {
        table_absent(table, "all of it", AT_MOST(1), match.trouble[FORTH_OURS]);
        return;
    }
    for (size_t at = 0; at < JOBS; at++)
        print_job(table, &match, at);
    for (unsigned which = 1; which < FORTH_RIVALS; which++)
        print_mean(table, &match, which);
    print_missing(table, &match);
}
