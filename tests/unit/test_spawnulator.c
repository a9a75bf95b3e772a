/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "shell_fixture.h"

#include <stdlib.h>

#define TICKER ": tick begin .\" tick\" cr 1 sleep::s again ;\n"

static void a_child_prints_every_second_while_the_prompt_works(void **state)
{
    struct shell shell[1] = {0};
    struct bench *bench = *state;
    shell_start(shell, bench);
    ask(shell, TICKER);

    assert_string_equal(ask(shell, "' tick spawn\n"), "tick\r\nok.\r\n");
    for (uint32_t i = 0; i < 3; i++) {
        bench_advance(bench, MN_S);
        assert_string_equal(said(shell), "tick\r\n");
        assert_string_equal(ask(shell, "1 2 + .\n"), "3 ok.\r\n");
    }
    bench_cancel_all(bench);
}

static void a_child_has_the_words_and_data_of_its_parent_but_its_own_copy(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    ask(shell, "variable v 7 v !\n");
    ask(shell, ": look 5 sleep::ms v @ . 9 v ! depth . ;\n");

    ask(shell, "1 2 3 ' look spawn 8 v !\n");
    bench_advance(*state, 5 * MN_MS);

    assert_string_equal(said(shell), "7 0 ");
    assert_string_equal(ask(shell, "v @ . .s\n"), "8 <3> 1 2 3 ok.\r\n");
    bench_cancel_all(*state);
}

static void a_child_that_ends_gives_its_memory_back(void **state)
{
    struct shell shell[1] = {0};
    struct bench *bench = *state;
    shell_start(shell, bench);
    ask(shell, ": short 1 sleep::ms ;\n");
    uint32_t live = mn_heap_stats(&bench->kernel.heap).live_bytes;

    ask(shell, "' short spawn ' short spawn\n");
    assert_int_equal(shell->spawnulator.child_count, 2);
    assert_string_equal(ask(shell, "bag\n"), "1: child, task 4 (short)\r\n"
                                             "6: child, task 5 (short)\r\nok.\r\n");
    bench_advance(bench, MN_MS);

    assert_int_equal(shell->spawnulator.child_count, 0);
    assert_int_equal(mn_heap_stats(&bench->kernel.heap).live_bytes, live);
    assert_string_equal(ask(shell, "bag\n"), "ok.\r\n");
    bench_cancel_all(bench);
}

static void an_error_in_a_child_is_printed_and_ends_only_the_child(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    ask(shell, ": bad 5 0 / ;\n");

    const char *answer = ask(shell, "' bad spawn\n");

    assert_non_null(strstr(answer, "task 4 (bad): error -10: division by zero, in `/` of `bad`\r\n"
                                   "  stack: 5 0\r\n"));
    assert_int_equal(shell->spawnulator.child_count, 0);
    assert_string_equal(ask(shell, "1 .\n"), "1 ok.\r\n");
    bench_cancel_all(*state);
}

static void a_child_that_wants_input_is_told_that_there_is_none(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    ask(shell, ": asks refill . key . pad 5 accept . ;\n");

    ask(shell, "' asks spawn\n");
    ask(shell, "\n");

    assert_int_equal(shell->spawnulator.child_count, 0);
    bench_cancel_all(*state);
}

static void a_child_can_be_killed_by_its_token_once(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    ask(shell, TICKER);
    ask(shell, "' tick spawn\n");

    assert_string_equal(ask(shell, "child dup kill\n"), "ok.\r\n");
    assert_int_equal(shell->spawnulator.child_count, 0);
    assert_non_null(strstr(ask(shell, "kill\n"), "no such token"));
    bench_advance(*state, 3 * MN_S);
    assert_string_equal(said(shell), "");
    bench_cancel_all(*state);
}

static void children_may_have_children(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    ask(shell, ": leaf .\" leaf \" ;\n");
    ask(shell, ": branch ['] leaf spawn ['] leaf spawn ;\n");

    const char *answer = ask(shell, "' branch spawn\n");

    assert_non_null(strstr(answer, "leaf leaf "));
    bench_cancel_all(*state);
}

