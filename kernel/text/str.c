/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/str.h"

#include "mn/utf8.h"

struct mn_str mn_str_of(const char *text)
{
    struct mn_str str = {.bytes = text, .count = 0};
    while (text && text[str.count])
        str.count++;
    return str;
}

bool mn_str_is_utf8(struct mn_str str)
{
    const uint8_t *bytes = (const uint8_t *)str.bytes;
    for (uint32_t at = 0; at < str.count;) {
        uint32_t length = mn_utf8_length(bytes + at, str.count - at);
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}
