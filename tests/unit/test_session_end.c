/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "shell_fixture.h"

#include "cut.h"

/* ---- the machine ------------------------------------------------------------------------ */

static void halt_stops_the_machine_with_its_code(void **state)
{
    struct shell shell[1] = {0};
    struct bench *bench = *state;
    shell_start(shell, bench);

    ask(shell, "7 halt\n");

    assert_true(bench->kernel.halting);
    assert_int_equal(bench->kernel.halt_code, 7);
    bench_cancel_all(bench);
}

static void the_machine_can_be_looked_at(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    assert_non_null(strstr(ask(shell, "tasks\n"), "spawnulator"));
    assert_non_null(strstr(ask(shell, "services\n"), "f06aac01-2773-4266-8681-583ffe756554"));
    assert_non_null(strstr(ask(shell, "heap\n"), "in use"));
    bench_advance(*state, 90 * MN_S);
    assert_string_equal(ask(shell, "uptime\n"), "up 00:01:30 ok.\r\n");
    bench_cancel_all(*state);
}

static void help_knows_every_host_word_and_where_others_come_from(void **state)
{
    struct shell shell[1] = {0};
    char line[64];
    const struct mn_host_words *host = &mn_host_words_screen;
    shell_start(shell, *state);

    for (uint32_t i = 0; i < host->count; i++) {
        const struct mn_help *help = &host->help[i];
        snprintf(line, sizeof line, "help %s\n", host->words[i].name);
        assert_non_null(strstr(ask(shell, line), help->text));
        assert_in_range(strlen(help->text), 1, 66 - 4); /* columns of a small screen */
        assert_in_range(strlen(host->words[i].name) + 1 + strlen(help->effect), 1, 66);
    }
    const char *all = ask(shell, "help\n");
    for (uint32_t i = 0; i < host->count; i++)
        assert_non_null(strstr(all, host->help[i].text));
    assert_string_equal(ask(shell, "help DUP\n"),
                        "dup ( x -- x x ) another one of the top\r\nok.\r\n");
    for (uint32_t i = 0; mn_forth_builtin(i); i++) {
        snprintf(line, sizeof line, "help %s\n", mn_forth_builtin(i)->name);
        if (!(mn_forth_builtin(i)->flags & 4)) /* hidden */
            assert_non_null(strstr(ask(shell, line), " ( "));
    }
    ask(shell, ": mine ;\n");
    assert_non_null(strstr(ask(shell, "help mine\n"), "defined here"));
    assert_non_null(strstr(ask(shell, "help nobody\n"), "no such word"));
    bench_cancel_all(*state);
}

static void bye_begins_a_new_forth(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    ask(shell, ": mine ;\n");

    assert_string_equal(ask(shell, "1 bye\n"), "a new Forth begins\r\n");
    assert_non_null(strstr(ask(shell, "mine\n"), "undefined"));
    assert_string_equal(ask(shell, "depth .\n"), "0 ok.\r\n");
    bench_cancel_all(*state);
}

/* ---- ends ------------------------------------------------------------------------------- */

static void a_shell_whose_port_ends_ends_too(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);

    mn_task_cancel(&shell->driver_task);
    bench_settle(*state);

    assert_true(mn_task_is_done(&shell->session_task));
    assert_int_equal(shell->session.co.err, MN_ERR_CLOSED);
    bench_cancel_all(*state);
}

static void a_machine_without_a_display_has_no_words_for_one(void **state)
{
    struct shell shell[1] = {0};
    struct mn_session_settings settings = small_shell();
    settings.program.words = NULL;
    shell_start_with(shell, *state, &settings, 4);
    shell->uart.is_hasty = true;

    assert_non_null(strstr(ask(shell, "screen::size\n"), "undefined word"));
    assert_non_null(strstr(ask(shell, "help sleep::ms\n"), "waits n milliseconds"));
    assert_null(strstr(ask(shell, "help\n"), "screen::"));
    assert_non_null(strstr(ask(shell, "' uptime spawn\n"), "up "));
    bench_cancel_all(*state);
}

static void a_shell_that_could_never_fit_says_so_and_gives_its_port_back(void **state)
{
    struct shell shell[1] = {0};
    struct mn_session_settings settings = small_shell();
    settings.program.vm.data_bytes = 1024 * 1024;

    shell_start_with(shell, *state, &settings, 0);
    bench_settle(*state);

    assert_int_equal(shell->session.co.err, MN_ERR_TOO_BIG);
    assert_int_equal(mn_session_bytes(&settings) > 1024 * 1024, 1);
    bench_cancel_all(*state);
}

