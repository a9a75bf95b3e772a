/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "proto/utf8.h"

struct mn_str mn_str_of(const char *text)
{
    struct mn_str str = {.bytes = text, .count = 0};
    while (text && text[str.count])
        str.count++;
    return str;
}

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

uint32_t utf8_length(const uint8_t *bytes, uint32_t count)
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

bool mn_str_is_utf8(struct mn_str str)
{
    const uint8_t *bytes = (const uint8_t *)str.bytes;
    for (uint32_t at = 0; at < str.count;) {
        uint32_t length = utf8_length(bytes + at, str.count - at);
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}
