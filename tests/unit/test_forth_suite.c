/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "forth_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The word sets, tested by Forth programs: tests/forth/<name>.fth, each in a fresh VM behind
 * tests/forth/tester.fth. The path comes in the environment. */
static void run_suite(const char *name)
{
    static const struct mn_forth_config config = {
        .code_words = 32768, .header_bytes = 131072, .data_bytes = 131072};
    struct forth_bench *bench = forth_bench_create(&config, NULL, 0);
    const char *folder = getenv("FORTH_TESTS");
    char path[512];
    assert_non_null(folder);

    snprintf(path, sizeof path, "%s/tester.fth", folder);
    assert_int_equal(forth_bench_file(bench, path), 0);
    snprintf(path, sizeof path, "%s/%s.fth", folder, name);
    assert_int_equal(forth_bench_file(bench, path), 0);

    if (forth_bench_line(bench, "decimal #errors @") != MN_FORTH_DONE ||
        mn_forth_pop(&bench->vm) != 0)
        fail_msg("%s", bench->text);
    forth_bench_destroy(bench);
}

#define SUITE(name)                                                  \
    static void the_forth_tests_of_##name##_pass(void **state)       \
    {                                                                \
        (void)state;                                                 \
        run_suite(#name);                                            \
    }
SUITE(core)
SUITE(core_ext)
SUITE(double)
SUITE(exception)
SUITE(locals)
SUITE(memory)
SUITE(search_order)
SUITE(string)
SUITE(tools)

static void a_wrong_result_is_counted(void **state)
{
    struct forth_bench *bench = *state;
    char path[512];
    snprintf(path, sizeof path, "%s/tester.fth", getenv("FORTH_TESTS"));
    assert_int_equal(forth_bench_file(bench, path), 0);

    assert_int_equal(forth_bench_line(bench, "t{ 1 2 -> 1 3 }t t{ 1 -> }t t{ -> 1 }t"),
                     MN_FORTH_DONE);

    forth_bench_prints(bench, "#errors @ . depth .", "3 0 ");
}

/* kernel/forth/words.txt is what documentation is made from. */
static void every_visible_word_is_described_once(void **state)
{
    struct forth_bench *bench = *state;
    char path[512], line[256];
    uint32_t described = 0, visible = 0;
    snprintf(path, sizeof path, "%s/../../kernel/forth/words.txt", getenv("FORTH_TESTS"));
    FILE *file = fopen(path, "r");
    assert_non_null(file);

    while (fgets(line, sizeof line, file)) {
        char *effect = strstr(line, " ( ");
        if (!effect || (line[0] == '#' && line[1] == ' ' && line[2] != '('))
            continue; /* a heading, or the comment at the top */
        if (!mn_forth_find(&bench->vm, line, (uint32_t)(effect - line)))
            fail_msg("no such word: %s", line);
        assert_non_null(strstr(effect, " ) "));
        described++;
    }
    fclose(file);

    for (uint32_t i = 0; mn_forth_builtin(i); i++)
        visible += !(mn_forth_builtin(i)->flags & 4); /* hidden */
    assert_int_equal(described, visible);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_forth_tests_of_core_pass),
        cmocka_unit_test(the_forth_tests_of_core_ext_pass),
        cmocka_unit_test(the_forth_tests_of_double_pass),
        cmocka_unit_test(the_forth_tests_of_exception_pass),
        cmocka_unit_test(the_forth_tests_of_locals_pass),
        cmocka_unit_test(the_forth_tests_of_memory_pass),
        cmocka_unit_test(the_forth_tests_of_search_order_pass),
        cmocka_unit_test(the_forth_tests_of_string_pass),
        cmocka_unit_test(the_forth_tests_of_tools_pass),
        TEST_ON_FORTH(every_visible_word_is_described_once),
        TEST_ON_FORTH(a_wrong_result_is_counted),
    };
    return cmocka_run_group_tests_name("forth_suite", tests, NULL, NULL);
}
