/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "shell_fixture.h"

#define TYPED(text) type_keys(shell, text)

static const char *type_keys(struct shell *shell, const char *keys)
{
    static char all[2048];
    all[0] = 0;
    for (; *keys; keys++) {
        char key[2] = {*keys, 0};
        strcat(all, ask(shell, key));
    }
    return all;
}

/* ---- lines ------------------------------------------------------------------------------ */

static void whole_lines_are_answered_without_an_echo(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    assert_string_equal(ask(shell, "1 2 + .\n"), "3 ok.\r\n");
    assert_string_equal(ask(shell, "\n"), "ok.\r\n");
    assert_string_equal(ask(shell, ".( hi)\r\n"), "hi ok.\r\n");
    assert_string_equal(ask(shell, "cr .( there) cr\n"), "\r\nthere\r\nok.\r\n");
    bench_cancel_all(*state);
}

static void single_keys_are_echoed_and_edited(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    assert_string_equal(TYPED("1 2 + .\r"), "1 2 + .\r\n3 ok.\r\n");
    assert_string_equal(TYPED("9\x7f"
                              "5 .\r"),
                        "9\x1b[D\x1b[P5 .\r\n5 ok.\r\n");
    assert_string_equal(TYPED("\x1b[A"), "\x1b[K5 .");
    assert_string_equal(TYPED("\n"), "\r\n5 ok.\r\n");
    bench_cancel_all(*state);
}

static void a_peer_shows_its_kind_and_may_change_it(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    assert_string_equal(ask(shell, "1 .\n"), "1 ok.\r\n");
    bench_advance(*state, MN_S);
    assert_string_equal(TYPED("2 .\r"), "2 .\r\n2 ok.\r\n");
    assert_string_equal(ask(shell, "3 .\n"), "3 ok.\r\n");
    assert_string_equal(ask(shell, "4 .\r"), "4 .\r\n4 ok.\r\n");
    bench_cancel_all(*state);
}

static void a_line_cut_in_two_by_a_full_queue_is_not_taken_for_typing(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    ask(shell, "1 .\n");

    hear(shell, "1 2 ");
    fake_uart_settle(&shell->uart);

    assert_string_equal(ask(shell, "+ .\n"), "3 ok.\r\n");
    bench_cancel_all(*state);
}

static void many_lines_sent_at_once_are_all_taken_in_order(void **state)
{
    struct shell shell[1] = {0};
    static char lines[FAKE_UART_BYTES], answers[FAKE_UART_BYTES];
    shell_start(shell, *state);
    for (uint32_t i = 0; i < 250; i++) {
        snprintf(lines + strlen(lines), 16, "%u .\n", i);
        snprintf(answers + strlen(answers), 16, "%u ok.\r\n", i);
    }

    hear(shell, lines);
    fake_uart_settle(&shell->uart);

    assert_string_equal(said(shell), answers);
    bench_cancel_all(*state);
}

static void a_line_that_is_too_long_is_refused_with_the_limit(void **state)
{
    struct shell shell[1] = {0};
    char line[100];
    shell_start(shell, *state);
    memset(line, '1', 81);
    strcpy(line + 81, "\n");

    assert_string_equal(ask(shell, line),
                        "error: line longer than 80 bytes: none of it was read\r\n");
    assert_string_equal(ask(shell, "depth .\n"), "0 ok.\r\n");
    memset(line, ' ', 80);
    memcpy(line, "1 .", 3);
    strcpy(line + 80, "\n");
    assert_string_equal(ask(shell, line), "1 ok.\r\n");
    bench_cancel_all(*state);
}

static void a_definition_may_go_over_several_lines(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    assert_string_equal(ask(shell, ": twice\n"), "compiling ok.\r\n");
    assert_string_equal(ask(shell, "  2 * ;\n"), "ok.\r\n");
    assert_string_equal(ask(shell, "21 twice .\n"), "42 ok.\r\n");
    bench_cancel_all(*state);
}

static void bytes_beyond_ascii_go_through_as_they_are(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    assert_string_equal(ask(shell, ".( gr\xc3\xbc\xc3\x9f \xff\x80)\n"),
                        "gr\xc3\xbc\xc3\x9f \xff\x80 ok.\r\n");
    bench_cancel_all(*state);
}

/* ---- errors ----------------------------------------------------------------------------- */

