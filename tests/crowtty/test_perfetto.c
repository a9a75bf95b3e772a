/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "perfetto.h"
#include "stream.h"

enum { POLL = 1, POLLED, END, REQUEST, TAKE, REPLY, WAKE, FULL, HEAP, LOG, SPAN };

#define CLIENT UINT64_C(3)
#define SERVER UINT64_C(4)

struct book {
    struct trace_session session;
    struct perfetto perfetto;
    struct stream stream;
    FILE *file;
    cJSON *events; /* what was written, once it is closed */
};

static void register_all(struct stream *stream)
{
    stream_meta(stream, POLL, "poll", "kernel::task", MN_LEVEL_TRACE);
    stream_meta(stream, POLLED, "polled", "kernel::task", MN_LEVEL_TRACE);
    stream_meta(stream, END, "end", "kernel::task", MN_LEVEL_DEBUG);
    stream_meta(stream, WAKE, "wake", "kernel::task", MN_LEVEL_TRACE);
    stream_meta(stream, REQUEST, "request", "kernel::message", MN_LEVEL_TRACE);
    stream_meta(stream, TAKE, "take", "kernel::message", MN_LEVEL_TRACE);
    stream_meta(stream, REPLY, "reply", "kernel::message", MN_LEVEL_TRACE);
    stream_meta(stream, FULL, "full", "kernel::queue", MN_LEVEL_DEBUG);
    stream_meta(stream, HEAP, "heap", "kernel::stats", MN_LEVEL_INFO);
    stream_meta(stream, LOG, "log", "app", MN_LEVEL_INFO);
    stream_meta(stream, SPAN, "stretch", "app", MN_LEVEL_INFO);
}

static int begin(void **state)
{
    struct book *book = calloc(1, sizeof *book);
    book->file = stream_memory();
    trace_session_init(&book->session);
    perfetto_init(&book->perfetto, book->file, "a \"target\"\n");
    trace_session_add(&book->session, &book->perfetto.sink);
    register_all(&book->stream);
    *state = book;
    return 0;
}

static int end(void **state)
{
    struct book *book = *state;
    cJSON_Delete(book->events);
    trace_session_finish(&book->session);
    free(book);
    return 0;
}

/* Sends what was collected, ends the file and reads it: it is JSON. */
static void close_book(struct book *book)
{
    stream_send(&book->stream, &book->session);
    assert_true(perfetto_finish(&book->perfetto));
    char *text = stream_text(book->file);
    const char *rest;
    book->events = cJSON_ParseWithOpts(text, &rest, 1);
    assert_non_null(book->events);
    assert_true(cJSON_IsArray(book->events));
    free(text);
}

static const char *text_of(const cJSON *event, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(event, key);
    return cJSON_IsString(item) ? item->valuestring : "";
}

static double number_of(const cJSON *event, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(event, key);
    return cJSON_IsNumber(item) ? item->valuedouble : -1;
}

/* The one number `index` with that phase, or NULL. */
static const cJSON *find(const struct book *book, const char *phase, int index)
{
    const cJSON *event;
    cJSON_ArrayForEach (event, book->events) {
        if (strcmp(text_of(event, "ph"), phase) == 0 && index-- == 0)
            return event;
    }
    return NULL;
}

/* The poll that a point of an arrow holds on to: around it, on its track. */
static const cJSON *slice_around(const struct book *book, const cJSON *point)
{
    const cJSON *event;
    double at = number_of(point, "ts");
    cJSON_ArrayForEach (event, book->events) {
        double from = number_of(event, "ts");
        if (strcmp(text_of(event, "ph"), "X") == 0 &&
            number_of(event, "tid") == number_of(point, "tid") &&
            number_of(event, "pid") == number_of(point, "pid") && from < at &&
            at < from + number_of(event, "dur"))
            return event;
    }
    return NULL;
}

static void poll(struct stream *stream, uint64_t task, const char *name)
{
    stream->at_ns += stream->at_ns ? 1000 : 0;
    STREAM_EVENT(stream, POLL, MN_FIELD_U64("task", task), MN_FIELD_STR("name", name));
}

