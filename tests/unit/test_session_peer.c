/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "shell_fixture.h"

static void a_new_peer_is_greeted_and_finds_words_but_no_half_line(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    ask(shell, ": sq dup * ;\n");
    ask(shell, "1 2 ");

    fake_uart_toggle_carrier(&shell->uart);
    fake_uart_settle(&shell->uart);
    said(shell);
    fake_uart_toggle_carrier(&shell->uart);
    fake_uart_settle(&shell->uart);

    assert_string_equal(said(shell), GREETING);
    assert_string_equal(ask(shell, "depth . 3 sq .\n"), "0 9 ok.\r\n");
    bench_cancel_all(*state);
}

static void whole_lines_of_a_peer_that_left_are_still_run(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    hear(shell, "10 sleep::ms\n1 constant one\n2 constant");
    bench_settle(*state);
    fake_uart_toggle_carrier(&shell->uart);
    bench_settle(*state);
    fake_uart_toggle_carrier(&shell->uart);
    bench_advance(*state, 10 * MN_MS);
    said(shell);

    assert_string_equal(ask(shell, "one .\n"), "1 ok.\r\n");
    bench_cancel_all(*state);
}

static void a_new_peer_can_stop_what_a_former_one_left_running(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    hear(shell, ": hang begin again ; hang\n");
    tick_some(shell, 20);
    fake_uart_toggle_carrier(&shell->uart);
    tick_some(shell, 20);
    fake_uart_toggle_carrier(&shell->uart);
    tick_some(shell, 20);

    assert_string_equal(said(shell), GREETING "a word is running: Ctrl-C stops it\r\n");
    assert_non_null(strstr(ask(shell, "\x03"), "interrupted"));
    bench_cancel_all(*state);
}

static void change_peers(struct shell *shell)
{
    fake_uart_toggle_carrier(&shell->uart);
    tick_some(shell, 20);
    fake_uart_toggle_carrier(&shell->uart);
    tick_some(shell, 20);
    said(shell);
}

static void what_a_former_peer_sent_to_a_word_that_was_stopped_costs_the_next_line_nothing(
    void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    hear(shell, ": hang begin again ; hang\n1 .\n");
    tick_some(shell, 20);
    change_peers(shell);

    assert_non_null(strstr(ask(shell, "\x03"), "interrupted"));
    assert_string_equal(ask(shell, "75 .\n"), "75 ok.\r\n");
    bench_cancel_all(*state);
}

static void a_key_of_a_former_peer_costs_the_next_line_nothing(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    hear(shell, "5 sleep::s key .\nx");
    tick_some(shell, 20);
    change_peers(shell);

    bench_advance(*state, 5 * MN_S);
    fake_uart_settle(&shell->uart);
    assert_string_equal(said(shell), "120 ok.\r\n");
    assert_string_equal(ask(shell, "75 .\n"), "75 ok.\r\n");
    bench_cancel_all(*state);
}

static void a_key_of_a_former_peer_that_nobody_took_is_not_in_the_next_line(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    hear(shell, ": look 50 0 do key? drop loop ; 5 sleep::s look\nx");
    tick_some(shell, 20);
    change_peers(shell);

    bench_advance(*state, 5 * MN_S);
    fake_uart_settle(&shell->uart);
    assert_string_equal(said(shell), "ok.\r\n");
    assert_string_equal(ask(shell, "75 .\n"), "75 ok.\r\n");
    bench_cancel_all(*state);
}

static void what_was_being_said_to_who_left_is_not_said_to_the_next(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    shell->uart.is_hasty = false;
    hear(shell, ": stars 75 0 do 42 emit loop ; stars\n"); /* the port's queue holds 64 */
    bench_settle(*state);

    fake_uart_change_peers(&shell->uart);
    fake_uart_settle(&shell->uart);

    const char *heard = said(shell);
    assert_int_equal(strncmp(heard, GREETING, strlen(GREETING)), 0);
    assert_null(strchr(heard, '*'));
    assert_string_equal(ask(shell, "7 .\n"), "7 ok.\r\n");
    bench_cancel_all(*state);
}

static void a_line_begun_by_one_is_not_ended_by_who_comes_in_the_same_moment(void **state)
{
    struct bench *bench = *state;
    for (uint32_t later = 0; later < 8; later++) {
        struct shell shell[1] = {0};
        shell_start(shell, bench);
        fake_uart_change_peers(&shell->uart);
        for (uint32_t i = 0; i < later || shell->uart.has_next; i++)
            mn_tick(&bench->kernel);
        hear(shell, "40 ");
        while (shell->uart.heard_taken < shell->uart.heard_count)
            mn_tick(&bench->kernel);
        fake_uart_change_peers(&shell->uart);
        while (shell->uart.has_next)
            mn_tick(&bench->kernel);
        said(shell);

        assert_string_equal(ask(shell, "depth . 2 .\n"), GREETING "0 2 ok.\r\n");
        bench_cancel_all(bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_new_peer_is_greeted_and_finds_words_but_no_half_line),
        TEST_ON_BENCH(whole_lines_of_a_peer_that_left_are_still_run),
        TEST_ON_BENCH(a_new_peer_can_stop_what_a_former_one_left_running),
        TEST_ON_BENCH(
            what_a_former_peer_sent_to_a_word_that_was_stopped_costs_the_next_line_nothing),
        TEST_ON_BENCH(a_key_of_a_former_peer_costs_the_next_line_nothing),
        TEST_ON_BENCH(a_key_of_a_former_peer_that_nobody_took_is_not_in_the_next_line),
        TEST_ON_BENCH(what_was_being_said_to_who_left_is_not_said_to_the_next),
        TEST_ON_BENCH(a_line_begun_by_one_is_not_ended_by_who_comes_in_the_same_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
