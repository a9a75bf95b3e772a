/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "random.h"
#include "shell_fixture.h"

#define LIVES 200u
#define STEPS 120u

static const char *const said_to_it[] = {
    "1 2 + .\n", "1 2 + .\r", ": h begin again ;\n", "h\n", "' h spawn\n", "child kill\n",
    "\x03", "\x03\n", "\x04", "\x1b[A", "\x1b[D", "\x7f", "\x15", "7", " dup ", "\n", "\r",
    "\r\n", "0 @\n", "pad 9 accept .\n", "key .\n", "key?\n", "refill\n", "5 sleep::ms\n",
    ": t 3 sleep::ms .\" t\" ; ' t spawn\n", ": x ['] h catch . ; x\n", "bye\n", "tasks\n",
    "help\n", "services heap bag uptime\n", ": f 50 0 do i . loop ; f\n", "help dup\n", "log\n",
    ": rr recurse 1 ; rr\n", ": oo begin 1 again ; oo\n", ": half\n", "' t spawn ' t spawn\n",
    "                                                                                        ",
    "\xc3\xbc\xff", "[if] [then]\n", "marker m m\n", "( \n", "\t\x01\x02\x0b\x17\x05\x10\x0e",
};

static void do_something(struct shell *shell, uint64_t *random)
{
    uint32_t what = test_random_below(random, 100);
    if (what < 70)
        hear(shell, said_to_it[test_random_below(random, sizeof said_to_it / sizeof *said_to_it)]);
    else if (what < 75)
        fake_uart_toggle_carrier(&shell->uart);
    else if (what < 80)
        shell->uart.is_stalled = !shell->uart.is_stalled;
    else if (what < 90)
        shell->bench->now_us += test_random_below(random, 50 * MN_MS);
    else if (what < 92)
        shell->bench->now_us += 70 * MN_S;
    for (uint32_t ticks = test_random_below(random, 20); ticks > 0; ticks--) {
        mn_tick(&shell->bench->kernel);
        fake_uart_flow(&shell->uart);
        if (shell->uart.said_count > FAKE_UART_BYTES / 2)
            shell->uart.said_count = 0;
    }
}

static bool is_calm(const struct shell *shell)
{
    return shell->uart.heard_taken == shell->uart.heard_count && shell->session.is_reading &&
           mn_bbq_is_empty(shell->session.port.end.in) && shell->session.ahead.count == 0;
}

/* Ctrl-C again and again, so that no program can catch it, until all that was sent is read. */
static void calm_down(struct shell *shell)
{
    shell->uart.is_stalled = false;
    for (uint32_t i = 0; i < 200000 && !is_calm(shell); i++) {
        if (i % 500 == 0)
            hear(shell, "\x03");
        if (i % 500 == 499)
            shell->bench->now_us += 61 * MN_S;
        mn_tick(&shell->bench->kernel);
        while (fake_uart_flow(&shell->uart))
            mn_tick(&shell->bench->kernel);
        if (shell->uart.said_count > FAKE_UART_BYTES / 2)
            shell->uart.said_count = 0;
    }
    assert_true(is_calm(shell));
}

static void whatever_is_sent_the_shell_answers_in_the_end(void **state)
{
    (void)state;
    for (uint32_t life = 0; life < LIVES; life++) {
        struct bench *bench = bench_create();
        struct shell shell[1] = {0};
        uint64_t random = life;
        shell_start(shell, bench);

        for (uint32_t step = 0; step < STEPS; step++)
            do_something(shell, &random);
        calm_down(shell);
        mn_task_cancel(&shell->spawnulator_task); /* with children that never end */
        calm_down(shell);

        const char *answer = ask(shell, "\x03\ndecimal 6 7 * .\n");
        if (!strstr(answer, "42 ok.\r\n"))
            fail_msg("life %u: %s", life, answer);
        bench_cancel_all(bench);
        mn_heap_check(&bench->kernel.heap);
        bench_destroy(bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_is_sent_the_shell_answers_in_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
