/* utf8.h — one character at a time.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef PROTO_UTF8_H
#define PROTO_UTF8_H

#include "mn/proto/postcard.h"

/* How many of the `count` bytes, at least 1, the first character takes; 0 if it is none. */
uint32_t utf8_length(const uint8_t *bytes, uint32_t count);

#endif