static void errors_show_the_word_the_reason_the_place_and_the_stack(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    assert_string_equal(ask(shell, "7 1 0 / .\n"), "error -10: division by zero, in `/`\r\n"
                                                   "  7 1 0 / .\r\n"
                                                   "        ^\r\n"
                                                   "  stack: 7 1 0\r\n");
    assert_string_equal(ask(shell, "1 nonsense\n"), "error -13: undefined word: `nonsense`\r\n"
                                                    "  1 nonsense\r\n"
                                                    "    ^^^^^^^^\r\n"
                                                    "  stack: 1\r\n");
    bench_cancel_all(*state);
}

static void errors_in_a_string_show_the_string(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    const char *said = ask(shell, "1 s\" 3 nosuch 4\" evaluate\n");

    assert_non_null(strstr(said, "error -13: undefined word, at `nosuch`\r\n"
                                 "  3 nosuch 4\r\n"
                                 "    ^^^^^^\r\n"
                                 "  stack: 1 3\r\n"));
    bench_cancel_all(*state);
}

static void quit_ends_a_line_in_silence(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    assert_string_equal(ask(shell, ": q 1 quit 2 ; q 3\n"), "");
    assert_string_equal(ask(shell, "4 .s\n"), "<2> 1 4 ok.\r\n");
    bench_cancel_all(*state);
}

static void errors_name_words_that_people_know(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    const char *said = ask(shell, ": square dup * ; square\n"); /* `dup *` is one instruction */

    assert_non_null(strstr(said, "error -4: stack underflow, in `square`\r\n"));
    bench_cancel_all(*state);
}

static void the_vm_lives_on_after_every_kind_of_error(void **state)
{
    static const struct {
        const char *line, *reason;
    } errors[] = {
        {"0 @\n", "error -9: "},
        {"drop\n", "error -4: "},
        {": over begin 1 again ; over\n", "error -3: "},
        {": deep recurse 1 ; deep\n", "error -5: "},
        {"100000 allot\n", "error -8: "},
        {"-1 throw\n", "error -1: aborted"},
        {": a abort\" no way\" ; 1 a\n", "error -2: no way"},
        {"1234 throw\n", "error 1234: "},
        {"1 2 sermux::open_port\n", "error -515: no serial mux on this machine"},
        {"17 kill\n", "error -516: no such token in the bag"},
    };
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    ask(shell, ": sq dup * ;\n");

    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        assert_non_null(strstr(ask(shell, errors[i].line), errors[i].reason));
        assert_string_equal(ask(shell, "5 sq .\n"), "25 ok.\r\n");
    }
    bench_cancel_all(*state);
}

static void the_mark_stands_right_in_a_long_line_with_wide_bytes(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    const char *answer = ask(shell, "\\ \xc3\xbc\n( \xc3\xbc\xc3\xbc\xc3\xbc ) nonsense\n");

    assert_non_null(strstr(answer, "  ( \xc3\xbc\xc3\xbc\xc3\xbc ) nonsense\r\n"
                                   "          ^^^^^^^^\r\n"));
    bench_cancel_all(*state);
}

/* ---- sharing the machine ---------------------------------------------------------------- */

static void a_word_that_never_ends_is_broken_by_ctrl_c(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    ask(shell, ": hang begin again ;\n");

    hear(shell, "hang\n");
    tick_some(shell, 100);
    hear(shell, "1 .\n\x03\n2 .\n");
    fake_uart_settle(&shell->uart);

    const char *answer = said(shell);
    assert_non_null(strstr(answer, "error -28: interrupted, in `hang`\r\n  hang\r\n  ^^^^\r\n"));
    assert_string_equal(strrchr(answer, '2'), "2 ok.\r\n");
    assert_null(strstr(answer, "1 ok."));
    bench_cancel_all(*state);
}

static void a_program_can_catch_the_first_ctrl_c_but_not_the_second(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    ask(shell, ": hang begin again ; : stubborn begin ['] hang catch . again ;\n");

    hear(shell, "stubborn\n");
    tick_some(shell, 20);
    hear(shell, "\x03");
    tick_some(shell, 20);
    assert_string_equal(said(shell), "-28 ");

    assert_non_null(strstr(ask(shell, "\x03"), "interrupted"));
    bench_cancel_all(*state);
}

static void ctrl_c_at_the_prompt_drops_the_line_being_typed(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    assert_string_equal(TYPED("1 2\x03"), "1 2^C\r\n");
    assert_string_equal(TYPED("depth .\r"), "depth .\r\n0 ok.\r\n");
    bench_cancel_all(*state);
}

