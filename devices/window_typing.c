/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "devices/window_typing.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct mapping {
    SDL_Keycode key;
    uint32_t code; /* enum window_key_code */
};

/* SDL2 has no key for MEDIA_RECORD. */
static const struct mapping mappings[] = {
    {SDLK_RETURN, WINDOW_KEY_ENTER},
    {SDLK_RETURN2, WINDOW_KEY_ENTER},
    {SDLK_KP_ENTER, WINDOW_KEY_ENTER},
    {SDLK_BACKSPACE, WINDOW_KEY_BACKSPACE},
    {SDLK_TAB, WINDOW_KEY_TAB},
    {SDLK_ESCAPE, WINDOW_KEY_ESC},
    {SDLK_LEFT, WINDOW_KEY_LEFT},
    {SDLK_RIGHT, WINDOW_KEY_RIGHT},
    {SDLK_UP, WINDOW_KEY_UP},
    {SDLK_DOWN, WINDOW_KEY_DOWN},
    {SDLK_HOME, WINDOW_KEY_HOME},
    {SDLK_END, WINDOW_KEY_END},
    {SDLK_PAGEUP, WINDOW_KEY_PAGE_UP},
    {SDLK_PAGEDOWN, WINDOW_KEY_PAGE_DOWN},
    {SDLK_INSERT, WINDOW_KEY_INSERT},
    {SDLK_DELETE, WINDOW_KEY_DELETE},
    {SDLK_F1, WINDOW_KEY_F1},
    {SDLK_F2, WINDOW_KEY_F2},
    {SDLK_F3, WINDOW_KEY_F3},
    {SDLK_F4, WINDOW_KEY_F4},
    {SDLK_F5, WINDOW_KEY_F5},
    {SDLK_F6, WINDOW_KEY_F6},
    {SDLK_F7, WINDOW_KEY_F7},
    {SDLK_F8, WINDOW_KEY_F8},
    {SDLK_F9, WINDOW_KEY_F9},
    {SDLK_F10, WINDOW_KEY_F10},
    {SDLK_F11, WINDOW_KEY_F11},
    {SDLK_F12, WINDOW_KEY_F12},
    {SDLK_F13, WINDOW_KEY_F13},
    {SDLK_F14, WINDOW_KEY_F14},
    {SDLK_F15, WINDOW_KEY_F15},
    {SDLK_F16, WINDOW_KEY_F16},
    {SDLK_F17, WINDOW_KEY_F17},
    {SDLK_F18, WINDOW_KEY_F18},
    {SDLK_F19, WINDOW_KEY_F19},
    {SDLK_F20, WINDOW_KEY_F20},
    {SDLK_F21, WINDOW_KEY_F21},
    {SDLK_F22, WINDOW_KEY_F22},
    {SDLK_F23, WINDOW_KEY_F23},
    {SDLK_F24, WINDOW_KEY_F24},
    {SDLK_CAPSLOCK, WINDOW_KEY_CAPS_LOCK},
    {SDLK_SCROLLLOCK, WINDOW_KEY_SCROLL_LOCK},
    {SDLK_NUMLOCKCLEAR, WINDOW_KEY_NUM_LOCK},
    {SDLK_PRINTSCREEN, WINDOW_KEY_PRINT_SCREEN},
    {SDLK_SYSREQ, WINDOW_KEY_PRINT_SCREEN},
    {SDLK_PAUSE, WINDOW_KEY_PAUSE},
    {SDLK_APPLICATION, WINDOW_KEY_MENU},
    {SDLK_MENU, WINDOW_KEY_MENU},
    {SDLK_LSHIFT, WINDOW_KEY_LEFT_SHIFT},
    {SDLK_RSHIFT, WINDOW_KEY_RIGHT_SHIFT},
    {SDLK_LCTRL, WINDOW_KEY_LEFT_CTRL},
    {SDLK_RCTRL, WINDOW_KEY_RIGHT_CTRL},
    {SDLK_LALT, WINDOW_KEY_LEFT_ALT},
    {SDLK_RALT, WINDOW_KEY_RIGHT_ALT},
    {SDLK_MODE, WINDOW_KEY_RIGHT_ALT},
    {SDLK_LGUI, WINDOW_KEY_LEFT_META},
    {SDLK_RGUI, WINDOW_KEY_RIGHT_META},
    {SDLK_AUDIOPLAY, WINDOW_KEY_MEDIA_PLAY_PAUSE},
    {SDLK_AUDIOSTOP, WINDOW_KEY_MEDIA_STOP},
    {SDLK_AUDIONEXT, WINDOW_KEY_MEDIA_NEXT},
    {SDLK_AUDIOPREV, WINDOW_KEY_MEDIA_PREVIOUS},
    {SDLK_AUDIOREWIND, WINDOW_KEY_MEDIA_REWIND},
    {SDLK_AUDIOFASTFORWARD, WINDOW_KEY_MEDIA_FAST_FORWARD},
    {SDLK_VOLUMEUP, WINDOW_KEY_VOLUME_UP},
    {SDLK_VOLUMEDOWN, WINDOW_KEY_VOLUME_DOWN},
    {SDLK_MUTE, WINDOW_KEY_VOLUME_MUTE},
    {SDLK_AUDIOMUTE, WINDOW_KEY_VOLUME_MUTE},
};

