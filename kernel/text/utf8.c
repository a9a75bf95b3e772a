/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/utf8.h"

/* What the first byte of a longer character says: how many follow, and between which bounds the
 * next one is, which is where overlong forms, surrogates and too great numbers show. */
struct lead {
    uint32_t more;
    uint8_t least, most;
};

static struct lead lead_of(uint8_t byte)
{
    if (byte >= 0xc2 && byte <= 0xdf)
        return (struct lead){1, 0x80, 0xbf};
    if (byte >= 0xe0 && byte <= 0xef)
        return (struct lead){2, byte == 0xe0 ? 0xa0 : 0x80, byte == 0xed ? 0x9f : 0xbf};
    if (byte >= 0xf0 && byte <= 0xf4)
        return (struct lead){3, byte == 0xf0 ? 0x90 : 0x80, byte == 0xf4 ? 0x8f : 0xbf};
    return (struct lead){0, 0, 0};
}

uint32_t mn_utf8_length(const uint8_t *bytes, uint32_t count)
{
    if (bytes[0] < 0x80)
        return 1;
    struct lead lead = lead_of(bytes[0]);
    if (lead.more == 0 || lead.more >= count)
        return 0;
    if (bytes[1] < lead.least || bytes[1] > lead.most)
        return 0;
    for (uint32_t i = 2; i <= lead.more; i++)
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
    return lead.more + 1;
}

uint32_t mn_utf8_next(const char *text, uint32_t count, uint32_t *at)
{
    const uint8_t *bytes = (const uint8_t *)text + *at;
    MN_ASSERT(*at < count);
    if (bytes[0] < 0x80) { /* nearly always */
        *at += 1;
        return bytes[0];
    }
    uint32_t length = mn_utf8_length(bytes, count - *at);
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

/* ---- byte by byte ----------------------------------------------------------------------- */

static bool goes_on(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

bool mn_utf8_breaks_off(struct mn_utf8_reader *reader, uint8_t byte)
{
    bool breaks_off = reader->missing > 0 && !goes_on(byte);
    if (breaks_off)
        reader->missing = 0;
    return breaks_off;
}

static uint32_t begin(struct mn_utf8_reader *reader, uint8_t byte)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    uint32_t more = lead_of(byte).more;
    if (more == 0)
        return byte < 0x80 ? byte : MN_UTF8_NONE;
    reader->missing = (uint8_t)more;
    reader->scalar = byte & (0x3fu >> more);
    reader->least = least[more];
    return MN_UTF8_MORE;
}

uint32_t mn_utf8_take(struct mn_utf8_reader *reader, uint8_t byte)
{
    if (reader->missing == 0)
        return begin(reader, byte);
    MN_ASSERT(goes_on(byte));
    uint32_t scalar = reader->scalar = reader->scalar << 6 | (byte & 0x3fu);
    if (--reader->missing > 0)
        return MN_UTF8_MORE;
    bool is_scalar = scalar <= 0x10ffff && (scalar < 0xd800 || scalar > 0xdfff);
    return is_scalar && scalar >= reader->least ? scalar : MN_UTF8_NONE;
}

/* ---- writing ---------------------------------------------------------------------------- */

uint32_t mn_utf8_write(uint32_t scalar, uint8_t bytes[MN_UTF8_BYTES])
{
    uint32_t more = scalar < 0x80 ? 0 : scalar < 0x800 ? 1 : scalar < 0x10000 ? 2 : 3;
    static const uint8_t leads[] = {0x00, 0xc0, 0xe0, 0xf0};
    for (uint32_t i = more; i > 0; i--, scalar >>= 6)
        bytes[i] = (uint8_t)(0x80 | (scalar & 0x3f));
    bytes[0] = (uint8_t)(leads[more] | scalar);
    return more + 1;
}
