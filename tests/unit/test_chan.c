/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "bench.h"

#include "mn/chan.h"
#include "mn/race.h"

struct pair {
    uint32_t from;
    uint32_t number;
    uint8_t mark;
};

MN_CHAN_TYPE(pair_chan, struct pair);
MN_CHAN_TYPE_OF(number_chan, uint32_t, 2);

struct line { /* a channel of two numbers, and tasks to use it */
    struct number_chan numbers;
    struct mn_task tasks[4];
};

static void line_init(struct line *line, enum mn_chan_policy policy)
{
    number_chan_init(&line->numbers);
    line->numbers.chan.policy = policy;
}

static void start(struct bench *bench, struct mn_task *task, struct mn_co *future)
{
    mn_spawn(&bench->kernel, task, "test", future);
}

static void put(struct line *line, uint32_t number)
{
    assert_int_equal(number_chan_send_now(&line->numbers, &number), MN_OK);
}

static void expect_next(struct line *line, uint32_t number)
{
    uint32_t found = 0;
    assert_int_equal(number_chan_recv_now(&line->numbers, &found), MN_OK);
    assert_int_equal(found, number);
}

static void expect_quiet(const struct line *line)
{
    assert_true(mn_turnq_is_empty(&line->numbers.chan.senders));
    assert_true(mn_turnq_is_empty(&line->numbers.chan.receivers));
}

static void messages_leave_in_the_order_they_came(void **state)
{
    (void)state;
    struct line line;
    uint32_t number = 0;
    line_init(&line, MN_CHAN_WAIT);

    for (uint32_t round = 0; round < 5; round++) { /* more often around than there are slots */
        put(&line, round * 2);
        put(&line, round * 2 + 1);
        assert_int_equal(mn_chan_count(&line.numbers.chan), 2);
        assert_int_equal(number_chan_send_now(&line.numbers, &number), MN_ERR_FULL);
        expect_next(&line, round * 2);
        expect_next(&line, round * 2 + 1);
    }

    assert_int_equal(number_chan_recv_now(&line.numbers, &number), MN_ERR_EMPTY);
}

static void a_typed_channel_uses_the_callers_slots(void **state)
{
    (void)state;
    struct pair_chan chan;
    struct pair slots[3], sent = {1, 2, 3}, found = {0, 0, 0};
    pair_chan_init(&chan, slots, 3);

    assert_int_equal(pair_chan_post(&chan, &sent), MN_OK);
    assert_int_equal(slots[0].number, 2);
    assert_int_equal(pair_chan_recv_now(&chan, &found), MN_OK);

    assert_int_equal(found.from, 1);
    assert_int_equal(found.number, 2);
    assert_int_equal(found.mark, 3);
    assert_int_equal(chan.chan.slot_bytes, sizeof(struct pair));
    assert_int_equal(chan.chan.capacity, 3);
}

static void posting_to_a_full_waiting_channel_keeps_everything(void **state)
{
    (void)state;
    struct line line;
    uint32_t number = 3;
    line_init(&line, MN_CHAN_WAIT);
    put(&line, 1);
    put(&line, 2);

    assert_int_equal(number_chan_post(&line.numbers, &number), MN_ERR_FULL);

    assert_int_equal(line.numbers.chan.dropped, 0);
    expect_next(&line, 1);
    expect_next(&line, 2);
}

static void posting_to_a_full_dropping_channel_drops_the_oldest(void **state)
{
    (void)state;
    struct line line;
    line_init(&line, MN_CHAN_DROP_OLDEST);

    for (uint32_t number = 1; number <= 5; number++)
        assert_int_equal(number_chan_post(&line.numbers, &number), MN_OK);

    assert_int_equal(line.numbers.chan.dropped, 3);
    expect_next(&line, 4);
    expect_next(&line, 5);
}

static void posting_to_a_full_refusing_channel_turns_away_and_counts(void **state)
{
    (void)state;
    struct line line;
    line_init(&line, MN_CHAN_REFUSE);

    for (uint32_t number = 1; number <= 5; number++)
        assert_int_equal(number_chan_post(&line.numbers, &number),
                         number <= 2 ? MN_OK : MN_ERR_FULL);

    assert_int_equal(line.numbers.chan.dropped, 3);
    expect_next(&line, 1);
    expect_next(&line, 2);
}

