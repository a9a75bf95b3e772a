/* forth_grammar.h — random Forth that is right often enough to get somewhere.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef FORTH_GRAMMAR_H
#define FORTH_GRAMMAR_H

#include <stdint.h>

/* Writes a line of at most `room` characters, without an end; returns its length. */
uint32_t forth_grammar_line(uint64_t *state, char *line, uint32_t room);

/* Turns bytes that somebody else chose, a fuzzer say, into a line in the same way. */
uint32_t forth_grammar_words(const uint8_t *bytes, uint32_t count, char *line, uint32_t room);

#endif
