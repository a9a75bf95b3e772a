/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mn/shell/editor.h"
#include "random.h"

#define LINE_MAX_BYTES 12u
#define PAST_BYTES 24u

#define LEFT "\x1b[D"
#define RIGHT "\x1b[C"
#define UP "\x1b[A"
#define DOWN "\x1b[B"

struct desk {
    struct mn_editor editor;
    char line[LINE_MAX_BYTES];
    char past[PAST_BYTES];
    char shown[4096];
    uint32_t shown_count;
    enum mn_editor_event event; /* of the latest byte */
};

static int setup(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    assert_non_null(desk);
    mn_editor_init(&desk->editor, desk->line, LINE_MAX_BYTES, desk->past, PAST_BYTES);
    desk->editor.echoes = true;
    *state = desk;
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static void type_bytes(struct desk *desk, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct mn_text echo = {.bytes = desk->shown + desk->shown_count,
                               .room = MN_EDITOR_ECHO_BYTES};
        desk->event = mn_editor_byte(&desk->editor, (uint8_t)bytes[i], &echo);
        desk->shown_count += echo.count;
        assert_true(desk->shown_count + MN_EDITOR_ECHO_BYTES < sizeof desk->shown);
    }
    desk->shown[desk->shown_count] = 0;
}

static void type(struct desk *desk, const char *keys)
{
    type_bytes(desk, keys, strlen(keys));
}

static void enter(struct desk *desk, const char *keys)
{
    type(desk, keys);
    type(desk, "\r");
    mn_editor_next(&desk->editor);
}

/* What a VT102 would show after all that was echoed since the last line end. */
static const char *screen(const struct desk *desk)
{
    static char row[256];
    uint32_t count = 0, at = 0;
    const char *text = desk->shown;
    for (const char *end; (end = strstr(text, "\r\n"));)
        text = end + 2;
    for (; *text; text++) {
        if (*text == '\a')
            continue;
        if (*text != '\x1b') {
            row[at++] = *text;
            count = at > count ? at : count;
            continue;
        }
        unsigned long number = strtoul(text + 2, (char **)(uintptr_t)&text, 10);
        uint32_t n = number ? (uint32_t)number : 1;
        if (*text == 'D') {
            at -= n;
        } else if (*text == 'C') {
            at += n;
        } else if (*text == 'K') {
            count = at;
        } else if (*text == 'P') {
            memmove(row + at, row + at + n, count - at - n);
            count -= n;
        } else {
            assert_int_equal(*text, '@');
            memmove(row + at + n, row + at, count - at);
            count += n;
        }
    }
    row[count] = 0;
    return row;
}

static void assert_line(const struct desk *desk, const char *line)
{
    assert_int_equal(desk->editor.count, strlen(line));
    assert_memory_equal(desk->line, line, strlen(line));
    if (desk->editor.echoes)
        assert_string_equal(screen(desk), line);
}

static void keys_make_a_line_and_are_echoed(void **state)
{
    struct desk *desk = *state;

    type(desk, "1 2 +\r");

    assert_int_equal(desk->event, MN_EDITOR_LINE);
    assert_int_equal(desk->editor.count, 5);
    assert_string_equal(desk->shown, "1 2 +\r\n");
}

static void without_echo_nothing_is_shown(void **state)
{
    struct desk *desk = *state;
    desk->editor.echoes = false;

    type(desk, "ab\x7f" LEFT "c\x15" UP "\n");

    assert_int_equal(desk->event, MN_EDITOR_LINE);
    assert_int_equal(desk->shown_count, 0);
}

static void showing_late_shows_what_was_typed_so_far(void **state)
{
    struct desk *desk = *state;
    struct mn_text echo = {.bytes = desk->shown, .room = MN_EDITOR_ECHO_BYTES};
    desk->editor.echoes = false;
    type(desk, "abc" LEFT);

    mn_editor_show(&desk->editor, &echo);
    desk->shown_count = echo.count;
    type(desk, "X");

    assert_line(desk, "abXc");
}

static void backspace_takes_the_character_before_the_cursor(void **state)
{
    struct desk *desk = *state;

    type(desk, "abc\x7f");
    assert_line(desk, "ab");
    type(desk, "\x08\x08\x08z");

    assert_line(desk, "z");
}

static void the_middle_of_a_line_can_be_changed(void **state)
{
    struct desk *desk = *state;

    type(desk, "ac" LEFT "b");
    assert_line(desk, "abc");
    type(desk, LEFT "\x7f" RIGHT RIGHT RIGHT "d" LEFT LEFT "\x04");

    assert_line(desk, "bd");
}

static void home_end_and_delete_are_known_in_all_their_spellings(void **state)
{
    struct desk *desk = *state;

    type(desk, "bc\x01"
               "a\x05"
               "d\x1b[H0\x1b[F9\x1bOH\x1b[3~");
    assert_line(desk, "abcd9");
    type(desk, "\x1b[1~<\x1b[4~>\x1b[7~\x1b[3~\x1b[8~\x7f");

    assert_line(desk, "abcd9");
}

static void whole_stretches_can_be_erased(void **state)
{
    struct desk *desk = *state;

    type(desk, "one two\x17");
    assert_line(desk, "one ");
    type(desk, "xyz" LEFT LEFT "\x0b");
    assert_line(desk, "one x");
    type(desk, LEFT "\x15");

    assert_line(desk, "x");
}

