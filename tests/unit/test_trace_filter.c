/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "tools/common/trace_filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mn/log.h"

static struct trace_filter parsed(const char *text)
{
    struct trace_filter filter;
    char error[256] = "";
    if (!trace_filter_parse(&filter, text, error, sizeof error))
        fail_msg("%s", error);
    return filter;
}

static void assert_refused(const char *text, const char *quoted)
{
    struct trace_filter filter;
    char error[256] = "";
    assert_false(trace_filter_parse(&filter, text, error, sizeof error));
    assert_non_null(strstr(error, quoted));
    assert_non_null(strstr(error, "expected LEVEL or TARGET=LEVEL"));
}

static void nothing_said_means_info(void **state)
{
    (void)state;
    struct trace_filter filter = parsed("");

    assert_int_equal(trace_filter_level(&filter, "kernel"), MN_LEVEL_INFO);
    assert_int_equal(trace_filter_lowest(&filter), MN_LEVEL_INFO);
}

static void a_level_alone_is_for_all_targets(void **state)
{
    (void)state;
    struct trace_filter filter = parsed("Warn");

    assert_int_equal(trace_filter_level(&filter, "sim::main"), MN_LEVEL_WARN);
    assert_int_equal(trace_filter_lowest(&filter), MN_LEVEL_WARN);
}

static void a_target_covers_what_is_below_it_and_nothing_beside(void **state)
{
    (void)state;
    struct trace_filter filter = parsed("info,kernel::comms=trace");

    assert_int_equal(trace_filter_level(&filter, "kernel::comms"), MN_LEVEL_TRACE);
    assert_int_equal(trace_filter_level(&filter, "kernel::comms::bbq"), MN_LEVEL_TRACE);
    assert_int_equal(trace_filter_level(&filter, "kernel::comms2"), MN_LEVEL_INFO);
    assert_int_equal(trace_filter_level(&filter, "kernel"), MN_LEVEL_INFO);
    assert_int_equal(trace_filter_lowest(&filter), MN_LEVEL_TRACE);
}

static void the_longest_target_wins_in_any_order(void **state)
{
    (void)state;
    struct trace_filter filter = parsed("a::b=error,a=debug,a::b::c=off,warn");

    assert_int_equal(trace_filter_level(&filter, "a::x"), MN_LEVEL_DEBUG);
    assert_int_equal(trace_filter_level(&filter, "a::b"), MN_LEVEL_ERROR);
    assert_int_equal(trace_filter_level(&filter, "a::b::c::d"), MN_LEVEL_OFF);
    assert_int_equal(trace_filter_level(&filter, "b"), MN_LEVEL_WARN);
}

static void a_target_alone_shows_all_of_it(void **state)
{
    (void)state;
    struct trace_filter filter = parsed("off,devices");

    assert_int_equal(trace_filter_level(&filter, "devices::tcp_uart"), MN_LEVEL_TRACE);
    assert_int_equal(trace_filter_level(&filter, "kernel"), MN_LEVEL_OFF);
}

static void the_later_of_two_words_on_one_target_counts(void **state)
{
    (void)state;
    struct trace_filter filter = parsed("a=debug,info,a=error,debug");

    assert_int_equal(trace_filter_level(&filter, "a"), MN_LEVEL_ERROR);
    assert_int_equal(trace_filter_level(&filter, "b"), MN_LEVEL_DEBUG);
}

static void nonsense_is_quoted_with_what_would_be_right(void **state)
{
    (void)state;
    assert_refused("info,,debug", "\"\"");
    assert_refused("kernel=loud", "\"kernel=loud\"");
    assert_refused("=info", "\"=info\"");
    assert_refused("kernel=", "\"kernel=\"");
    assert_refused("a=b=info", "\"a=b=info\"");
    assert_refused("in fo", "\"in fo\"");
}

static void a_target_longer_than_any_is_refused(void **state)
{
    (void)state;
    char text[TRACE_FILTER_TARGET_BYTES + 8];
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = '\0';
    assert_refused(text, "aaaa");
}

static void more_directives_than_there_is_room_for_are_refused(void **state)
{
    (void)state;
    struct trace_filter filter;
    char error[256], text[8 * TRACE_FILTER_DIRECTIVES_MAX + 8] = "";
    for (unsigned i = 0; i < TRACE_FILTER_DIRECTIVES_MAX; i++) {
        char one[8] = {'a', (char)('a' + i % 26), (char)('a' + i / 26), ',', '\0'};
        strcat(text, one);
    }
    text[strlen(text) - 1] = '\0';

    assert_false(trace_filter_parse(&filter, text, error, sizeof error));
    assert_string_equal(error, "more than 31 directives");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_said_means_info),
        cmocka_unit_test(a_level_alone_is_for_all_targets),
        cmocka_unit_test(a_target_covers_what_is_below_it_and_nothing_beside),
        cmocka_unit_test(the_longest_target_wins_in_any_order),
        cmocka_unit_test(a_target_alone_shows_all_of_it),
        cmocka_unit_test(the_later_of_two_words_on_one_target_counts),
        cmocka_unit_test(nonsense_is_quoted_with_what_would_be_right),
        cmocka_unit_test(a_target_longer_than_any_is_refused),
        cmocka_unit_test(more_directives_than_there_is_room_for_are_refused),
    };
    return cmocka_run_group_tests_name("trace_filter", tests, NULL, NULL);
}
