/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "bbq_fixture.h"

/* Futures, four ways each. */

static void a_grant_waits_until_a_release_makes_room(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_grant frame;
    struct mn_grant grant, read;
    queue_init(&queue);
    fill(&queue, "01234567");

    start(bench, &queue.tasks[0], mn_bbq_grant(&frame, &queue.bbq, 3, &grant));
    bench_settle(bench);
    assert_int_equal(mn_bbq_read_now(&queue.bbq, &read), MN_OK);
    mn_bbq_release(&queue.bbq, &read, 2);
    bench_settle(bench);
    assert_false(mn_task_is_done(&queue.tasks[0])); /* two bytes are not three */
    assert_int_equal(queue.tasks[0].polls, 1);      /* and not worth a wake */
    assert_int_equal(mn_bbq_read_now(&queue.bbq, &read), MN_OK);
    mn_bbq_release(&queue.bbq, &read, 1);
    bench_settle(bench);

    assert_true(mn_task_is_done(&queue.tasks[0]));
    assert_int_equal(frame.co.err, MN_OK);
    assert_int_equal(grant.count, 3);
    mn_bbq_commit(&queue.bbq, &grant, 3);
    expect_quiet(&queue);
}

static void a_grant_up_to_takes_what_there_is(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_grant frame;
    struct mn_grant grant, read;
    queue_init(&queue);
    fill(&queue, "01234567");

    start(bench, &queue.tasks[0], mn_bbq_grant_up_to(&frame, &queue.bbq, 100, &grant));
    bench_settle(bench);
    assert_int_equal(mn_bbq_read_now(&queue.bbq, &read), MN_OK);
    mn_bbq_release(&queue.bbq, &read, 2);
    bench_settle(bench);

    assert_int_equal(frame.co.err, MN_OK);
    assert_int_equal(grant.count, 2);
    mn_bbq_commit(&queue.bbq, &grant, 1);
    expect_quiet(&queue);
}

static void a_grant_dropped_before_its_first_poll_was_never_there(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_grant frame;
    struct mn_grant grant;
    queue_init(&queue);

    start(bench, &queue.tasks[0], mn_bbq_grant(&frame, &queue.bbq, 3, &grant));
    mn_task_cancel(&queue.tasks[0]);

    assert_null(grant.bytes);
    expect_quiet(&queue);
}

static void a_grant_dropped_while_waiting_lets_the_next_one_have_its_turn(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_grant big, small;
    struct mn_grant big_grant, small_grant;
    queue_init(&queue);
    fill(&queue, "012345");
    start(bench, &queue.tasks[0], mn_bbq_grant(&big, &queue.bbq, 8, &big_grant));
    start(bench, &queue.tasks[1], mn_bbq_grant(&small, &queue.bbq, 1, &small_grant));
    bench_settle(bench);
    assert_null(small_grant.bytes); /* there is room for it, but it is not its turn */

    mn_task_cancel(&queue.tasks[0]);
    bench_settle(bench);

    assert_int_equal(small.co.err, MN_OK);
    assert_int_equal(small_grant.count, 1);
    mn_bbq_commit(&queue.bbq, &small_grant, 0);
    expect_quiet(&queue);
}

static void a_grant_dropped_after_being_woken_passes_the_room_on(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_grant first, second;
    struct mn_grant first_grant, second_grant;
    queue_init(&queue);
    fill(&queue, "01234567");
    start(bench, &queue.tasks[0], mn_bbq_grant(&first, &queue.bbq, 8, &first_grant));
    start(bench, &queue.tasks[1], mn_bbq_grant_up_to(&second, &queue.bbq, 8, &second_grant));
    bench_settle(bench);

    expect_inside(&queue, "01234567"); /* wakes the first */
    assert_true(mn_list_is_linked(&queue.tasks[0].ready));
    mn_task_cancel(&queue.tasks[0]);
    bench_settle(bench);

    assert_null(first_grant.bytes);
    assert_int_equal(second_grant.count, 8);
    mn_bbq_commit(&queue.bbq, &second_grant, 0);
    expect_quiet(&queue);
}

