/* memory.h — memory of a program that cannot go on without it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_MEMORY_H
#define CROWTTY_MEMORY_H

#include <stddef.h>
#include <stdlib.h>

/* Zeroed, to be freed with free(). Says so and ends the program with status 1 when there is none:
 * every table here has a bound, so the machine is beyond help then. */
void *memory_zeroed(size_t count, size_t bytes);

#endif
