/* window_key.h — a key of a window's keyboard, as a plain value.
 *
 * Keys that write something are the Unicode scalar value of what they write; the others are
 * numbers beyond Unicode, in the order of the list here.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef DEVICES_WINDOW_KEY_H
#define DEVICES_WINDOW_KEY_H

#include <stdint.h>

#define WINDOW_CHAR_MAX 0x10ffffu

/* X(name) for each key that writes nothing. */
#define WINDOW_KEY_CODES(X)                                                                     \
    X(ENTER) X(BACKSPACE) X(TAB) X(BACK_TAB) X(ESC) X(LEFT) X(RIGHT) X(UP) X(DOWN)              \
    X(HOME) X(END) X(PAGE_UP) X(PAGE_DOWN) X(INSERT) X(DELETE)                                  \
    X(F1) X(F2) X(F3) X(F4) X(F5) X(F6) X(F7) X(F8) X(F9) X(F10) X(F11) X(F12)                  \
    X(F13) X(F14) X(F15) X(F16) X(F17) X(F18) X(F19) X(F20) X(F21) X(F22) X(F23) X(F24)         \
    X(CAPS_LOCK) X(SCROLL_LOCK) X(NUM_LOCK) X(PRINT_SCREEN) X(PAUSE) X(MENU) X(KEYPAD_BEGIN)    \
    X(LEFT_SHIFT) X(RIGHT_SHIFT) X(LEFT_CTRL) X(RIGHT_CTRL)                                     \
    X(LEFT_ALT) X(RIGHT_ALT) X(LEFT_META) X(RIGHT_META)                                         \
    X(MEDIA_PLAY_PAUSE) X(MEDIA_STOP) X(MEDIA_NEXT) X(MEDIA_PREVIOUS) X(MEDIA_REWIND)           \
    X(MEDIA_FAST_FORWARD) X(MEDIA_RECORD) X(VOLUME_UP) X(VOLUME_DOWN) X(VOLUME_MUTE)

#define WINDOW_KEY_ENUM_(name) WINDOW_KEY_##name,
enum window_key_code {
    WINDOW_KEY_NONE_ = WINDOW_CHAR_MAX, /* not a key: the first one is one more */
    WINDOW_KEY_CODES(WINDOW_KEY_ENUM_) WINDOW_KEY_CODE_END
};
#undef WINDOW_KEY_ENUM_

enum window_key_kind { WINDOW_KEY_PRESSED, WINDOW_KEY_RELEASED, WINDOW_KEY_HELD };

enum window_modifier { /* bits */
    WINDOW_MOD_SHIFT = 1,
    WINDOW_MOD_CTRL = 2,
    WINDOW_MOD_ALT = 4,
    WINDOW_MOD_META = 8,
    WINDOW_MOD_CAPS_LOCK = 16,
    WINDOW_MOD_NUM_LOCK = 32,
};

struct window_key {
    uint32_t code;     /* a Unicode scalar value, or an enum window_key_code */
    uint8_t kind;      /* enum window_key_kind */
    uint8_t modifiers; /* enum window_modifier bits */
};

#endif
