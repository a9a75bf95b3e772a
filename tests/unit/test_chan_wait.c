/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "chan_fixture.h"

#include "mn/race.h"

/* Senders and receivers that wait, four ways each. */

static void a_sender_waits_for_room(void **state)
{
    struct bench *bench = *state;
    struct line line;
    struct mn_chan_send frame;
    uint32_t number = 3;
    line_init(&line, MN_CHAN_WAIT);
    put(&line, 1);
    put(&line, 2);
    start(bench, &line.tasks[0], number_chan_send(&frame, &line.numbers, &number));
    bench_settle(bench);

    expect_next(&line, 1);
    bench_settle(bench);

    assert_int_equal(frame.co.err, MN_OK);
    assert_true(mn_task_is_done(&line.tasks[0]));
    expect_next(&line, 2);
    expect_next(&line, 3);
    expect_quiet(&line);
}

static void senders_are_served_in_order_and_not_overtaken(void **state)
{
    struct bench *bench = *state;
    struct line line;
    struct mn_chan_send frames[4];
    uint32_t numbers[] = {3, 4, 5, 6}, late = 99;
    line_init(&line, MN_CHAN_WAIT);
    put(&line, 1);
    put(&line, 2);
    for (uint32_t i = 0; i < 4; i++)
        start(bench, &line.tasks[i], number_chan_send(&frames[i], &line.numbers, &numbers[i]));
    bench_settle(bench);

    expect_next(&line, 1);
    expect_next(&line, 2); /* room for two, of which both belong to those who wait */
    assert_int_equal(number_chan_send_now(&line.numbers, &late), MN_ERR_FULL);
    assert_int_equal(number_chan_post(&line.numbers, &late), MN_ERR_FULL);
    bench_settle(bench);
    for (uint32_t number = 3; number <= 6; number++) {
        expect_next(&line, number);
        bench_settle(bench);
    }

    expect_quiet(&line);
    assert_int_equal(mn_chan_count(&line.numbers.chan), 0);
}

static void a_sender_dropped_before_its_first_poll_sent_nothing(void **state)
{
    struct bench *bench = *state;
    struct line line;
    struct mn_chan_send frame;
    uint32_t number = 1;
    line_init(&line, MN_CHAN_WAIT);

    start(bench, &line.tasks[0], number_chan_send(&frame, &line.numbers, &number));
    mn_task_cancel(&line.tasks[0]);

    assert_int_equal(mn_chan_count(&line.numbers.chan), 0);
    expect_quiet(&line);
}

static void a_sender_dropped_while_waiting_sent_nothing(void **state)
{
    struct bench *bench = *state;
    struct line line;
    struct mn_chan_send frame;
    uint32_t number = 3;
    line_init(&line, MN_CHAN_WAIT);
    put(&line, 1);
    put(&line, 2);
    start(bench, &line.tasks[0], number_chan_send(&frame, &line.numbers, &number));
    bench_settle(bench);

    mn_task_cancel(&line.tasks[0]);

    expect_quiet(&line);
    expect_next(&line, 1);
    expect_next(&line, 2);
    assert_int_equal(mn_chan_count(&line.numbers.chan), 0);
}

static void a_sender_dropped_after_being_woken_leaves_the_room_to_the_next(void **state)
{
    struct bench *bench = *state;
    struct line line;
    struct mn_chan_send frames[2];
    uint32_t numbers[] = {3, 4};
    line_init(&line, MN_CHAN_WAIT);
    put(&line, 1);
    put(&line, 2);
    for (uint32_t i = 0; i < 2; i++)
        start(bench, &line.tasks[i], number_chan_send(&frames[i], &line.numbers, &numbers[i]));
    bench_settle(bench);

    expect_next(&line, 1);
    mn_task_cancel(&line.tasks[0]);
    bench_settle(bench);

    assert_int_equal(frames[1].co.err, MN_OK);
    expect_next(&line, 2);
    expect_next(&line, 4);
    expect_quiet(&line);
}

static void a_receiver_waits_for_a_message(void **state)
{
    struct bench *bench = *state;
    struct line line;
    struct mn_chan_recv frame;
    uint32_t found = 0;
    line_init(&line, MN_CHAN_WAIT);
    start(bench, &line.tasks[0], number_chan_recv(&frame, &line.numbers, &found));
    bench_settle(bench);
    assert_false(mn_task_is_done(&line.tasks[0]));

    put(&line, 7);
    bench_settle(bench);

    assert_int_equal(frame.co.err, MN_OK);
    assert_int_equal(found, 7);
    expect_quiet(&line);
}

static void receivers_are_served_in_order_and_not_overtaken(void **state)
{
    struct bench *bench = *state;
    struct line line;
    struct mn_chan_recv frames[3];
    uint32_t found[3] = {0}, late;
    line_init(&line, MN_CHAN_WAIT);
    for (uint32_t i = 0; i < 3; i++)
        start(bench, &line.tasks[i], number_chan_recv(&frames[i], &line.numbers, &found[i]));
    bench_settle(bench);

    put(&line, 1);
    put(&line, 2);
    assert_int_equal(number_chan_recv_now(&line.numbers, &late), MN_ERR_EMPTY);
    bench_settle(bench);
    assert_false(mn_task_is_done(&line.tasks[2]));
    assert_int_equal(line.tasks[0].polls + line.tasks[1].polls + line.tasks[2].polls, 5);
    put(&line, 3);
    bench_settle(bench);

    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(found[i], i + 1);
    expect_quiet(&line);
}