static void polled(struct stream *stream, uint64_t task)
{
    stream->at_ns += stream->at_ns ? 1000 : 0;
    STREAM_EVENT(stream, POLLED, MN_FIELD_U64("task", task), MN_FIELD_U64("spent_ns", 900),
                 MN_FIELD_STR("state", "pending"));
}

static void converse(struct stream *stream, uint64_t flow)
{
    poll(stream, CLIENT, "client");
    STREAM_EVENT(stream, REQUEST, MN_FIELD_U64("flow", flow), MN_FIELD_STR("service", "echo"),
                 MN_FIELD_U64("client", CLIENT));
    polled(stream, CLIENT);
    poll(stream, SERVER, "server");
    STREAM_EVENT(stream, TAKE, MN_FIELD_U64("flow", flow), MN_FIELD_U64("server", SERVER));
    polled(stream, SERVER);
    poll(stream, SERVER, "server");
    STREAM_EVENT(stream, REPLY, MN_FIELD_U64("flow", flow), MN_FIELD_STR("outcome", "reply"));
    polled(stream, SERVER);
}

static void check_arrow(const struct book *book)
{
    const cJSON *from = find(book, "s", 0), *through = find(book, "t", 0),
                *to = find(book, "f", 0);

    assert_non_null(from);
    assert_string_equal(text_of(from, "id"), text_of(through, "id"));
    assert_string_equal(text_of(from, "id"), text_of(to, "id"));
    assert_int_equal(number_of(from, "tid"), CLIENT);
    assert_int_equal(number_of(through, "tid"), SERVER);
    assert_int_equal(number_of(to, "tid"), SERVER);
    assert_string_equal(text_of(slice_around(book, from), "name"), "poll");
    assert_string_equal(text_of(slice_around(book, through), "name"), "poll");
    assert_string_equal(text_of(slice_around(book, to), "name"), "poll");
    assert_ptr_not_equal(slice_around(book, through), slice_around(book, to));
}

static void a_request_is_an_arrow_from_poll_to_poll(void **state)
{
    struct book *book = *state;
    book->stream.at_ns = 1000000000000000; /* a host that has been up for days */

    converse(&book->stream, 7);
    close_book(book);

    check_arrow(book);
    assert_true(number_of(find(book, "X", 0), "dur") == 1.0);
}

static void without_a_stopwatch_order_stands_in_for_time(void **state)
{
    struct book *book = *state;

    converse(&book->stream, 7); /* all within one microsecond of machine time */
    close_book(book);

    check_arrow(book);
}

static void arrows_with_no_poll_around_them_get_a_slice(void **state)
{
    struct book *book = *state;

    STREAM_EVENT(&book->stream, REQUEST, MN_FIELD_U64("flow", 1), MN_FIELD_U64("client", 0));
    STREAM_EVENT(&book->stream, TAKE, MN_FIELD_U64("flow", 1), MN_FIELD_U64("server", SERVER));
    STREAM_EVENT(&book->stream, REPLY, MN_FIELD_U64("flow", 1));
    close_book(book);

    assert_non_null(slice_around(book, find(book, "s", 0)));
    assert_non_null(slice_around(book, find(book, "t", 0)));
    assert_non_null(slice_around(book, find(book, "f", 0)));
}

static void half_an_arrow_is_none(void **state)
{
    struct book *book = *state;

    STREAM_EVENT(&book->stream, TAKE, MN_FIELD_U64("flow", 1), MN_FIELD_U64("server", SERVER));
    STREAM_EVENT(&book->stream, REPLY, MN_FIELD_U64("flow", 1)); /* asked before we came */
    STREAM_EVENT(&book->stream, REQUEST, MN_FIELD_U64("flow", 2),
                 MN_FIELD_U64("client", CLIENT)); /* and without a reply as we leave */
    STREAM_EVENT(&book->stream, TAKE, MN_FIELD_U64("flow", 2), MN_FIELD_U64("server", SERVER));
    STREAM_EVENT(&book->stream, REPLY, MN_FIELD_STR("outcome", "reply")); /* to nobody knows what */
    close_book(book);

    assert_null(find(book, "s", 0));
    assert_null(find(book, "t", 0));
    assert_null(find(book, "f", 0));
    assert_non_null(find(book, "i", 4)); /* what is known is there all the same */
}

