/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "tools/common/utf8.h"

#include <stdbool.h>

static bool is_within(unsigned char byte, unsigned char first, unsigned char last)
{
    return byte >= first && byte <= last;
}

/* The bounds of the second byte depend on the first: that is what refuses overlong forms. */
static size_t length_by_lead(unsigned char lead, unsigned char *first, unsigned char *last)
{
    *first = 0x80;
    *last = 0xbf;
    if (lead < 0x80)
        return 1;
    if (is_within(lead, 0xc2, 0xdf))
        return 2;
    if (is_within(lead, 0xe0, 0xef)) {
        *first = lead == 0xe0 ? 0xa0 : 0x80;
        *last = lead == 0xed ? 0x9f : 0xbf;
        return 3;
    }
    if (is_within(lead, 0xf0, 0xf4)) {
        *first = lead == 0xf0 ? 0x90 : 0x80;
        *last = lead == 0xf4 ? 0x8f : 0xbf;
        return 4;
    }
    return 0;
}

size_t host_utf8_length(const char *text, size_t count)
{
    unsigned char first, last;
    if (count == 0)
        return 0;
    size_t length = length_by_lead((unsigned char)text[0], &first, &last);
    if (length > count)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if (!is_within((unsigned char)text[i], first, last))
            return 0;
        first = 0x80;
        last = 0xbf;
    }
    return length;
}

size_t host_utf8_valid_bytes(const char *text, size_t count)
{
    size_t at = 0;
    while (at < count) {
        size_t length = host_utf8_length(text + at, count - at);
        if (length == 0)
            break;
        at += length;
    }
    return at;
}

size_t host_utf8_chars(const char *text)
{
    size_t chars = 0;
    for (; *text; text++)
        chars += ((unsigned char)*text & 0xc0) != 0x80;
    return chars;
}