/* The keypad without num lock; with it, its keys write digits. */
static const struct mapping keypad[] = {
    {SDLK_KP_0, WINDOW_KEY_INSERT},     {SDLK_KP_1, WINDOW_KEY_END},
    {SDLK_KP_2, WINDOW_KEY_DOWN},       {SDLK_KP_3, WINDOW_KEY_PAGE_DOWN},
    {SDLK_KP_4, WINDOW_KEY_LEFT},       {SDLK_KP_5, WINDOW_KEY_KEYPAD_BEGIN},
    {SDLK_KP_6, WINDOW_KEY_RIGHT},      {SDLK_KP_7, WINDOW_KEY_HOME},
    {SDLK_KP_8, WINDOW_KEY_UP},         {SDLK_KP_9, WINDOW_KEY_PAGE_UP},
    {SDLK_KP_PERIOD, WINDOW_KEY_DELETE},
};

static uint32_t find(const struct mapping *list, size_t count, SDL_Keycode key)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].key == key)
            return list[i].code;
    return 0;
}

/* The key that writes nothing, or 0. */
static uint32_t silent_code(const SDL_Keysym *key)
{
    uint32_t code = find(mappings, COUNT_OF(mappings), key->sym);
    if (code == 0 && !(key->mod & KMOD_NUM))
        code = find(keypad, COUNT_OF(keypad), key->sym);
    return code == WINDOW_KEY_TAB && (key->mod & KMOD_SHIFT) ? WINDOW_KEY_BACK_TAB : code;
}

/* What the key writes without shift, or 0. Commands are in ASCII: where the layout has another
 * letter, it is that of a US keyboard. */
static uint32_t plain_char(const SDL_Keysym *key)
{
    if (key->sym >= ' ' && key->sym < 0x7f)
        return (uint32_t)key->sym;
    if (key->scancode >= SDL_SCANCODE_A && key->scancode <= SDL_SCANCODE_Z)
        return 'a' + (uint32_t)(key->scancode - SDL_SCANCODE_A);
    return key->sym & SDLK_SCANCODE_MASK || key->sym < ' ' ? 0 : (uint32_t)key->sym;
}

static uint8_t modifiers_of(uint16_t mod)
{
    return (uint8_t)((mod & KMOD_SHIFT ? WINDOW_MOD_SHIFT : 0) |
                     (mod & KMOD_CTRL ? WINDOW_MOD_CTRL : 0) |
                     (mod & KMOD_ALT ? WINDOW_MOD_ALT : 0) |
                     (mod & KMOD_GUI ? WINDOW_MOD_META : 0) |
                     (mod & KMOD_CAPS ? WINDOW_MOD_CAPS_LOCK : 0) |
                     (mod & KMOD_NUM ? WINDOW_MOD_NUM_LOCK : 0));
}

/* The right alt key alone, or with the left ctrl as some systems report it, may be AltGr: then the
 * key writes something else than without. */
static bool may_be_alt_gr(uint16_t mod)
{
    uint16_t held = mod & (KMOD_CTRL | KMOD_ALT | KMOD_GUI);
    return mod & KMOD_MODE || held == KMOD_RALT || held == (KMOD_RALT | KMOD_LCTRL);
}