static void what_is_no_execution_token_is_not_spawned(void **state)
{
    struct shell shell[1] = {0};
    struct bench *bench = *state;
    shell_start(shell, bench);
    uint32_t live = mn_heap_stats(&bench->kernel.heap).live_bytes;

    assert_non_null(strstr(ask(shell, "12345 spawn\n"), "not an execution token"));

    assert_int_equal(mn_heap_stats(&bench->kernel.heap).live_bytes, live);
    bench_cancel_all(bench);
}

static void there_are_as_many_children_as_the_settings_say(void **state)
{
    struct shell shell[1] = {0};
    struct bench *bench = *state;
    struct mn_session_settings settings = small_shell();
    shell_start_with(shell, bench, &settings, 2);
    shell->uart.is_hasty = true;
    ask(shell, ": long 100 sleep::s ;\n");

    ask(shell, "' long spawn ' long spawn\n");
    assert_non_null(strstr(ask(shell, "' long spawn\n"), "error -513: as many children"));
    bench_advance(bench, 100 * MN_S);

    assert_string_equal(ask(shell, "' long spawn\n"), "ok.\r\n");
    bench_cancel_all(bench);
}

static void without_a_spawnulator_spawn_says_so(void **state)
{
    struct shell shell[1] = {0};
    struct mn_session_settings settings = small_shell();
    shell_start_with(shell, *state, &settings, 0);
    shell->uart.is_hasty = true;

    assert_non_null(strstr(ask(shell, "' dup spawn\n"), "error -512: no spawnulator"));
    bench_cancel_all(*state);
}

static void memory_for_a_child_is_waited_for_but_not_forever(void **state)
{
    struct shell shell[1] = {0};
    struct bench *bench = *state;
    shell_start(shell, bench);
    ask(shell, ": hi .\" hi \" ;\n");
    uint32_t most = mn_heap_stats(&bench->kernel.heap).largest_bytes;
    void *hog = mn_heap_try(&bench->kernel.heap, most - most / 8);
    assert_non_null(hog);

    assert_string_equal(ask(shell, "' hi spawn\n"), "");
    bench_advance(bench, 5 * MN_S - 1);
    assert_string_equal(said(shell), "");
    bench_advance(bench, 1);
    assert_non_null(strstr(said(shell), "error -514: no memory for a child came free in time"));

    assert_string_equal(ask(shell, "' hi spawn\n"), "");
    bench_advance(bench, MN_S);
    mn_heap_free(&bench->kernel.heap, hog);
    fake_uart_settle(&shell->uart);
    assert_string_equal(said(shell), "hi ok.\r\n");
    bench_cancel_all(bench);
}

static void a_refused_allocation_only_delays_a_child(void **state)
{
    struct shell shell[1] = {0};
    struct bench *bench = *state;
    shell_start(shell, bench);
    ask(shell, ": hi .\" hi \" ;\n");
    mn_heap_fail_after(&bench->kernel.heap, 1);

    assert_string_equal(ask(shell, "' hi spawn\n"), "hi ok.\r\n");

    assert_int_equal(mn_heap_stats(&bench->kernel.heap).refusals, 1);
    bench_cancel_all(bench);
}

static void who_waits_for_the_spawnulator_is_known(void **state)
{
    struct shell shell[1] = {0};
    struct bench *bench = *state;
    shell_start(shell, bench);
    uint32_t most = mn_heap_stats(&bench->kernel.heap).largest_bytes;
    void *hog = mn_heap_try(&bench->kernel.heap, most - most / 8);

    ask(shell, "' dup spawn\n");

    assert_ptr_equal(mn_task_waits_for(&shell->session_task), &shell->spawnulator_task);
    mn_heap_free(&bench->kernel.heap, hog);
    bench_cancel_all(bench);
}

static void ctrl_c_gives_up_waiting_for_a_child(void **state)
{
    struct shell shell[1] = {0};
    struct bench *bench = *state;
    shell_start(shell, bench);
    uint32_t most = mn_heap_stats(&bench->kernel.heap).largest_bytes;
    void *hog = mn_heap_try(&bench->kernel.heap, most - most / 8);
    ask(shell, "' dup spawn\n");

    assert_non_null(strstr(ask(shell, "\x03"), "interrupted"));

    assert_int_equal(mn_heap_stats(&bench->kernel.heap).waiters, 0);
    mn_heap_free(&bench->kernel.heap, hog);
    bench_settle(bench);
    assert_int_equal(shell->spawnulator.child_count, 0);
    bench_cancel_all(bench);
}

