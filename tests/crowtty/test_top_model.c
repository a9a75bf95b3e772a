/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stream.h"
#include "top_view.h"

enum { TASK = 1, SERVICE, QUEUE, HEAP, CLOCK };

struct desk {
    struct trace_session session;
    struct top_model model;
    struct stream stream;
    unsigned rounds;
};

static void round_came(void *context)
{
    ((struct desk *)context)->rounds++;
}

static int begin(void **state)
{
    static const char *const names[] = {"task", "service", "queue", "heap", "clock"};
    struct desk *desk = calloc(1, sizeof *desk);
    trace_session_init(&desk->session);
    top_model_init(&desk->model, TOP_BY_SHARE);
    desk->model.on_round = round_came;
    desk->model.context = desk;
    trace_session_add(&desk->session, &desk->model.sink);
    for (uint64_t i = 0; i < 5; i++)
        stream_meta(&desk->stream, TASK + i, names[i], "kernel::stats", MN_LEVEL_INFO);
    *state = desk;
    return 0;
}

static int end(void **state)
{
    struct desk *desk = *state;
    trace_session_finish(&desk->session);
    free(desk);
    return 0;
}

static void task(struct desk *desk, uint64_t id, const char *name, uint64_t polls,
                 uint64_t spent_ns)
{
    STREAM_EVENT(&desk->stream, TASK, MN_FIELD_U64("task", id), MN_FIELD_STR("name", name),
                 MN_FIELD_U64("polls", polls), MN_FIELD_U64("spent_ns", spent_ns),
                 MN_FIELD_STR("waits_in", "sleep:3"), MN_FIELD_U64("waits_for", id - 1),
                 MN_FIELD_U64("waited_us", 100 * id));
}

/* The round is complete. */
static void clock_row(struct desk *desk, uint64_t at_us)
{
    desk->stream.at_us = at_us;
    STREAM_EVENT(&desk->stream, CLOCK, MN_FIELD_U64("ticks", at_us / 100));
    stream_send(&desk->stream, &desk->session);
}

static uint64_t id_at(const struct desk *desk, uint32_t row)
{
    assert_true(row < desk->model.task_count);
    return desk->model.tasks[row].id;
}

static void shares_are_of_the_time_between_rounds(void **state)
{
    struct desk *desk = *state;
    task(desk, 1, "one", 10, 5000000);
    task(desk, 2, "two", 10, 900000000);
    clock_row(desk, 1000000);
    task(desk, 1, "one", 30, 255000000);
    task(desk, 2, "two", 10, 900000000);
    clock_row(desk, 2000000);

    assert_int_equal(desk->rounds, 2);
    assert_int_equal(id_at(desk, 0), 1);
    assert_int_equal(top_share_permille(&desk->model, &desk->model.tasks[0]), 250);
    assert_int_equal(top_share_permille(&desk->model, &desk->model.tasks[1]), 0);
    assert_int_equal(top_rate(&desk->model, desk->model.tasks[0].polls_now), 20);
}

static void the_first_round_has_no_shares(void **state)
{
    struct desk *desk = *state;
    task(desk, 1, "one", 10, 5000000);
    clock_row(desk, 1000000);

    assert_int_equal(top_share_permille(&desk->model, &desk->model.tasks[0]), 0);
    assert_int_equal(top_rate(&desk->model, 100), 0);
}

static void a_task_spawned_between_rounds_has_its_share(void **state)
{
    struct desk *desk = *state;
    clock_row(desk, 1000000);
    task(desk, 9, "new", 5, 100000000);
    clock_row(desk, 2000000);

    assert_int_equal(top_share_permille(&desk->model, &desk->model.tasks[0]), 100);
}

static void what_is_not_named_any_more_is_gone(void **state)
{
    struct desk *desk = *state;
    task(desk, 1, "one", 1, 1);
    task(desk, 2, "two", 1, 1);
    STREAM_EVENT(&desk->stream, SERVICE, MN_FIELD_STR("service", "echo"));
    STREAM_EVENT(&desk->stream, QUEUE, MN_FIELD_STR("queue", "mux port 1"));
    clock_row(desk, 1000000);
    assert_int_equal(desk->model.task_count + desk->model.service_count + desk->model.queue_count,
                     4);

    task(desk, 2, "two", 1, 1);
    clock_row(desk, 2000000);
    assert_int_equal(desk->model.task_count, 1);
    assert_int_equal(desk->model.service_count + desk->model.queue_count, 0);
    assert_string_equal(top_task_name(&desk->model, 2), "two");
    assert_string_equal(top_task_name(&desk->model, 1), "");
}

static void without_a_stopwatch_polls_decide(void **state)
{
    struct desk *desk = *state;
    clock_row(desk, 1000000);
    task(desk, 1, "one", 5, 0);
    task(desk, 2, "two", 7, 0);
    clock_row(desk, 2000000);

    assert_int_equal(id_at(desk, 0), 2);
    assert_false(desk->model.has_stopwatch);
}

