/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/log.h"

#include <stdio.h>
#include <string.h>

#include "panic.h"

#define MN_LOG_TARGET "tests::log"

/* A sink that writes each call as one line: "INFO text a=1", "open work#1<0", "enter #1". */
struct paper {
    struct mn_log_sink sink;
    char text[2048];
    size_t length;
    uint64_t latest_us;
};

static void put(struct paper *paper, const char *format, ...) MN_PRINTF(2, 3);
static void put(struct paper *paper, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int count = vsnprintf(paper->text + paper->length, sizeof paper->text - paper->length, format,
                          args);
    va_end(args);
    assert_true(count >= 0 && paper->length + (size_t)count < sizeof paper->text);
    paper->length += (size_t)count;
}

static void put_field(struct paper *paper, const struct mn_field *field)
{
    put(paper, " %s=", field->name);
    switch (field->kind) {
    case MN_VALUE_DEBUG:
        put(paper, "%s", field->value.str);
        break;
    case MN_VALUE_STR:
        put(paper, "'%s'", field->value.str);
        break;
    case MN_VALUE_F64:
        put(paper, "%.3f", field->value.f64);
        break;
    case MN_VALUE_I64:
        put(paper, "%lld", (long long)field->value.i64);
        break;
    case MN_VALUE_U64:
        put(paper, "%llu", (unsigned long long)field->value.u64);
        break;
    case MN_VALUE_BOOL:
        put(paper, "%s", field->value.boolean ? "yes" : "no");
        break;
    }
}

static void put_fields(struct paper *paper, const struct mn_log_record *record)
{
    for (uint32_t i = 0; i < record->field_count; i++)
        put_field(paper, &record->fields[i]);
    put(paper, "\n");
}

static struct paper *paper_of(struct mn_log_sink *sink)
{
    return MN_CONTAINER(sink, struct paper, sink);
}

static void on_event(struct mn_log_sink *sink, const struct mn_log_record *record)
{
    struct paper *paper = paper_of(sink);
    assert_false(record->site->is_span);
    assert_string_equal(record->site->target, MN_LOG_TARGET);
    put(paper, "%s %s", mn_level_name(record->site->level), record->site->text);
    if (record->span)
        put(paper, " in #%u", (unsigned)record->span->id);
    put_fields(paper, record);
    paper->latest_us = record->time_us;
}

static void on_open(struct mn_log_sink *sink, const struct mn_log_record *record)
{
    struct paper *paper = paper_of(sink);
    assert_true(record->site->is_span);
    put(paper, "open %s#%u<%u", record->site->text, (unsigned)record->span->id,
        (unsigned)record->span->parent_id);
    put_fields(paper, record);
}

static void on_enter(struct mn_log_sink *sink, const struct mn_span *span)
{
    put(paper_of(sink), "enter #%u\n", (unsigned)span->id);
}

static void on_exit_(struct mn_log_sink *sink, const struct mn_span *span)
{
    put(paper_of(sink), "exit #%u\n", (unsigned)span->id);
}

static void on_close(struct mn_log_sink *sink, const struct mn_span *span)
{
    put(paper_of(sink), "close #%u\n", (unsigned)span->id);
}

/* A log on its own, with one sink that wants everything; more may be added. */
struct desk {
    struct mn_log log;
    uint64_t now_us;
    struct paper paper;
};

static void make_paper(struct paper *paper, enum mn_level level)
{
    *paper = (struct paper){
        .sink = {
            .level = level,
            .event = on_event,
            .span_open = on_open,
            .span_enter = on_enter,
            .span_exit = on_exit_,
            .span_close = on_close,
        },
    };
}

static int desk_setup(void **state)
{
    static struct desk desk;
    desk = (struct desk){.now_us = 0};
    mn_log_init(&desk.log, &desk.now_us);
    make_paper(&desk.paper, MN_LEVEL_TRACE);
    mn_log_add_sink(&desk.log, &desk.paper.sink);
    *state = &desk;
    return 0;
}

static uint64_t count_up(uint32_t *counter)
{
    return ++*counter;
}

