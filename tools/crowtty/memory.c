/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "memory.h"

#include <stdio.h>

void *memory_zeroed(size_t count, size_t bytes)
{
    void *memory = calloc(count, bytes);
    if (memory)
        return memory;
    fputs("crowtty: no memory\n", stderr);
    exit(1);
}
