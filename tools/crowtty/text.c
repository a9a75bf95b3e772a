/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "text.h"

#include <string.h>

#include "tools/common/utf8.h"

static bool is_control(const unsigned char *at, size_t length)
{
    if (length == 1)
        return at[0] < 0x20 || at[0] == 0x7f;
    return length == 2 && at[0] == 0xc2 && at[1] < 0xa0; /* U+0080 to U+009F */
}

/* Writes the character at `text` and returns how many bytes it has. */
static size_t put_char(FILE *out, const char *text, size_t left)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t length = host_utf8_length(text, left);
    if (length == 0)
        fprintf(out, "\\x%02x", at[0]);
    else if (is_control(at, length))
        fprintf(out, "\\u%04x", at[length - 1]);
    else
        fwrite(text, 1, length, out);
    return length ? length : 1;
}

void text_put(FILE *out, struct mn_str text)
{
    for (size_t at = 0; at < text.count;)
        at += put_char(out, text.bytes + at, text.count - at);
}

static bool is_plain(struct mn_str text)
{
    for (uint32_t i = 0; i < text.count; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];
        if (byte <= ' ' || byte >= 0x7f || byte == '"' || byte == '=' || byte == '\\')
            return false;
    }
    return text.count > 0;
}

void text_put_value(FILE *out, struct mn_str text)
{
    if (is_plain(text)) {
        text_put(out, text);
        return;
    }
    fputc('"', out);
    for (size_t at = 0; at < text.count;) {
        if (text.bytes[at] == '"' || text.bytes[at] == '\\')
            fputc('\\', out);
        at += put_char(out, text.bytes + at, text.count - at);
    }
    fputc('"', out);
}

void text_copy(char *out, size_t room, struct mn_str text)
{
    size_t used = 0;
    for (size_t at = 0; at < text.count;) {
        size_t length = host_utf8_length(text.bytes + at, text.count - at);
        bool is_char = length > 0 && text.bytes[at] != '\0';
        size_t bytes = is_char ? length : 1;
        if (used + bytes >= room)
            break;
        memcpy(out + used, is_char ? text.bytes + at : "?", bytes);
        used += bytes;
        at += bytes;
    }
    out[used] = '\0';
}

bool text_is(struct mn_str text, const char *word)
{
    return strlen(word) == text.count && memcmp(text.bytes, word, text.count) == 0;
}