static void a_log_without_sinks_wants_nothing(void **state)
{
    (void)state;
    struct mn_log log;
    uint64_t now_us = 0;
    uint32_t evaluated = 0;
    mn_log_init(&log, &now_us);

    MN_ERROR(&log, "unheard", MN_FIELD_U64("n", count_up(&evaluated)));

    assert_false(mn_log_wants(&log, MN_LEVEL_ERROR));
    assert_int_equal(evaluated, 0);
}

static void every_level_has_its_word(void **state)
{
    struct desk *desk = *state;

    MN_TRACE(&desk->log, "a");
    MN_DEBUG(&desk->log, "b");
    MN_INFO(&desk->log, "c");
    MN_WARN(&desk->log, "d");
    MN_ERROR(&desk->log, "e");

    assert_string_equal(desk->paper.text, "TRACE a\nDEBUG b\nINFO c\nWARN d\nERROR e\n");
    assert_panics("(uint32_t)level < MN_COUNT_OF(names)", mn_level_name((enum mn_level)5));
}

static void a_site_below_the_level_evaluates_nothing(void **state)
{
    struct desk *desk = *state;
    uint32_t evaluated = 0;
    struct mn_span span;
    mn_log_set_level(&desk->log, &desk->paper.sink, MN_LEVEL_WARN);

    MN_INFO(&desk->log, "quiet", MN_FIELD_U64("n", count_up(&evaluated)));
    MN_SPAN_OPEN(&desk->log, &span, MN_LEVEL_INFO, "quiet",
                 MN_FIELD_U64("n", count_up(&evaluated)));
    assert_int_equal(evaluated, 0);
    MN_WARN(&desk->log, "loud", MN_FIELD_U64("n", count_up(&evaluated)));

    assert_int_equal(evaluated, 1); /* and once only, however often the macro names it */
    assert_string_equal(desk->paper.text, "WARN loud n=1\n");
}

static void fields_of_all_kinds_arrive_in_order(void **state)
{
    struct desk *desk = *state;

    MN_INFO(&desk->log, "all", MN_FIELD_DEBUG("d", "x:y"), MN_FIELD_STR("s", "tea"),
            MN_FIELD_F64("f", -0.5), MN_FIELD_I64("i", INT64_MIN), MN_FIELD_U64("u", UINT64_MAX),
            MN_FIELD_BOOL("t", true), MN_FIELD_BOOL("f", false));

    assert_string_equal(desk->paper.text, "INFO all d=x:y s='tea' f=-0.500 "
                                          "i=-9223372036854775808 u=18446744073709551615 "
                                          "t=yes f=no\n");
}

static void a_record_carries_the_time_and_the_place(void **state)
{
    struct desk *desk = *state;
    desk->now_us = 1234567;

    MN_INFO(&desk->log, "when");

    assert_int_equal(desk->paper.latest_us, 1234567);
}

static void each_sink_hears_what_it_wants_in_the_order_of_adding(void **state)
{
    struct desk *desk = *state;
    struct paper second, third;
    make_paper(&second, MN_LEVEL_WARN);
    make_paper(&third, MN_LEVEL_INFO);
    mn_log_set_level(&desk->log, &desk->paper.sink, MN_LEVEL_ERROR);
    mn_log_add_sink(&desk->log, &second.sink);
    mn_log_add_sink(&desk->log, &third.sink);
    assert_int_equal(desk->log.level, MN_LEVEL_INFO);

    MN_DEBUG(&desk->log, "1");
    MN_INFO(&desk->log, "2");
    MN_WARN(&desk->log, "3");
    MN_ERROR(&desk->log, "4");

    assert_string_equal(desk->paper.text, "ERROR 4\n");
    assert_string_equal(second.text, "WARN 3\nERROR 4\n");
    assert_string_equal(third.text, "INFO 2\nWARN 3\nERROR 4\n");
}

