/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mn/log.h"
#include "stream.h"
#include "trace_print.h"
#include "trace_value.h"

/* What is printed of a stream with that filter. */
static char *printed(struct stream *stream, const char *text, bool is_colored)
{
    static struct trace_session session;
    struct trace_print print;
    struct trace_filter filter;
    char error[256];
    FILE *out = stream_memory();
    assert_true(trace_print_filter(&filter, text, error, sizeof error));
    trace_session_init(&session);
    trace_print_init(&print, out, out, &filter, is_colored, false);
    trace_session_add(&session, &print.sink);
    stream_send(stream, &session);
    trace_session_finish(&session);
    return stream_text(out);
}

static void a_line_is_laid_out_like_the_log(void **state)
{
    (void)state;
    static struct stream stream;
    stream.at_us = 61000250;
    stream_meta(&stream, 1, "name", "kernel::x", MN_LEVEL_WARN);
    STREAM_EVENT(&stream, 1, MN_FIELD_STR("message", "careful"), MN_FIELD_I64("n", -4),
                 MN_FIELD_STR("s", "two words"));

    char *text = printed(&stream, "", false);

    assert_string_equal(text, "61.000250000s WARN  kernel::x: careful n=-4 s=\"two words\"\n");
    free(text);
}

static void spans_in_a_ring_do_not_trap_it(void **state)
{
    (void)state;
    static struct stream stream;
    stream_meta(&stream, 1, "m", "t", MN_LEVEL_INFO);
    stream_span(&stream, 5, 1, 0);
    stream_span(&stream, 6, 1, 5);
    stream_span(&stream, 5, 1, 6);
    stream_event(&stream, 1, 5, NULL, 0);

    char *text = printed(&stream, "", false);

    assert_non_null(strstr(text, "t: m: m: "));
    free(text);
}

static void statistics_need_their_name(void **state)
{
    (void)state;
    struct trace_filter filter;
    char error[256];

    assert_true(trace_print_filter(&filter, "trace,kernel=trace", error, sizeof error));
    assert_int_equal(trace_filter_level(&filter, "kernel::stats"), MN_LEVEL_OFF);
    assert_int_equal(trace_filter_level(&filter, "kernel::task"), MN_LEVEL_TRACE);
    assert_true(trace_print_filter(&filter, "kernel::stats=info", error, sizeof error));
    assert_int_equal(trace_filter_level(&filter, "kernel::stats"), MN_LEVEL_INFO);
    assert_false(trace_print_filter(&filter, "loud!", error, sizeof error));
}

static void a_summary_is_cut_between_fields(void **state)
{
    (void)state;
    struct mn_trace_field fields[3] = {
        mn_trace_field_of(&MN_FIELD_U64("a", 1)),
        mn_trace_field_of(&MN_FIELD_STR("b", "long long text")),
        mn_trace_field_of(&MN_FIELD_U64("c", 3)),
    };
    char text[64];

    trace_value_summary(text, sizeof text, &(struct mn_trace_fields){fields, 3});
    assert_string_equal(text, "{a=1 b=\"long long text\" c=3}");
    trace_value_summary(text, 16, &(struct mn_trace_fields){fields, 3});
    assert_string_equal(text, "{a=1...}");
    trace_value_summary(text, 6, &(struct mn_trace_fields){fields + 1, 1});
    assert_string_equal(text, "{...}");
    trace_value_summary(text, sizeof text, &(struct mn_trace_fields){fields, 0});
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_laid_out_like_the_log),
        cmocka_unit_test(spans_in_a_ring_do_not_trap_it),
        cmocka_unit_test(statistics_need_their_name),
        cmocka_unit_test(a_summary_is_cut_between_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
