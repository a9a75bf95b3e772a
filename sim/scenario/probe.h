/* probe.h — one run in a process of its own, whatever becomes of it there.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_PROBE_H
#define MELPO_PROBE_H

#include <stdio.h>
#include <sys/types.h>

#include "run.h"

#define PROBE_SAID_BYTES 65536u

struct probe { /* shared with that process */
    struct disturb_list list;
    struct run_marks marks;
};

/* Memory to be shared with processes to come, zeroed; NULL: there is none. */
void *probe_map(size_t bytes);

/* In a child: it is killed when the parent, of that number, ends. Whoever tests may be stopped at
 * any moment, by Ctrl-C or because CI has no more patience, and then nobody wants to know. */
void probe_end_with(pid_t parent);

/* In a child: runs it, with all that is said going to `fd`, and ends with its status. */
_Noreturn void probe_be(const struct scenario *scenario, const struct run_settings *settings,
                        int fd);

/* In whatever runs one: it is ended when it has taken longer than the run may, and a little. */
void probe_set_alarm(const struct run_settings *settings);

/* Waits for the end of a child; returns its status, as waitpid has it. */
int probe_wait(pid_t pid);

bool probe_has_held(int status);

/* For a run that was not able to say so itself: the step on `line`, where it was; and what its end
 * was, by the status. */
void probe_say_place(const struct scenario *scenario, uint32_t line, FILE *out);
void probe_say_end(int status, FILE *out);

/* Runs it once, and says whether it holds. What it says goes to `out`; with NULL it goes nowhere.
 * `settings` need no list and no marks. */
bool probe_run(const struct scenario *scenario, const struct run_settings *settings,
               struct probe *probe, FILE *out);

/* The same, with what it says in `said`, cut to PROBE_SAID_BYTES including the final zero. False:
 * the host has no room to hear it, and it was not run. */
bool probe_hear(const struct scenario *scenario, const struct run_settings *settings,
                struct probe *probe, char said[PROBE_SAID_BYTES], bool *has_held);

#endif
