/* color.h — whether the reader of a stream wants colors.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef TOOLS_COMMON_COLOR_H
#define TOOLS_COMMON_COLOR_H

#include <stdbool.h>
#include <stdio.h>

/* True when `out` is a terminal that the environment does not call dumb, and there is no NO_COLOR
 * in it (or an empty one). */
bool host_color_is_wanted(FILE *out);

#endif