static void a_receiver_dropped_before_its_first_poll_takes_nothing(void **state)
{
    struct bench *bench = *state;
    struct line line;
    struct mn_chan_recv frame;
    uint32_t found = 0;
    line_init(&line, MN_CHAN_WAIT);
    put(&line, 1);

    start(bench, &line.tasks[0], number_chan_recv(&frame, &line.numbers, &found));
    mn_task_cancel(&line.tasks[0]);

    expect_quiet(&line);
    expect_next(&line, 1);
}

static void a_receiver_dropped_while_waiting_leaves_the_line(void **state)
{
    struct bench *bench = *state;
    struct line line;
    struct mn_chan_recv frame;
    uint32_t found = 0;
    line_init(&line, MN_CHAN_WAIT);
    start(bench, &line.tasks[0], number_chan_recv(&frame, &line.numbers, &found));
    bench_settle(bench);

    mn_task_cancel(&line.tasks[0]);

    expect_quiet(&line);
    put(&line, 1);
    expect_next(&line, 1);
}

static void a_receiver_dropped_after_being_woken_leaves_the_message_to_the_next(void **state)
{
    struct bench *bench = *state;
    struct line line;
    struct mn_chan_recv frames[2];
    uint32_t found[2] = {0};
    line_init(&line, MN_CHAN_WAIT);
    for (uint32_t i = 0; i < 2; i++)
        start(bench, &line.tasks[i], number_chan_recv(&frames[i], &line.numbers, &found[i]));
    bench_settle(bench);

    put(&line, 1);
    mn_task_cancel(&line.tasks[0]);
    bench_settle(bench);

    assert_int_equal(found[0], 0);
    assert_int_equal(found[1], 1);
    expect_quiet(&line);
}

static void a_newcomer_who_runs_first_does_not_overtake(void **state)
{
    struct bench *bench = *state;
    struct line line;
    struct mn_chan_recv recvs[2];
    struct mn_chan_send sends[2];
    uint32_t found[2] = {0}, numbers[2] = {4, 5};
    line_init(&line, MN_CHAN_WAIT);
    start(bench, &line.tasks[0], number_chan_recv(&recvs[0], &line.numbers, &found[0]));
    bench_settle(bench);

    start(bench, &line.tasks[1], number_chan_recv(&recvs[1], &line.numbers, &found[1]));
    put(&line, 1); /* wakes the first, who runs after the newcomer */
    bench_settle(bench);
    assert_int_equal(found[0], 1);
    mn_task_cancel(&line.tasks[1]);

    put(&line, 2);
    put(&line, 3);
    start(bench, &line.tasks[2], number_chan_send(&sends[0], &line.numbers, &numbers[0]));
    bench_settle(bench);
    start(bench, &line.tasks[3], number_chan_send(&sends[1], &line.numbers, &numbers[1]));
    expect_next(&line, 2);
    bench_settle(bench);
    for (uint32_t number = 3; number <= 5; number++) {
        expect_next(&line, number);
        bench_settle(bench);
    }
    expect_quiet(&line);
}

static void who_has_been_served_is_not_woken_for_the_next_message(void **state)
{
    struct bench *bench = *state;
    struct line line;
    struct mn_chan_recv recv;
    struct mn_sleep sleep;
    struct mn_join join; /* goes on living when it has its message */
    uint32_t found = 0;
    line_init(&line, MN_CHAN_WAIT);
    struct mn_co *arms[] = {number_chan_recv(&recv, &line.numbers, &found),
                            mn_sleep(&sleep, MN_TIME_NEVER)};
    start(bench, &line.tasks[0], mn_join(&join, arms, 2));
    bench_settle(bench);

    put(&line, 1);
    put(&line, 2);
    bench_settle(bench);

    assert_int_equal(found, 1);
    assert_int_equal(line.tasks[0].polls, 2);
    mn_task_cancel(&line.tasks[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_sender_waits_for_room),
        TEST_ON_BENCH(senders_are_served_in_order_and_not_overtaken),
        TEST_ON_BENCH(a_sender_dropped_before_its_first_poll_sent_nothing),
        TEST_ON_BENCH(a_sender_dropped_while_waiting_sent_nothing),
        TEST_ON_BENCH(a_sender_dropped_after_being_woken_leaves_the_room_to_the_next),
        TEST_ON_BENCH(a_receiver_waits_for_a_message),
        TEST_ON_BENCH(receivers_are_served_in_order_and_not_overtaken),
        TEST_ON_BENCH(a_receiver_dropped_before_its_first_poll_takes_nothing),
        TEST_ON_BENCH(a_receiver_dropped_while_waiting_leaves_the_line),
        TEST_ON_BENCH(a_receiver_dropped_after_being_woken_leaves_the_message_to_the_next),
        TEST_ON_BENCH(a_newcomer_who_runs_first_does_not_overtake),
        TEST_ON_BENCH(who_has_been_served_is_not_woken_for_the_next_message),
    };
    return cmocka_run_group_tests_name("chan_wait", tests, NULL, NULL);
}