static void a_full_bag_lets_children_run_without_a_token(void **state)
{
    struct shell shell[1] = {0};
    struct bench *bench = *state;
    struct mn_session_settings settings = small_shell();
    settings.program.bag_items = 1;
    shell_start_with(shell, bench, &settings, 4);
    shell->uart.is_hasty = true;
    ask(shell, ": long 1 sleep::s ;\n");

    assert_string_equal(ask(shell, "' long spawn child . ' long spawn child .\n"), "1 0 ok.\r\n");
    assert_int_equal(shell->spawnulator.child_count, 2);
    bench_advance(bench, MN_S);
    assert_int_equal(shell->spawnulator.child_count, 0);
    bench_cancel_all(bench);
}

static void children_outlive_their_parent_in_silence(void **state)
{
    struct shell shell[1] = {0};
    struct bench *bench = *state;
    shell_start(shell, bench);
    ask(shell, ": slow 1 sleep::s 100 0 do i . loop ;\n");
    ask(shell, "' slow spawn ' slow spawn\n");

    mn_task_cancel(&shell->session_task);
    bench_settle(bench);
    assert_int_equal(shell->spawnulator.child_count, 2);
    bench_advance(bench, MN_S);

    assert_int_equal(shell->spawnulator.child_count, 0);
    assert_string_equal(said(shell), "");
    bench_cancel_all(bench);
}

static void children_of_a_forth_that_said_bye_go_on(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    ask(shell, TICKER);
    ask(shell, "' tick spawn\n");

    ask(shell, "bye\n");
    assert_string_equal(ask(shell, "bag\n"), "ok.\r\n");
    bench_advance(*state, MN_S);

    assert_string_equal(said(shell), "tick\r\n");
    bench_cancel_all(*state);
}

static void lines_of_many_children_do_not_mix(void **state)
{
    struct shell shell[1] = {0};
    struct bench *bench = *state;
    uint32_t rows = 0;
    shell_start(shell, bench);
    shell->uart.is_hasty = true;
    ask(shell, ": row 10 0 do dup emit loop drop cr ;\n");
    ask(shell, ": rows 20 0 do dup row 1 sleep::ms loop drop ;\n");
    ask(shell, ": a [char] a rows ; : b [char] b rows ; : c [char] c rows ;\n");

    hear(shell, "' a spawn ' b spawn ' c spawn\n");
    bench_advance(bench, MN_S);

    said(shell);
    for (char *row = strtok(shell->uart.said, "\r\n"); row; row = strtok(NULL, "\r\n")) {
        if (strcmp(row, "ok.") == 0)
            continue;
        assert_int_equal(strspn(row, (char[]){row[0], 0}), 10);
        assert_int_equal(strlen(row), 10);
        rows++;
    }
    assert_int_equal(rows, 60);
    bench_cancel_all(bench);
}

static void a_line_being_typed_is_put_back_under_the_words_of_a_child(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    ask(shell, TICKER);
    ask(shell, ": dots begin 1 sleep::s .\" .\" again ;\n");
    ask(shell, "' tick spawn\n");
    bench_advance(*state, MN_MS * 500);
    ask(shell, "1");
    assert_string_equal(ask(shell, " 2"), " 2");

    bench_advance(*state, MN_MS * 500);
    assert_string_equal(said(shell), "\r\x1b[Ktick\r\n1 2");
    assert_string_equal(ask(shell, "\x1b[D"), "\x1b[D");
    bench_advance(*state, MN_S);
    assert_string_equal(said(shell), "\r\x1b[Ktick\r\n1 2\x1b[D");
    ask(shell, "\x03");
    ask(shell, "child kill ' dots spawn\r");
    ask(shell, "5");
    bench_advance(*state, MN_S);

    assert_string_equal(said(shell), "\r\x1b[K.\r\n5");
    assert_string_equal(ask(shell, " .\r"), " .\r\n5 ok.\r\n");
    bench_cancel_all(*state);
}

