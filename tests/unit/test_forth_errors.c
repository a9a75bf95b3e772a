/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "forth_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void the_report_names_word_reason_place_and_stacks(void **state)
{
    struct forth_bench *bench = *state;
    forth_bench_line(bench, ": half 0 / ;");

    forth_bench_fails(bench, "7 8 9  half 1", -10);

    const struct mn_forth_report *report = &bench->vm.report;
    assert_string_equal(report->reason, "division by zero");
    assert_string_equal(report->token, "half");
    assert_string_equal(report->word, "half");
    assert_string_equal(report->primitive, "/");
    assert_int_equal(report->line_number, 2);
    assert_int_equal(report->token_at, 7);
    assert_int_equal(report->token_count, 4);
    assert_string_equal(report->line, "7 8 9  half 1");
    assert_int_equal(report->mark_at, 7);
    assert_int_equal(report->mark_count, 4);
    assert_true(report->in_line);
    assert_int_equal(report->depth, 4);
    assert_int_equal(report->stack[0], 7);
    assert_int_equal(report->stack[3], 0);
}

static const struct {
    const char *line;
    int32_t code;
} faults[] = {
    {"1 0 /", -10},
    {"1 0 mod", -10},
    {"1 0 /mod", -10},
    {"1 0 0 um/mod", -10},
    {"1 2 3 4 0 m*/", -10},
    {"0 5 3 um/mod", -11},
    {"drop", -4},
    {"1 swap", -4},
    {"1 2 rot", -4},
    {"5 pick", -4},
    {"1 5 roll", -4},
    {": fill-up begin 1 again ; fill-up", -3},
    {": deeper recurse 1 ; deeper", -5},
    {": r-full begin 1 >r again ; r-full", -5},
    {": r-bad 5 >r ; r-bad", -25},
    {": r-none r> r> r> r> r> r> r> ; r-none", -6},
    {": r-loop unloop unloop unloop unloop ; r-loop", -6},
    {"0 @", -9},
    {"-1 c@", -9},
    {"1 0 !", -9},
    {"here 1+ @", -23},
    {"here 2 + 5 swap !", -23},
    {"unused here + 5 swap !", -9},
    {"0 100000000 here fill", -9},
    {"here 100000000 erase", -9},
    {"here 0 50 move", -9},
    {"5 execute", -256},
    {"0 execute", -256},
    {"-1 catch", -256},
    {"1000000000 allot", -8},
    {"-1000000 allot", -8},
    {"create big 100000 allot", -8},
    {"100000 buffer: big", -8},
    {"array big 99999999", -8},
    {"no-such-word", -13},
    {"' no-such-word", -13},
    {": t no-such-word ;", -13},
    {"if", -14},
    {": t ; then", -14},
    {": t then ;", -22},
    {": t if ;", -22},
    {": t begin ;", -22},
    {": t loop ;", -22},
    {": t do until ;", -22},
    {": t leave ;", -26},
    {": t endof ;", -22},
    {": t endcase ;", -22},
    {": t [ : u ;", -29},
    {":", -16},
    {"create", -16},
    {"char", -16},
    {": an-extremely-long-name-of-more-than-31-characters ;", -19},
    {"forget dup", -15},
    {"5 to dup", -32},
    {"' dup >body", -31},
    {"5 >body", -256},
    {"abort", -1},
    {": t abort\" said so\" ; 1 t", -2},
    {"5 throw", 5},
    {"panic", -260},
    {"defer d d", -256},
    {"5 1 base ! .", -24},
    {"<# : t 100 0 do bl hold loop ; t", -17},
    {"s\" abc\" drop 100000000 type", -9},
    {": t {: a b c d e f g h i j k l m n o p q :} ;", -257},
    {": t {: a :} recurse ; : u 1 t ; 1 2 3 : v 1 recurse ; v", -3},
    {"s\\\" \\y\"", -18},
    {"99 set-current", -258},
};

static void the_report_of_a_long_line_shows_the_piece_around_the_token(void **state)
{
    struct forth_bench *bench = *state;
    char line[201];
    memset(line, ' ', sizeof line);
    memcpy(line + 150, "wrong", 5);
    line[200] = 0;

    forth_bench_fails(bench, line, -13);

    const struct mn_forth_report *report = &bench->vm.report;
    assert_int_equal(report->token_at, 150);
    assert_int_equal(strlen(report->line), MN_FORTH_LINE_SHOWN);
    assert_memory_equal(report->line + report->mark_at, "wrong ", 6);
    assert_int_equal(report->mark_count, 5);
}

static void every_fault_is_a_throw_code_and_the_vm_lives_on(void **state)
{
    struct forth_bench *bench = *state;
    forth_bench_line(bench, ": alive 4711 ;");

    for (size_t i = 0; i < MN_COUNT_OF(faults); i++) {
        enum mn_forth_status status = forth_bench_line(bench, faults[i].line);
        if (status != MN_FORTH_ERROR || bench->vm.report.code != faults[i].code)
            fail_msg("%s: %d: %d %s", faults[i].line, status, bench->vm.report.code,
                     bench->vm.report.reason);
        forth_bench_prints(bench, "decimal alive . depth .", "4711 0 ");
    }
}

static void the_text_of_abort_quote_is_the_reason(void **state)
{
    struct forth_bench *bench = *state;

    forth_bench_fails(bench, ": t abort\" not today\" ; 1 t", -2);

    assert_string_equal(bench->vm.report.reason, "not today");
}

