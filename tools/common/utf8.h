/* utf8.h — which bytes are characters.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef TOOLS_COMMON_UTF8_H
#define TOOLS_COMMON_UTF8_H

#include <stddef.h>

/* Bytes of the character at `text`, 1 to 4, or 0 if the `count` bytes do not begin with one:
 * overlong forms, surrogates and what is above U+10FFFF are none. */
size_t host_utf8_length(const char *text, size_t count);

/* How many of the `count` bytes come before the first that is no part of a character. */
size_t host_utf8_valid_bytes(const char *text, size_t count);

/* Characters in a valid text. */
size_t host_utf8_chars(const char *text);

#endif