static void removing_a_sink_raises_the_level_to_what_the_others_want(void **state)
{
    struct desk *desk = *state;
    struct paper second;
    make_paper(&second, MN_LEVEL_WARN);
    mn_log_add_sink(&desk->log, &second.sink);
    assert_int_equal(desk->log.level, MN_LEVEL_TRACE);

    mn_log_remove_sink(&desk->log, &desk->paper.sink);
    mn_log_remove_sink(&desk->log, &desk->paper.sink); /* harmless */
    assert_int_equal(desk->log.level, MN_LEVEL_WARN);
    MN_ERROR(&desk->log, "x");
    mn_log_remove_sink(&desk->log, &second.sink);
    MN_ERROR(&desk->log, "y");

    assert_int_equal(desk->log.level, MN_LEVEL_OFF);
    assert_string_equal(desk->paper.text, "");
    assert_string_equal(second.text, "ERROR x\n");
}

static void a_sink_without_span_calls_hears_events_only(void **state)
{
    struct desk *desk = *state;
    struct mn_span span;
    desk->paper.sink.span_open = NULL;
    desk->paper.sink.span_enter = NULL;
    desk->paper.sink.span_exit = NULL;
    desk->paper.sink.span_close = NULL;

    MN_SPAN_OPEN(&desk->log, &span, MN_LEVEL_INFO, "work");
    mn_span_enter(&desk->log, &span);
    MN_INFO(&desk->log, "x");
    mn_span_exit(&desk->log, &span);
    mn_span_close(&desk->log, &span);

    assert_string_equal(desk->paper.text, "INFO x in #1\n");
}

static void a_sink_without_an_event_call_is_refused(void **state)
{
    struct desk *desk = *state;
    struct mn_log_sink deaf = {.level = MN_LEVEL_INFO};

    assert_panics("sink->event", mn_log_add_sink(&desk->log, &deaf));
}

static void spans_nest_and_know_their_parents(void **state)
{
    struct desk *desk = *state;
    struct mn_span outer, inner;

    MN_SPAN_OPEN(&desk->log, &outer, MN_LEVEL_INFO, "outer", MN_FIELD_U64("n", 7));
    MN_INFO(&desk->log, "before");
    mn_span_enter(&desk->log, &outer);
    MN_SPAN_OPEN(&desk->log, &inner, MN_LEVEL_DEBUG, "inner");
    mn_span_enter(&desk->log, &inner);
    MN_INFO(&desk->log, "within");
    mn_span_exit(&desk->log, &inner);
    MN_INFO(&desk->log, "between");
    mn_span_exit(&desk->log, &outer);
    mn_span_close(&desk->log, &inner);
    mn_span_close(&desk->log, &outer);
    MN_INFO(&desk->log, "after");

    assert_string_equal(desk->paper.text,
                        "open outer#1<0 n=7\nINFO before\nenter #1\nopen inner#2<1\nenter #2\n"
                        "INFO within in #2\nexit #2\nINFO between in #1\nexit #1\nclose #2\n"
                        "close #1\nINFO after\n");
    assert_null(desk->log.innermost);
}

static void a_span_can_be_entered_again_and_again(void **state)
{
    struct desk *desk = *state;
    struct mn_span span;
    MN_SPAN_OPEN(&desk->log, &span, MN_LEVEL_INFO, "work");

    for (int i = 0; i < 2; i++) {
        mn_span_enter(&desk->log, &span);
        mn_span_exit(&desk->log, &span);
    }
    mn_span_close(&desk->log, &span);
    mn_span_close(&desk->log, &span); /* it is gone: a no-op, like all the rest */
    mn_span_enter(&desk->log, &span);
    mn_span_exit(&desk->log, &span);

    assert_string_equal(desk->paper.text,
                        "open work#1<0\nenter #1\nexit #1\nenter #1\nexit #1\nclose #1\n");
}