static void a_grant_that_can_never_fit_fails_at_once(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_grant frame;
    struct mn_grant grant;
    queue_init(&queue);

    start(bench, &queue.tasks[0], mn_bbq_grant(&frame, &queue.bbq, RING_BYTES + 1, &grant));
    bench_settle(bench);

    assert_int_equal(frame.co.err, MN_ERR_TOO_BIG);
    expect_quiet(&queue);
}

static void writers_are_served_in_order_and_not_overtaken(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_grant frames[3];
    struct mn_grant held, grants[3];
    queue_init(&queue);
    assert_int_equal(mn_bbq_grant_now(&queue.bbq, 1, &held), MN_OK);
    for (uint32_t i = 0; i < 3; i++)
        start(bench, &queue.tasks[i], mn_bbq_grant(&frames[i], &queue.bbq, 1, &grants[i]));
    bench_settle(bench);

    for (uint32_t i = 0; i < 3; i++) {
        mn_bbq_commit(&queue.bbq, i == 0 ? &held : &grants[i - 1], 1);
        struct mn_grant late;
        assert_int_equal(mn_bbq_grant_now(&queue.bbq, 1, &late), MN_ERR_BUSY);
        bench_settle(bench);
        assert_non_null(grants[i].bytes);
        assert_true(i == 2 || !grants[i + 1].bytes);
    }

    mn_bbq_commit(&queue.bbq, &grants[2], 1);
    assert_int_equal(mn_bbq_count(&queue.bbq), 4);
    expect_quiet(&queue);
}

static void a_read_waits_until_a_commit_brings_bytes(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_read frame;
    struct mn_grant grant;
    queue_init(&queue);

    start(bench, &queue.tasks[0], mn_bbq_read(&frame, &queue.bbq, &grant));
    bench_settle(bench);
    assert_null(grant.bytes);
    fill(&queue, "abc");
    fill(&queue, "de"); /* arrives before the reader runs */
    bench_settle(bench);

    assert_int_equal(frame.co.err, MN_OK);
    assert_int_equal(grant.count, 5);
    mn_bbq_release(&queue.bbq, &grant, 5);
    expect_quiet(&queue);
}

static void a_read_dropped_before_its_first_poll_was_never_there(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_read frame;
    struct mn_grant grant;
    queue_init(&queue);
    fill(&queue, "abc");

    start(bench, &queue.tasks[0], mn_bbq_read(&frame, &queue.bbq, &grant));
    mn_task_cancel(&queue.tasks[0]);

    expect_quiet(&queue);
    expect_inside(&queue, "abc");
}

static void a_read_dropped_while_waiting_leaves_the_line(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_read frame;
    struct mn_grant grant;
    queue_init(&queue);
    start(bench, &queue.tasks[0], mn_bbq_read(&frame, &queue.bbq, &grant));
    bench_settle(bench);

    mn_task_cancel(&queue.tasks[0]);

    expect_quiet(&queue);
    fill(&queue, "abc");
    expect_inside(&queue, "abc");
}

static void a_read_dropped_after_being_woken_leaves_the_bytes_to_the_next(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_read first, second;
    struct mn_grant first_grant, second_grant;
    queue_init(&queue);
    start(bench, &queue.tasks[0], mn_bbq_read(&first, &queue.bbq, &first_grant));
    start(bench, &queue.tasks[1], mn_bbq_read(&second, &queue.bbq, &second_grant));
    bench_settle(bench);

    fill(&queue, "abc");
    assert_int_equal(mn_bbq_read_now(&queue.bbq, &(struct mn_grant){0}), MN_ERR_BUSY);
    mn_task_cancel(&queue.tasks[0]);
    bench_settle(bench);

    assert_null(first_grant.bytes);
    assert_int_equal(second_grant.count, 3);
    mn_bbq_release(&queue.bbq, &second_grant, 3);
    expect_quiet(&queue);
}

