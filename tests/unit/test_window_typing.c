/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "host.h"

#include <string.h>

#include "devices/window_typing.h"

#define KEYS_MAX 32

struct desk {
    struct window_typing typing;
    struct window_key keys[KEYS_MAX];
    uint32_t count;
};

static void keep(void *context, struct window_key key)
{
    struct desk *desk = context;
    assert_true(desk->count < KEYS_MAX);
    desk->keys[desk->count++] = key;
}

static int set_up(void **state)
{
    static struct desk desk;
    desk = (struct desk){.count = 0};
    window_typing_init(&desk.typing, keep, &desk);
    *state = &desk;
    return 0;
}

static void key_event(struct desk *desk, uint32_t type, SDL_Scancode scancode, SDL_Keycode sym,
                      int mod, bool repeats)
{
    SDL_Event event = {.key = {.type = type, .repeat = repeats,
                               .keysym = {scancode, sym, (uint16_t)mod, 0}}};
    window_typing_take(&desk->typing, &event);
}

static void down(struct desk *desk, SDL_Scancode scancode, SDL_Keycode sym, int mod)
{
    key_event(desk, SDL_KEYDOWN, scancode, sym, mod, false);
}

static void up(struct desk *desk, SDL_Scancode scancode, SDL_Keycode sym, int mod)
{
    key_event(desk, SDL_KEYUP, scancode, sym, mod, false);
}

static void text(struct desk *desk, const char *utf8)
{
    SDL_Event event = {.text = {.type = SDL_TEXTINPUT}};
    memcpy(event.text.text, utf8, strlen(utf8) + 1);
    window_typing_take(&desk->typing, &event);
}

static void expect_keys(struct desk *desk, const struct window_key *keys, uint32_t count)
{
    assert_int_equal(desk->count, count);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(desk->keys[i].code, keys[i].code);
        assert_int_equal(desk->keys[i].kind, keys[i].kind);
        assert_int_equal(desk->keys[i].modifiers, keys[i].modifiers);
    }
    desk->count = 0;
}

#define EXPECT(desk, ...)                                                                       \
    do {                                                                                        \
        const struct window_key expected[] = {__VA_ARGS__};                                     \
        expect_keys((desk), expected, sizeof expected / sizeof expected[0]);                    \
    } while (0)
#define PRESSED(code, modifiers) {(code), WINDOW_KEY_PRESSED, (modifiers)}
#define RELEASED(code, modifiers) {(code), WINDOW_KEY_RELEASED, (modifiers)}
#define HELD(code, modifiers) {(code), WINDOW_KEY_HELD, (modifiers)}

static void a_letter_is_one_press_and_one_release(void **state)
{
    struct desk *desk = *state;

    down(desk, SDL_SCANCODE_A, SDLK_a, 0);
    text(desk, "a");
    up(desk, SDL_SCANCODE_A, SDLK_a, 0);

    EXPECT(desk, PRESSED('a', 0), RELEASED('a', 0));
}

static void a_letter_is_what_the_layout_writes_and_goes_up_the_same(void **state)
{
    struct desk *desk = *state;

    down(desk, SDL_SCANCODE_LSHIFT, SDLK_LSHIFT, KMOD_LSHIFT);
    down(desk, SDL_SCANCODE_SEMICOLON, 0xf6, KMOD_LSHIFT);
    text(desk, "Ö");
    up(desk, SDL_SCANCODE_LSHIFT, SDLK_LSHIFT, 0);
    up(desk, SDL_SCANCODE_SEMICOLON, 0xf6, 0);

    EXPECT(desk, PRESSED(WINDOW_KEY_LEFT_SHIFT, WINDOW_MOD_SHIFT), PRESSED(0xd6, WINDOW_MOD_SHIFT),
           RELEASED(WINDOW_KEY_LEFT_SHIFT, 0), RELEASED(0xd6, 0));
}

