/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "tools/common/utf8.h"

#define NUMBER_BYTES_MAX 63u /* cJSON reads no more of a number */

struct scan {
    const char *text;
    size_t count;
    size_t at;
    uint32_t depth, depth_max;
    size_t marked; /* `line` and `column` are those of this byte; it only moves forward */
    uint32_t line, column;
    struct melpo_places *places;
    struct melpo_scan_error *error;
};

/* The byte at hand, or -1 at the end. */
static int peek(const struct scan *scan)
{
    return scan->at < scan->count ? (unsigned char)scan->text[scan->at] : -1;
}

static bool take(struct scan *scan, char wanted)
{
    if (peek(scan) != wanted)
        return false;
    scan->at++;
    return true;
}

/* Moves the mark to the byte at hand, counting lines and characters on the way. */
static void mark(struct scan *scan)
{
    for (; scan->marked < scan->at; scan->marked++) {
        unsigned char byte = (unsigned char)scan->text[scan->marked];
        if (byte == '\n') {
            scan->line++;
            scan->column = 1;
        } else if ((byte & 0xc0) != 0x80) { /* not the continuation of a character */
            scan->column++;
        }
    }
}

static void name_next(const struct scan *scan, char *name, size_t room)
{
    int byte = peek(scan);
    size_t length = host_utf8_length(scan->text + scan->at, scan->count - scan->at);
    if (byte < 0)
        snprintf(name, room, "the end of the text");
    else if (byte < 0x20 || byte == 0x7f || length == 0)
        snprintf(name, room, "byte 0x%02x", (unsigned)byte);
    else
        snprintf(name, room, "'%.*s'", (int)length, scan->text + scan->at);
}

static bool fail(struct scan *scan, const char *message)
{
    mark(scan);
    snprintf(scan->error->message, sizeof scan->error->message, "%s", message);
    scan->error->line = scan->line;
    scan->error->column = scan->column;
    return false;
}

static bool fail_expected(struct scan *scan, const char *expected)
{
    char next[32], message[128];
    name_next(scan, next, sizeof next);
    snprintf(message, sizeof message, "expected %s, got %s", expected, next);
    return fail(scan, message);
}

/* Likewise between values, where people write comments. */
static bool fail_between(struct scan *scan, const char *expected)
{
    if (peek(scan) == '/')
        return fail(scan, "JSON has no comments");
    return fail_expected(scan, expected);
}

static void skip_space(struct scan *scan)
{
    while (scan->at < scan->count && strchr(" \t\r\n", scan->text[scan->at]) &&
           scan->text[scan->at] != '\0')
        scan->at++;
}

/* Notes where the next value, or its key, begins. Returns SIZE_MAX when memory is out. */
static size_t add_place(struct scan *scan)
{
    struct melpo_places *places = scan->places;
    if (places->count == places->room) {
        size_t room = places->room ? 2 * places->room : 64;
        struct melpo_place *items = realloc(places->items, room * sizeof *items);
        if (!items)
            return SIZE_MAX;
        places->items = items;
        places->room = room;
    }
    mark(scan);
    places->items[places->count] =
        (struct melpo_place){.line = scan->line, .column = scan->column};
    return places->count++;
}

static bool scan_digits(struct scan *scan)
{
    if (peek(scan) < '0' || peek(scan) > '9')
        return fail_expected(scan, "a digit");
    while (peek(scan) >= '0' && peek(scan) <= '9')
        scan->at++;
    return true;
}

static bool scan_number(struct scan *scan)
{
    size_t start = scan->at;
    take(scan, '-');
    if (!take(scan, '0') && !scan_digits(scan))
        return false;
    if (take(scan, '.') && !scan_digits(scan))
        return false;
    if (take(scan, 'e') || take(scan, 'E')) {
        if (!take(scan, '+'))
            take(scan, '-');
        if (!scan_digits(scan))
            return false;
    }
    if (scan->at - start > NUMBER_BYTES_MAX) {
        scan->at = start;
        return fail(scan, "a number of more than 63 characters");
    }
    return true;
}

static bool scan_hex4(struct scan *scan, uint32_t *unit)
{
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        int byte = peek(scan);
        const char *digits = "0123456789abcdef0123456789ABCDEF";
        const char *digit = byte > 0 ? strchr(digits, byte) : NULL;
        if (!digit)
            return fail_expected(scan, "four hexadecimal digits after \\u");
        *unit = *unit * 16 + (uint32_t)((digit - digits) % 16);
        scan->at++;
    }
    return true;
}

/* What follows \u: one unit, or a pair of surrogates. */
static bool scan_unicode(struct scan *scan)
{
    uint32_t unit, low = 0;
    if (!scan_hex4(scan, &unit))
        return false;
    if (unit == 0)
        return fail(scan, "\\u0000 cannot be part of a text");
    if (unit < 0xd800 || unit > 0xdfff)
        return true;
    if (unit <= 0xdbff && take(scan, '\\') && take(scan, 'u') && !scan_hex4(scan, &low))
        return false;
    if (low < 0xdc00 || low > 0xdfff)
        return fail(scan, "half of a surrogate pair is not a character");
    return true;
}