static void ctrl_c_at_the_prompt_drops_an_open_definition(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    assert_string_equal(ask(shell, ": half 1\n"), "compiling ok.\r\n");

    assert_string_equal(ask(shell, "\x03\n"), "error -28: interrupted\r\n  stack: empty\r\n");

    assert_string_equal(ask(shell, "5 .\n"), "5 ok.\r\n");
    assert_non_null(strstr(ask(shell, "half\n"), "undefined word"));
    bench_cancel_all(*state);
}

static void ctrl_c_ends_a_sleep_and_a_flood_of_output(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    assert_string_equal(ask(shell, "1000 sleep::s\n"), "");
    assert_non_null(strstr(ask(shell, "\x03"), "interrupted"));
    shell->uart.is_hasty = false;
    shell->uart.is_stalled = true;
    ask(shell, ": flood begin .\" abc\" again ; flood\n");
    ask(shell, "\x03");
    shell->uart.is_stalled = false;
    fake_uart_settle(&shell->uart);
    assert_non_null(strstr(said(shell), "interrupted"));
    assert_string_equal(ask(shell, "3 .\n"), "3 ok.\r\n");
    bench_cancel_all(*state);
}

static void a_sleep_takes_its_time_and_the_machine_idles_meanwhile(void **state)
{
    struct shell shell[1] = {0};
    struct bench *bench = *state;
    shell_start(shell, bench);

    assert_string_equal(ask(shell, "20 sleep::ms 1 . 1 sleep::s 2 . 5 sleep::us 3 .\n"), "");
    uint32_t polls = shell->session_task.polls;
    bench_advance(bench, 19999);
    assert_int_equal(shell->session_task.polls, polls);
    assert_string_equal(said(shell), "");
    bench_advance(bench, 1);
    assert_string_equal(said(shell), "1 ");
    bench_advance(bench, MN_S);
    assert_string_equal(said(shell), "2 ");
    bench_advance(bench, 5);
    assert_string_equal(said(shell), "3 ok.\r\n");
    bench_cancel_all(bench);
}

static void a_sleep_of_nothing_still_lets_others_run(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    hear(shell, ": lazy begin 0 sleep::ms -5 sleep::s again ; lazy\n");
    tick_some(shell, 200);

    assert_non_null(strstr(ask(shell, "\x03"), "interrupted"));
    bench_cancel_all(*state);
}

static void output_waits_for_a_peer_that_does_not_read_and_loses_nothing(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    shell->uart.is_hasty = false;
    shell->uart.is_stalled = true;

    ask(shell, ": much 300 0 do i . loop ; much\n");
    uint32_t polls = shell->session_task.polls;
    bench_advance(*state, MN_S);
    assert_int_equal(shell->session_task.polls, polls);
    shell->uart.is_stalled = false;
    fake_uart_settle(&shell->uart);

    const char *all = said(shell);
    assert_int_equal(strncmp(all, "0 1 2 3 4 ", 10), 0);
    assert_non_null(strstr(all, " 297 298 299 ok.\r\n"));
    bench_cancel_all(*state);
}

static void a_ctrl_c_far_behind_a_full_type_ahead_comes_through_in_the_end(void **state)
{
    struct shell shell[1] = {0};
    char lines[1000] = "";
    shell_start(shell, *state);
    for (uint32_t i = 0; i < 40; i++)
        strcat(lines, "1 drop 2 drop\n");
    ask(shell, ": endless begin 1 sleep::s again ; endless\n");

    ask(shell, lines);
    bench_advance(*state, 59 * MN_S);
    assert_int_not_equal(shell->uart.heard_taken, shell->uart.heard_count);
    assert_string_equal(said(shell), "");
    bench_advance(*state, 2 * MN_S);
    assert_int_equal(shell->uart.heard_taken, shell->uart.heard_count);
    assert_string_equal(said(shell), "");

    const char *answer = ask(shell, "\x03\n7 .\n");
    assert_non_null(strstr(answer, "interrupted"));
    assert_non_null(strstr(answer, "\r\n560 bytes of input were dropped while that ran\r\n7 ok."));
    bench_cancel_all(*state);
}

static void input_that_waits_for_a_slow_word_is_not_lost(void **state)
{
    struct shell shell[1] = {0};
    char lines[1000] = "";
    shell_start(shell, *state);
    for (uint32_t i = 0; i < 40; i++)
        strcat(lines, "1 n +!       \n");
    ask(shell, "variable n\n");
    ask(shell, "59 sleep::s\n");

    ask(shell, lines);
    bench_advance(*state, 59 * MN_S);
    said(shell);

    assert_string_equal(ask(shell, "n @ .\n"), "40 ok.\r\n");
    bench_cancel_all(*state);
}

