/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "forth_grammar.h"

#include <string.h>

#include "mn/forth.h"
#include "random.h"

/* What a program is made of besides the built-in words: numbers of interest, names, pieces that
 * open and close something. */
static const char *const pieces[] = {
    "0", "1", "2", "3", "-1", "7", "16", "65536", "65540", "66000", "67000", "-2147483648",
    "2147483647", "$ffffff", "$800000", "$58540000", "$58540010", "$58540130", "$574c0001", "a",
    "b", "c", "d", "a", "b", "v", "' a", "' b execute", "['] a catch", "' c catch", ": a", ": b",
    ": c", ";", ";", ";", "; immediate", "variable v", "v @", "5 v !", "create d", "does>",
    "if", "then", "else", "begin", "until", "while", "repeat", "again", "5 0 do", "loop", "do",
    "+loop", "2 +loop", "?do", "leave", "i", "case", "1 of", "endof", "endcase", "recurse",
    "exit", ">r", "r>", "r@", "2>r", "2r>", "marker m", "m", "forget a", "forget b", "postpone a",
    "postpone if", "postpone then", "[", "]", "literal", "s\" 1 2 a\"", "evaluate", "s\" : a 5 ;\"",
    "s\" m\"", "here", "here 100 -", "pad", "10 0", "{: a b :}", "{: c | d :}", "to a", "to v",
    "value x", "to x", "x", "defer y", "is y", "y", "action-of y", ":noname", "throw", "catch",
    "synonym z a", "z", "abort\" no\"", ".\" text\"", "[if]", "[then]", "[else]", "compile,",
    "1 cs-roll", "0 cs-pick", "wordlist set-current", "only forth definitions", "2 n>r", "nr>",
    "immediate", "base !", "state !", ">in !", "dup 5 < if", "2dup = until", "1+ loop", "+ loop",
    "cells + @", "i + c@", "over + swap", "swap drop", "dup if", "?dup if", "6 >r", "exit",
};
#define PIECES ((uint32_t)(sizeof pieces / sizeof pieces[0]))

static uint32_t count_builtins(void)
{
    uint32_t words = 0;
    while (mn_forth_builtin(words))
        words++;
    return words;
}

/* Two thirds pieces, one third built-in words. */
static const char *choose(uint32_t number, uint32_t words)
{
    if (number % 3 != 0)
        return pieces[number / 3 % PIECES];
    return mn_forth_builtin(number / 3 % words)->name;
}

static uint32_t append(char *line, uint32_t at, uint32_t room, const char *word)
{
    uint32_t count = (uint32_t)strlen(word);
    if (count + 1 > room - at)
        return at;
    memcpy(line + at, word, count);
    line[at + count] = ' ';
    return at + count + 1;
}

uint32_t forth_grammar_line(uint64_t *state, char *line, uint32_t room)
{
    uint32_t builtins = count_builtins();
    uint32_t words = 1 + test_random_below(state, 24), at = 0;
    while (words--)
        at = append(line, at, room, choose((uint32_t)test_random(state), builtins));
    return at;
}

uint32_t forth_grammar_words(const uint8_t *bytes, uint32_t count, char *line, uint32_t room)
{
    uint32_t builtins = count_builtins(), at = 0;
    for (uint32_t i = 0; i + 1 < count; i += 2)
        at = append(line, at, room, choose((uint32_t)(bytes[i] | bytes[i + 1] << 8), builtins));
    return at;
}
