/* words.h — one line of a scenario, taken word by word from left to right.
 *
 *     expect console "3 ok.\r\n" within 2s   # a comment
 *     word   word    text        word  duration
 *
 * Every call that takes something skips the blanks before it, and answers false after adding one
 * problem, with file, line and column, when it is not there; what is taken after that is undefined.
 *
 * Memory   Borrows the line. Texts and patterns are given, to be freed by the caller.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_SCENARIO_WORDS_H
#define MELPO_SCENARIO_WORDS_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "problems.h"

#define WORD_BYTES 128u          /* of a bare word, its end included */
#define TEXT_BYTES_MAX 4096u     /* of a line, and so of a text in it */
#define REGEX_BYTES_MAX 256u     /* what a regular expression may take in the file */
#define REGEX_COPIES_MAX 10000u  /* product of all its {n} */

struct words {
    const char *name; /* the file's */
    uint32_t line;    /* from 1 */
    const char *begin, *at, *end;
    struct melpo_problems *problems;
};

struct text { /* any bytes; a zero follows them */
    char *bytes;
    size_t count;
};

struct pattern { /* a text as it stands, or a regular expression */
    struct text text;  /* the text, or the expression as regcomp was given it */
    bool is_regex;
    regex_t regex;     /* while is_regex */
};

/* Adds a problem at `at`, which is in the line. Always false. */
bool words_refuse(const struct words *words, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Whether nothing follows but a comment. */
bool words_are_over(struct words *words);

/* Where the next word begins. */
const char *words_next(struct words *words);

/* Takes the next word if it is `word`; no problem if not. */
bool words_skip(struct words *words, const char *word);

/* Takes a word as it stands, or in quotes; `expected` says what it should be. */
bool words_take(struct words *words, char word[WORD_BYTES], const char *expected);

/* Takes all that is left but a comment, without the blanks around it. */
bool words_take_rest(struct words *words, struct text *rest, const char *expected);

/* Takes "text" with the escapes \r \n \t \e \" \\ \xHH. */
bool words_take_text(struct words *words, struct text *text);

/* Takes "text", or /regular expression/: POSIX extended, with the same escapes; `.` and [^...]
 * match no line's end, ^ and $ match at each. */
bool words_take_pattern(struct words *words, struct pattern *pattern);
void pattern_finish(struct pattern *pattern);

/* Takes 2s, 100ms, ... up to 366d. */
bool words_take_duration(struct words *words, uint64_t *duration_us);

/* Takes an optional `word` with a duration behind it; `*duration_us` stays when it is not there. */
bool words_take_limit(struct words *words, const char *word, uint64_t *duration_us);

#endif
