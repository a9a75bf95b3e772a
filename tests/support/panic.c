/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "panic.h"

#include <stdlib.h>

#include "mn/base.h"

void mn_panic(const char *file, unsigned line, const char *what)
{
    mock_assert(0, what, file, (int)line); /* a test may expect a panic */
    abort();
}