static void a_shell_of_impossible_sizes_is_refused(void **state)
{
    struct shell shell[1] = {0};
    struct mn_session_settings settings = small_shell();
    settings.program.vm.data_bytes = 5;

    shell_start_with(shell, *state, &settings, 0);
    bench_settle(*state);

    assert_int_equal(shell->session.co.err, MN_ERR_INVALID);
    bench_cancel_all(*state);
}

static void a_shell_waits_for_memory_that_is_refused_once(void **state)
{
    struct shell shell[1] = {0};
    struct bench *bench = *state;
    struct mn_session_settings settings = small_shell();
    shell_start_with(shell, bench, &settings, 0);
    mn_heap_fail_after(&bench->kernel.heap, 2); /* the first is the driver's */
    shell->uart.is_hasty = true;

    fake_uart_toggle_carrier(&shell->uart);
    bench_settle(bench);

    assert_string_equal(said(shell), GREETING);
    assert_int_equal(mn_heap_stats(&bench->kernel.heap).refusals, 1);
    bench_cancel_all(bench);
}

/* One busy life: typing, an error, a sleep, children, a flood, a peer that goes. */
static void life_setup(struct bench *bench, void *scene)
{
    struct shell *shell = scene;
    struct mn_session_settings settings = small_shell();
    shell_start_with(shell, bench, &settings, 2);
    shell->uart.is_hasty = true;
}

static void life_act(struct bench *bench, void *scene, uint32_t tick)
{
    static const struct {
        uint32_t tick;
        const char *text;
    } texts[] = {
        {4, "1 ."}, {6, "\r"}, {8, "0 @\n"}, {12, "3 sleep::ms\n"},
        {16, ": t 2 sleep::ms .\" t\" ; ' t spawn ' t spawn ' t spawn\n"},
        {40, ": f 99 0 do i . loop ; f\n"}, {60, ": h begin 9 sleep::ms again ; ' h spawn\n"},
        {80, "child kill\n"}, {90, "key .\n"}, {100, "x"}, {110, "pad 9 accept\n"},
    };
    struct shell *shell = scene;
    (void)bench;
    if (tick == 2 || tick == 120)
        fake_uart_toggle_carrier(&shell->uart);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].tick == tick)
            hear(shell, texts[i].text);
}

static bool life_is_over(struct bench *bench, void *scene)
{
    struct shell *shell = scene;
    (void)bench;
    return shell->uart.carrier == 2 && shell->uart.said_count > 300;
}

static void a_shell_can_be_stopped_after_any_tick(void **state)
{
    static const struct cut whole = {.scene_bytes = sizeof(struct shell), .ticks_max = 400,
                                     .setup = life_setup, .act = life_act,
                                     .is_over = life_is_over};
    (void)state;

    assert_in_range(cut_everywhere(&whole), 100, 400);
}

static void cut_session(struct bench *bench, void *scene)
{
    (void)bench;
    mn_task_cancel(&((struct shell *)scene)->session_task);
}

static void cut_spawnulator(struct bench *bench, void *scene)
{
    (void)bench;
    mn_task_cancel(&((struct shell *)scene)->spawnulator_task);
}

static void cut_driver(struct bench *bench, void *scene)
{
    (void)bench;
    mn_task_cancel(&((struct shell *)scene)->driver_task);
}

static void every_part_of_a_shell_can_end_before_the_others_after_any_tick(void **state)
{
    static void (*const cuts[])(struct bench *, void *) = {cut_session, cut_spawnulator,
                                                           cut_driver};
    struct cut cut = {.scene_bytes = sizeof(struct shell), .ticks_max = 400,
                      .setup = life_setup, .act = life_act, .is_over = life_is_over};
    (void)state;

    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        cut.cut = cuts[i];
        assert_in_range(cut_everywhere(&cut), 100, 400);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(halt_stops_the_machine_with_its_code),
        TEST_ON_BENCH(the_machine_can_be_looked_at),
        TEST_ON_BENCH(help_knows_every_host_word_and_where_others_come_from),
        TEST_ON_BENCH(bye_begins_a_new_forth),
        TEST_ON_BENCH(a_shell_whose_port_ends_ends_too),
        TEST_ON_BENCH(a_machine_without_a_display_has_no_words_for_one),
        TEST_ON_BENCH(a_shell_that_could_never_fit_says_so_and_gives_its_port_back),
        TEST_ON_BENCH(a_shell_of_impossible_sizes_is_refused),
        TEST_ON_BENCH(a_shell_waits_for_memory_that_is_refused_once),
        cmocka_unit_test(a_shell_can_be_stopped_after_any_tick),
        cmocka_unit_test(every_part_of_a_shell_can_end_before_the_others_after_any_tick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
