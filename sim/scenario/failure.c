/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "failure.h"

#include <stddef.h>
#include <string.h>

static int is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Figures become 0 or n, up to the line's end. */
static void put(char kind[FAILURE_KIND_BYTES], const char *from, const char *end)
{
    size_t count = 0;
    while (from < end && count + 1 < FAILURE_KIND_BYTES) {
        size_t digits = 0, zeros = 0;
        while (from + digits < end && is_digit(from[digits]))
            zeros += from[digits++] == '0';
        kind[count++] = digits == 0 ? *from : zeros == digits ? '0' : 'n';
        from += digits > 0 ? digits : 1;
    }
    kind[count] = '\0';
}

static const char *end_of_line(const char *at)
{
    return at + strcspn(at, "\n");
}

/* "SUMMARY: AddressSanitizer: heap-use-after-free kernel/core/list.c:12 in remove": what it is, not
 * where, since one stray pointer is found in many places. */
static const char *find_summary(const char *said, const char **end)
{
    const char *at = strstr(said, "SUMMARY: ");
    if (!at)
        return NULL;
    at += strlen("SUMMARY: ");
    *end = at;
    for (int words = 0; words < 2; words++)
        *end += strspn(*end, " ") + strcspn(*end + strspn(*end, " "), " \n");
    return at;
}

static const char *find_panic(const char *said, const char **end)
{
    const char *at = strstr(said, "kernel panic at ");
    *end = at ? end_of_line(at) : NULL;
    return at;
}

/* "  but       it did not come": a line that begins with two blanks and a word. That a run has been
 * cut short is no reason. */
static const char *find_reason(const char *said, const char **end)
{
    for (const char *at = said; *at; at = *end + (**end == '\n')) {
        *end = end_of_line(at);
        if (strncmp(at, "  ", 2) == 0 && at[2] >= 'a' && at[2] <= 'z' &&
            strncmp(at + 2, "cut short ", 10) != 0)
            return at + 2;
    }
    return NULL;
}

void failure_kind(const char *said, char kind[FAILURE_KIND_BYTES])
{
    const char *end, *at = find_summary(said, &end);
    if (!at)
        at = find_panic(said, &end);
    if (!at)
        at = find_reason(said, &end);
    kind[0] = '\0';
    if (at)
        put(kind, at, end);
}
