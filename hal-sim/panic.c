/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "mn/base.h"

#define EXIT_PANIC 4

/* Nothing else can be trusted any more: no buffers are flushed but this one, no handlers run. A
 * breakpoint here shows how it came to this. */
_Noreturn void mn_panic(const char *file, unsigned line, const char *what)
{
    fflush(stdout);
    fprintf(stderr, "melpo: kernel panic at %s:%u: %s\n", file, line, what);
    fflush(stderr);
    _exit(EXIT_PANIC);
}
