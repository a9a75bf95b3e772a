/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "forth_bench.h"

#include <stdlib.h>
#include <string.h>

static void a_line_of_words_is_executed_and_prints(void **state)
{
    struct forth_bench *bench = *state;

    forth_bench_prints(bench, "1 2 + . .\" hi\" cr", "3 hi\n");
    forth_bench_prints(bench, ": square dup * ; 7 square .", "49 ");
    forth_bench_prints(bench, "3 Square .", "9 ");
}

static void numbers_print_in_every_base_and_width(void **state)
{
    struct forth_bench *bench = *state;

    forth_bench_prints(bench, "-5 . -5 u. hex ff . decimal", "-5 4294967291 FF ");
    forth_bench_prints(bench, "5 4 .r -5 4 .r 5 4 u.r 123 2 .r", "   5  -5   5123");
    forth_bench_prints(bench, "-1. d. 1. 5 d.r 5 2 base ! . decimal", "-1     1101 ");
    forth_bench_line(bench, "300 200 .r");
    assert_int_equal(bench->count, 12 + 200);
    forth_bench_prints(bench, "3 spaces char x emit space bl emit", "   x  ");
}

static void a_definition_may_go_over_many_lines(void **state)
{
    struct forth_bench *bench = *state;

    forth_bench_prints(bench, ": long 5 0 do", "");
    forth_bench_prints(bench, "i .", "");
    forth_bench_prints(bench, "loop ; long", "0 1 2 3 4 ");
}

static void hang_gives_the_processor_back_and_can_be_broken(void **state)
{
    struct forth_bench *bench = *state;
    const char *line = ": hang begin again ; hang";
    assert_int_equal(mn_forth_line(&bench->vm, line, (uint32_t)strlen(line)), MN_OK);
    for (int i = 0; i < 100; i++)
        assert_int_equal(mn_forth_run(&bench->vm, 50), MN_FORTH_BUDGET);

    mn_forth_break(&bench->vm);

    assert_int_equal(mn_forth_run(&bench->vm, 50), MN_FORTH_ERROR);
    assert_int_equal(bench->vm.report.code, -28);
    assert_string_equal(bench->vm.report.word, "hang");
    forth_bench_prints(bench, "1 .", "1 ");
}

static void a_break_can_be_caught_by_the_program(void **state)
{
    struct forth_bench *bench = *state;
    const char *line = ": hang begin again ; : t ['] hang catch . ; t";
    assert_int_equal(mn_forth_line(&bench->vm, line, (uint32_t)strlen(line)), MN_OK);
    assert_int_equal(mn_forth_run(&bench->vm, 500), MN_FORTH_BUDGET);

    mn_forth_break(&bench->vm);

    forth_bench_clear(bench);
    assert_int_equal(forth_bench_go_on(bench), MN_FORTH_DONE);
    assert_string_equal(bench->text, "-28 ");
}

static void any_budget_gives_the_same_result(void **state)
{
    const char *lines[] = {
        ": fib dup 2 < if drop 1 else dup 1- recurse swap 2 - recurse + then ;",
        "15 fib . s\" 1 2 + . : in 9 ; in .\" evaluate",
        ": c 3 throw ; ' c catch . : mk create 1 , does> @ 1+ ; mk q q .",
        "defer d :noname 4 . ; is d d words"};
    struct forth_bench *bench = *state;
    for (size_t i = 0; i < MN_COUNT_OF(lines); i++)
        forth_bench_line(bench, lines[i]);

    struct forth_bench *slow = forth_bench_create(&(struct mn_forth_config){0}, NULL, 0);
    for (size_t i = 0; i < MN_COUNT_OF(lines); i++) {
        enum mn_forth_status status;
        uint32_t count;
        assert_int_equal(mn_forth_line(&slow->vm, lines[i], (uint32_t)strlen(lines[i])), MN_OK);
        do {
            status = mn_forth_run(&slow->vm, 1);
            const uint8_t *text = mn_forth_out(&slow->vm, &count);
            memcpy(slow->text + slow->count, text, count);
            slow->count += count;
            mn_forth_out_taken(&slow->vm, count);
        } while (status == MN_FORTH_BUDGET || status == MN_FORTH_WAITING);
        assert_int_equal(status, MN_FORTH_DONE);
    }

    assert_string_equal(slow->text, bench->text);
    forth_bench_destroy(slow);
}