static void readers_share_what_is_released_half_read(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_read first, second;
    struct mn_grant first_grant, second_grant;
    queue_init(&queue);
    start(bench, &queue.tasks[0], mn_bbq_read(&first, &queue.bbq, &first_grant));
    start(bench, &queue.tasks[1], mn_bbq_read(&second, &queue.bbq, &second_grant));
    fill(&queue, "abc");
    bench_settle(bench);
    fill(&queue, "d");
    bench_settle(bench);
    assert_null(second_grant.bytes);
    assert_int_equal(queue.tasks[1].polls, 1); /* not worth a wake while a grant is out */

    mn_bbq_release(&queue.bbq, &first_grant, 1);
    bench_settle(bench);

    assert_memory_equal(second_grant.bytes, "bcd", 3);
    mn_bbq_release(&queue.bbq, &second_grant, 3);
    expect_quiet(&queue);
}

static void a_newcomer_who_runs_first_does_not_overtake(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_read reads[2];
    struct mn_bbq_write writes[2];
    struct mn_grant grants[2];
    queue_init(&queue);
    start(bench, &queue.tasks[0], mn_bbq_read(&reads[0], &queue.bbq, &grants[0]));
    bench_settle(bench);

    start(bench, &queue.tasks[1], mn_bbq_read(&reads[1], &queue.bbq, &grants[1]));
    fill(&queue, "01234567"); /* wakes the first, who runs after the newcomer */
    bench_settle(bench);
    assert_int_equal(grants[0].count, 8);
    assert_null(grants[1].bytes);
    mn_task_cancel(&queue.tasks[1]);

    start(bench, &queue.tasks[2], mn_bbq_write(&writes[0], &queue.bbq, "a", 1));
    bench_settle(bench);
    start(bench, &queue.tasks[3], mn_bbq_write(&writes[1], &queue.bbq, "b", 1));
    mn_bbq_release(&queue.bbq, &grants[0], 8);
    bench_settle(bench);
    expect_inside(&queue, "ab");
    expect_quiet(&queue);
}

static void a_close_ends_every_wait(void **state)
{
    struct bench *bench = *state;
    struct queue full, empty;
    struct mn_bbq_grant grant_frame;
    struct mn_bbq_write write_frame;
    struct mn_bbq_read read_frames[2];
    struct mn_grant grant, reads[2];
    queue_init(&full);
    queue_init(&empty);
    fill(&full, "01234567");
    start(bench, &full.tasks[0], mn_bbq_grant(&grant_frame, &full.bbq, 1, &grant));
    start(bench, &full.tasks[1], mn_bbq_write(&write_frame, &full.bbq, "x", 1));
    start(bench, &empty.tasks[0], mn_bbq_read(&read_frames[0], &empty.bbq, &reads[0]));
    start(bench, &empty.tasks[1], mn_bbq_read(&read_frames[1], &empty.bbq, &reads[1]));
    bench_settle(bench);

    mn_bbq_close(&full.bbq);
    mn_bbq_close(&empty.bbq);
    mn_bbq_reset(&empty.bbq); /* reopening at once does not make them miss it */
    bench_settle(bench);

    assert_int_equal(grant_frame.co.err, MN_ERR_CLOSED);
    assert_int_equal(write_frame.co.err, MN_ERR_CLOSED);
    assert_int_equal(read_frames[0].co.err, MN_ERR_CLOSED);
    assert_int_equal(read_frames[1].co.err, MN_ERR_CLOSED);
    expect_quiet(&full);
    expect_quiet(&empty);
    expect_inside(&full, "01234567");
}

