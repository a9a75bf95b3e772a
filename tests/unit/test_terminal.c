/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mn/shell/editor.h"
#include "mn/shell/terminal.h"
#include "random.h"

#define COLUMNS 8u
#define ROWS 4u
#define PAST_CELLS (MN_TERMINAL_LINE_CELLS + 1u)

struct desk {
    struct mn_terminal terminal;
    uint16_t *memory;
    uint16_t cells[COLUMNS * ROWS];
    char text[(COLUMNS + 1) * ROWS + 1]; /* rows without their last spaces, each with its LF */
    uint32_t cursor;
};

static int setup(void **state)
{
    struct mn_terminal_settings settings = {COLUMNS, ROWS, PAST_CELLS};
    struct desk *desk = calloc(1, sizeof *desk);
    assert_non_null(desk);
    desk->memory = malloc(mn_terminal_bytes(&settings));
    assert_non_null(desk->memory);
    mn_terminal_init(&desk->terminal, &settings, desk->memory);
    *state = desk;
    return 0;
}

static int teardown(void **state)
{
    struct desk *desk = *state;
    free(desk->memory);
    free(desk);
    return 0;
}

static void write_bytes(struct desk *desk, const char *bytes, size_t count)
{
    mn_terminal_write(&desk->terminal, (const uint8_t *)bytes, (uint32_t)count);
}

static void look(struct desk *desk)
{
    char *to = desk->text;
    desk->cursor = mn_terminal_show(&desk->terminal, desk->cells);
    for (uint32_t row = 0; row < ROWS; row++) {
        for (uint32_t i = 0; i < COLUMNS; i++) {
            uint16_t cell = desk->cells[row * COLUMNS + i];
            *to++ = cell < 0x7f ? (char)cell : '#';
        }
        while (to > desk->text && to[-1] == ' ')
            to--;
        *to++ = '\n';
    }
    *to = 0;
}

static void see(struct desk *desk, const char *expected)
{
    look(desk);
    assert_string_equal(desk->text, expected);
}

static void shows(struct desk *desk, const char *bytes, const char *expected)
{
    write_bytes(desk, bytes, strlen(bytes));
    see(desk, expected);
}

static void text_begins_at_the_top(void **state)
{
    struct desk *desk = *state;
    see(desk, "\n\n\n\n");
    assert_int_equal(desk->cursor, 0);
    shows(desk, "one\r\ntwo", "one\ntwo\n\n\n");
    assert_int_equal(desk->cursor, COLUMNS + 3);
}

static void lines_scroll_by(void **state)
{
    struct desk *desk = *state;
    shows(desk, "1\r\n2\r\n3\r\n4\r\n5", "2\n3\n4\n5\n");
    assert_int_equal(desk->cursor, 3 * COLUMNS + 1);
    shows(desk, "\r\n", "3\n4\n5\n\n");
}

static void long_lines_are_folded(void **state)
{
    struct desk *desk = *state;
    shows(desk, "abcdefghijkl\r\nx", "abcdefgh\nijkl\nx\n\n");
    shows(desk, "\r12345678", "abcdefgh\nijkl\n12345678\n\n");
    assert_int_equal(desk->cursor, 3 * COLUMNS); /* where the next one goes */
    shows(desk, "9", "abcdefgh\nijkl\n12345678\n9\n");
}

static void a_cursor_moves_over_the_fold(void **state)
{
    struct desk *desk = *state;
    shows(desk, "abcdefghij\x1b[4D\x1b[P", "abcdefhi\nj\n\n\n");
    assert_int_equal(desk->cursor, 6);
    shows(desk, "\x1b[2@XY", "abcdefXY\nhij\n\n\n");
    shows(desk, "\x1b[99C!", "abcdefXY\nhij!\n\n\n");
    shows(desk, "\x1b[99D\x1b[K", "\n\n\n\n");
}

static void of_a_line_longer_than_the_screen_the_part_with_the_cursor_is_shown(void **state)
{
    struct desk *desk = *state;
    shows(desk, "11111111222222223333333344444444"
                "55555555666",
          "33333333\n44444444\n55555555\n666\n");
    assert_int_equal(desk->cursor, 27);

    shows(desk, "\x1b[27D", "33333333\n44444444\n55555555\n666\n");
    assert_int_equal(desk->cursor, 0);
    shows(desk, "\x1b[1D", "22222222\n33333333\n44444444\n55555555\n");
    assert_int_equal(desk->cursor, 7);
    shows(desk, "\r", "11111111\n22222222\n33333333\n44444444\n");
    assert_int_equal(desk->cursor, 0);
    mn_terminal_scroll(&desk->terminal, 1); /* from the end */
    see(desk, "22222222\n33333333\n44444444\n55555555\n");
}

