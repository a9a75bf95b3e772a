/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "builtin.h"
#include "vm.h"

const struct mn_forth_word mn_forth_builtins[] = {
#define P(id, name_, op_, operand_, flags_) \
    {.name = name_, .op = OP_##op_, .operand = (int32_t)(operand_), .flags = flags_},
#define C(id, name_, in_, out_, flags_)                                                  \
    {.name = name_, .run = mn_forth_w_##id, .op = OP_WORD, .operand = B_##id, .in = in_, \
     .out = out_, .flags = flags_},
#include "words.h"
};
const uint32_t mn_forth_builtin_count = B_COUNT;

const struct mn_forth_word *mn_forth_builtin(uint32_t index)
{
    return index < mn_forth_builtin_count ? &mn_forth_builtins[index] : NULL;
}