static void a_key_that_is_held_says_so(void **state)
{
    struct desk *desk = *state;

    down(desk, SDL_SCANCODE_X, SDLK_x, 0);
    text(desk, "x");
    key_event(desk, SDL_KEYDOWN, SDL_SCANCODE_X, SDLK_x, 0, true);
    text(desk, "x");
    key_event(desk, SDL_KEYDOWN, SDL_SCANCODE_LEFT, SDLK_LEFT, 0, true);

    EXPECT(desk, PRESSED('x', 0), HELD('x', 0), HELD(WINDOW_KEY_LEFT, 0));
}

static void a_command_is_the_key_itself_and_what_it_wrote_is_dropped(void **state)
{
    struct desk *desk = *state;

    down(desk, SDL_SCANCODE_1, SDLK_1, KMOD_LCTRL);
    text(desk, "1");
    up(desk, SDL_SCANCODE_1, SDLK_1, KMOD_LCTRL);
    down(desk, SDL_SCANCODE_X, SDLK_x, KMOD_LALT | KMOD_LSHIFT);
    text(desk, "X");
    down(desk, SDL_SCANCODE_C, 0x441, KMOD_RCTRL); /* in Cyrillic */
    down(desk, SDL_SCANCODE_W, SDLK_w, KMOD_LGUI);
    text(desk, "w");

    EXPECT(desk, PRESSED('1', WINDOW_MOD_CTRL), RELEASED('1', WINDOW_MOD_CTRL),
           PRESSED('x', WINDOW_MOD_ALT | WINDOW_MOD_SHIFT), PRESSED('c', WINDOW_MOD_CTRL),
           PRESSED('w', WINDOW_MOD_META));
}

static void what_alt_gr_writes_is_no_command(void **state)
{
    struct desk *desk = *state;

    down(desk, SDL_SCANCODE_Q, SDLK_q, KMOD_RALT);
    text(desk, "@");
    up(desk, SDL_SCANCODE_Q, SDLK_q, 0);
    down(desk, SDL_SCANCODE_E, SDLK_e, KMOD_LCTRL | KMOD_RALT);
    text(desk, "€");
    down(desk, SDL_SCANCODE_F, SDLK_f, KMOD_RALT); /* no AltGr on this layout */
    text(desk, "f");

    EXPECT(desk, PRESSED('@', 0), RELEASED('@', 0), PRESSED(0x20ac, 0),
           PRESSED('f', WINDOW_MOD_ALT));
}

static void what_no_key_wrote_is_pressed_and_released_at_once(void **state)
{
    struct desk *desk = *state;

    text(desk, "é𝄞");
    down(desk, SDL_SCANCODE_A, SDLK_a, 0);
    up(desk, SDL_SCANCODE_A, SDLK_a, 0);
    text(desk, "か");

    EXPECT(desk, PRESSED(0xe9, 0), RELEASED(0xe9, 0), PRESSED(0x1d11e, 0), RELEASED(0x1d11e, 0),
           PRESSED(0x304b, 0), RELEASED(0x304b, 0));
}

static void a_dead_key_writes_nothing_until_the_next(void **state)
{
    struct desk *desk = *state;

    down(desk, SDL_SCANCODE_EQUALS, 0xb4, 0);
    up(desk, SDL_SCANCODE_EQUALS, 0xb4, 0);
    down(desk, SDL_SCANCODE_E, SDLK_e, 0);
    text(desk, "é");
    up(desk, SDL_SCANCODE_E, SDLK_e, 0);

    EXPECT(desk, PRESSED(0xe9, 0), RELEASED(0xe9, 0));
}

