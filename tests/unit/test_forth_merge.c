/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "forth_bench.h"

#include <string.h>

#include "random.h"

/* What the compiler makes of a sequence of words must do what the words do one after another.
 * Interpreted, each is an instruction of its own; compiled, they are merged. */
static const struct {
    const char *compiled, *interpreted; /* NULL: the same */
} pieces[] = {
    {"dup", NULL}, {"drop", NULL}, {"swap", NULL}, {"over", NULL}, {"rot", NULL}, {"nip", NULL},
    {"tuck", NULL}, {"?dup", NULL}, {"2dup", NULL}, {"2drop", NULL}, {"+", NULL}, {"-", NULL},
    {"*", NULL}, {"and", NULL}, {"or", NULL}, {"xor", NULL}, {"2 lshift", NULL},
    {"3 rshift", NULL}, {"40 lshift", NULL}, {"1 arshift", NULL}, {"=", NULL}, {"<>", NULL},
    {"<", NULL}, {">", NULL}, {"u<", NULL}, {"u>", NULL}, {"0=", NULL}, {"0<", NULL}, {"0", NULL},
    {"1", NULL}, {"5", NULL}, {"-3", NULL}, {"8388607", NULL}, {"8388608", NULL},
    {"-8388609", NULL}, {"123456789", NULL}, {"1+", NULL}, {"1-", NULL}, {"2*", NULL},
    {"cells", NULL}, {"cell+", NULL}, {"1 pick", NULL}, {"2 pick", NULL}, {"3 and", NULL},
    {"buf @", NULL}, {"buf !", NULL}, {"buf +!", NULL}, {"buf +", NULL}, {"@", NULL}, {"c@", NULL},
    {"buf 4 + @", NULL}, {"7 and cells buf + @", NULL}, {"7 and cells buf + !", NULL},
    {"7 and buf + c@", NULL}, {"7 and buf + c!", NULL}, {"7 and buf swap cells + @", NULL},
    {"buf 2@", NULL}, {"buf 2!", NULL}, {"val", NULL}, {"to val", NULL}, {"negate", NULL},
    {">r 1 r> +", NULL}, {"dup >r drop r>", NULL}, {"2 roll", NULL}, {"min", NULL},
    {"if 11 else 22 then", "[if] 11 [else] 22 [then]"},
    {"dup if 33 then", "dup [if] 33 [then]"},
    {"?dup if 44 then", "?dup [if] 44 [then]"},
    {"dup 5 < if drop 2 then", "dup 5 < [if] drop 2 [then]"},
    {"dup 0= if 3 else 1+ then", "dup 0= [if] 3 [else] 1+ [then]"},
    {"2dup u> if swap then", "2dup u> [if] swap [then]"},
    {"2dup = if drop then", "2dup = [if] drop [then]"},
};

static void start_over(struct forth_bench *bench)
{
    forth_bench_line(bench, "abort");
    forth_bench_line(bench, "decimal buf 40 erase 5 buf ! 6 buf 8 + ! 77 to val");
    forth_bench_clear(bench);
}

/* Runs the line; leaves the THROW code, or 0, and the text. */
static int32_t outcome(struct forth_bench *bench, const char *line)
{
    enum mn_forth_status status = forth_bench_line(bench, line);
    assert_true(status == MN_FORTH_DONE || status == MN_FORTH_ERROR);
    return status == MN_FORTH_ERROR ? bench->vm.report.code : 0;
}

static void append(char *line, const char *piece)
{
    strcat(line, piece);
    strcat(line, " ");
}

static void merged_code_does_what_its_words_do(void **state)
{
    static const char show[] = ".s buf @ . buf 8 + @ . val .";
    static const struct mn_forth_config config = {.line_bytes = 1024};
    struct forth_bench *bench = forth_bench_create(&config, NULL, 0);
    uint64_t random = 42;
    (void)state;
    forth_bench_line(bench, "create buf 40 allot 77 value val");

    for (int i = 0; i < 20000; i++) {
        char compiled[1024] = ": t ", interpreted[1024] = "1 2 3 100 -7 8 ", text[256];
        for (uint32_t words = 2 + test_random_below(&random, 7); words > 0; words--) {
            uint32_t at = test_random_below(&random, MN_COUNT_OF(pieces));
            append(compiled, pieces[at].compiled);
            append(interpreted,
                   pieces[at].interpreted ? pieces[at].interpreted : pieces[at].compiled);
        }
        append(interpreted, show);
        append(compiled, "; 1 2 3 100 -7 8 t");
        append(compiled, show);

        start_over(bench);
        int32_t expected = outcome(bench, interpreted);
        assert_true(bench->count < sizeof text);
        memcpy(text, bench->text, bench->count + 1);
        start_over(bench);
        int32_t got = outcome(bench, compiled);

        if (expected != got || (!expected && strcmp(text, bench->text) != 0))
            fail_msg("%s\n%d %s\n%d %s", compiled, expected, text, got, bench->text);
        forth_bench_line(bench, "forget t");
    }
    forth_bench_destroy(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merged_code_does_what_its_words_do),
    };
    return cmocka_run_group_tests_name("forth_merge", tests, NULL, NULL);
}
