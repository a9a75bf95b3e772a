/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "chan_fixture.h"

struct pair {
    uint32_t from;
    uint32_t number;
    uint8_t mark;
};

MN_CHAN_TYPE(pair_chan, struct pair);

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
        TEST_ON_BENCH(a_close_ends_every_wait),
        TEST_ON_BENCH(a_closed_channel_can_be_received_empty),
    };
    return cmocka_run_group_tests_name("chan", tests, NULL, NULL);
}
