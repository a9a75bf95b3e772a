/* number.h — numbers of the command line.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_NUMBER_H
#define CROWTTY_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Decimal digits and nothing else, at most `max`. */
bool number_parse(const char *text, uint32_t max, uint32_t *value);

/* "0,1,10-13" as bits 0, 1 and 10 to 13; "none" as 0. Each at most 63. */
bool number_list_parse(const char *text, uint64_t *bits);

/* A rate that serial devices have, as a termios constant; 0 if it is none. */
unsigned number_baud(uint32_t baud);
bool number_is_baud(uint32_t baud);

#endif