static void an_unbound_spawnulator_ends_its_children(void **state)
{
    struct shell shell[1] = {0};
    shell_start(shell, *state);
    ask(shell, TICKER);
    ask(shell, "' tick spawn\n");

    mn_task_cancel(&shell->spawnulator_task);

    assert_string_equal(ask(shell, "bag\n"), "ok.\r\n");
    assert_non_null(strstr(ask(shell, "' tick spawn\n"), "no spawnulator"));
    bench_cancel_all(*state);
}

/* ---- a thousand ------------------------------------------------------------------------- */

#define THOUSAND 1000u
#define BIG_ARENA_BYTES (12u * 1024u * 1024u)

/* The bench's clock and lines with a kernel of more memory. */
static struct bench *big_bench(void *arena)
{
    struct bench *bench = bench_create();
    const struct mn_kernel_config config = {.arena = arena, .arena_bytes = BIG_ARENA_BYTES};
    mn_kernel_finish(&bench->kernel);
    assert_int_equal(mn_kernel_init(&bench->kernel, &bench->hal, &config), MN_OK);
    return bench;
}

static void a_thousand_programs_run_at_once(void **state)
{
    static struct shell shell[1];
    void *arena = malloc(BIG_ARENA_BYTES);
    struct bench *bench = big_bench(arena);
    struct mn_session_settings settings = small_shell();
    (void)state;
    shell_start_with(shell, bench, &settings, THOUSAND);
    shell->uart.is_hasty = true;
    ask(shell, "variable n : work 1 sleep::s 100 0 do 1 n +! loop n @ 100 = if .\" y\" then ;\n");

    ask(shell, ": all 1000 0 do ['] work spawn loop ; all\n");
    assert_int_equal(shell->spawnulator.child_count, THOUSAND);
    print_message("# %u bytes of RAM for each of %u programs, of which the VM has %u\n",
                  mn_heap_stats(&bench->kernel.heap).live_bytes / THOUSAND, THOUSAND,
                  mn_forth_memory_bytes(&settings.program.vm, settings.program.words->count) +
                      (uint32_t)sizeof(struct mn_forth));
    said(shell);
    bench_advance(bench, MN_S);
    fake_uart_settle(&shell->uart);

    uint32_t count = 0;
    for (const char *at = said(shell); *at; at++)
        count += *at == 'y';
    assert_int_equal(count, THOUSAND);
    assert_int_equal(shell->spawnulator.child_count, 0);
    bench_cancel_all(bench);
    bench_destroy(bench);
    free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_child_prints_every_second_while_the_prompt_works),
        TEST_ON_BENCH(a_child_has_the_words_and_data_of_its_parent_but_its_own_copy),
        TEST_ON_BENCH(a_child_that_ends_gives_its_memory_back),
        TEST_ON_BENCH(an_error_in_a_child_is_printed_and_ends_only_the_child),
        TEST_ON_BENCH(a_child_that_wants_input_is_told_that_there_is_none),
        TEST_ON_BENCH(a_child_can_be_killed_by_its_token_once),
        TEST_ON_BENCH(children_may_have_children),
        TEST_ON_BENCH(what_is_no_execution_token_is_not_spawned),
        TEST_ON_BENCH(there_are_as_many_children_as_the_settings_say),
        TEST_ON_BENCH(without_a_spawnulator_spawn_says_so),
        TEST_ON_BENCH(memory_for_a_child_is_waited_for_but_not_forever),
        TEST_ON_BENCH(a_refused_allocation_only_delays_a_child),
        TEST_ON_BENCH(who_waits_for_the_spawnulator_is_known),
        TEST_ON_BENCH(ctrl_c_gives_up_waiting_for_a_child),
        TEST_ON_BENCH(a_full_bag_lets_children_run_without_a_token),
        TEST_ON_BENCH(children_outlive_their_parent_in_silence),
        TEST_ON_BENCH(children_of_a_forth_that_said_bye_go_on),
        TEST_ON_BENCH(lines_of_many_children_do_not_mix),
        TEST_ON_BENCH(a_line_being_typed_is_put_back_under_the_words_of_a_child),
        TEST_ON_BENCH(an_unbound_spawnulator_ends_its_children),
        cmocka_unit_test(a_thousand_programs_run_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
