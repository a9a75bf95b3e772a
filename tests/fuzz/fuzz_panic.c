/* fuzz_panic.c — a panic of the kernel's is what fuzzing looks for.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "fuzz.h"
#include "mn/base.h"

_Noreturn void mn_panic(const char *file, unsigned line, const char *what)
{
    fuzz_demand(false, file, line, what);
    __builtin_unreachable();
}