static void tasks_are_tracks_with_names(void **state)
{
    struct book *book = *state;

    poll(&book->stream, CLIENT, "a \"name\"");
    polled(&book->stream, CLIENT);
    poll(&book->stream, CLIENT, "a \"name\"");
    polled(&book->stream, CLIENT);
    close_book(book);

    const cJSON *name = find(book, "M", 2);
    assert_string_equal(text_of(name, "name"), "thread_name");
    assert_string_equal(text_of(cJSON_GetObjectItem(name, "args"), "name"), "a \"name\" 3");
    assert_int_equal(number_of(name, "tid"), CLIENT);
    assert_null(find(book, "M", 3));
    assert_non_null(find(book, "X", 1));
}

static void log_events_are_instants_in_the_poll_they_came_from(void **state)
{
    struct book *book = *state;
    book->stream.at_ns = 5000;
    poll(&book->stream, CLIENT, "client");
    book->stream.at_ns = 0; /* log events have machine time alone */
    STREAM_EVENT(&book->stream, LOG, MN_FIELD_STR("message", "hi\x01\xc2\xa0there"),
                 MN_FIELD_U64("big", UINT64_MAX), MN_FIELD_I64("low", INT64_MIN));
    book->stream.at_ns = 8000;
    polled(&book->stream, CLIENT);
    close_book(book);

    const cJSON *instant = find(book, "i", 0), *args = cJSON_GetObjectItem(instant, "args");
    assert_string_equal(text_of(instant, "name"), "hi\x01\xc2\xa0there");
    assert_string_equal(text_of(instant, "cat"), "app");
    assert_int_equal(number_of(instant, "tid"), CLIENT);
    assert_string_equal(text_of(slice_around(book, instant), "name"), "poll");
    assert_string_equal(text_of(args, "big"), "18446744073709551615"); /* exact, so as text */
    assert_string_equal(text_of(args, "low"), "-9223372036854775808");
}

static void spans_within_a_poll_are_slices_and_nest(void **state)
{
    struct book *book = *state;
    stream_span(&book->stream, 50, SPAN, 0);
    poll(&book->stream, CLIENT, "client");
    stream_step(&book->stream, MN_TRACE_ENTER, 50);
    STREAM_EVENT(&book->stream, LOG, MN_FIELD_STR("message", "inside"));
    stream_step(&book->stream, MN_TRACE_EXIT, 50);
    stream_step(&book->stream, MN_TRACE_ENTER, 50); /* across polls: no slice could nest */
    polled(&book->stream, CLIENT);
    poll(&book->stream, CLIENT, "client");
    stream_step(&book->stream, MN_TRACE_EXIT, 50);
    polled(&book->stream, CLIENT);
    close_book(book);

    const cJSON *slice = find(book, "X", 0);
    assert_string_equal(text_of(slice, "name"), "stretch");
    assert_string_equal(text_of(slice_around(book, slice), "name"), "poll");
    assert_non_null(find(book, "X", 2));
    assert_null(find(book, "X", 3));
}

static void wakes_queues_and_the_heap_are_shown(void **state)
{
    struct book *book = *state;
    STREAM_EVENT(&book->stream, WAKE, MN_FIELD_U64("task", CLIENT), MN_FIELD_STR("why", "timer"));
    STREAM_EVENT(&book->stream, FULL, MN_FIELD_U64("task", SERVER), MN_FIELD_STR("queue", "q"));
    STREAM_EVENT(&book->stream, HEAP, MN_FIELD_U64("live_bytes", 4096));
    close_book(book);

    assert_int_equal(number_of(find(book, "i", 0), "tid"), CLIENT);
    assert_int_equal(number_of(find(book, "i", 1), "tid"), SERVER);
    assert_int_equal(number_of(cJSON_GetObjectItem(find(book, "C", 0), "args"), "live_bytes"),
                     4096);
}

