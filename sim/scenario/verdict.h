/* verdict.h — what has become of each scenario, and who is told.
 *
 *     jobs.c ──► struct verdict ──► tap.c    lines on standard output, as they come
 *                              └──► junit.c  a file, at the end
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_VERDICT_H
#define MELPO_VERDICT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "run.h"

struct verdict {
    bool is_done, has_held;
    char *text;       /* what was wrong, or is to be said, lines; NULL: nothing. To be freed */
    uint64_t wall_us; /* how long it took the host */
};

struct job_settings {
    struct run_settings run;
    unsigned jobs_max; /* at once, at least 1 */
    const char *recordings; /* the folder for recordings of what fails; NULL: none are kept */
};

/* Runs each scenario in a process of its own, so that a machine that panics or hangs is only a
 * failure, and calls `done` for each in the order given. Fills `verdicts`. */
void jobs_run(const struct scenario *scenarios, struct verdict *verdicts, size_t count,
              const struct job_settings *settings, void (*done)(const char *name, size_t index,
                                                                const struct verdict *verdict));

/* Writes all of it as JUnit XML. */
void junit_write(const struct scenario *scenarios, const struct verdict *verdicts, size_t count,
                 FILE *out);

#endif
