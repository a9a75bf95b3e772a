/* shown.h — text of mux ports, printed here line by line.
 *
 *     port 1: hello
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_SHOWN_H
#define CROWTTY_SHOWN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "options.h"

#define SHOWN_LINE_BYTES 256u /* a longer one is printed as several */

struct shown {
    FILE *out;
    uint64_t ports; /* bit n: port n is shown */
    bool is_colored;
    struct {
        char bytes[SHOWN_LINE_BYTES];
        uint32_t count;
    } lines[MUX_PORTS_MAX];
};

void shown_init(struct shown *shown, FILE *out, uint64_t ports, bool is_colored);

/* Prints the lines that end in the data; an unfinished one waits for its end. */
void shown_take(struct shown *shown, uint16_t port, const uint8_t *data, uint32_t count);

/* Prints the unfinished lines: nothing will follow. */
void shown_flush(struct shown *shown);

#endif
