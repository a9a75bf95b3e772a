/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/key.h"

#include "mn/utf8.h"

#define MODIFIERS 64u /* one beyond all of them together */

static bool is_character(uint32_t code)
{
    return code <= MN_KEY_CHAR_MAX && (code < 0xd800 || code > 0xdfff);
}

bool mn_key_is_valid(const struct mn_key_event *event)
{
    bool is_code = is_character(event->code) ||
                   (event->code > MN_KEY_CHAR_MAX && event->code < MN_KEY_CODE_END);
    return is_code && event->kind <= MN_KEY_HELD && event->modifiers < MODIFIERS;
}

/* ---- text ------------------------------------------------------------------------------- */

/* Ctrl takes the upper bits off a letter, or one of its neighbors. */
static uint32_t write_control(uint32_t code, uint8_t *bytes)
{
    bool is_letter = code >= 'a' && code <= 'z';
    if (!is_letter && code != ' ' && (code < '@' || code > '_'))
        return 0;
    bytes[0] = (uint8_t)(code & 0x1f);
    return 1;
}

static uint32_t write_named(uint32_t code, uint8_t *bytes)
{
    if (code != MN_KEY_ENTER && code != MN_KEY_TAB && code != MN_KEY_BACKSPACE)
        return 0;
    bytes[0] = code == MN_KEY_ENTER ? 0x0a : code == MN_KEY_TAB ? 0x09 : 0x7f;
    return 1;
}

uint32_t mn_key_write(const struct mn_key_event *event, uint8_t bytes[MN_KEY_TEXT_BYTES])
{
    MN_ASSERT(mn_key_is_valid(event));
    if (event->kind == MN_KEY_RELEASED)
        return 0;
    if (event->code > MN_KEY_CHAR_MAX)
        return write_named(event->code, bytes);
    if (event->modifiers & (MN_MOD_ALT | MN_MOD_META))
        return 0;
    return event->modifiers & MN_MOD_CTRL ? write_control(event->code, bytes)
                                          : mn_utf8_write(event->code, bytes);
}

/* ---- wire ------------------------------------------------------------------------------- */

void mn_key_encode(const struct mn_key_event *event, uint8_t bytes[MN_KEY_WIRE_BYTES])
{
    for (uint32_t i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(event->code >> 8 * i);
    bytes[4] = event->kind;
    bytes[5] = event->modifiers;
}

enum mn_err mn_key_decode(const uint8_t bytes[MN_KEY_WIRE_BYTES], struct mn_key_event *event)
{
    struct mn_key_event read = {.kind = bytes[4], .modifiers = bytes[5]};
    for (uint32_t i = 0; i < 4; i++)
        read.code |= (uint32_t)bytes[i] << 8 * i;
    if (!mn_key_is_valid(&read))
        return MN_ERR_INVALID;
    *event = read;
    return MN_OK;
}
