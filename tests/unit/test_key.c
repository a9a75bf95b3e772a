/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/key.h"

#include <string.h>

#include "panic.h"

static const char *name_of(struct mn_key_event event)
{
    static char name[MN_KEY_NAME_BYTES + 1];
    struct mn_text text = {.bytes = name, .room = MN_KEY_NAME_BYTES};
    mn_key_name(&event, &text);
    name[text.count] = '\0';
    return name;
}

static void assert_parses(const char *name, uint32_t code, uint32_t modifiers)
{
    struct mn_key_event event = {.code = 1, .kind = MN_KEY_HELD};
    if (mn_key_parse(name, (uint32_t)strlen(name), &event) != MN_OK)
        fail_msg("%s is no key", name);
    assert_int_equal(event.code, code);
    assert_int_equal(event.modifiers, modifiers);
    assert_int_equal(event.kind, MN_KEY_PRESSED);
}

static void assert_round_trip(struct mn_key_event event)
{
    const char *name = name_of(event);
    uint8_t wire[MN_KEY_WIRE_BYTES];
    struct mn_key_event back;

    assert_parses(name, event.code, event.modifiers);
    mn_key_encode(&event, wire);
    assert_int_equal(mn_key_decode(wire, &back), MN_OK);
    assert_int_equal(back.code, event.code);
    assert_int_equal(back.kind, event.kind);
    assert_int_equal(back.modifiers, event.modifiers);
}

static void every_code_has_a_name_that_reads_as_the_code(void **state)
{
    (void)state;
    for (uint32_t code = 0; code < MN_KEY_CODE_END; code++) {
        struct mn_key_event event = {.code = code};
        if (mn_key_is_valid(&event))
            assert_round_trip(event);
        else
            assert_in_range(code, 0xd800, 0xdfff);
    }
}

static void every_set_of_modifiers_has_a_name_that_reads_as_the_set(void **state)
{
    (void)state;
    static const uint32_t codes[] = {'+', ' ', 'a', 0xe9, MN_KEY_F24, MN_KEY_CAPS_LOCK, 7};
    for (uint32_t i = 0; i < MN_COUNT_OF(codes); i++) {
        for (uint8_t modifiers = 0; modifiers < 64; modifiers++)
            assert_round_trip((struct mn_key_event){codes[i], MN_KEY_PRESSED, modifiers});
    }
}

static void names_are_what_people_write(void **state)
{
    (void)state;
    assert_string_equal(name_of((struct mn_key_event){'a', 0, 0}), "a");
    assert_string_equal(name_of((struct mn_key_event){' ', 0, MN_MOD_CTRL}), "Ctrl+Space");
    assert_string_equal(name_of((struct mn_key_event){0xe9, 0, 0}), "\xc3\xa9");
    assert_string_equal(name_of((struct mn_key_event){0x10ffff, 0, 0}), "\xf4\x8f\xbf\xbf");
    assert_string_equal(name_of((struct mn_key_event){7, 0, 0}), "U+0007");
    assert_string_equal(name_of((struct mn_key_event){MN_KEY_F5, 0, 0xf}),
                        "Ctrl+Alt+Shift+Meta+F5");

    assert_parses("ctrl+F5", MN_KEY_F5, MN_MOD_CTRL);
    assert_parses("shift+ALT+pageup", MN_KEY_PAGE_UP, MN_MOD_SHIFT | MN_MOD_ALT);
    assert_parses("Ctrl+C", 'c', MN_MOD_CTRL);
    assert_parses("C", 'C', 0);
    assert_parses("+", '+', 0);
    assert_parses("Ctrl++", '+', MN_MOD_CTRL);
    assert_parses("CapsLock", MN_KEY_CAPS_LOCK, 0);
    assert_parses("CapsLock+CapsLock", MN_KEY_CAPS_LOCK, MN_MOD_CAPS_LOCK);
    assert_parses("u+00e9", 0xe9, 0);
    assert_parses("U+10FFFF", 0x10ffff, 0);
}

static void what_is_no_name_is_refused_and_leaves_the_event_alone(void **state)
{
    (void)state;
    static const char *const names[] = {
        "", "F25", "F0", "ab", "Ctrl+", "Ctrl", "Ctrl+Ctrl+a", "Enter ", "\n", "\x1b", "\x1b[A",
        "U+", "U+12", "U+d800", "U+110000", "U+00zz", "U+000000e9", "\xc3", "\xc3\xa9\xc3\xa9",
        "\xff", "\xffz", "a\xff",
    };
    for (uint32_t i = 0; i < MN_COUNT_OF(names); i++) {
        struct mn_key_event event = {'x', MN_KEY_HELD, MN_MOD_META};
        if (mn_key_parse(names[i], (uint32_t)strlen(names[i]), &event) != MN_ERR_INVALID)
            fail_msg("\"%s\" is a key", names[i]);
        assert_int_equal(event.code, 'x');
        assert_int_equal(event.kind, MN_KEY_HELD);
        assert_int_equal(event.modifiers, MN_MOD_META);
    }
}

