/* report.h — what went wrong, for somebody who was not there.
 *
 *     tests/x.scenario:7: expect console "3 ok." within 2s
 *       came      "1 2 +\r\nerror -4: stack underflow"
 *       nearest   ...
 *       machine   2.000001s, 5 tasks
 *                 3 console    waiting 1.5s in serial_port:77 > select > wait
 *       log       ...
 *       repeat    melpo test --seed 1 tests/x.scenario
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_REPORT_H
#define MELPO_REPORT_H

#include "run.h"

/* The end of what a peer has said since it was last listened to, and what in it is most like the
 * text that was expected. */
void report_heard(struct run *run, const struct scenario_step *step);

/* The machine, its log, and how to see it again; the end of a report. */
void report_machine(struct run *run);

/* What went wrong on purpose. */
void report_disturbances(struct run *run);

/* The command that repeats it. */
void report_repeat(struct run *run);

/* The same for a run that could not say so itself, because it ended before. */
void report_list(const struct disturb_list *list, FILE *out);
void report_command(const struct scenario *scenario, const struct run_settings *settings,
                    FILE *out);

/* Writes a name as a line of TAP has it: there a bare # begins a directive. */
void report_tap_name(const char *name, FILE *out);

/* Writes a word of a command as a shell would have it, in quotes where it needs them. */
void report_word(const char *word, FILE *out);

/* What stands on the screen, if there is one. */
void report_screen(struct run *run);

/* Writes bytes in quotes, as a scenario would have them. */
void report_quote(const char *bytes, size_t count, FILE *out);

/* The part of `bytes` that becomes `text` with the fewest characters changed; returns how many
 * those are, and SIZE_MAX when the text is too long to look for. */
size_t report_nearest(const char *bytes, size_t count, const struct text *text, size_t *begin,
                      size_t *end);

#endif