static bool is_command(uint16_t mod)
{
    return mod & (KMOD_CTRL | KMOD_ALT | KMOD_GUI) && !may_be_alt_gr(mod);
}

static void put(struct window_typing *typing, uint32_t code, enum window_key_kind kind,
                uint8_t modifiers)
{
    typing->put(typing->context, (struct window_key){code, (uint8_t)kind, modifiers});
}

static void press(struct window_typing *typing, const SDL_KeyboardEvent *down, uint32_t code,
                  uint8_t modifiers)
{
    put(typing, code, down->repeat ? WINDOW_KEY_HELD : WINDOW_KEY_PRESSED, modifiers);
    if (down->keysym.scancode < SDL_NUM_SCANCODES)
        typing->codes[down->keysym.scancode] = code;
}

static void take_down(struct window_typing *typing, const SDL_KeyboardEvent *down)
{
    const SDL_Keysym *key = &down->keysym;
    uint32_t code = silent_code(key);
    typing->modifiers = key->mod;
    if (code == 0 && is_command(key->mod))
        code = plain_char(key);
    typing->drops_text = code != 0;
    typing->is_down_known = code == 0;
    if (code != 0)
        press(typing, down, code, modifiers_of(key->mod));
    else
        typing->down = *down;
}

static void take_up(struct window_typing *typing, const SDL_KeyboardEvent *up)
{
    SDL_Scancode scancode = up->keysym.scancode;
    typing->modifiers = up->keysym.mod;
    if (scancode == typing->down.keysym.scancode)
        typing->is_down_known = false;
    if (scancode >= SDL_NUM_SCANCODES || typing->codes[scancode] == 0)
        return;
    put(typing, typing->codes[scancode], WINDOW_KEY_RELEASED, modifiers_of(up->keysym.mod));
    typing->codes[scancode] = 0;
}

/* Takes the first character off `text`, which SDL guarantees to be UTF-8. */
static uint32_t next_char(const char **text)
{
    const unsigned char *at = (const unsigned char *)*text;
    uint32_t first = *at++;
    int more = first < 0xc0 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    uint32_t code = more == 0 ? first : first & (0x3fu >> more);
    for (; more > 0 && (*at & 0xc0) == 0x80; more--)
        code = code << 6 | (*at++ & 0x3fu);
    *text = (const char *)at;
    return code;
}

/* A character that a key has written: it goes up when the key does. */
static void write_by_key(struct window_typing *typing, uint32_t code)
{
    uint8_t modifiers = modifiers_of(typing->down.keysym.mod);
    if (may_be_alt_gr(typing->down.keysym.mod) && code != plain_char(&typing->down.keysym))
        modifiers &= (uint8_t)~(WINDOW_MOD_ALT | WINDOW_MOD_CTRL); /* it was AltGr */
    press(typing, &typing->down, code, modifiers);
    typing->is_down_known = false;
}

/* One that came without a key of its own: composed, or from an input method. */
static void write_alone(struct window_typing *typing, uint32_t code)
{
    put(typing, code, WINDOW_KEY_PRESSED, modifiers_of(typing->modifiers));
    put(typing, code, WINDOW_KEY_RELEASED, modifiers_of(typing->modifiers));
}

static void take_text(struct window_typing *typing, const char *text)
{
    if (typing->drops_text && typing->modifiers & (KMOD_CTRL | KMOD_ALT | KMOD_GUI))
        return;
    while (*text) {
        uint32_t code = next_char(&text);
        if (code < ' ' || code == 0x7f || code > WINDOW_CHAR_MAX)
            continue;
        if (typing->is_down_known)
            write_by_key(typing, code);
        else
            write_alone(typing, code);
    }
}

void window_typing_init(struct window_typing *typing,
                        void (*put_key)(void *context, struct window_key key), void *context)
{
    *typing = (struct window_typing){.put = put_key, .context = context};
}

void window_typing_take(struct window_typing *typing, const SDL_Event *event)
{
    if (event->type == SDL_KEYDOWN)
        take_down(typing, &event->key);
    else if (event->type == SDL_KEYUP)
        take_up(typing, &event->key);
    else if (event->type == SDL_TEXTINPUT)
        take_text(typing, event->text.text);
}
