/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "bbq_fixture.h"

static void a_write_longer_than_the_queue_waits_as_often_as_it_must(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_write frame;
    const char *text = "the quick brown fox jumps";
    char found[64] = {0};
    uint32_t count = 0;
    queue_init(&queue);

    start(bench, &queue.tasks[0], mn_bbq_write(&frame, &queue.bbq, text, 25));
    bench_settle(bench);
    assert_int_equal(frame.written, RING_BYTES);
    for (uint32_t reads = 0; count < 25 && reads < 25; reads++) {
        count += mn_bbq_read_bytes_now(&queue.bbq, found + count, 3);
        bench_settle(bench);
    }

    assert_int_equal(frame.co.err, MN_OK);
    assert_int_equal(frame.written, 25);
    assert_string_equal(found, text);
    expect_quiet(&queue);
}

static void a_write_dropped_before_its_first_poll_wrote_nothing(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_write frame;
    queue_init(&queue);

    start(bench, &queue.tasks[0], mn_bbq_write(&frame, &queue.bbq, "abc", 3));
    mn_task_cancel(&queue.tasks[0]);

    assert_true(mn_bbq_is_empty(&queue.bbq));
    assert_int_equal(frame.written, 0);
    expect_quiet(&queue);
}

static void a_write_dropped_while_waiting_stays_written_as_far_as_it_came(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_write frame;
    queue_init(&queue);
    start(bench, &queue.tasks[0], mn_bbq_write(&frame, &queue.bbq, "0123456789", 10));
    bench_settle(bench);

    mn_task_cancel(&queue.tasks[0]);

    assert_int_equal(frame.written, 8);
    expect_quiet(&queue);
    expect_inside(&queue, "01234567");
}

static void a_write_dropped_after_being_woken_passes_the_room_on(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_write first, second;
    queue_init(&queue);
    start(bench, &queue.tasks[0], mn_bbq_write(&first, &queue.bbq, "0123456789", 10));
    start(bench, &queue.tasks[1], mn_bbq_write(&second, &queue.bbq, "ab", 2));
    bench_settle(bench);

    expect_inside(&queue, "01234567");
    mn_task_cancel(&queue.tasks[0]);
    bench_settle(bench);

    assert_int_equal(second.co.err, MN_OK);
    expect_quiet(&queue);
    expect_inside(&queue, "ab");
}

static void a_write_of_nothing_waits_its_turn_and_passes_it_on(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_write nothing, something;
    struct mn_grant held;
    queue_init(&queue);
    assert_int_equal(mn_bbq_grant_now(&queue.bbq, 1, &held), MN_OK);
    start(bench, &queue.tasks[0], mn_bbq_write(&nothing, &queue.bbq, "", 0));
    start(bench, &queue.tasks[1], mn_bbq_write(&something, &queue.bbq, "ab", 2));
    bench_settle(bench);

    mn_bbq_commit(&queue.bbq, &held, 0);
    bench_settle(bench);

    assert_int_equal(nothing.co.err, MN_OK);
    assert_int_equal(something.co.err, MN_OK);
    expect_quiet(&queue);
    expect_inside(&queue, "ab");
}

static void the_bytes_of_two_long_writes_do_not_mix(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_write first, second;
    char found[33] = {0};
    uint32_t count = 0;
    queue_init(&queue);

    start(bench, &queue.tasks[0], mn_bbq_write(&first, &queue.bbq, "aaaaaaaaaaaaaaaa", 16));
    start(bench, &queue.tasks[1], mn_bbq_write(&second, &queue.bbq, "bbbbbbbbbbbbbbbb", 16));
    for (uint32_t reads = 0; count < 32 && reads < 32; reads++) {
        bench_settle(bench);
        count += mn_bbq_read_bytes_now(&queue.bbq, found + count, 5);
    }

    assert_string_equal(found, "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb");
    expect_quiet(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_write_longer_than_the_queue_waits_as_often_as_it_must),
        TEST_ON_BENCH(a_write_dropped_before_its_first_poll_wrote_nothing),
        TEST_ON_BENCH(a_write_dropped_while_waiting_stays_written_as_far_as_it_came),
        TEST_ON_BENCH(a_write_dropped_after_being_woken_passes_the_room_on),
        TEST_ON_BENCH(a_write_of_nothing_waits_its_turn_and_passes_it_on),
        TEST_ON_BENCH(the_bytes_of_two_long_writes_do_not_mix),
    };
    return cmocka_run_group_tests_name("bbq_write", tests, NULL, NULL);
}
