/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "tools/common/quote.h"

#include <string.h>

#include "tools/common/utf8.h"

#define CHAR_BYTES 8u /* the longest form of one character is \u0000 */

/* U+0080 to U+009F are controls too, to a terminal; in UTF-8 they are 0xc2 and one byte. */
static unsigned control_code(const char *text, size_t length)
{
    unsigned char lead = (unsigned char)text[0];
    if (length == 1)
        return lead < 0x20 || lead == 0x7f ? lead : 0;
    unsigned char next = (unsigned char)text[1];
    return length == 2 && lead == 0xc2 && next < 0xa0 ? next : 0;
}

/* Writes the character at `text` as it stands in a JSON string; returns what it measures. */
static size_t quote_char(const char *text, char form[CHAR_BYTES])
{
    static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    size_t length = host_utf8_length(text, strlen(text));
    const char *special = strchr(plain, text[0]);
    if (length == 0)
        length = 1; /* not UTF-8; shown as it is rather than lost */
    unsigned code = control_code(text, length);
    if (special)
        snprintf(form, CHAR_BYTES, "\\%c", letters[special - plain]);
    else if (code)
        snprintf(form, CHAR_BYTES, "\\u%04x", code & 0xffu);
    else
        snprintf(form, CHAR_BYTES, "%.*s", (int)length, text);
    return length;
}

void host_quote(const char *text, FILE *out)
{
    char form[CHAR_BYTES];
    fputc('"', out);
    while (*text) {
        text += quote_char(text, form);
        fputs(form, out);
    }
    fputc('"', out);
}

void host_quote_short(const char *text, char quoted[HOST_QUOTE_SHORT_BYTES])
{
    char form[CHAR_BYTES];
    char *at = quoted;
    *at++ = '"';
    for (unsigned i = 0; *text && i < HOST_QUOTE_SHORT_CHARS; i++) {
        text += quote_char(text, form);
        size_t count = strlen(form);
        memcpy(at, form, count);
        at += count;
    }
    if (*text) {
        memcpy(at, "...", 3);
        at += 3;
    }
    memcpy(at, "\"", 2);
}