static void every_order_sorts(void **state)
{
    struct desk *desk = *state;
    clock_row(desk, 1000000);
    task(desk, 1, "c", 5, 30);
    task(desk, 2, "a", 9, 10);
    task(desk, 3, "b", 7, 20);
    clock_row(desk, 2000000);

    static const uint64_t first[TOP_ORDERS] = {1, 2, 3, 2, 1}, last[TOP_ORDERS] = {2, 1, 1, 1, 3};
    for (int order = 0; order < TOP_ORDERS; order++) {
        top_model_sort(&desk->model, (enum top_order)order);
        assert_int_equal(id_at(desk, 0), first[order]);
        assert_int_equal(id_at(desk, 2), last[order]);
    }
}

static void rows_beyond_the_table_are_counted(void **state)
{
    struct desk *desk = *state;
    for (uint64_t id = 1; id <= TOP_TASKS_MAX + 3; id++) {
        task(desk, id, "many", 1, 1);
        stream_send(&desk->stream, &desk->session);
    }
    clock_row(desk, 1000000);

    assert_int_equal(desk->model.task_count, TOP_TASKS_MAX);
    assert_int_equal(desk->model.left_out, 3);
    clock_row(desk, 2000000);
    assert_int_equal(desk->model.left_out, 0);
}

static void a_restart_begins_anew(void **state)
{
    struct desk *desk = *state;
    task(desk, 1, "one", 1000, 1000000);
    clock_row(desk, 9000000);
    task(desk, 1, "one", 2, 2000);
    clock_row(desk, 1000);

    assert_int_equal(desk->model.round, 1);
    assert_int_equal(desk->model.tasks[0].polls, 2);
    assert_int_equal(desk->model.tasks[0].polls_now, 0);
}

static void put_line(void *context, enum top_style style, const char *text)
{
    fprintf(context, "%d|%s\n", (int)style, text);
}

static void the_table_says_it_all(void **state)
{
    struct desk *desk = *state;
    clock_row(desk, 1000000);
    task(desk, 1, "busy\033[2J", 100, 600000000);
    task(desk, 2, "waiter", 1, 100);
    STREAM_EVENT(&desk->stream, HEAP, MN_FIELD_U64("capacity_bytes", 1 << 20),
                 MN_FIELD_U64("live_bytes", 1 << 18), MN_FIELD_U64("peak_bytes", 9999),
                 MN_FIELD_U64("live_blocks", 42));
    STREAM_EVENT(&desk->stream, SERVICE, MN_FIELD_STR("service", "echo"),
                 MN_FIELD_U64("server", 2), MN_FIELD_U64("taken", 70), MN_FIELD_U64("queued", 3));
    STREAM_EVENT(&desk->stream, QUEUE, MN_FIELD_STR("queue", "port 4"),
                 MN_FIELD_U64("count_bytes", 100), MN_FIELD_U64("capacity_bytes", 200),
                 MN_FIELD_U64("lost_bytes", 5));
    clock_row(desk, 2000000);

    FILE *out = stream_memory();
    top_view_put(&desk->model, "here", &(struct top_page){out, put_line});
    char *text = stream_text(out);
    assert_non_null(strstr(text, "1|here   up 2.000 s"));
    assert_non_null(strstr(text, "60.0 % busy"));
    assert_non_null(strstr(text, "heap 256 KiB of 1024 KiB live (25 %)   peak 9999 B   42 blocks"));
    assert_non_null(strstr(text, "2|    1 busy\\u001b[2J"));
    assert_non_null(strstr(text, "  60.0      100     600000"));
    assert_non_null(strstr(text, "busy\\u001b[2J    sleep:3"));
    assert_non_null(strstr(text, "echo"));
    assert_non_null(strstr(text, "3|port 4"));
    assert_null(strchr(text, '\033'));
    free(text);
}

static void queue(struct desk *desk, const char *name, uint64_t count_bytes, uint64_t lost_bytes)
{
    STREAM_EVENT(&desk->stream, QUEUE, MN_FIELD_STR("queue", name),
                 MN_FIELD_U64("count_bytes", count_bytes), MN_FIELD_U64("capacity_bytes", 100),
                 MN_FIELD_U64("lost_bytes", lost_bytes));
}

static void queues_that_lost_come_first_then_the_fullest(void **state)
{
    struct desk *desk = *state;
    queue(desk, "empty", 0, 0);
    queue(desk, "idle", 0, 0);
    queue(desk, "full", 100, 0);
    queue(desk, "leaky", 10, 7);
    clock_row(desk, 1000000);

    static const char *const names[] = {"leaky", "full", "empty", "idle"};
    for (uint32_t i = 0; i < MN_COUNT_OF(names); i++)
        assert_string_equal(desk->model.queues[i].name, names[i]);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(shares_are_of_the_time_between_rounds),
        CASE(the_first_round_has_no_shares),
        CASE(a_task_spawned_between_rounds_has_its_share),
        CASE(what_is_not_named_any_more_is_gone),
        CASE(without_a_stopwatch_polls_decide),
        CASE(every_order_sorts),
        CASE(rows_beyond_the_table_are_counted),
        CASE(a_restart_begins_anew),
        CASE(queues_that_lost_come_first_then_the_fullest),
        CASE(the_table_says_it_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
