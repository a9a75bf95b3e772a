/* pair.h — two tasks, of which one asks and the other answers: request and reply.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef PAIR_H
#define PAIR_H

#include "machine.h"

/* Has a client ask `rounds` times on a machine that was just opened, each time with a deadline.
 * Returns nanoseconds for one request and its reply. The machine is closed afterwards. */
double pair_run(struct machine *machine, uint32_t rounds, uint64_t deadline_us);

#endif
