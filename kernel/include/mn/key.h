/* key.h — what happened on a keyboard.
 *
 *     "Ctrl+F5" ◄── name, parse ──► { code, kind, modifiers } ── write ──► bytes of text
 *                                        ▲          │
 *                                        └─ encode, decode ─► 6 bytes on a wire
 *
 * A key event is a plain value: a kind, the modifiers held, and a code. Codes of keys that write
 * something are the Unicode scalar value of what they write, after layout and shift; all others
 * are numbers beyond Unicode.
 *
 * Modifiers  Those held as it happened, less Alt where it took part in making the character: AltGr
 *            and q on a German layout is `@` without Alt. Ctrl with a letter is that letter in
 *            lower case, with MN_MOD_CTRL.
 * Names      What a script, a log and a person call a key: "a", "F5", "Ctrl+c", "Alt+Shift+Up".
 *            Modifiers come first, Ctrl, Alt, Shift, Meta, CapsLock and NumLock in this order when
 *            we write them, in any when we read them. A character is called by itself, the space
 *            "Space", one that cannot be seen "U+0007". Case matters for characters only,
 *            and with Ctrl not even for letters: "Ctrl+C" is Ctrl+c.
 * Wire       6 bytes, the fields in their order, little-endian.
 * Context    Any. Nothing here waits or allocates.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_KEY_H
#define MN_KEY_H

#include "mn/text.h"

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

struct mn_key_event {
    uint32_t code;     /* a Unicode scalar value, or an enum mn_key_code */
    uint8_t kind;      /* enum mn_key_kind */
    uint8_t modifiers; /* enum mn_key_modifier bits held as it happened */
};

/* Whether every field holds one of its values. */
bool mn_key_is_valid(const struct mn_key_event *event);

/* Adds the name of the key, its kind left out; MN_KEY_NAME_BYTES hold any. The event is valid. */
#define MN_KEY_NAME_BYTES 64u
void mn_key_name(const struct mn_key_event *event, struct mn_text *text);

/* Reads a name: fills `event` with the key being pressed.
 *
 * Returns  MN_OK
 *          MN_ERR_INVALID  no key has this name; `event` is as it was */
MN_MUST_USE enum mn_err mn_key_parse(const char *name, uint32_t count,
                                     struct mn_key_event *event);

/* Writes what the key types into a text or a terminal; returns how many bytes, 0 for a key that
 * types nothing, or that was released.
 *
 *     Enter, Tab, Backspace       0x0a, 0x09, 0x7f, whatever the modifiers
 *     a character                 its UTF-8
 *     Ctrl and a to z, @[\]^_     the control characters 0x01 to 0x1a, 0x00, 0x1b to 0x1f
 *     Ctrl and Space              0x00
 *     any other with Ctrl, Alt or Meta, and all other keys: nothing */
#define MN_KEY_TEXT_BYTES 4u
uint32_t mn_key_write(const struct mn_key_event *event, uint8_t bytes[MN_KEY_TEXT_BYTES]);

/* The bytes of an event on a wire, and back.
 *
 * Returns  MN_OK
 *          MN_ERR_INVALID  a field holds none of its values; `event` is as it was */
#define MN_KEY_WIRE_BYTES 6u
void mn_key_encode(const struct mn_key_event *event, uint8_t bytes[MN_KEY_WIRE_BYTES]);
MN_MUST_USE enum mn_err mn_key_decode(const uint8_t bytes[MN_KEY_WIRE_BYTES],
                                      struct mn_key_event *event);

#endif