static void a_span_that_was_filtered_out_is_as_if_it_were_not_there(void **state)
{
    struct desk *desk = *state;
    struct mn_span outer, hidden, inner;
    memset(&hidden, 0xa5, sizeof hidden);
    mn_log_set_level(&desk->log, &desk->paper.sink, MN_LEVEL_INFO);

    MN_SPAN_OPEN(&desk->log, &outer, MN_LEVEL_INFO, "outer");
    mn_span_enter(&desk->log, &outer);
    MN_SPAN_OPEN(&desk->log, &hidden, MN_LEVEL_DEBUG, "hidden");
    mn_log_set_level(&desk->log, &desk->paper.sink, MN_LEVEL_TRACE); /* too late for it */
    mn_span_enter(&desk->log, &hidden);
    MN_SPAN_OPEN(&desk->log, &inner, MN_LEVEL_INFO, "inner");
    mn_span_exit(&desk->log, &hidden);
    mn_span_close(&desk->log, &hidden);
    mn_span_exit(&desk->log, &outer);

    assert_string_equal(desk->paper.text,
                        "open outer#1<0\nenter #1\nopen inner#2<1\nexit #1\n");
}

static void a_span_misused_panics(void **state)
{
    struct desk *desk = *state;
    struct mn_span outer, inner;
    MN_SPAN_OPEN(&desk->log, &outer, MN_LEVEL_INFO, "outer");
    MN_SPAN_OPEN(&desk->log, &inner, MN_LEVEL_INFO, "inner");

    assert_panics("log->innermost == span", mn_span_exit(&desk->log, &outer));
    mn_span_enter(&desk->log, &outer);
    assert_panics("!span->entered", mn_span_enter(&desk->log, &outer));
    assert_panics("!span->entered", mn_span_close(&desk->log, &outer));
    mn_span_enter(&desk->log, &inner);
    assert_panics("log->innermost == span", mn_span_exit(&desk->log, &outer));

    mn_span_exit(&desk->log, &inner);
    mn_span_exit(&desk->log, &outer);
    assert_null(desk->log.innermost);
}

static void two_logs_do_not_disturb_each_other(void **state)
{
    struct desk *desk = *state;
    struct mn_log other;
    struct mn_span span;
    uint64_t now_us = 9;
    struct paper paper;
    mn_log_init(&other, &now_us);
    make_paper(&paper, MN_LEVEL_INFO);
    mn_log_add_sink(&other, &paper.sink);

    MN_SPAN_OPEN(&desk->log, &span, MN_LEVEL_INFO, "here");
    mn_span_enter(&desk->log, &span);
    MN_INFO(&other, "there");
    mn_span_exit(&desk->log, &span);

    assert_string_equal(paper.text, "INFO there\n");
    assert_int_equal(paper.latest_us, 9);
}

#define TEST_AT_DESK(f) cmocka_unit_test_setup(f, desk_setup)

static void a_sink_added_twice_panics(void **state)
{
    struct desk *desk = *state;

    assert_panics("node != &sink->link", mn_log_add_sink(&desk->log, &desk->paper.sink));
    MN_INFO(&desk->log, "x");

    assert_string_equal(desk->paper.text, "INFO x\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_without_sinks_wants_nothing),
        TEST_AT_DESK(every_level_has_its_word),
        TEST_AT_DESK(a_site_below_the_level_evaluates_nothing),
        TEST_AT_DESK(fields_of_all_kinds_arrive_in_order),
        TEST_AT_DESK(a_record_carries_the_time_and_the_place),
        TEST_AT_DESK(each_sink_hears_what_it_wants_in_the_order_of_adding),
        TEST_AT_DESK(removing_a_sink_raises_the_level_to_what_the_others_want),
        TEST_AT_DESK(a_sink_without_span_calls_hears_events_only),
        TEST_AT_DESK(a_sink_without_an_event_call_is_refused),
        TEST_AT_DESK(spans_nest_and_know_their_parents),
        TEST_AT_DESK(a_span_can_be_entered_again_and_again),
        TEST_AT_DESK(a_span_that_was_filtered_out_is_as_if_it_were_not_there),
        TEST_AT_DESK(a_span_misused_panics),
        TEST_AT_DESK(two_logs_do_not_disturb_each_other),
        TEST_AT_DESK(a_sink_added_twice_panics),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