static void times_never_go_back(void **state)
{
    struct book *book = *state;
    const cJSON *event;
    double last = -1;
    book->stream.at_ns = 9000;
    for (unsigned i = 0; i < 100; i++) {
        STREAM_EVENT(&book->stream, LOG, MN_FIELD_STR("message", "x"));
        book->stream.at_ns = i % 7 == 3 ? 0 : i % 5 ? book->stream.at_ns + 10 : 100;
        book->stream.at_us += i % 3;
    }
    close_book(book);

    cJSON_ArrayForEach (event, book->events) {
        if (strcmp(text_of(event, "ph"), "i") != 0)
            continue;
        assert_true(number_of(event, "ts") > last);
        last = number_of(event, "ts");
    }
}

static void a_target_that_was_restarted_is_another_process(void **state)
{
    struct book *book = *state;
    converse(&book->stream, 7);
    stream_send(&book->stream, &book->session);

    trace_session_restart(&book->session);
    register_all(&book->stream);
    converse(&book->stream, 7);
    close_book(book);

    assert_int_equal(number_of(find(book, "s", 0), "pid"), 1);
    assert_int_equal(number_of(find(book, "s", 1), "pid"), 2);
    assert_string_not_equal(text_of(find(book, "s", 0), "id"), text_of(find(book, "s", 1), "id"));
}

static void tasks_that_end_leave_nothing(void **state)
{
    struct book *book = *state;
    for (uint64_t task = 1; task <= 3 * PERFETTO_TASKS_MAX; task++) {
        poll(&book->stream, task, "brief");
        if (task % 2)
            STREAM_EVENT(&book->stream, END, MN_FIELD_U64("task", task));
        polled(&book->stream, task);
        if (task % 2 == 0)
            STREAM_EVENT(&book->stream, END, MN_FIELD_U64("task", task));
        stream_send(&book->stream, &book->session);
    }

    assert_int_equal(book->perfetto.tasks.count, 0);
    close_book(book);
}

static void a_file_that_is_cut_short_lacks_only_its_end(void **state)
{
    struct book *book = *state;
    converse(&book->stream, 7);
    stream_send(&book->stream, &book->session);
    perfetto_finish(&book->perfetto);
    char *text = stream_text(book->file);
    size_t length = strlen(text);

    assert_string_equal(text + length - 4, "}\n]\n");
    for (char *line = strchr(text, '\n') + 1; *line != ']'; line = strchr(line, '\n') + 1) {
        cJSON *event = cJSON_Parse(line); /* each line is whole, but for its comma */
        assert_non_null(event);
        cJSON_Delete(event);
    }
    free(text);
}

static void a_full_disk_is_noticed(void **state)
{
    (void)state;
    struct perfetto perfetto;
    FILE *file = fopen("/dev/full", "w");
    assert_non_null(file);

    perfetto_init(&perfetto, file, "target");
    assert_false(perfetto_finish(&perfetto));
    fclose(file);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_request_is_an_arrow_from_poll_to_poll),
        CASE(without_a_stopwatch_order_stands_in_for_time),
        CASE(arrows_with_no_poll_around_them_get_a_slice),
        CASE(half_an_arrow_is_none),
        CASE(tasks_are_tracks_with_names),
        CASE(log_events_are_instants_in_the_poll_they_came_from),
        CASE(spans_within_a_poll_are_slices_and_nest),
        CASE(wakes_queues_and_the_heap_are_shown),
        CASE(times_never_go_back),
        CASE(a_target_that_was_restarted_is_another_process),
        CASE(tasks_that_end_leave_nothing),
        CASE(a_file_that_is_cut_short_lacks_only_its_end),
        cmocka_unit_test(a_full_disk_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
