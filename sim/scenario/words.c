/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "words.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tools/common/quote.h"
#include "tools/common/utf8.h"
#include "values.h"

#define DURATION_US_MAX (UINT64_C(366) * 86400 * 1000000)

static uint32_t column_of(const struct words *words, const char *at)
{
    uint32_t column = 1;
    for (const char *from = words->begin; from < at; column++) {
        size_t bytes = host_utf8_length(from, (size_t)(at - from));
        from += bytes ? bytes : 1;
    }
    return column;
}

bool words_refuse(const struct words *words, const char *at, const char *format, ...)
{
    char message[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    melpo_problems_add(words->problems, "melpo: %s:%u:%u: %s", words->name, words->line,
                       column_of(words, at), message);
    return false;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

const char *words_next(struct words *words)
{
    while (words->at < words->end && is_blank(*words->at))
        words->at++;
    return words->at;
}

bool words_are_over(struct words *words)
{
    words_next(words);
    return words->at == words->end || *words->at == '#';
}

static const char *end_of_word(const struct words *words)
{
    const char *end = words->at;
    while (end < words->end && !is_blank(*end))
        end++;
    return end;
}

bool words_skip(struct words *words, const char *word)
{
    size_t count = strlen(word);
    words_next(words);
    if ((size_t)(end_of_word(words) - words->at) != count || memcmp(words->at, word, count) != 0)
        return false;
    words->at += count;
    return true;
}

/* Says what was expected, and what is there instead. */
static bool refuse_next(struct words *words, const char *expected)
{
    char found[WORD_BYTES], quoted[HOST_QUOTE_SHORT_BYTES];
    if (words_are_over(words))
        return words_refuse(words, words->at, "expected %s, and the line ends", expected);
    snprintf(found, sizeof found, "%.*s", (int)(end_of_word(words) - words->at), words->at);
    host_quote_short(found, quoted);
    return words_refuse(words, words->at, "expected %s, got %s", expected, quoted);
}

bool words_take(struct words *words, char word[WORD_BYTES], const char *expected)
{
    if (words_are_over(words))
        return refuse_next(words, expected);
    const char *begin = words->at;
    struct text text = {NULL, 0};
    if (*begin == '"' && !words_take_text(words, &text))
        return false;
    if (!text.bytes)
        words->at = end_of_word(words);
    const char *bytes = text.bytes ? text.bytes : begin;
    size_t count = text.bytes ? text.count : (size_t)(words->at - begin);
    bool fits = count > 0 && count < WORD_BYTES && !memchr(bytes, '\0', count);
    if (fits) {
        memcpy(word, bytes, count);
        word[count] = '\0';
    }
    free(text.bytes);
    return fits || words_refuse(words, begin, "expected %s of 1 to %u bytes", expected,
                                WORD_BYTES - 1);
}

static bool give(struct words *words, struct text *text, const char *bytes, size_t count)
{
    text->bytes = malloc(count + 1);
    if (!text->bytes)
        return words_refuse(words, words->at, "out of memory");
    memcpy(text->bytes, bytes, count);
    text->bytes[count] = '\0';
    text->count = count;
    return true;
}

bool words_take_rest(struct words *words, struct text *rest, const char *expected)
{
    if (words_are_over(words))
        return refuse_next(words, expected);
    const char *begin = words->at, *end = begin;
    bool is_quoted = false;
    for (; words->at < words->end; words->at++) {
        if (*words->at == '#' && !is_quoted && is_blank(words->at[-1]))
            break;
        if (*words->at == '"' && words->at[-1] != '\\')
            is_quoted = !is_quoted;
        if (!is_blank(*words->at))
            end = words->at + 1;
    }
    return give(words, rest, begin, (size_t)(end - begin));
}

/* ---- texts and expressions -------------------------------------------------------------- */

static int hex_of(const char *at, const char *end)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    int value = 0;
    for (int i = 0; i < 2; i++) {
        const char *digit = at + i < end && at[i] ? strchr(digits, at[i]) : NULL;
        if (!digit)
            return -1;
        value = value * 16 + (int)((digit - digits) % 16);
    }
    return value;
}

/* Reads the escape behind a backslash at `at` into `*byte`. Returns the bytes it takes, or 0 when
 * there is no such escape. */
static size_t read_escape(const char *at, const char *end, char *byte)
{
    static const char names[] = "rnte\"\\", values[] = "\r\n\t\033\"\\";
    if (at >= end || *at == '\0')
        return 0;
    const char *name = strchr(names, *at);
    if (name) {
        *byte = values[name - names];
        return 1;
    }
    int value = *at == 'x' ? hex_of(at + 1, end) : -1;
    *byte = (char)value;
    return value < 0 ? 0 : 3;
}

/* Reads the text behind its first quote. */
static bool read_text(struct words *words, char *bytes, size_t *count)
{
    const char *begin = words->at++;
    *count = 0;
    while (words->at < words->end && *words->at != '"') {
        char byte = *words->at++;
        if (byte == '\\') {
            size_t taken = read_escape(words->at, words->end, &byte);
            if (taken == 0)
                return words_refuse(words, words->at - 1,
                                    "no such escape; there are \\r \\n \\t \\e \\\" \\\\ \\xHH");
            words->at += taken;
        }
        bytes[(*count)++] = byte;
    }
    if (words->at == words->end)
        return words_refuse(words, begin, "a text that never ends: its closing \" is missing");
    words->at++;
    return true;
}

/* What follows a text has to be apart from it. */
static bool ends_apart(struct words *words)
{
    if (words->at == words->end || is_blank(*words->at))
        return true;
    return words_refuse(words, words->at, "expected a blank behind the closing %c", words->at[-1]);
}

bool words_take_text(struct words *words, struct text *text)
{
    char bytes[TEXT_BYTES_MAX];
    size_t count;
    if (words_are_over(words) || *words->at != '"')
        return refuse_next(words, "a text in \"quotes\"");
    return read_text(words, bytes, &count) && ends_apart(words) && give(words, text, bytes, count);
}

/* Puts the byte that an escape stands for where it means nothing but itself. */
static size_t put_literal(char *bytes, size_t count, char byte)
{
    if (strchr("^.[$()|*+?{\\", byte))
        bytes[count++] = '\\';
    bytes[count++] = byte;
    return count;
}

/* Reads the expression behind its first slash; what is no escape of ours is left to regcomp. */
static bool read_regex(struct words *words, char *bytes, size_t *count)
{
    const char *begin = words->at++;
    *count = 0;
    while (words->at < words->end && *words->at != '/') {
        char byte = *words->at++;
        if (words->at - begin > (ptrdiff_t)REGEX_BYTES_MAX)
            return words_refuse(words, begin, "a regular expression of more than %u bytes",
                                REGEX_BYTES_MAX);
        if (byte == '\0')
            return words_refuse(words, words->at - 1, "a zero byte in a regular expression");
        if (byte != '\\' || words->at == words->end) {
            bytes[(*count)++] = byte;
            continue;
        }
        size_t taken = read_escape(words->at, words->end, &byte);
        if (taken > 0 && byte == '\0')
            return words_refuse(words, words->at - 1, "a regular expression matches no zero byte");
        if (taken > 0) {
            *count = put_literal(bytes, *count, byte);
        } else {
            taken = 1;
            if (*words->at != '/')
                bytes[(*count)++] = '\\';
            bytes[(*count)++] = *words->at;
        }
        words->at += taken;
    }
    bytes[*count] = '\0';
    if (words->at == words->end)
        return words_refuse(words, begin, "an expression that never ends: no closing /");
    words->at++;
    return true;
}

/* How often its {n} might copy the smallest part, at most: what is compiled grows with it. */
static uint64_t copies_of(const char *regex)
{
    uint64_t product = 1;
    for (const char *at = regex; (at = strchr(at, '{')); at++) {
        uint64_t most = 1;
        for (const char *from = at + 1; *from && *from != '}'; from++) {
            uint64_t number = strtoull(from, NULL, 10);
            most = number > most ? number : most;
        }
        most = most > 1000000 ? 1000000 : most;
        product = product * most > 1000000 ? 1000000 : product * most;
    }
    return product;
}

/* glibc knows \1 also in extended expressions, and may take any time to match it. */
static bool has_back_reference(const char *regex)
{
    for (const char *at = regex; *at; at++) {
        if (at[0] == '\\' && at[1] >= '1' && at[1] <= '9')
            return true;
        at += at[0] == '\\' && at[1];
    }
    return false;
}

static bool take_regex(struct words *words, struct pattern *pattern)
{
    char bytes[2 * REGEX_BYTES_MAX + 2], why[128];
    size_t count;
    const char *begin = words->at;
    if (!read_regex(words, bytes, &count) || !ends_apart(words))
        return false;
    if (copies_of(bytes) > REGEX_COPIES_MAX)
        return words_refuse(words, begin, "a regular expression that repeats more than %u times",
                            REGEX_COPIES_MAX);
    if (has_back_reference(bytes))
        return words_refuse(words, begin, "no \\1 to \\9: POSIX has none in extended expressions");
    int error = regcomp(&pattern->regex, bytes, REG_EXTENDED | REG_NEWLINE);
    if (error != 0) {
        regerror(error, &pattern->regex, why, sizeof why);
        return words_refuse(words, begin, "bad regular expression: %s", why);
    }
    pattern->is_regex = true;
    return give(words, &pattern->text, bytes, count);
}

bool words_take_pattern(struct words *words, struct pattern *pattern)
{
    if (!words_are_over(words) && *words->at == '/')
        return take_regex(words, pattern);
    if (words_are_over(words) || *words->at != '"')
        return refuse_next(words, "a \"text\" or a /regular expression/");
    const char *begin = words->at;
    if (!words_take_text(words, &pattern->text))
        return false;
    return pattern->text.count > 0 || words_refuse(words, begin, "an empty text is everywhere");
}

void pattern_finish(struct pattern *pattern)
{
    if (pattern->is_regex)
        regfree(&pattern->regex);
    free(pattern->text.bytes);
    *pattern = (struct pattern){.is_regex = false};
}

/* ---- durations -------------------------------------------------------------------------- */

bool words_take_duration(struct words *words, uint64_t *duration_us)
{
    static const char expected[] = "a duration such as 2s, 100ms or 1h";
    char word[WORD_BYTES], quoted[HOST_QUOTE_SHORT_BYTES];
    const char *begin = words_next(words);
    if (!words_take(words, word, expected))
        return false;
    host_quote_short(word, quoted);
    if (!melpo_parse_duration(word, duration_us))
        return words_refuse(words, begin, "expected %s, got %s", expected, quoted);
    if (*duration_us > DURATION_US_MAX)
        return words_refuse(words, begin, "%s is more than a year", word);
    return true;
}

bool words_take_limit(struct words *words, const char *word, uint64_t *duration_us)
{
    return !words_skip(words, word) || words_take_duration(words, duration_us);
}
