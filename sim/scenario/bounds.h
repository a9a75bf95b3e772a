/* bounds.h — what ends a run that would not end, or that need not go on.
 *
 *     after each sleep   its watchdog has found somebody stuck, where that is an error
 *                        its kernel is not sound (sound.h)
 *                        nothing has to hold any more after a fault, and it is busy still
 *                        virtual time stands still, or it does not halt
 *     the host's clock   the file has taken more than its ceiling
 *
 * Each ends it as a failure, but where the step is excused: then the machine is asked to halt.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_BOUNDS_H
#define MELPO_BOUNDS_H

#include "run.h"

/* Begins to look, on an open board, until bounds_close. */
void bounds_open(struct run *run);

void bounds_close(struct run *run);

#endif
