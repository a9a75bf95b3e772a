/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_demand(bool kept, const char *file, unsigned line, const char *what)
{
    if (kept)
        return;
    fprintf(stderr, "%s:%u: %s\n", file, line, what);
    abort();
}

void *fuzz_alone(const void *data, size_t count)
{
    void *copy = malloc(count ? count : 1);
    demand(copy != NULL, "no memory");
    if (count > 0)
        memcpy(copy, data, count);
    return copy;
}