static void sending_follows_the_policy_and_waits_only_if_that_says_so(void **state)
{
    struct bench *bench = *state;
    struct line lines[3];
    struct mn_chan_send frames[3];
    uint32_t number = 9;
    for (int policy = MN_CHAN_WAIT; policy <= MN_CHAN_REFUSE; policy++) {
        line_init(&lines[policy], (enum mn_chan_policy)policy);
        put(&lines[policy], 1);
        put(&lines[policy], 2);
        start(bench, &lines[policy].tasks[0],
              number_chan_send(&frames[policy], &lines[policy].numbers, &number));
    }

    bench_settle(bench);

    assert_false(mn_task_is_done(&lines[MN_CHAN_WAIT].tasks[0]));
    assert_int_equal(frames[MN_CHAN_DROP_OLDEST].co.err, MN_OK);
    assert_int_equal(frames[MN_CHAN_REFUSE].co.err, MN_ERR_FULL);
    expect_next(&lines[MN_CHAN_DROP_OLDEST], 2);
    expect_next(&lines[MN_CHAN_DROP_OLDEST], 9);
    assert_int_equal(lines[MN_CHAN_REFUSE].numbers.chan.dropped, 1);
    mn_task_cancel(&lines[MN_CHAN_WAIT].tasks[0]);
}

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

static void a_close_ends_every_wait(void **state)
{
    struct bench *bench = *state;
    struct line full, empty;
    struct mn_chan_send sends[2];
    struct mn_chan_recv recvs[2];
    uint32_t number = 3, found;
    line_init(&full, MN_CHAN_WAIT);
    line_init(&empty, MN_CHAN_WAIT);
    put(&full, 1);
    put(&full, 2);
    for (uint32_t i = 0; i < 2; i++) {
        start(bench, &full.tasks[i], number_chan_send(&sends[i], &full.numbers, &number));
        start(bench, &empty.tasks[i], number_chan_recv(&recvs[i], &empty.numbers, &found));
    }
    bench_settle(bench);

    number_chan_close(&full.numbers);
    number_chan_close(&empty.numbers);
    bench_settle(bench);

    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(sends[i].co.err, MN_ERR_CLOSED);
        assert_int_equal(recvs[i].co.err, MN_ERR_CLOSED);
    }
    expect_quiet(&full);
    expect_quiet(&empty);
}

static void a_closed_channel_can_be_received_empty(void **state)
{
    struct bench *bench = *state;
    struct line line;
    struct mn_chan_send send;
    struct mn_chan_recv recvs[3];
    uint32_t number = 3, found[3] = {0};
    line_init(&line, MN_CHAN_WAIT);
    for (uint32_t i = 0; i < 3; i++)
        start(bench, &line.tasks[i], number_chan_recv(&recvs[i], &line.numbers, &found[i]));
    bench_settle(bench);
    put(&line, 1);
    put(&line, 2);

    number_chan_close(&line.numbers);
    start(bench, &line.tasks[3], number_chan_send(&send, &line.numbers, &number));
    bench_settle(bench);

    assert_true(mn_chan_is_closed(&line.numbers.chan));
    assert_int_equal(found[0], 1);
    assert_int_equal(found[1], 2);
    assert_int_equal(recvs[2].co.err, MN_ERR_CLOSED);
    assert_int_equal(send.co.err, MN_ERR_CLOSED);
    assert_int_equal(number_chan_post(&line.numbers, &number), MN_ERR_CLOSED);
    assert_int_equal(number_chan_send_now(&line.numbers, &number), MN_ERR_CLOSED);
    assert_int_equal(number_chan_recv_now(&line.numbers, &number), MN_ERR_CLOSED);
    expect_quiet(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_leave_in_the_order_they_came),
        cmocka_unit_test(a_typed_channel_uses_the_callers_slots),
        cmocka_unit_test(posting_to_a_full_waiting_channel_keeps_everything),
        cmocka_unit_test(posting_to_a_full_dropping_channel_drops_the_oldest),
        cmocka_unit_test(posting_to_a_full_refusing_channel_turns_away_and_counts),
        TEST_ON_BENCH(sending_follows_the_policy_and_waits_only_if_that_says_so),
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
        TEST_ON_BENCH(a_close_ends_every_wait),
        TEST_ON_BENCH(a_closed_channel_can_be_received_empty),
    };
    return cmocka_run_group_tests_name("chan", tests, NULL, NULL);
}
