/* machine.h — a kernel on a machine that costs nothing: the clock stands still, nothing interrupts.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MACHINE_H
#define MACHINE_H

#include "mn/kernel.h"

#define MACHINE_ARENA_BYTES (64u * 1024u)

struct machine {
    struct mn_kernel kernel;
    struct mn_hal hal;
    uint64_t now_us;
    uint8_t arena[MACHINE_ARENA_BYTES];
};

void machine_open(struct machine *machine);
void machine_close(struct machine *machine);

#endif