static void a_backspace_goes_back_only(void **state)
{
    struct desk *desk = *state;
    shows(desk, "ab\bX\b\b\b\b", "aX\n\n\n\n");
    assert_int_equal(desk->cursor, 0);
}

static void a_tab_goes_to_the_next_eighth_column(void **state)
{
    struct desk *desk = *state;
    write_bytes(desk, "a\tb", 3);
    look(desk);
    assert_int_equal(desk->cells[COLUMNS], 'b');
}

static void a_form_feed_clears(void **state)
{
    struct desk *desk = *state;
    shows(desk, "one\r\ntwo\f", "\n\n\n\n");
    shows(desk, "x\x1b[2Jy", "y\n\n\n\n");
    mn_terminal_scroll(&desk->terminal, 5);
    see(desk, "y\n\n\n\n");
}

static void bells_are_counted(void **state)
{
    struct desk *desk = *state;
    shows(desk, "a\a\ab", "ab\n\n\n\n");
    assert_int_equal(desk->terminal.bells, 2);
}

static void unknown_sequences_are_swallowed(void **state)
{
    struct desk *desk = *state;
    shows(desk, "a\x1b[1;31mb\x1bZc\x1b[?25ld\x1b[99999999999qe", "abcde\n\n\n\n");
}

static void characters_of_several_bytes_are_one(void **state)
{
    struct desk *desk = *state;
    shows(desk, "\xc3\xa4\xe2\x82\xac", "##\n\n\n\n");
    assert_int_equal(desk->cells[0], 0xe4);
    assert_int_equal(desk->cells[1], 0x20ac);
}

static void malformed_text_is_shown_as_such(void **state)
{
    static const char *const bad[] = {
        "\x80", "\xc0\x80" /* two */, "\xff", "\xc3\x61", "\xed\xa0\x80", "\xf0\x9f\x98\x80",
        "\xe0\x80\x80",
    };
    struct desk *desk = *state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        write_bytes(desk, "\f", 1);
        write_bytes(desk, bad[i], strlen(bad[i]));
        look(desk);
        assert_int_equal(desk->cells[0], 0xfffd);
    }
    write_bytes(desk, "\f\xe2\x82", 3); /* broken off by what follows */
    shows(desk, "\x1b[Dx", "x\n\n\n\n");
}

static void one_can_scroll_back(void **state)
{
    struct desk *desk = *state;
    shows(desk, "1\r\n2\r\n3\r\n4\r\n5\r\n6", "3\n4\n5\n6\n");
    mn_terminal_scroll(&desk->terminal, 1);
    see(desk, "2\n3\n4\n5\n");
    assert_int_equal(desk->cursor, UINT32_MAX);
    mn_terminal_scroll(&desk->terminal, 1000);
    see(desk, "1\n2\n3\n4\n");
    assert_int_equal(desk->terminal.back_rows, 2);
    shows(desk, "\r\n7\r\n", "1\n2\n3\n4\n"); /* it stays where it was */
    mn_terminal_scroll(&desk->terminal, -1);
    see(desk, "2\n3\n4\n5\n");
    mn_terminal_scroll(&desk->terminal, INT32_MIN);
    see(desk, "5\n6\n7\n\n");
}

static void the_oldest_lines_go(void **state)
{
    struct desk *desk = *state;
    for (uint32_t i = 0; i < 3000; i++)
        write_bytes(desk, i % 7 == 0 ? "long enough to fold\r\n" : "s\r\n",
                    i % 7 == 0 ? 21 : 3);
    mn_terminal_scroll(&desk->terminal, INT32_MAX);
    look(desk);
    assert_true(desk->terminal.past_count <= PAST_CELLS);
    assert_in_range(desk->terminal.back_rows, 200, 1025);
    mn_terminal_scroll(&desk->terminal, -INT32_MAX);
    see(desk, "s\ns\ns\n\n");
}

static void a_line_without_end_goes_on(void **state)
{
    struct desk *desk = *state;
    for (uint32_t i = 0; i < MN_TERMINAL_LINE_CELLS * 3 + 5; i++)
        write_bytes(desk, "x", 1);
    see(desk, "xxxxxxxx\nxxxxxxxx\nxxxxxxxx\nxxxxx\n");
}

static void a_line_without_end_has_no_gap_where_it_goes_on(void **state)
{
    struct mn_terminal_settings settings = {7, ROWS, PAST_CELLS}; /* not a part of 1024 */
    struct desk *desk = *state;
    uint32_t cells = settings.columns * ROWS;

    mn_terminal_init(&desk->terminal, &settings, desk->memory);
    for (uint32_t i = 0; i < 148 * settings.columns - 1; i++)
        write_bytes(desk, "x", 1);

    assert_int_equal(mn_terminal_show(&desk->terminal, desk->cells), cells - 1);
    for (uint32_t i = 0; i < cells - 1; i++)
        assert_int_equal(desk->cells[i], 'x');
}

