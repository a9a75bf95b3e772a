/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/key_decoder.h"
#include "mn/str.h"

#define NAME_OF(name, text) text,
static const char *const code_names[] = {MN_KEY_CODES(NAME_OF)};
#undef NAME_OF

#define FIRST_CODE (MN_KEY_NONE_ + 1u)

static const struct {
    const char *name; /* with the `+` that follows it */
    uint8_t bit;
} modifiers[] = {
    {"Ctrl+", MN_MOD_CTRL}, {"Alt+", MN_MOD_ALT},           {"Shift+", MN_MOD_SHIFT},
    {"Meta+", MN_MOD_META}, {"CapsLock+", MN_MOD_CAPS_LOCK}, {"NumLock+", MN_MOD_NUM_LOCK},
};

/* Control characters, and those that look like a space or like nothing. */
static bool is_unseen(uint32_t code)
{
    return code < ' ' || (code >= 0x7f && code <= 0xa0) || code == 0xad;
}

/* ---- writing ---------------------------------------------------------------------------- */

static void name_number(uint32_t code, struct mn_text *text)
{
    mn_text_str(text, "U+");
    mn_text_hex(text, code, code > 0xfffff ? 6 : code > 0xffff ? 5 : 4);
}

static void name_character(uint32_t code, struct mn_text *text)
{
    struct mn_key_event plain = {.code = code};
    uint8_t bytes[MN_KEY_TEXT_BYTES];
    mn_text_bytes(text, (const char *)bytes, mn_key_write(&plain, bytes));
}

void mn_key_name(const struct mn_key_event *event, struct mn_text *text)
{
    MN_ASSERT(mn_key_is_valid(event));
    for (uint32_t i = 0; i < MN_COUNT_OF(modifiers); i++) {
        if (event->modifiers & modifiers[i].bit)
            mn_text_str(text, modifiers[i].name);
    }
    if (event->code >= FIRST_CODE)
        mn_text_str(text, code_names[event->code - FIRST_CODE]);
    else if (event->code == ' ')
        mn_text_str(text, "Space");
    else if (is_unseen(event->code))
        name_number(event->code, text);
    else
        name_character(event->code, text);
}

/* ---- reading ---------------------------------------------------------------------------- */

/* How many bytes `word` has, if the name begins with it in whatever case; else 0. */
static uint32_t begins_with(struct mn_str name, const char *word)
{
    uint32_t i = 0;
    while (word[i] && i < name.count &&
           mn_lower((uint8_t)name.bytes[i]) == mn_lower((uint8_t)word[i]))
        i++;
    return word[i] ? 0 : i;
}

static bool is_word(struct mn_str name, const char *word)
{
    return name.count > 0 && begins_with(name, word) == name.count;
}

/* Takes the modifier off that the name begins with; false when there is none, or twice the same.
 * What is a modifier is followed by something: "CapsLock" alone is a key. */
static bool take_modifier(struct mn_str *name, uint8_t *bits)
{
    for (uint32_t i = 0; i < MN_COUNT_OF(modifiers); i++) {
        uint32_t count = begins_with(*name, modifiers[i].name);
        if (count == 0 || count == name->count || (*bits & modifiers[i].bit))
            continue;
        *bits |= modifiers[i].bit;
        *name = (struct mn_str){name->bytes + count, name->count - count};
        return true;
    }
    return false;
}

/* "U+00e9": four to six hexadecimal digits. */
static uint32_t read_number(struct mn_str name)
{
    uint32_t code = 0;
    if (begins_with(name, "U+") == 0 || name.count < 6 || name.count > 8)
        return UINT32_MAX;
    for (uint32_t i = 2; i < name.count; i++) {
        uint8_t c = mn_lower((uint8_t)name.bytes[i]);
        bool is_digit = c >= '0' && c <= '9';
        if (!is_digit && (c < 'a' || c > 'f'))
            return UINT32_MAX;
        code = code << 4 | (uint32_t)(is_digit ? c - '0' : c - 'a' + 10);
    }
    return code <= MN_KEY_CHAR_MAX ? code : UINT32_MAX;
}

/* One character that can be seen, in UTF-8. */
static uint32_t read_character(struct mn_str name)
{
    struct mn_key_decoder decoder;
    struct mn_key_event event;
    mn_key_decoder_init(&decoder);
    uint32_t taken = 0;
    bool is_key = false;
    while (taken < name.count && !is_key)
        is_key = mn_key_decoder_byte(&decoder, (uint8_t)name.bytes[taken++], &event);
    bool is_alone = is_key && taken == name.count && decoder.skipped_bytes == 0;
    if (!is_alone || event.modifiers != 0 || is_unseen(event.code))
        return UINT32_MAX;
    return event.code <= MN_KEY_CHAR_MAX ? event.code : UINT32_MAX;
}

static uint32_t read_code(struct mn_str name)
{
    for (uint32_t i = 0; i < MN_COUNT_OF(code_names); i++) {
        if (is_word(name, code_names[i]))
            return FIRST_CODE + i;
    }
    if (is_word(name, "Space"))
        return ' ';
    return begins_with(name, "U+") > 0 ? read_number(name) : read_character(name);
}

enum mn_err mn_key_parse(const char *name, uint32_t count, struct mn_key_event *event)
{
    struct mn_str rest = {name, count};
    struct mn_key_event read = {.kind = MN_KEY_PRESSED};
    while (take_modifier(&rest, &read.modifiers))
        continue;
    read.code = read_code(rest);
    if (!mn_key_is_valid(&read))
        return MN_ERR_INVALID;
    if ((read.modifiers & MN_MOD_CTRL) && read.code >= 'A' && read.code <= 'Z')
        read.code += 'a' - 'A';
    *event = read;
    return MN_OK;
}
