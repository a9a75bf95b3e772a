/* utf8.h — text as characters.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_UTF8_H
#define MN_UTF8_H

#include "mn/base.h"

#define MN_UTF8_BAD 0xfffdu /* what a byte that belongs to no character reads as */

/* How many of the `count` bytes, at least 1, the first character takes; 0 if it is none. */
uint32_t mn_utf8_length(const uint8_t *bytes, uint32_t count);

/* Reads the character at `*at`, which is below `count`, and moves `*at` behind it. Returns a
 * Unicode scalar: never a surrogate, never more than 0x10ffff. Overlong and cut forms are no
 * characters: each of their bytes is MN_UTF8_BAD. Nothing beyond `count` is read. */
uint32_t mn_utf8_next(const char *text, uint32_t count, uint32_t *at);

struct mn_utf8_reader { /* of a text that comes byte by byte; zeroed: between two characters */
    uint32_t scalar; /* what has come of it */
    uint32_t least;  /* a smaller one is written longer than it needs */
    uint8_t missing; /* bytes that are still to come; 0: none has begun */
};

#define MN_UTF8_MORE (UINT32_MAX - 1) /* the character goes on */
#define MN_UTF8_NONE UINT32_MAX       /* these bytes are none */

/* Whether `byte` breaks off the character that has begun, because none goes on with it. What had
 * come is forgotten then, and the byte begins anew. Asked before each mn_utf8_take. */
bool mn_utf8_breaks_off(struct mn_utf8_reader *reader, uint8_t byte);

/* Takes the next byte, which does not break off what has begun (asserted). Returns the Unicode
 * scalar that it completes, or MN_UTF8_MORE. MN_UTF8_NONE, if the byte begins no character, or if
 * it ends one that is overlong, a surrogate or more than 0x10ffff: all its bytes are spent. */
uint32_t mn_utf8_take(struct mn_utf8_reader *reader, uint8_t byte);

/* Writes the bytes of a Unicode scalar; returns how many. */
#define MN_UTF8_BYTES 4u
uint32_t mn_utf8_write(uint32_t scalar, uint8_t bytes[MN_UTF8_BYTES]);

#endif
