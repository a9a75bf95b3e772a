/* name.c — what an execution token is called: the one look into the Forth machine from outside.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "forth/vm.h"
#include "mn/shell/program.h"

void mn_program_name(const struct mn_forth *vm, uint32_t xt, struct mn_text *text)
{
    struct word_view view;
    if (mn_forth_view_xt(vm, xt, &view))
        mn_text_bytes(text, (const char *)view.name, view.count);
}