/* ---- against a line editor, and against chance -------------------------------------------- */

/* Whatever is typed: the line on the screen is the line in the editor, and so is the cursor. */
static void an_editor_is_shown_right_at_any_width(void **state)
{
    static const char *const keys[] = {"a", "b", " ", "\xc3\xa4", "\x7f", "\x1b[D", "\x1b[C",
                                       "\x1b[3~", "\x01", "\x05", "\x17", "\x0b", "\x1b[A", "\r"};
    struct desk *desk = *state;
    struct mn_editor editor;
    char line[30], past[64], echo_bytes[MN_EDITOR_ECHO_BYTES];
    uint64_t random = 1;
    mn_editor_init(&editor, line, sizeof line, past, sizeof past);
    editor.echoes = true;
    for (uint32_t i = 0; i < 20000; i++) {
        const char *key = keys[test_random_below(&random, sizeof keys / sizeof keys[0])];
        for (; *key; key++) {
            struct mn_text echo = {.bytes = echo_bytes, .room = sizeof echo_bytes};
            if (mn_editor_byte(&editor, (uint8_t)*key, &echo) != MN_EDITOR_MORE)
                mn_editor_next(&editor);
            write_bytes(desk, echo.bytes, echo.count);
        }
        uint32_t at = 0, cursor = 0;
        for (uint32_t j = 0; j < editor.count; j++) {
            at += ((uint8_t)line[j] & 0xc0) != 0x80;
            cursor += j < editor.cursor && ((uint8_t)line[j] & 0xc0) != 0x80;
        }
        assert_int_equal(desk->terminal.count, at);
        assert_int_equal(desk->terminal.cursor, cursor);
    }
}

static void nothing_harms_it(void **state)
{
    static const char *const pieces[] = {"\x1b[", "\x1b", "1", "9", ";", "@", "P", "K", "2J", "C",
                                         "D", "\r", "\n", "\b", "\t", "\f", "x", "\xe2", "\x82",
                                         "\xac", "\xf0", "\xff"};
    struct desk *desk = *state;
    uint64_t random = 7;
    for (uint32_t i = 0; i < 200000; i++) {
        const char *piece = pieces[test_random_below(&random, sizeof pieces / sizeof pieces[0])];
        write_bytes(desk, piece, strlen(piece));
        if (test_random_below(&random, 16) == 0)
            mn_terminal_scroll(&desk->terminal, (int32_t)test_random_below(&random, 9) - 4);
        if (test_random_below(&random, 4) != 0)
            continue;
        uint32_t cursor = mn_terminal_show(&desk->terminal, desk->cells);
        assert_true(cursor == UINT32_MAX || cursor < COLUMNS * ROWS);
        assert_true(cursor != UINT32_MAX || desk->terminal.back_rows > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_begins_at_the_top, setup, teardown),
        cmocka_unit_test_setup_teardown(lines_scroll_by, setup, teardown),
        cmocka_unit_test_setup_teardown(long_lines_are_folded, setup, teardown),
        cmocka_unit_test_setup_teardown(a_cursor_moves_over_the_fold, setup, teardown),
        cmocka_unit_test_setup_teardown(
            of_a_line_longer_than_the_screen_the_part_with_the_cursor_is_shown, setup, teardown),
        cmocka_unit_test_setup_teardown(a_backspace_goes_back_only, setup, teardown),
        cmocka_unit_test_setup_teardown(a_tab_goes_to_the_next_eighth_column, setup, teardown),
        cmocka_unit_test_setup_teardown(a_form_feed_clears, setup, teardown),
        cmocka_unit_test_setup_teardown(bells_are_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(unknown_sequences_are_swallowed, setup, teardown),
        cmocka_unit_test_setup_teardown(characters_of_several_bytes_are_one, setup, teardown),
        cmocka_unit_test_setup_teardown(malformed_text_is_shown_as_such, setup, teardown),
        cmocka_unit_test_setup_teardown(one_can_scroll_back, setup, teardown),
        cmocka_unit_test_setup_teardown(the_oldest_lines_go, setup, teardown),
        cmocka_unit_test_setup_teardown(a_line_without_end_goes_on, setup, teardown),
        cmocka_unit_test_setup_teardown(a_line_without_end_has_no_gap_where_it_goes_on, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_editor_is_shown_right_at_any_width, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_harms_it, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
