/* text.h — text put together in a bounded buffer, without printf.
 *
 * What does not fit is left out; `count` never exceeds `room`.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_TEXT_H
#define MN_TEXT_H

#include "mn/base.h"

struct mn_text {
    char *bytes;    /* [room]; not ended by 0 */
    uint32_t room;  /* bytes */
    uint32_t count; /* bytes in use */
};

/* Adds `count` bytes, one byte, or a string that ends with 0. */
void mn_text_bytes(struct mn_text *text, const char *bytes, uint32_t count);
void mn_text_byte(struct mn_text *text, char byte);
void mn_text_str(struct mn_text *text, const char *string);

/* Adds a number: decimal, with a sign, or `digits` hexadecimal digits. */
void mn_text_u64(struct mn_text *text, uint64_t value);
void mn_text_i32(struct mn_text *text, int32_t value);
void mn_text_hex(struct mn_text *text, uint32_t value, uint32_t digits);

/* Adds a length of time for people: "850us", "12.3ms", "4.0s", "01:02:03". */
void mn_text_time(struct mn_text *text, uint64_t length_us);

/* Adds spaces until `count` is `from` + `width`; at least one. */
void mn_text_pad(struct mn_text *text, uint32_t from, uint32_t width);

/* 64-bit division by hand, for machines that have none of their own. */
uint64_t mn_text_divide(uint64_t value, uint32_t divisor, uint32_t *rest);

#endif