/* ---- input for programs ----------------------------------------------------------------- */

static void key_takes_bytes_as_they_come(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    assert_string_equal(ask(shell, "key . key .\n"), "");
    assert_string_equal(ask(shell, "A"), "65 ");
    assert_string_equal(ask(shell, "\xff"
                                   "1 .\n"),
                        "255 ok.\r\n1 ok.\r\n");
    bench_cancel_all(*state);
}

static void key_question_sees_a_key_and_an_untaken_one_stays_input(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    hear(shell, ": until-key begin key? until ; until-key\n");
    tick_some(shell, 50);
    assert_string_equal(said(shell), "");

    assert_string_equal(ask(shell, "7 .\n"), "ok.\r\n7 ok.\r\n");
    bench_cancel_all(*state);
}

/* A game: it looks for a key each time it has slept, and never uses up its budget. */
static void key_question_sees_a_key_that_came_while_the_word_slept(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    hear(shell, ": game begin 10 sleep::ms key? until key . ; game\n");
    bench_advance(*state, 100 * MN_MS);
    assert_string_equal(said(shell), "");
    hear(shell, "A");
    bench_advance(*state, 10 * MN_MS);
    fake_uart_settle(&shell->uart);

    assert_string_equal(said(shell), "65 ok.\r\n");
    bench_cancel_all(*state);
}

static void accept_and_refill_read_lines(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    assert_string_equal(ask(shell, "pad 20 accept pad swap type\n"), "");
    assert_string_equal(ask(shell, "some text\n"), "some text ok.\r\n");
    assert_string_equal(ask(shell, "refill .\n"), "");
    assert_string_equal(ask(shell, "5 .\n"), "5 ok.\r\n");
    assert_string_equal(ask(shell, "pad 20 accept .\n"), "");
    assert_non_null(strstr(ask(shell, "\x03"), "interrupted"));
    bench_cancel_all(*state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(whole_lines_are_answered_without_an_echo),
        TEST_ON_BENCH(single_keys_are_echoed_and_edited),
        TEST_ON_BENCH(a_peer_shows_its_kind_and_may_change_it),
        TEST_ON_BENCH(a_line_cut_in_two_by_a_full_queue_is_not_taken_for_typing),
        TEST_ON_BENCH(many_lines_sent_at_once_are_all_taken_in_order),
        TEST_ON_BENCH(a_line_that_is_too_long_is_refused_with_the_limit),
        TEST_ON_BENCH(a_definition_may_go_over_several_lines),
        TEST_ON_BENCH(bytes_beyond_ascii_go_through_as_they_are),
        TEST_ON_BENCH(errors_show_the_word_the_reason_the_place_and_the_stack),
        TEST_ON_BENCH(errors_in_a_string_show_the_string),
        TEST_ON_BENCH(quit_ends_a_line_in_silence),
        TEST_ON_BENCH(errors_name_words_that_people_know),
        TEST_ON_BENCH(the_vm_lives_on_after_every_kind_of_error),
        TEST_ON_BENCH(the_mark_stands_right_in_a_long_line_with_wide_bytes),
        TEST_ON_BENCH(a_word_that_never_ends_is_broken_by_ctrl_c),
        TEST_ON_BENCH(a_program_can_catch_the_first_ctrl_c_but_not_the_second),
        TEST_ON_BENCH(ctrl_c_at_the_prompt_drops_the_line_being_typed),
        TEST_ON_BENCH(ctrl_c_at_the_prompt_drops_an_open_definition),
        TEST_ON_BENCH(ctrl_c_ends_a_sleep_and_a_flood_of_output),
        TEST_ON_BENCH(a_sleep_takes_its_time_and_the_machine_idles_meanwhile),
        TEST_ON_BENCH(a_sleep_of_nothing_still_lets_others_run),
        TEST_ON_BENCH(output_waits_for_a_peer_that_does_not_read_and_loses_nothing),
        TEST_ON_BENCH(a_ctrl_c_far_behind_a_full_type_ahead_comes_through_in_the_end),
        TEST_ON_BENCH(input_that_waits_for_a_slow_word_is_not_lost),
        TEST_ON_BENCH(key_takes_bytes_as_they_come),
        TEST_ON_BENCH(key_question_sees_a_key_and_an_untaken_one_stays_input),
        TEST_ON_BENCH(key_question_sees_a_key_that_came_while_the_word_slept),
        TEST_ON_BENCH(accept_and_refill_read_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
