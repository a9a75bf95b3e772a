/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/utf8.h"

#include "proto/utf8.h"

uint32_t mn_utf8_next(const char *text, uint32_t count, uint32_t *at)
{
    const uint8_t *bytes = (const uint8_t *)text + *at;
    MN_ASSERT(*at < count);
    if (bytes[0] < 0x80) { /* nearly always */
        *at += 1;
        return bytes[0];
    }
    uint32_t length = utf8_length(bytes, count - *at);
    if (length == 0) {
        *at += 1;
        return MN_UTF8_BAD;
    }
    *at += length;
    uint32_t scalar = bytes[0] & (0x7fu >> length);
    for (uint32_t i = 1; i < length; i++)
        scalar = scalar << 6 | (bytes[i] & 0x3fu);
    return scalar;
}

uint32_t mn_utf8_write(uint32_t scalar, uint8_t bytes[MN_UTF8_BYTES])
{
    uint32_t more = scalar < 0x80 ? 0 : scalar < 0x800 ? 1 : scalar < 0x10000 ? 2 : 3;
    static const uint8_t leads[] = {0x00, 0xc0, 0xe0, 0xf0};
    for (uint32_t i = more; i > 0; i--, scalar >>= 6)
        bytes[i] = (uint8_t)(0x80 | (scalar & 0x3f));
    bytes[0] = (uint8_t)(leads[more] | scalar);
    return more + 1;
}
