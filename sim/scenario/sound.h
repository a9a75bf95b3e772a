/* sound.h — whether the kernel is sound all along a scenario (mn/audit.h).
 *
 * Where it is not the step has failed, whatever went wrong on purpose: the report is written and
 * the process ends, which was made for this scenario alone.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_SOUND_H
#define MELPO_SOUND_H

#include "run.h"

/* Looks now, unless something is ready or the run has failed already. */
void sound_look(struct run *run);

/* For each sleep of the machine's: looks closely after each step's begin and each fault, and where
 * it has nothing to do for far longer than before; else now and then. */
void sound_look_after_sleep(struct run *run);

#endif
