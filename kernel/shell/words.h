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

/* "name ( effect ) text" for each built-in word; ends with NULL. */
extern const char *const mn_builtin_help[];

/* What a bag item that is a port of the serial mux has as its kind. */
extern const char mn_mux_port_kind[];

/* Adds "mux port 5". */
void mn_mux_port_row(const void *thing, struct mn_text *text);

/* Whether the wish of the word at work came true; it is forgotten with that. */
bool mn_program_has_come_true(struct mn_program *program);

/* Gives up the opening of a mux port. */
void mn_program_drop_open(struct mn_program *program);

/* Lets go of what the program draws on. Harmless if there is nothing. */
void mn_program_drop_drawing(struct mn_program *program);

#endif