static void a_definition_that_fails_leaves_no_trace(void **state)
{
    struct forth_bench *bench = *state;
    forth_bench_line(bench, ": t 1 ;");
    uint32_t headers = bench->vm.header_count, code = bench->vm.code_here;
    uint32_t here = bench->vm.here;

    forth_bench_fails(bench, ": t s\" some text\" 2 if nonsense", -13);

    assert_int_equal(bench->vm.header_count, headers);
    assert_int_equal(bench->vm.code_here, code);
    assert_int_equal(bench->vm.here, here);
    forth_bench_prints(bench, "t .", "1 ");
}

static void an_error_inside_evaluate_points_into_the_string(void **state)
{
    struct forth_bench *bench = *state;

    forth_bench_fails(bench, "1 s\" 2 wrong\" evaluate", -13);

    assert_false(bench->vm.report.in_line);
    assert_string_equal(bench->vm.report.token, "wrong");
    assert_int_equal(bench->vm.report.token_at, 2);
}

static void a_full_dictionary_is_an_error_and_what_was_there_stays(void **state)
{
    static const struct mn_forth_config config = {
        .code_words = 300, .header_bytes = 512, .data_bytes = 2048};
    struct forth_bench *bench = forth_bench_create(&config, NULL, 0);
    char line[64];
    int defined = 0;
    (void)state;

    do
        snprintf(line, sizeof line, ": w%d %d ;", defined, defined);
    while (forth_bench_line(bench, line) == MN_FORTH_DONE && ++defined < 1000);

    assert_in_range(defined, 5, 100);
    assert_int_equal(bench->vm.report.code, -8);
    forth_bench_prints(bench, "w0 . w1 . w4 .", "0 1 4 ");
    forth_bench_fails(bench, "forget w4 : big begin postpone dup again ; immediate : u big", -8);
    forth_bench_prints(bench, "w0 .", "0 ");
    forth_bench_destroy(bench);
}

static void programs_that_spoil_their_own_memory_harm_nobody(void **state)
{
    static const char *const lines[] = {
        "65536 unused here 65536 - + 255 fill",
        "1 .",
        "65536 20000 erase",
        "2 state ! 5 base ! -1 >in !",
        ": t r> 1+ >r ; t",
        ": t r> drop ; : u t 1 ; u",
        ": t r> dup >r >r ; t",
        ": t 6 >r 1 >r 8 >r ; t",
        ": t catch r> r> r> r> r> r> ; ' t t",
        ": t ['] exit catch ; t",
        ": t 99 0 do r> r> r> >r >r >r loop ; t",
        "marker m : t m 1 2 + ; t t t",
        "marker m : t [ m ] 1 if 2 else 3 then ;",
        ": t begin [ marker m2 ] if [ m2 ] then repeat while again ;",
        "create c does> 1 ; c",
        ": d create does> forget d 1 2 ; d e e",
        "defer x ' x is x x",
        ": t ['] t2 execute ; : t2 t ;",
        "1 2 3 n>r",
        ": t 5 n>r nr> nr> ; 1 2 3 t",
        ": t -1 nr> ; t",
        "s\" evaluate\" 2dup evaluate",
        ": t s\" t\" evaluate ; t",
        "] 1 2 3 if then + ; [",
        "0 set-order 1 2",
        "only forth",
        "-1 -1 -1 traverse-wordlist",
        "here -1 dump",
        "here 2000000000 compare",
        "-5 spaces -5 5 .r",
        ": (local)x s\" a\" (local) ; immediate : t (local)x ;",
        ": t {: a :} [ forget t ] a ;",
    };
    struct forth_bench *bench = *state;

    for (size_t i = 0; i < MN_COUNT_OF(lines); i++) {
        assert_int_equal(mn_forth_line(&bench->vm, lines[i], (uint32_t)strlen(lines[i])), MN_OK);
        enum mn_forth_status status = MN_FORTH_BUDGET;
        for (int runs = 0; runs < 200 && status == MN_FORTH_BUDGET; runs++) {
            uint32_t count;
            status = mn_forth_run(&bench->vm, 1000);
            mn_forth_out(&bench->vm, &count);
            mn_forth_out_taken(&bench->vm, count);
            if (status == MN_FORTH_WAITING && bench->vm.waits == MN_FORTH_FOR_OUT)
                status = MN_FORTH_BUDGET;
        }
        mn_forth_break(&bench->vm);
        forth_bench_go_on(bench);
        mn_forth_break(&bench->vm); /* a break can be caught: the second one is not */
        forth_bench_go_on(bench);
    }

    forth_bench_line(bench, "[ only forth decimal");
    forth_bench_prints(bench, "1 2 + .", "3 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_FORTH(the_report_names_word_reason_place_and_stacks),
        TEST_ON_FORTH(the_report_of_a_long_line_shows_the_piece_around_the_token),
        TEST_ON_FORTH(every_fault_is_a_throw_code_and_the_vm_lives_on),
        TEST_ON_FORTH(the_text_of_abort_quote_is_the_reason),
        TEST_ON_FORTH(a_definition_that_fails_leaves_no_trace),
        TEST_ON_FORTH(an_error_inside_evaluate_points_into_the_string),
        cmocka_unit_test(a_full_dictionary_is_an_error_and_what_was_there_stays),
        TEST_ON_FORTH(programs_that_spoil_their_own_memory_harm_nobody),
    };
    return cmocka_run_group_tests_name("forth_errors", tests, NULL, NULL);
}