static bool scan_escape(struct scan *scan)
{
    int byte = peek(scan);
    if (byte <= 0 || !strchr("\"\\/bfnrtu", byte))
        return fail_expected(scan, "one of \"\\/bfnrtu after a backslash");
    scan->at++;
    return byte != 'u' || scan_unicode(scan);
}

static bool scan_string(struct scan *scan)
{
    scan->at++; /* the quote */
    for (;;) {
        int byte = peek(scan);
        if (byte < 0x20)
            return fail_expected(scan, "a character or the closing quote of a text");
        scan->at++;
        if (byte == '"')
            return true;
        if (byte == '\\' && !scan_escape(scan))
            return false;
    }
}

static bool scan_word(struct scan *scan, const char *word)
{
    size_t count = strlen(word);
    if (scan->count - scan->at < count || memcmp(scan->text + scan->at, word, count) != 0)
        return fail_between(scan, "a value");
    scan->at += count;
    return true;
}

static bool scan_value(struct scan *scan, size_t place);

static bool scan_element(struct scan *scan)
{
    skip_space(scan);
    size_t place = add_place(scan);
    return scan_value(scan, place);
}

static bool scan_member(struct scan *scan)
{
    skip_space(scan);
    if (peek(scan) != '"')
        return fail_between(scan, "a key in double quotes");
    size_t place = add_place(scan);
    if (!scan_string(scan))
        return false;
    skip_space(scan);
    if (!take(scan, ':'))
        return fail_between(scan, "':' after a key");
    skip_space(scan);
    return scan_value(scan, place);
}

/* The inside of an object or array, behind its opening bracket. */
static bool scan_items(struct scan *scan, char closing, bool (*item)(struct scan *))
{
    skip_space(scan);
    if (take(scan, closing))
        return true;
    for (;;) {
        if (!item(scan))
            return false;
        skip_space(scan);
        if (take(scan, closing))
            return true;
        if (!take(scan, ','))
            return fail_between(scan, closing == '}' ? "',' or '}'" : "',' or ']'");
    }
}

static bool scan_nested(struct scan *scan)
{
    char message[64];
    if (scan->depth == scan->depth_max) {
        snprintf(message, sizeof message, "nested deeper than %u levels", scan->depth_max);
        return fail(scan, message);
    }
    scan->depth++;
    bool is_object = scan->text[scan->at++] == '{';
    bool done = is_object ? scan_items(scan, '}', scan_member)
                          : scan_items(scan, ']', scan_element);
    scan->depth--;
    return done;
}

static bool scan_bare(struct scan *scan)
{
    switch (peek(scan)) {
    case '{':
    case '[':
        return scan_nested(scan);
    case '"':
        return scan_string(scan);
    case 't':
        return scan_word(scan, "true");
    case 'f':
        return scan_word(scan, "false");
    case 'n':
        return scan_word(scan, "null");
    case '-':
        return scan_number(scan);
    default:
        if (peek(scan) >= '0' && peek(scan) <= '9')
            return scan_number(scan);
        return fail_between(scan, "a value");
    }
}

static bool scan_value(struct scan *scan, size_t place)
{
    if (place == SIZE_MAX) {
        scan->error->is_out_of_memory = true;
        return fail(scan, "out of memory");
    }
    size_t start = scan->at;
    bool done = scan_bare(scan);
    scan->places->items[place].offset = (uint32_t)start;
    scan->places->items[place].bytes = (uint32_t)(scan->at - start);
    return done;
}

static bool check_encoding(struct scan *scan)
{
    if (scan->count >= 3 && memcmp(scan->text, "\xef\xbb\xbf", 3) == 0)
        return fail(scan, "a byte order mark, which JSON does not have");
    scan->at = host_utf8_valid_bytes(scan->text, scan->count);
    if (scan->at < scan->count)
        return fail_expected(scan, "UTF-8");
    scan->at = 0;
    return true;
}

bool melpo_json_scan(const char *text, size_t count, uint32_t depth_max,
                     struct melpo_places *places, struct melpo_scan_error *error)
{
    struct scan scan = {
        .text = text, .count = count, .depth_max = depth_max, .line = 1, .column = 1,
        .places = places, .error = error,
    };
    error->is_out_of_memory = false;
    if (!check_encoding(&scan))
        return false;
    skip_space(&scan);
    if (scan.at == count)
        return fail(&scan, "empty; the smallest configuration is {}");
    if (!scan_element(&scan))
        return false;
    skip_space(&scan);
    return scan.at == count || fail_expected(&scan, "the end of the text");
}
