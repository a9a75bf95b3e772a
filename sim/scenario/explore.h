/* explore.h — the same scenarios under many seeds, and what is left of a failure.
 *
 *     seeds 1, 2, 3 ... ──► a crew ──► the first run that fails
 *                                         │ again, with fewer disturbances,
 *                                         ▼ as long as it still fails
 *                                      the reduced case, and its command
 *
 * Every second seed has faults, unless the plan is given. Scenarios in real time are left out,
 * since nothing about them can be repeated, and so are those that say `disturb none`.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_EXPLORE_H
#define MELPO_EXPLORE_H

#include "probe.h"
#include "verdict.h"

/* Explores `seeds` seeds and prints what came of it as TAP.
 *
 * Returns  MELPO_EXIT_OK      everything holds under all of them
 *          MELPO_EXIT_SCRIPT  something does not
 *          MELPO_EXIT_FAILED  there are no processes or no memory to do it */
int explore(const struct scenario *scenarios, size_t count, const struct job_settings *settings,
            uint64_t seeds);

/* ---- reduce.c ---- */

/* Looks for a smaller case that fails in the same way: leaves out what the failure does not need,
 * then tries few disturbances under other seeds. `settings` have the seed and a plan with which it
 * fails, and `probe` what went wrong then; both are those of the smallest case in the end. Returns
 * how many runs that took, on so many processors; `*is_other`: only a case that fails in another
 * way is small. */
uint32_t reduce(const struct scenario *scenario, struct run_settings *settings,
                struct probe *probe, unsigned workers_max, bool *is_other);

#endif
