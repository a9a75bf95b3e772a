/* machine_words.c — the table of a machine without a display. See mn_host_words.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "shell/word_table.h"

static const struct mn_forth_word words[] = {MACHINE_WORDS(WORD_ENTRY)};
static const struct mn_help help[] = {MACHINE_WORDS(WORD_HELP)};

const struct mn_host_words mn_host_words = {words, help, MN_COUNT_OF(words)};
