/* counters.h — the figures of a machine that a scenario can check.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_COUNTERS_H
#define MELPO_COUNTERS_H

#include <stdio.h>

#include "board.h"
#include "scenario.h"

enum counter_owner { COUNTER_MACHINE, COUNTER_UART, COUNTER_MUX, COUNTER_PORT };

struct counter {
    const char *name; /* behind what its owner has before it: "uart.NAME.", "mux.", "mux.PORT." */
    const char *what; /* for people */
    enum counter_owner owner;
    uint64_t (*read)(const struct board *board, uint32_t number);
};

/* Takes the name of a counter. */
bool counter_take(struct words *words, struct counter_name *name);

/* What --list-steps says of them. */
void counter_print_all(FILE *out);

#endif
