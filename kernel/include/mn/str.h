/* str.h — a piece of text: where its bytes are, and how many.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_STR_H
#define MN_STR_H

#include "mn/base.h"

struct mn_str { /* not ended by 0; with a count of 0 the pointer may be NULL */
    const char *bytes; /* [count] */
    uint32_t count;    /* bytes */
};

/* An ASCII capital as its small letter; any other byte as it is. */
static inline uint8_t mn_lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte | 0x20) : byte;
}

/* The string without its final 0; an empty one for NULL. */
struct mn_str mn_str_of(const char *text);

/* Whether the bytes are UTF-8: shortest forms only, no surrogates, nothing above U+10FFFF. */
bool mn_str_is_utf8(struct mn_str str);

#endif