static void full_output_waits_and_loses_nothing(void **state)
{
    static const struct mn_forth_config config = {.out_bytes = 80};
    struct forth_bench *bench = forth_bench_create(&config, NULL, 0);
    (void)state;

    const char *line = ": t 100 0 do i 3 .r .\" , and a rather long text between\" loop ; t";
    assert_int_equal(mn_forth_line(&bench->vm, line, (uint32_t)strlen(line)), MN_OK);
    enum mn_forth_status status;
    while ((status = mn_forth_run(&bench->vm, 1000)) == MN_FORTH_BUDGET)
        ;
    assert_int_equal(status, MN_FORTH_WAITING);
    assert_int_equal(bench->vm.waits, MN_FORTH_FOR_OUT);
    assert_int_equal(mn_forth_run(&bench->vm, 1000), MN_FORTH_WAITING);
    assert_int_equal(forth_bench_go_on(bench), MN_FORTH_DONE);

    assert_int_equal(bench->count, 100 * (3 + 32));
    assert_memory_equal(bench->text + 35 * 99, " 99, and", 8);
    forth_bench_destroy(bench);
}

static void refill_and_accept_take_the_next_line(void **state)
{
    struct forth_bench *bench = *state;

    assert_int_equal(forth_bench_line(bench, "refill 1"), MN_FORTH_WAITING);
    assert_int_equal(bench->vm.waits, MN_FORTH_FOR_LINE);
    forth_bench_prints(bench, ". 2 .", "-1 2 ");
}

static void accept_reads_a_line_and_leaves_the_rest_of_its_own(void **state)
{
    struct forth_bench *bench = *state;

    assert_int_equal(forth_bench_line(bench, "pad 5 accept pad swap type 7 ."),
                     MN_FORTH_WAITING);
    assert_int_equal(bench->vm.waits, MN_FORTH_FOR_LINE);
    forth_bench_prints(bench, "hello world", "hello7 ");
}

static void the_end_of_input_is_told(void **state)
{
    struct forth_bench *bench = *state;
    assert_int_equal(forth_bench_line(bench, ": t refill . pad 5 accept . ; t"),
                     MN_FORTH_WAITING);

    mn_forth_end(&bench->vm);
    assert_int_equal(forth_bench_go_on(bench), MN_FORTH_WAITING);
    mn_forth_end(&bench->vm);

    assert_int_equal(forth_bench_go_on(bench), MN_FORTH_DONE);
    assert_string_equal(bench->text, "0 0 ");
}

static void a_comment_may_go_over_many_lines(void **state)
{
    struct forth_bench *bench = *state;

    assert_int_equal(forth_bench_line(bench, "1 ( one . 2"), MN_FORTH_WAITING);
    assert_int_equal(forth_bench_line(bench, "three ."), MN_FORTH_WAITING);
    forth_bench_prints(bench, "four ) .", "1 ");
    assert_int_equal(forth_bench_line(bench, "( open"), MN_FORTH_WAITING);
    mn_forth_end(&bench->vm);
    assert_int_equal(forth_bench_go_on(bench), MN_FORTH_DONE);
    forth_bench_prints(bench, "s\" 5 ( open\" evaluate .", "5 ");
}

static void key_waits_for_a_character(void **state)
{
    struct forth_bench *bench = *state;

    assert_int_equal(forth_bench_line(bench, "key? . key . 5 ."), MN_FORTH_WAITING);
    assert_int_equal(bench->vm.waits, MN_FORTH_FOR_KEY);
    assert_true(mn_forth_key(&bench->vm, 'k'));
    assert_false(mn_forth_key(&bench->vm, 'l'));

    assert_int_equal(forth_bench_go_on(bench), MN_FORTH_DONE);
    assert_string_equal(bench->text, "0 107 5 ");
}

static int32_t host_add(struct mn_forth *vm)
{
    mn_forth_push(vm, mn_forth_pop(vm) + mn_forth_pop(vm));
    return MN_FORTH_OK;
}

static int32_t host_wait(struct mn_forth *vm)
{
    uint32_t *left = vm->user;
    return (*left)-- ? MN_FORTH_WAIT : MN_FORTH_OK;
}

static int32_t host_fail(struct mn_forth *vm)
{
    (void)vm;
    return -1000;
}

static int32_t host_name(struct mn_forth *vm)
{
    uint32_t count;
    const uint8_t *name = mn_forth_parse_name(vm, &count);
    return mn_forth_say(vm, (const char *)name, count) ? MN_FORTH_OK : MN_FORTH_WAIT;
}