static void characters_of_several_bytes_move_and_go_as_one(void **state)
{
    struct desk *desk = *state;
    desk->editor.echoes = false; /* the screen of this test knows only bytes */

    type(desk, "a\xc3\xa9z" LEFT LEFT "-");
    assert_line(desk, "a-\xc3\xa9z");
    type(desk, RIGHT "\x7f");

    assert_line(desk, "a-z");
}

static void unknown_keys_and_control_characters_do_nothing(void **state)
{
    struct desk *desk = *state;

    static const char keys[] = "a\0\x02\x06\x0c\x1b[15~\x1bx\x1b[1;5R\x7f"
                               "b";
    type_bytes(desk, keys, sizeof keys - 1);

    assert_line(desk, "b");
}

static void up_and_down_go_through_the_lines_of_before(void **state)
{
    struct desk *desk = *state;
    enter(desk, "first");
    enter(desk, "second");

    type(desk, "half" UP);
    assert_line(desk, "second");
    type(desk, "\x10" UP UP);
    assert_line(desk, "first");
    type(desk, DOWN);
    assert_line(desk, "second");
    type(desk, "\x0e" DOWN);

    assert_line(desk, "");
}

static void a_repeated_or_empty_line_is_remembered_once(void **state)
{
    struct desk *desk = *state;
    enter(desk, "first");
    enter(desk, "again");
    enter(desk, "again");
    enter(desk, "");

    type(desk, UP UP);

    assert_line(desk, "first");
}

static void the_oldest_lines_make_room_for_new_ones(void **state)
{
    struct desk *desk = *state;
    enter(desk, "0123456789");
    enter(desk, "abcdefghij");
    enter(desk, "third");

    type(desk, UP UP);
    assert_line(desk, "abcdefghij");
    type(desk, UP);

    assert_line(desk, "abcdefghij");
}

static void a_line_that_is_too_long_is_told_and_can_be_shortened(void **state)
{
    struct desk *desk = *state;

    type(desk, "0123456789ABC");
    assert_int_equal(desk->shown[desk->shown_count - 1], '\a');
    type(desk, "\r");
    assert_int_equal(desk->event, MN_EDITOR_TOO_LONG);
    mn_editor_next(&desk->editor);
    type(desk, "0123456789ABC\x7f\r");

    assert_int_equal(desk->event, MN_EDITOR_LINE);
    assert_int_equal(desk->editor.count, 11);
}

static void every_kind_of_line_end_ends_one_line(void **state)
{
    static const char *const ends[] = {"\r", "\n", "\r\n"};
    struct desk *desk = *state;

    for (size_t i = 0; i < 3; i++) {
        type(desk, "x");
        type_bytes(desk, ends[i], 1);
        assert_int_equal(desk->event, MN_EDITOR_LINE);
        mn_editor_next(&desk->editor);
        type(desk, ends[i] + 1);
        assert_int_equal(desk->event, i < 2 ? MN_EDITOR_LINE : MN_EDITOR_MORE);
        assert_int_equal(desk->editor.count, 0);
    }
}

static void break_and_end_are_told(void **state)
{
    struct desk *desk = *state;

    type(desk, "a\x03");
    assert_int_equal(desk->event, MN_EDITOR_BREAK);
    mn_editor_reset(&desk->editor);
    type(desk, "\x04");

    assert_int_equal(desk->event, MN_EDITOR_END);
    assert_int_equal(desk->editor.count, 0);
}

static void any_bytes_at_all_keep_line_and_screen_in_step(void **state)
{
    static const char *const keys[] = {LEFT, RIGHT, UP, DOWN, "\x7f", "\x01", "\x05", "\x15",
                                       "\x17", "\x0b", "\x04", "\x1b[3~", "a", "bc", " d ", "\r"};
    struct desk *desk = *state;
    uint64_t random = 1;

    for (uint32_t i = 0; i < 20000; i++) {
        type(desk, keys[test_random_below(&random, 16)]);
        if (desk->event == MN_EDITOR_LINE || desk->event == MN_EDITOR_TOO_LONG) {
            mn_editor_next(&desk->editor);
            desk->shown_count = 0;
            desk->shown[0] = 0;
        }
        char line[LINE_MAX_BYTES + 1] = {0};
        memcpy(line, desk->line, desk->editor.count);
        assert_string_equal(screen(desk), line);
        if (desk->shown_count > 2000) {
            enter(desk, "");
            desk->shown_count = 0;
            desk->shown[0] = 0;
        }
    }
}

#define TEST_(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_(keys_make_a_line_and_are_echoed),
        TEST_(without_echo_nothing_is_shown),
        TEST_(showing_late_shows_what_was_typed_so_far),
        TEST_(backspace_takes_the_character_before_the_cursor),
        TEST_(the_middle_of_a_line_can_be_changed),
        TEST_(home_end_and_delete_are_known_in_all_their_spellings),
        TEST_(whole_stretches_can_be_erased),
        TEST_(characters_of_several_bytes_move_and_go_as_one),
        TEST_(unknown_keys_and_control_characters_do_nothing),
        TEST_(up_and_down_go_through_the_lines_of_before),
        TEST_(a_repeated_or_empty_line_is_remembered_once),
        TEST_(the_oldest_lines_make_room_for_new_ones),
        TEST_(a_line_that_is_too_long_is_told_and_can_be_shortened),
        TEST_(every_kind_of_line_end_ends_one_line),
        TEST_(break_and_end_are_told),
        TEST_(any_bytes_at_all_keep_line_and_screen_in_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