static void a_name_of_any_length_fits_its_room_and_a_smaller_room_is_kept(void **state)
{
    (void)state;
    char name[8] = "";
    struct mn_text text = {.bytes = name, .room = 4};
    for (uint32_t code = MN_KEY_NONE_ + 1; code < MN_KEY_CODE_END; code++)
        assert_true(strlen(name_of((struct mn_key_event){code, 0, 63})) < MN_KEY_NAME_BYTES);

    mn_key_name(&(struct mn_key_event){MN_KEY_F5, 0, 63}, &text);
    assert_string_equal(name, "Ctrl");
}

/* ---- text ------------------------------------------------------------------------------- */

static void assert_writes(struct mn_key_event event, const char *bytes, uint32_t count)
{
    uint8_t out[MN_KEY_TEXT_BYTES] = {0};
    assert_int_equal(mn_key_write(&event, out), count);
    assert_memory_equal(out, bytes, count);
}

static void keys_write_what_a_terminal_would_send(void **state)
{
    (void)state;
    assert_writes((struct mn_key_event){MN_KEY_ENTER, 0, 0}, "\n", 1);
    assert_writes((struct mn_key_event){MN_KEY_TAB, 0, MN_MOD_SHIFT}, "\t", 1);
    assert_writes((struct mn_key_event){MN_KEY_BACKSPACE, MN_KEY_HELD, 0}, "\x7f", 1);
    assert_writes((struct mn_key_event){'a', MN_KEY_HELD, MN_MOD_CAPS_LOCK}, "a", 1);
    assert_writes((struct mn_key_event){0xe9, 0, 0}, "\xc3\xa9", 2);
    assert_writes((struct mn_key_event){0x20ac, 0, 0}, "\xe2\x82\xac", 3);
    assert_writes((struct mn_key_event){0x1f600, 0, 0}, "\xf0\x9f\x98\x80", 4);
    assert_writes((struct mn_key_event){'c', 0, MN_MOD_CTRL}, "\x03", 1);
    assert_writes((struct mn_key_event){'C', 0, MN_MOD_CTRL | MN_MOD_SHIFT}, "\x03", 1);
    assert_writes((struct mn_key_event){' ', 0, MN_MOD_CTRL}, "\0", 1);
    assert_writes((struct mn_key_event){'@', 0, MN_MOD_CTRL}, "\0", 1);
    assert_writes((struct mn_key_event){'_', 0, MN_MOD_CTRL}, "\x1f", 1);
}

static void other_keys_and_all_releases_write_nothing(void **state)
{
    (void)state;
    assert_writes((struct mn_key_event){'a', MN_KEY_RELEASED, 0}, "", 0);
    assert_writes((struct mn_key_event){MN_KEY_ENTER, MN_KEY_RELEASED, 0}, "", 0);
    assert_writes((struct mn_key_event){'a', 0, MN_MOD_ALT}, "", 0);
    assert_writes((struct mn_key_event){'a', 0, MN_MOD_META}, "", 0);
    assert_writes((struct mn_key_event){'1', 0, MN_MOD_CTRL}, "", 0);
    assert_writes((struct mn_key_event){0xe9, 0, MN_MOD_CTRL}, "", 0);
    assert_writes((struct mn_key_event){MN_KEY_ESC, 0, 0}, "", 0);
    assert_writes((struct mn_key_event){MN_KEY_LEFT_SHIFT, 0, 0}, "", 0);
}

/* ---- wire ------------------------------------------------------------------------------- */

static void the_wire_has_the_fields_in_order_and_little_endian(void **state)
{
    (void)state;
    uint8_t wire[MN_KEY_WIRE_BYTES];

    mn_key_encode(&(struct mn_key_event){0x1f600, MN_KEY_HELD, MN_MOD_SHIFT | MN_MOD_ALT}, wire);

    assert_memory_equal(wire, "\x00\xf6\x01\x00\x02\x05", 6);
}

static void a_wire_with_a_value_that_does_not_exist_is_refused(void **state)
{
    (void)state;
    static const uint8_t wires[][MN_KEY_WIRE_BYTES] = {
        {0x00, 0xd8, 0, 0, 0, 0}, {0xff, 0xff, 0x10, 0x01, 0, 0}, {'a', 0, 0, 0, 3, 0},
        {'a', 0, 0, 0, 0, 64},
    };
    struct mn_key_event event = {.code = 'x'};
    for (uint32_t i = 0; i < MN_COUNT_OF(wires); i++)
        assert_int_equal(mn_key_decode(wires[i], &event), MN_ERR_INVALID);
    assert_int_equal(event.code, 'x');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_name_that_reads_as_the_code),
        cmocka_unit_test(every_set_of_modifiers_has_a_name_that_reads_as_the_set),
        cmocka_unit_test(names_are_what_people_write),
        cmocka_unit_test(what_is_no_name_is_refused_and_leaves_the_event_alone),
        cmocka_unit_test(a_name_of_any_length_fits_its_room_and_a_smaller_room_is_kept),
        cmocka_unit_test(keys_write_what_a_terminal_would_send),
        cmocka_unit_test(other_keys_and_all_releases_write_nothing),
        cmocka_unit_test(the_wire_has_the_fields_in_order_and_little_endian),
        cmocka_unit_test(a_wire_with_a_value_that_does_not_exist_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
