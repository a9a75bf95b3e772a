/* key.h — what happened on a keyboard.
 *
 * A key event is a plain value: a kind, the modifiers held, and a code. Codes of keys that write
 * something are the Unicode scalar value of what they write, after layout and shift; all others
 * are numbers beyond Unicode.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_KEY_H
#define MN_KEY_H

#include "mn/base.h"

enum mn_key_kind { MN_KEY_PRESSED, MN_KEY_RELEASED, MN_KEY_HELD /* pressed still: repeated */ };

enum mn_key_modifier { /* bits */
    MN_MOD_SHIFT = 1,
    MN_MOD_CTRL = 2,
    MN_MOD_ALT = 4,
    MN_MOD_META = 8,
    MN_MOD_CAPS_LOCK = 16,
    MN_MOD_NUM_LOCK = 32,
};

#define MN_KEY_CHAR_MAX 0x10ffffu /* codes up to here are characters, surrogates excepted */

/* X(name, text) for each key that writes nothing; `text` is its name in scripts and dumps. */
#define MN_KEY_CODES(X)                                                                         \
    X(ENTER, "Enter") X(BACKSPACE, "Backspace") X(TAB, "Tab") X(BACK_TAB, "BackTab")            \
    X(ESC, "Esc") X(LEFT, "Left") X(RIGHT, "Right") X(UP, "Up") X(DOWN, "Down")                 \
    X(HOME, "Home") X(END, "End") X(PAGE_UP, "PageUp") X(PAGE_DOWN, "PageDown")                 \
    X(INSERT, "Insert") X(DELETE, "Delete")                                                     \
    X(F1, "F1") X(F2, "F2") X(F3, "F3") X(F4, "F4") X(F5, "F5") X(F6, "F6")                     \
    X(F7, "F7") X(F8, "F8") X(F9, "F9") X(F10, "F10") X(F11, "F11") X(F12, "F12")               \
    X(F13, "F13") X(F14, "F14") X(F15, "F15") X(F16, "F16") X(F17, "F17") X(F18, "F18")         \
    X(F19, "F19") X(F20, "F20") X(F21, "F21") X(F22, "F22") X(F23, "F23") X(F24, "F24")         \
    X(CAPS_LOCK, "CapsLock") X(SCROLL_LOCK, "ScrollLock") X(NUM_LOCK, "NumLock")                \
    X(PRINT_SCREEN, "PrintScreen") X(PAUSE, "Pause") X(MENU, "Menu")                            \
    X(KEYPAD_BEGIN, "KeypadBegin")                                                              \
    X(LEFT_SHIFT, "LeftShift") X(RIGHT_SHIFT, "RightShift")                                     \
    X(LEFT_CTRL, "LeftCtrl") X(RIGHT_CTRL, "RightCtrl")                                         \
    X(LEFT_ALT, "LeftAlt") X(RIGHT_ALT, "RightAlt")                                             \
    X(LEFT_META, "LeftMeta") X(RIGHT_META, "RightMeta")                                         \
    X(MEDIA_PLAY_PAUSE, "PlayPause") X(MEDIA_STOP, "Stop") X(MEDIA_NEXT, "NextTrack")           \
    X(MEDIA_PREVIOUS, "PreviousTrack") X(MEDIA_REWIND, "Rewind")                                \
    X(MEDIA_FAST_FORWARD, "FastForward") X(MEDIA_RECORD, "Record")                              \
    X(VOLUME_UP, "VolumeUp") X(VOLUME_DOWN, "VolumeDown") X(VOLUME_MUTE, "VolumeMute")

#define MN_KEY_ENUM_(name, text) MN_KEY_##name,
enum mn_key_code {
    MN_KEY_NONE_ = MN_KEY_CHAR_MAX, /* not a key: the first one is one more */
    MN_KEY_CODES(MN_KEY_ENUM_) MN_KEY_CODE_END
};
#undef MN_KEY_ENUM_

struct mn_key_event { /* has a serialisation of its fields in this order, little-endian */
    uint32_t code;     /* a Unicode scalar value, or an enum mn_key_code */
    uint8_t kind;      /* enum mn_key_kind */
    uint8_t modifiers; /* enum mn_key_modifier bits held as it happened */
};

#endif
