/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/key_decoder.h"

enum {
    GROUND,    /* between keys */
    CHARACTER, /* of more than one byte */
    ESCAPE,    /* after ESC */
    SEQUENCE,  /* after ESC [ */
    FOREIGN,   /* the same, in one that is not for us: its end is waited for */
    CONSOLE,   /* after ESC [ [ */
    SHIFTED,   /* after ESC O */
};

#define ESC 0x1b
#define NUMBER_MAX 9999u
#define NO_KEY UINT32_MAX

void mn_key_decoder_init(struct mn_key_decoder *decoder)
{
    *decoder = (struct mn_key_decoder){.state = GROUND};
}

static void rest(struct mn_key_decoder *decoder)
{
    decoder->state = GROUND;
    decoder->character = (struct mn_utf8_reader){0};
    decoder->held = 0;
    decoder->has_alt = false;
}

/* The latest `held` bytes are no key. */
static bool skip(struct mn_key_decoder *decoder)
{
    decoder->skipped_bytes += decoder->held;
    rest(decoder);
    return false;
}

static bool found(struct mn_key_decoder *decoder, uint32_t code, uint32_t modifiers,
                  struct mn_key_event *event)
{
    if (code == NO_KEY)
        return skip(decoder);
    if (decoder->has_alt)
        modifiers |= MN_MOD_ALT;
    *event = (struct mn_key_event){
        .code = code,
        .kind = MN_KEY_PRESSED,
        .modifiers = (uint8_t)modifiers,
    };
    rest(decoder);
    return true;
}

/* ---- between sequences ------------------------------------------------------------------ */

static bool control(struct mn_key_decoder *decoder, uint8_t byte, struct mn_key_event *event)
{
    decoder->after_cr = byte == '\r';
    if (byte == '\r' || byte == '\n')
        return found(decoder, MN_KEY_ENTER, 0, event);
    if (byte == 0x7f || byte == '\b')
        return found(decoder, MN_KEY_BACKSPACE, 0, event);
    if (byte == '\t')
        return found(decoder, MN_KEY_TAB, 0, event);
    uint32_t code = byte == 0 ? ' ' : byte + (byte < ESC ? 'a' - 1u : '@');
    return found(decoder, code, MN_MOD_CTRL, event);
}

/* A byte of a character that takes two to four, and continues it if it has begun. */
static bool character(struct mn_key_decoder *decoder, uint8_t byte, struct mn_key_event *event)
{
    uint32_t code = mn_utf8_take(&decoder->character, byte);
    decoder->state = CHARACTER;
    if (code == MN_UTF8_MORE)
        return false;
    return found(decoder, code == MN_UTF8_NONE ? NO_KEY : code, 0, event);
}

static bool ground(struct mn_key_decoder *decoder, uint8_t byte, struct mn_key_event *event)
{
    decoder->state = GROUND;
    if (byte == ESC) {
        decoder->state = ESCAPE;
        return false;
    }
    if (byte < ' ' || byte == 0x7f)
        return control(decoder, byte, event);
    return byte < 0x80 ? found(decoder, byte, 0, event) : character(decoder, byte, event);
}

/* The byte does not belong to what came before it: that is skipped, and the byte begins anew. */
static bool broken_off(struct mn_key_decoder *decoder, uint8_t byte, struct mn_key_event *event)
{
    decoder->held--;
    skip(decoder);
    decoder->held = 1;
    return ground(decoder, byte, event);
}

static bool go_on(struct mn_key_decoder *decoder, uint8_t byte, struct mn_key_event *event)
{
    return mn_utf8_breaks_off(&decoder->character, byte) ? broken_off(decoder, byte, event)
                                                         : character(decoder, byte, event);
}

/* ---- sequences -------------------------------------------------------------------------- */

static bool escape(struct mn_key_decoder *decoder, uint8_t byte, struct mn_key_event *event)
{
    if (byte == ESC) { /* the first one is a key; the second may begin something */
        found(decoder, MN_KEY_ESC, 0, event);
        decoder->state = ESCAPE;
        decoder->held = 1;
        return true;
    }
    decoder->numbers[0] = decoder->numbers[1] = decoder->number = 0;
    if (byte == '[' || byte == 'O') {
        decoder->state = byte == '[' ? SEQUENCE : SHIFTED;
        return false;
    }
    decoder->has_alt = true;
    return ground(decoder, byte, event);
}

static uint32_t key_of_letter(uint8_t letter)
{
    static const struct {
        uint8_t letter;
        uint32_t code;
    } keys[] = {
        {'A', MN_KEY_UP}, {'B', MN_KEY_DOWN}, {'C', MN_KEY_RIGHT}, {'D', MN_KEY_LEFT},
        {'E', MN_KEY_KEYPAD_BEGIN}, {'F', MN_KEY_END}, {'H', MN_KEY_HOME},
        {'P', MN_KEY_F1}, {'Q', MN_KEY_F2}, {'R', MN_KEY_F3}, {'S', MN_KEY_F4},
    };
    for (uint32_t i = 0; i < MN_COUNT_OF(keys); i++) {
        if (keys[i].letter == letter)
            return keys[i].code;
    }
    return NO_KEY;
}