static void shift_and_tab_is_back_tab_up_to_its_release(void **state)
{
    struct desk *desk = *state;

    down(desk, SDL_SCANCODE_TAB, SDLK_TAB, KMOD_RSHIFT);
    up(desk, SDL_SCANCODE_TAB, SDLK_TAB, 0);
    down(desk, SDL_SCANCODE_TAB, SDLK_TAB, 0);

    EXPECT(desk, PRESSED(WINDOW_KEY_BACK_TAB, WINDOW_MOD_SHIFT), RELEASED(WINDOW_KEY_BACK_TAB, 0),
           PRESSED(WINDOW_KEY_TAB, 0));
}

static void the_keypad_writes_with_num_lock_and_moves_without(void **state)
{
    struct desk *desk = *state;

    down(desk, SDL_SCANCODE_KP_7, SDLK_KP_7, KMOD_NUM);
    text(desk, "7");
    down(desk, SDL_SCANCODE_KP_7, SDLK_KP_7, 0);
    down(desk, SDL_SCANCODE_KP_ENTER, SDLK_KP_ENTER, 0);

    EXPECT(desk, PRESSED('7', WINDOW_MOD_NUM_LOCK), PRESSED(WINDOW_KEY_HOME, 0),
           PRESSED(WINDOW_KEY_ENTER, 0));
}

static void keys_without_a_meaning_and_other_events_are_nothing(void **state)
{
    struct desk *desk = *state;
    SDL_Event event = {.type = SDL_MOUSEMOTION};

    window_typing_take(&desk->typing, &event);
    down(desk, SDL_SCANCODE_AC_HOME, SDLK_AC_HOME, KMOD_LCTRL);
    up(desk, SDL_SCANCODE_AC_HOME, SDLK_AC_HOME, 0);
    up(desk, SDL_SCANCODE_A, SDLK_a, 0);
    text(desk, "\x1b\x7f");

    assert_int_equal(desk->count, 0);
}

/* Every code but the one that SDL2 has no key for. */
static void every_key_of_the_list_can_be_pressed(void **state)
{
    struct desk *desk = *state;
    bool found[WINDOW_KEY_CODE_END - WINDOW_CHAR_MAX] = {false};

    for (int scancode = 0; scancode < SDL_NUM_SCANCODES; scancode++) {
        SDL_Keycode keys[] = {SDL_SCANCODE_TO_KEYCODE(scancode), scancode};
        for (int i = 0; i < 4; i++) {
            down(desk, (SDL_Scancode)scancode, keys[i / 2], i % 2 ? KMOD_LSHIFT : 0);
            if (desk->count > 0 && desk->keys[0].code > WINDOW_CHAR_MAX)
                found[desk->keys[0].code - WINDOW_CHAR_MAX] = true;
            desk->count = 0;
        }
    }
    for (uint32_t code = WINDOW_CHAR_MAX + 1; code < WINDOW_KEY_CODE_END; code++)
        if (code != WINDOW_KEY_MEDIA_RECORD && !found[code - WINDOW_CHAR_MAX])
            fail_msg("nothing presses key number %u", code - WINDOW_CHAR_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_letter_is_one_press_and_one_release, set_up),
        cmocka_unit_test_setup(a_letter_is_what_the_layout_writes_and_goes_up_the_same, set_up),
        cmocka_unit_test_setup(a_key_that_is_held_says_so, set_up),
        cmocka_unit_test_setup(a_command_is_the_key_itself_and_what_it_wrote_is_dropped, set_up),
        cmocka_unit_test_setup(what_alt_gr_writes_is_no_command, set_up),
        cmocka_unit_test_setup(what_no_key_wrote_is_pressed_and_released_at_once, set_up),
        cmocka_unit_test_setup(a_dead_key_writes_nothing_until_the_next, set_up),
        cmocka_unit_test_setup(shift_and_tab_is_back_tab_up_to_its_release, set_up),
        cmocka_unit_test_setup(the_keypad_writes_with_num_lock_and_moves_without, set_up),
        cmocka_unit_test_setup(keys_without_a_meaning_and_other_events_are_nothing, set_up),
        cmocka_unit_test_setup(every_key_of_the_list_can_be_pressed, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
