/* Compiled for another machine and never linked: sizes32.py reads the numbers in the assembly.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "sizes.h"

#define SIZE_OF(name, type, text, most) \
    extern const unsigned size_of_##name; \
    const unsigned size_of_##name = sizeof(type);
SIZES_MAP(SIZE_OF)
