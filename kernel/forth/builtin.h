/* builtin.h — the numbers of the built-in words, for code that compiles them.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef FORTH_BUILTIN_H
#define FORTH_BUILTIN_H

enum builtin {
#define P(id, name, op, operand, flags) B_##id,
#define C(id, name, in, out, flags) B_##id,
#include "words.h"
    B_COUNT
};

#endif