static const struct mn_forth_word host_words[] = {
    {.name = "host::add", .run = host_add, .in = 2, .out = 1},
    {.name = "host::wait", .run = host_wait},
    {.name = "host::fail", .run = host_fail},
    {.name = "host::name", .run = host_name, .flags = MN_FORTH_IMMEDIATE},
};

static void host_words_compute_wait_and_fail(void **state)
{
    struct forth_bench *bench = forth_bench_create(&(struct mn_forth_config){0}, host_words, 4);
    uint32_t left = 2;
    bench->vm.user = &left;
    (void)state;

    forth_bench_prints(bench, "1 2 host::add . : t 3 host::add ; 4 t .", "3 7 ");
    forth_bench_fails(bench, "1 host::add", -4);
    assert_int_equal(forth_bench_line(bench, "1 host::wait 2"), MN_FORTH_WAITING);
    assert_int_equal(bench->vm.waits, MN_FORTH_FOR_HOST);
    assert_int_equal(forth_bench_go_on(bench), MN_FORTH_WAITING);
    assert_int_equal(forth_bench_go_on(bench), MN_FORTH_DONE);
    forth_bench_prints(bench, "+ . ' host::fail catch .", "3 -1000 ");
    forth_bench_prints(bench, "host::name abc : u host::name def ;", "abcdef");
    forth_bench_destroy(bench);
}

static void a_waiting_host_word_can_be_broken(void **state)
{
    struct forth_bench *bench = forth_bench_create(&(struct mn_forth_config){0}, host_words, 4);
    uint32_t left = 1000;
    bench->vm.user = &left;
    (void)state;
    assert_int_equal(forth_bench_line(bench, ": t host::wait ; t"), MN_FORTH_WAITING);

    mn_forth_break(&bench->vm);

    assert_int_equal(forth_bench_go_on(bench), MN_FORTH_ERROR);
    assert_int_equal(bench->vm.report.code, -28);
    assert_string_equal(bench->vm.report.primitive, "host::wait");
    forth_bench_destroy(bench);
}

static void a_fork_knows_the_words_and_goes_its_own_way(void **state)
{
    struct forth_bench *bench = *state;
    struct mn_forth child;
    forth_bench_line(bench, "variable v 5 v ! : get v @ ; 1 2 3");
    void *memory = malloc(bench->bytes);
    assert_int_equal(mn_forth_fork(&child, &bench->vm, memory, bench->bytes - 8),
                     MN_ERR_NO_MEMORY);

    assert_int_equal(mn_forth_fork(&child, &bench->vm, memory, bench->bytes), MN_OK);

    uint32_t xt = mn_forth_find(&child, "get", 3);
    assert_int_equal(mn_forth_line(&child, "depth 9 v !", 11), MN_OK);
    assert_int_equal(mn_forth_run(&child, 1000), MN_FORTH_DONE);
    assert_int_equal(mn_forth_pop(&child), 0);
    assert_int_equal(mn_forth_call(&child, xt), MN_OK);
    assert_int_equal(mn_forth_run(&child, 1000), MN_FORTH_DONE);
    assert_int_equal(mn_forth_pop(&child), 9);
    forth_bench_prints(bench, "v @ . .s", "5 <3> 1 2 3 ");
    free(memory);
}

static void a_word_can_be_called_by_its_token_only(void **state)
{
    struct forth_bench *bench = *state;

    assert_int_equal(mn_forth_call(&bench->vm, 12345), MN_ERR_NOT_FOUND);
    assert_int_equal(mn_forth_find(&bench->vm, "nope", 4), 0);
    assert_int_equal(mn_forth_call(&bench->vm, mn_forth_find(&bench->vm, "KEY", 3)), MN_OK);
    assert_int_equal(forth_bench_go_on(bench), MN_FORTH_WAITING);
    assert_int_equal(mn_forth_line(&bench->vm, "1", 1), MN_ERR_BUSY);
    assert_int_equal(mn_forth_call(&bench->vm, mn_forth_find(&bench->vm, "cr", 2)), MN_ERR_BUSY);
}

static void a_configuration_out_of_range_is_refused(void **state)
{
    struct mn_forth vm;
    uint64_t memory[8];
    (void)state;

    assert_int_equal(mn_forth_memory_bytes(&(struct mn_forth_config){.stack_cells = 3}, 0), 0);
    assert_int_equal(mn_forth_memory_bytes(&(struct mn_forth_config){.line_bytes = 9999}, 0), 0);
    assert_int_equal(mn_forth_init(&vm, &(struct mn_forth_config){.out_bytes = 1}, memory,
                                   sizeof memory, NULL, 0),
                     MN_ERR_INVALID);
    assert_int_equal(
        mn_forth_init(&vm, &(struct mn_forth_config){0}, memory, sizeof memory, NULL, 0),
        MN_ERR_NO_MEMORY);
}

