/* mem.h — the four memory functions every target must have; compilers call them too.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_MEM_H
#define MN_MEM_H

#include <stddef.h>

/* As the C standard says. */
void *memcpy(void *restrict target, const void *restrict source, size_t count);
void *memmove(void *target, const void *source, size_t count);
void *memset(void *target, int byte, size_t count);
int memcmp(const void *left, const void *right, size_t count);

#endif
