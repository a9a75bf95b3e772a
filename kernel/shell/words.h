/* words.h — what the host words share.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SHELL_WORDS_H
#define SHELL_WORDS_H

#include "mn/shell/program.h"

#define MN_ROW_BYTES 320u /* the most that one step of a listing writes */

struct mn_program *mn_program_of(struct mn_forth *vm);

/* Where to write at most MN_ROW_BYTES, or NULL: answer MN_FORTH_WAIT. */
struct mn_text *mn_program_row(struct mn_forth *vm);

/* Whether the name is `word`, which is in lower case, in any case. */
bool mn_name_is(const uint8_t *name, uint32_t count, const char *word);

int32_t mn_word_tasks(struct mn_forth *vm);
int32_t mn_word_services(struct mn_forth *vm);

#endif