/* ESC [ number ~, of the VT220 and its descendants; the gaps are theirs. */
static uint32_t key_of_number(uint32_t number)
{
    static const uint32_t keys[] = {
        [1] = MN_KEY_HOME, [2] = MN_KEY_INSERT, [3] = MN_KEY_DELETE, [4] = MN_KEY_END,
        [5] = MN_KEY_PAGE_UP, [6] = MN_KEY_PAGE_DOWN, [7] = MN_KEY_HOME, [8] = MN_KEY_END,
        [11] = MN_KEY_F1, [12] = MN_KEY_F2, [13] = MN_KEY_F3, [14] = MN_KEY_F4,
        [15] = MN_KEY_F5, [17] = MN_KEY_F6, [18] = MN_KEY_F7, [19] = MN_KEY_F8,
        [20] = MN_KEY_F9, [21] = MN_KEY_F10, [23] = MN_KEY_F11, [24] = MN_KEY_F12,
        [25] = MN_KEY_F13, [26] = MN_KEY_F14, [28] = MN_KEY_F15, [29] = MN_KEY_F16,
        [31] = MN_KEY_F17, [32] = MN_KEY_F18, [33] = MN_KEY_F19, [34] = MN_KEY_F20,
    };
    return number < MN_COUNT_OF(keys) && keys[number] ? keys[number] : NO_KEY;
}

/* xterm's second number: 1 and a bit for each of shift, alt, ctrl and meta. */
static uint32_t modifiers_of(uint32_t number)
{
    uint32_t bits = number > 0 ? number - 1 : 0;
    return (bits & 1 ? MN_MOD_SHIFT : 0u) | (bits & 2 ? MN_MOD_ALT : 0u) |
           (bits & 4 ? MN_MOD_CTRL : 0u) | (bits & 8 ? MN_MOD_META : 0u);
}

static bool sequence_ends(struct mn_key_decoder *decoder, uint8_t byte,
                          struct mn_key_event *event)
{
    uint32_t modifiers = modifiers_of(decoder->numbers[1]);
    if (decoder->state == FOREIGN)
        return skip(decoder);
    if (byte == 'Z')
        return found(decoder, MN_KEY_BACK_TAB, modifiers | MN_MOD_SHIFT, event);
    return found(decoder,
                 byte == '~' ? key_of_number(decoder->numbers[0]) : key_of_letter(byte),
                 modifiers, event);
}

static void digit(struct mn_key_decoder *decoder, uint8_t byte)
{
    if (decoder->number >= MN_COUNT_OF(decoder->numbers))
        return;
    uint32_t *number = &decoder->numbers[decoder->number];
    *number = *number * 10 + (uint32_t)(byte - '0');
    if (*number > NUMBER_MAX)
        *number = NUMBER_MAX;
}

static bool sequence(struct mn_key_decoder *decoder, uint8_t byte, struct mn_key_event *event)
{
    if (byte < ' ' || byte >= 0x7f)
        return broken_off(decoder, byte, event);
    if (byte == '[' && decoder->held == 3) {
        decoder->state = CONSOLE;
        return false;
    }
    if (byte >= '@')
        return sequence_ends(decoder, byte, event);
    if (byte >= '0' && byte <= '9')
        digit(decoder, byte);
    else if (byte != ';')
        decoder->state = FOREIGN;
    else if (decoder->number < MN_COUNT_OF(decoder->numbers))
        decoder->number++;
    return false;
}

static bool console(struct mn_key_decoder *decoder, uint8_t byte, struct mn_key_event *event)
{
    if (byte < ' ' || byte >= 0x7f)
        return broken_off(decoder, byte, event);
    bool is_key = byte >= 'A' && byte <= 'E';
    return found(decoder, is_key ? MN_KEY_F1 + (uint32_t)(byte - 'A') : NO_KEY, 0, event);
}

/* ESC O: cursor and function keys, and the keypad where it is in application mode. */
static bool shifted(struct mn_key_decoder *decoder, uint8_t byte, struct mn_key_event *event)
{
    if (byte < ' ' || byte >= 0x7f)
        return broken_off(decoder, byte, event);
    if (byte == 'M')
        return found(decoder, MN_KEY_ENTER, 0, event);
    if (byte == 'X' || (byte >= 'j' && byte <= 'y'))
        return found(decoder, byte == 'X' ? '=' : byte - 0x40u, 0, event);
    return found(decoder, key_of_letter(byte), 0, event);
}

/* ---- the decoder ------------------------------------------------------------------------ */

static bool next(struct mn_key_decoder *decoder, uint8_t byte, struct mn_key_event *event)
{
    switch (decoder->state) {
    case CHARACTER: return go_on(decoder, byte, event);
    case ESCAPE: return escape(decoder, byte, event);
    case SEQUENCE:
    case FOREIGN: return sequence(decoder, byte, event);
    case CONSOLE: return console(decoder, byte, event);
    case SHIFTED: return shifted(decoder, byte, event);
    default: return ground(decoder, byte, event);
    }
}

bool mn_key_decoder_byte(struct mn_key_decoder *decoder, uint8_t byte, struct mn_key_event *event)
{
    bool is_half = decoder->after_cr && byte == '\n';
    decoder->after_cr = false;
    if (is_half)
        return false; /* its Enter came with the CR */
    decoder->held++;
    return next(decoder, byte, event);
}

bool mn_key_decoder_is_open(const struct mn_key_decoder *decoder)
{
    return decoder->state != GROUND && decoder->state != CHARACTER;
}

bool mn_key_decoder_expire(struct mn_key_decoder *decoder, struct mn_key_event *event)
{
    if (decoder->state == ESCAPE)
        return found(decoder, MN_KEY_ESC, 0, event);
    if (decoder->held != 2 || !mn_key_decoder_is_open(decoder))
        return skip(decoder);
    return found(decoder, decoder->state == SEQUENCE ? '[' : 'O', MN_MOD_ALT, event);
}
