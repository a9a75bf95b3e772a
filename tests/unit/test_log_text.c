/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "log_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MN_LOG_TARGET "kernel::test"

struct page { /* a log, and what it has written */
    struct mn_log kernel_log;
    uint64_t now_us;
    struct log_text log;
    char *text;
    size_t bytes;
    FILE *out;
};

static void open_page(struct page *page, const char *filter_text, bool is_colored)
{
    struct trace_filter filter;
    char error[256];
    assert_true(trace_filter_parse(&filter, filter_text, error, sizeof error));
    *page = (struct page){.now_us = 1500};
    page->out = open_memstream(&page->text, &page->bytes);
    assert_non_null(page->out);
    log_text_init(&page->log, page->out, is_colored, &filter);
    mn_log_init(&page->kernel_log, &page->now_us);
    mn_log_add_sink(&page->kernel_log, &page->log.sink);
}

static void close_page(struct page *page)
{
    fclose(page->out);
    free(page->text);
}

static void a_record_is_one_line(void **state)
{
    (void)state;
    struct page page;
    open_page(&page, "info", false);

    MN_INFO(&page.kernel_log, "listening", MN_FIELD_STR("address", "127.0.0.1:9999"),
            MN_FIELD_U64("count", UINT64_MAX), MN_FIELD_I64("code", -3),
            MN_FIELD_BOOL("ready", true), MN_FIELD_F64("ratio", 0.25));

    assert_string_equal(page.text, "0.001500000s INFO  kernel::test: listening "
                                   "address=127.0.0.1:9999 count=18446744073709551615 code=-3 "
                                   "ready=true ratio=0.25\n");
    close_page(&page);
}

static void text_that_could_be_misread_is_quoted(void **state)
{
    (void)state;
    struct page page;
    open_page(&page, "info", false);

    MN_INFO(&page.kernel_log, "said", MN_FIELD_STR("what", "a \"b\"\n\033[31m"),
            MN_FIELD_STR("empty", ""), MN_FIELD_STR("sum", "1=1"), MN_FIELD_DEBUG("raw", "a b"));

    assert_string_equal(page.text, "0.001500000s INFO  kernel::test: said "
                                   "what=\"a \\\"b\\\"\\n\\u001b[31m\" empty=\"\" sum=\"1=1\" "
                                   "raw=a b\n");
    close_page(&page);
}

static void no_control_character_reaches_the_terminal(void **state)
{
    (void)state;
    struct page page;
    open_page(&page, "info", false);

    MN_INFO(&page.kernel_log, "said", MN_FIELD_STR("delete", "\177"),
            MN_FIELD_STR("csi", "\302\23331m"), MN_FIELD_STR("name", "K\303\274che"));

    assert_string_equal(page.text, "0.001500000s INFO  kernel::test: said delete=\"\\u007f\" "
                                   "csi=\"\\u009b31m\" name=\"K\303\274che\"\n");
    close_page(&page);
}

static void the_filter_decides_by_level_and_target(void **state)
{
    (void)state;
    struct page page;
    open_page(&page, "warn,kernel=debug,kernel::test::deep=off", false);

    MN_TRACE(&page.kernel_log, "trace");
    MN_DEBUG(&page.kernel_log, "debug");
    log_text_write(&page.log, MN_LEVEL_INFO, "sim::main", "info", NULL, 0);
    log_text_write(&page.log, MN_LEVEL_WARN, "sim::main", "warn", NULL, 0);
    log_text_write(&page.log, MN_LEVEL_ERROR, "kernel::test::deep", "error", NULL, 0);

    assert_string_equal(page.text, "0.001500000s DEBUG kernel::test: debug\n"
                                   "0.000000000s WARN  sim::main: warn\n");
    close_page(&page);
}

static void spans_stand_before_the_message(void **state)
{
    (void)state;
    struct page page;
    struct mn_span outer, inner;
    open_page(&page, "info", false);

    MN_SPAN_OPEN(&page.kernel_log, &outer, MN_LEVEL_INFO, "boot");
    MN_SPAN_OPEN(&page.kernel_log, &inner, MN_LEVEL_INFO, "uart");
    mn_span_enter(&page.kernel_log, &outer);
    mn_span_enter(&page.kernel_log, &inner);
    MN_INFO(&page.kernel_log, "ready");
    mn_span_exit(&page.kernel_log, &inner);
    mn_span_exit(&page.kernel_log, &outer);
    mn_span_close(&page.kernel_log, &inner);
    mn_span_close(&page.kernel_log, &outer);

    assert_string_equal(page.text, "0.001500000s INFO  kernel::test: boot: uart: ready\n");
    close_page(&page);
}

static void devices_write_into_the_same_log(void **state)
{
    (void)state;
    struct page page;
    open_page(&page, "info", false);
    const struct device_fact facts[] = {{"uart", "console"}, {"why", "hung up"}};

    log_text_device(&page.log, DEVICE_WARN, "devices::tcp_uart", "peer gone", facts, 2);

    assert_string_equal(page.text, "0.000000000s WARN  devices::tcp_uart: peer gone "
                                   "uart=console why=\"hung up\"\n");
    close_page(&page);
}

static void color_is_only_around_what_it_colors(void **state)
{
    (void)state;
    struct page page;
    open_page(&page, "info", true);

    MN_ERROR(&page.kernel_log, "broken");

    assert_string_equal(page.text, "\033[2m0.001500000s\033[0m \033[31mERROR\033[0m "
                                   "\033[2mkernel::test:\033[0m broken\n");
    close_page(&page);
}

static void a_filter_that_is_off_shows_nothing(void **state)
{
    (void)state;
    struct page page;
    open_page(&page, "off", false);

    MN_ERROR(&page.kernel_log, "broken");
    fflush(page.out);

    assert_int_equal(page.bytes, 0);
    close_page(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_one_line),
        cmocka_unit_test(text_that_could_be_misread_is_quoted),
        cmocka_unit_test(no_control_character_reaches_the_terminal),
        cmocka_unit_test(the_filter_decides_by_level_and_target),
        cmocka_unit_test(spans_stand_before_the_message),
        cmocka_unit_test(devices_write_into_the_same_log),
        cmocka_unit_test(color_is_only_around_what_it_colors),
        cmocka_unit_test(a_filter_that_is_off_shows_nothing),
    };
    return cmocka_run_group_tests_name("log_text", tests, NULL, NULL);
}
