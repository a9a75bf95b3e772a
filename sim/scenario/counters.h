/* counters.h — the figures of a machine that a scenario can check.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_COUNTERS_H
#define MELPO_COUNTERS_H

#include <stdio.h>

#include "board.h"
#include "scenario.h"

struct counter {
    const char *name; /* with "uart.NAME." before it if it is one UART's */
    const char *what; /* for people */
    bool is_uart;
    uint64_t (*read)(const struct board *board, uint32_t uart);
};

/* Takes the name of a counter. */
bool counter_take(struct words *words, struct counter_name *name);

/* What --list-steps says of them. */
void counter_print_all(FILE *out);

#endif
