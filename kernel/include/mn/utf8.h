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

/* Writes the bytes of a Unicode scalar; returns how many. */
#define MN_UTF8_BYTES 4u
uint32_t mn_utf8_write(uint32_t scalar, uint8_t bytes[MN_UTF8_BYTES]);

#endif
