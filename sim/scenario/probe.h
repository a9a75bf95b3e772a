/* probe.h — one run in a process of its own, whatever becomes of it there.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_PROBE_H
#define MELPO_PROBE_H

#include <stdio.h>
#include <sys/types.h>

#include "run.h"

struct probe { /* shared with that process */
    struct disturb_list list;
    struct run_marks marks;
};

/* Memory to be shared with processes to come, zeroed; NULL: there is none. */
void *probe_map(size_t bytes);

/* In a child: it is killed when the parent, of that number, ends. Whoever tests may be stopped at
 * any moment, by Ctrl-C or because CI has no more patience, and then nobody wants to know. */
void probe_end_with(pid_t parent);

/* Runs it once, and says whether it holds. What it says goes to `out`; with NULL it goes nowhere.
 * `settings` need no list and no marks. */
bool probe_run(const struct scenario *scenario, const struct run_settings *settings,
               struct probe *probe, FILE *out);

#endif
