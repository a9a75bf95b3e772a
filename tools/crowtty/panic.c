/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "mn/base.h"

/* A promise of this program's own is broken; abort restores the terminal on its way. */
_Noreturn void mn_panic(const char *file, unsigned line, const char *what)
{
    fprintf(stderr, "crowtty: a defect of this program at %s:%u: %s\n", file, line, what);
    abort();
}