static void after_a_close_waiting_readers_share_the_rest(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_read frames[3];
    struct mn_grant grants[3];
    queue_init(&queue);
    for (uint32_t i = 0; i < 3; i++)
        start(bench, &queue.tasks[i], mn_bbq_read(&frames[i], &queue.bbq, &grants[i]));
    bench_settle(bench);
    fill(&queue, "ab");
    mn_bbq_close(&queue.bbq);

    bench_settle(bench);
    assert_int_equal(grants[0].count, 2);
    mn_bbq_release(&queue.bbq, &grants[0], 1);
    bench_settle(bench);
    assert_int_equal(grants[1].count, 1);
    assert_false(mn_task_is_done(&queue.tasks[2]));
    mn_bbq_release(&queue.bbq, &grants[1], 1);
    bench_settle(bench);

    assert_int_equal(frames[1].co.err, MN_OK);
    assert_int_equal(frames[2].co.err, MN_ERR_CLOSED);
    expect_quiet(&queue);
}

static void on_a_closed_queue_futures_end_at_their_first_poll(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_grant grant_frame;
    struct mn_bbq_write write_frame;
    struct mn_bbq_read read_frame;
    struct mn_grant grant, read;
    queue_init(&queue);
    mn_bbq_close(&queue.bbq);

    start(bench, &queue.tasks[0], mn_bbq_grant_up_to(&grant_frame, &queue.bbq, 1, &grant));
    start(bench, &queue.tasks[1], mn_bbq_write(&write_frame, &queue.bbq, "x", 1));
    start(bench, &queue.tasks[2], mn_bbq_read(&read_frame, &queue.bbq, &read));
    assert_int_equal(bench_settle(bench), 1);

    assert_int_equal(grant_frame.co.err, MN_ERR_CLOSED);
    assert_int_equal(write_frame.co.err, MN_ERR_CLOSED);
    assert_int_equal(read_frame.co.err, MN_ERR_CLOSED);
    expect_quiet(&queue);
}

static void a_reset_lets_waiting_writers_in(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct mn_bbq_grant frame;
    struct mn_grant grant;
    queue_init(&queue);
    fill(&queue, "01234567");
    start(bench, &queue.tasks[0], mn_bbq_grant(&frame, &queue.bbq, 8, &grant));
    bench_settle(bench);

    mn_bbq_reset(&queue.bbq);
    bench_settle(bench);

    assert_int_equal(frame.co.err, MN_OK);
    mn_bbq_commit(&queue.bbq, &grant, 0);
    expect_quiet(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_grant_waits_until_a_release_makes_room),
        TEST_ON_BENCH(a_grant_up_to_takes_what_there_is),
        TEST_ON_BENCH(a_grant_dropped_before_its_first_poll_was_never_there),
        TEST_ON_BENCH(a_grant_dropped_while_waiting_lets_the_next_one_have_its_turn),
        TEST_ON_BENCH(a_grant_dropped_after_being_woken_passes_the_room_on),
        TEST_ON_BENCH(a_grant_that_can_never_fit_fails_at_once),
        TEST_ON_BENCH(writers_are_served_in_order_and_not_overtaken),
        TEST_ON_BENCH(a_read_waits_until_a_commit_brings_bytes),
        TEST_ON_BENCH(a_read_dropped_before_its_first_poll_was_never_there),
        TEST_ON_BENCH(a_read_dropped_while_waiting_leaves_the_line),
        TEST_ON_BENCH(a_read_dropped_after_being_woken_leaves_the_bytes_to_the_next),
        TEST_ON_BENCH(readers_share_what_is_released_half_read),
        TEST_ON_BENCH(a_newcomer_who_runs_first_does_not_overtake),
        TEST_ON_BENCH(a_close_ends_every_wait),
        TEST_ON_BENCH(after_a_close_waiting_readers_share_the_rest),
        TEST_ON_BENCH(on_a_closed_queue_futures_end_at_their_first_poll),
        TEST_ON_BENCH(a_reset_lets_waiting_writers_in),
    };
    return cmocka_run_group_tests_name("bbq_wait", tests, NULL, NULL);
}
