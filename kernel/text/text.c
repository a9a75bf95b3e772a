/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/text.h"

#include "mn/mem.h"

void mn_text_bytes(struct mn_text *text, const char *bytes, uint32_t count)
{
    uint32_t left = text->room - text->count;
    if (count > left)
        count = left;
    if (count)
        memcpy(text->bytes + text->count, bytes, count);
    text->count += count;
}

void mn_text_byte(struct mn_text *text, char byte)
{
    mn_text_bytes(text, &byte, 1);
}

void mn_text_str(struct mn_text *text, const char *string)
{
    while (*string)
        mn_text_byte(text, *string++);
}

uint64_t mn_text_divide(uint64_t value, uint32_t divisor, uint32_t *rest)
{
    uint64_t quotient = 0, left = 0;
    for (uint32_t bit = 64; bit-- > 0;) {
        left = left << 1 | (value >> bit & 1);
        quotient <<= 1;
        if (left >= divisor) {
            left -= divisor;
            quotient |= 1;
        }
    }
    *rest = (uint32_t)left;
    return quotient;
}

static void padded(struct mn_text *text, uint64_t value, uint32_t digits)
{
    char figures[20];
    uint32_t at = sizeof figures, rest;
    do {
        value = mn_text_divide(value, 10, &rest);
        figures[--at] = (char)('0' + rest);
    } while (value || sizeof figures - at < digits);
    mn_text_bytes(text, figures + at, (uint32_t)sizeof figures - at);
}

void mn_text_u64(struct mn_text *text, uint64_t value)
{
    padded(text, value, 1);
}

void mn_text_i32(struct mn_text *text, int32_t value)
{
    if (value < 0)
        mn_text_byte(text, '-');
    padded(text, value < 0 ? 0 - (uint32_t)value : (uint32_t)value, 1);
}

void mn_text_hex(struct mn_text *text, uint32_t value, uint32_t digits)
{
    while (digits-- > 0)
        mn_text_byte(text, "0123456789abcdef"[value >> (4 * digits) & 15]);
}

static void clock(struct mn_text *text, uint64_t seconds)
{
    uint32_t second, minute;
    uint64_t hours = mn_text_divide(mn_text_divide(seconds, 60, &second), 60, &minute);
    padded(text, hours, 2);
    mn_text_byte(text, ':');
    padded(text, minute, 2);
    mn_text_byte(text, ':');
    padded(text, second, 2);
}

static void tenths(struct mn_text *text, uint64_t value, uint32_t unit, const char *name)
{
    uint32_t rest;
    mn_text_u64(text, mn_text_divide(value, unit, &rest));
    mn_text_byte(text, '.');
    mn_text_byte(text, (char)('0' + rest / (unit / 10)));
    mn_text_str(text, name);
}

void mn_text_time(struct mn_text *text, uint64_t length_us)
{
    uint32_t rest;
    if (length_us < MN_MS) {
        mn_text_u64(text, length_us);
        mn_text_str(text, "us");
    } else if (length_us < MN_S) {
        tenths(text, length_us, MN_MS, "ms");
    } else if (length_us < 60 * MN_S) {
        tenths(text, length_us, MN_S, "s");
    } else {
        clock(text, mn_text_divide(length_us, MN_S, &rest));
    }
}

void mn_text_pad(struct mn_text *text, uint32_t from, uint32_t width)
{
    do
        mn_text_byte(text, ' ');
    while (text->count < from + width && text->count < text->room);
}