static void a_line_too_long_is_refused_whole(void **state)
{
    struct forth_bench *bench = *state;
    char line[300];
    memset(line, '1', sizeof line);

    assert_int_equal(mn_forth_line(&bench->vm, line, 257), MN_ERR_TOO_BIG);

    forth_bench_prints(bench, "depth .", "0 ");
}

static void the_tools_show_words_code_stack_and_memory(void **state)
{
    struct forth_bench *bench = *state;

    forth_bench_prints(bench, "1 -2 3 .s 2drop drop", "<3> 1 -2 3 ");
    forth_bench_prints(bench, ": one 1 ; : two one one + ; dict", "two one ");
    forth_bench_line(bench, "see two");
    assert_non_null(strstr(bench->text, ": two"));
    assert_non_null(strstr(bench->text, "one"));
    assert_non_null(strstr(bench->text, "exit"));
    forth_bench_clear(bench);
    forth_bench_line(bench, "create b 65 c, 66 c, 0 c, 0 c, b 4 dump");
    assert_non_null(strstr(bench->text, "41 42 00 00"));
    assert_non_null(strstr(bench->text, "AB.."));
    forth_bench_clear(bench);
    forth_bench_line(bench, "words free order builtins");
    assert_non_null(strstr(bench->text, "two one traverse-wordlist"));
    assert_non_null(strstr(bench->text, "bytes free"));
}

static void every_built_in_name_is_lower_case_and_stands_once(void **state)
{
    struct forth_bench *bench = *state;
    const struct mn_forth_word *word;

    for (uint32_t i = 0; (word = mn_forth_builtin(i)) != NULL; i++) {
        uint32_t count = (uint32_t)strlen(word->name);
        assert_in_range(count, 1, MN_FORTH_NAME);
        for (uint32_t at = 0; at < count; at++)
            assert_false(word->name[at] >= 'A' && word->name[at] <= 'Z');
        for (uint32_t other = 0; other < i; other++)
            assert_string_not_equal(word->name, mn_forth_builtin(other)->name);
        if (!(word->flags & 4)) /* hidden */
            assert_int_not_equal(mn_forth_find(&bench->vm, word->name, count), 0);
    }
}

static void bye_is_told_to_the_host(void **state)
{
    struct forth_bench *bench = *state;

    forth_bench_prints(bench, "1 . bye 2 .", "1 ");

    assert_true(bench->vm.bye);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_FORTH(a_line_of_words_is_executed_and_prints),
        TEST_ON_FORTH(numbers_print_in_every_base_and_width),
        TEST_ON_FORTH(a_definition_may_go_over_many_lines),
        TEST_ON_FORTH(hang_gives_the_processor_back_and_can_be_broken),
        TEST_ON_FORTH(a_break_can_be_caught_by_the_program),
        TEST_ON_FORTH(any_budget_gives_the_same_result),
        cmocka_unit_test(full_output_waits_and_loses_nothing),
        TEST_ON_FORTH(refill_and_accept_take_the_next_line),
        TEST_ON_FORTH(accept_reads_a_line_and_leaves_the_rest_of_its_own),
        TEST_ON_FORTH(the_end_of_input_is_told),
        TEST_ON_FORTH(a_comment_may_go_over_many_lines),
        TEST_ON_FORTH(key_waits_for_a_character),
        cmocka_unit_test(host_words_compute_wait_and_fail),
        cmocka_unit_test(a_waiting_host_word_can_be_broken),
        TEST_ON_FORTH(a_fork_knows_the_words_and_goes_its_own_way),
        TEST_ON_FORTH(a_word_can_be_called_by_its_token_only),
        TEST_ON_FORTH(a_configuration_out_of_range_is_refused),
        TEST_ON_FORTH(a_line_too_long_is_refused_whole),
        TEST_ON_FORTH(the_tools_show_words_code_stack_and_memory),
        TEST_ON_FORTH(every_built_in_name_is_lower_case_and_stands_once),
        TEST_ON_FORTH(bye_is_told_to_the_host),
    };
    return cmocka_run_group_tests_name("forth", tests, NULL, NULL);
}
