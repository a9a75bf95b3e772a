/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "bench.h"

#include "mn/oneshot.h"

struct asker {
    struct mn_oneshot oneshot;
    uint32_t value;
    struct mn_oneshot_sender sender;
    struct mn_oneshot_recv frame;
    struct mn_task task;
};

static void ask(struct asker *asker)
{
    mn_oneshot_init(&asker->oneshot, &asker->value, sizeof asker->value);
    asker->value = 0;
    assert_int_equal(mn_oneshot_arm(&asker->oneshot, &asker->sender), MN_OK);
}

/* Runs a receiver of the present round as a task. */
static void start(struct bench *bench, struct asker *asker)
{
    mn_spawn(&bench->kernel, &asker->task, "asker",
             mn_oneshot_recv(&asker->frame, &asker->oneshot));
}

static enum mn_err answer(struct asker *asker, uint32_t value)
{
    return mn_oneshot_send(&asker->sender, &value);
}

static void an_answer_reaches_the_one_who_waits(void **state)
{
    struct bench *bench = *state;
    struct asker asker;
    ask(&asker);
    start(bench, &asker);
    bench_settle(bench);
    assert_false(mn_task_is_done(&asker.task));

    assert_true(mn_oneshot_is_wanted(&asker.sender));
    assert_int_equal(answer(&asker, 42), MN_OK);
    bench_settle(bench);

    assert_int_equal(asker.frame.co.err, MN_OK);
    assert_int_equal(asker.value, 42);
    assert_int_equal(asker.oneshot.state, MN_ONESHOT_IDLE);
    assert_false(mn_oneshot_is_lent(&asker.oneshot));
    assert_null(asker.oneshot.receiver);
}

static void an_answer_may_come_before_the_wait(void **state)
{
    struct bench *bench = *state;
    struct asker asker;
    ask(&asker);

    assert_int_equal(answer(&asker, 42), MN_OK);
    start(bench, &asker);
    assert_int_equal(bench_settle(bench), 1);

    assert_int_equal(asker.frame.co.err, MN_OK);
    assert_int_equal(asker.value, 42);
}

static void a_slot_serves_round_after_round(void **state)
{
    struct bench *bench = *state;
    struct asker asker;
    ask(&asker);

    for (uint32_t round = 1; round <= 100; round++) {
        start(bench, &asker);
        bench_settle(bench);
        assert_int_equal(answer(&asker, round), MN_OK);
        bench_settle(bench);
        assert_true(mn_task_is_done(&asker.task));
        assert_int_equal(asker.value, round);
        assert_int_equal(mn_oneshot_arm(&asker.oneshot, &asker.sender), MN_OK);
    }

    mn_oneshot_drop(&asker.sender);
    assert_int_equal(mn_oneshot_recv_now(&asker.oneshot), MN_ERR_CLOSED);
}

static void a_dropped_sender_closes_the_round(void **state)
{
    struct bench *bench = *state;
    struct asker asker;
    ask(&asker);
    start(bench, &asker);
    bench_settle(bench);

    mn_oneshot_drop(&asker.sender);
    mn_oneshot_drop(&asker.sender); /* harmless */
    bench_settle(bench);

    assert_int_equal(asker.frame.co.err, MN_ERR_CLOSED);
    assert_int_equal(asker.oneshot.state, MN_ONESHOT_IDLE);
    assert_false(mn_oneshot_is_lent(&asker.oneshot));
}

static void trying_to_receive_tells_how_the_round_stands(void **state)
{
    (void)state;
    struct asker asker;
    ask(&asker);

    assert_int_equal(mn_oneshot_recv_now(&asker.oneshot), MN_ERR_EMPTY);
    answer(&asker, 5);
    assert_int_equal(mn_oneshot_recv_now(&asker.oneshot), MN_OK);

    assert_int_equal(asker.value, 5);
    expect_assert_failure(assert_int_equal(mn_oneshot_recv_now(&asker.oneshot), MN_OK));
}

static void a_second_question_waits_until_the_first_is_settled(void **state)
{
    (void)state;
    struct asker asker;
    struct mn_oneshot_sender other;
    ask(&asker);

    assert_int_equal(mn_oneshot_arm(&asker.oneshot, &other), MN_ERR_BUSY);
    answer(&asker, 1);
    assert_int_equal(mn_oneshot_arm(&asker.oneshot, &other), MN_ERR_BUSY);
    mn_oneshot_cancel(&asker.oneshot);
    assert_int_equal(mn_oneshot_arm(&asker.oneshot, &other), MN_OK);

    assert_int_equal(mn_oneshot_recv_now(&asker.oneshot), MN_ERR_EMPTY); /* 1 is forgotten */
    mn_oneshot_drop(&other);
}

static void a_receiver_dropped_before_its_first_poll_refuses_the_answer(void **state)
{
    struct bench *bench = *state;
    struct asker asker;
    ask(&asker);
    start(bench, &asker);

    mn_task_cancel(&asker.task);

    assert_false(mn_oneshot_is_wanted(&asker.sender));
    assert_int_equal(answer(&asker, 42), MN_ERR_CLOSED);
    assert_int_equal(asker.value, 0);
    assert_int_equal(asker.oneshot.state, MN_ONESHOT_IDLE);
}

static void a_receiver_dropped_while_waiting_refuses_the_answer(void **state)
{
    struct bench *bench = *state;
    struct asker asker;
    ask(&asker);
    start(bench, &asker);
    bench_settle(bench);

    mn_task_cancel(&asker.task);

    assert_null(asker.oneshot.receiver);
    assert_false(mn_oneshot_is_wanted(&asker.sender));
    assert_true(mn_oneshot_is_lent(&asker.oneshot));
    assert_int_equal(answer(&asker, 42), MN_ERR_CLOSED);
    assert_int_equal(asker.value, 0);
    assert_false(mn_oneshot_is_lent(&asker.oneshot));
}

static void a_receiver_dropped_after_being_woken_frees_the_slot(void **state)
{
    struct bench *bench = *state;
    struct asker asker;
    ask(&asker);
    start(bench, &asker);
    bench_settle(bench);
    answer(&asker, 42);

    mn_task_cancel(&asker.task);

    assert_int_equal(asker.oneshot.state, MN_ONESHOT_IDLE);
    assert_null(asker.oneshot.receiver);
    assert_int_equal(mn_oneshot_arm(&asker.oneshot, &asker.sender), MN_OK);
    mn_oneshot_drop(&asker.sender);
}

static void a_sender_of_an_earlier_round_touches_nothing(void **state)
{
    struct bench *bench = *state;
    struct asker asker;
    ask(&asker);
    struct mn_oneshot_sender late[2] = {asker.sender, {0}};
    mn_oneshot_cancel(&asker.oneshot);
    assert_int_equal(mn_oneshot_arm(&asker.oneshot, &late[1]), MN_OK);
    mn_oneshot_cancel(&asker.oneshot);
    assert_int_equal(mn_oneshot_arm(&asker.oneshot, &asker.sender), MN_OK);
    start(bench, &asker);
    bench_settle(bench);
    assert_int_equal(asker.oneshot.senders, 3);

    assert_false(mn_oneshot_is_wanted(&late[0]));
    assert_int_equal(mn_oneshot_send(&late[0], &(uint32_t){13}), MN_ERR_CLOSED);
    mn_oneshot_drop(&late[1]);
    bench_settle(bench);

    assert_false(mn_task_is_done(&asker.task));
    assert_int_equal(asker.value, 0);
    assert_int_equal(asker.oneshot.senders, 1);
    assert_int_equal(answer(&asker, 42), MN_OK);
    bench_settle(bench);
    assert_int_equal(asker.value, 42);
}

static void a_receiver_of_an_earlier_round_is_dropped_without_harm(void **state)
{
    (void)state;
    struct asker asker;
    ask(&asker);
    struct mn_co *early = mn_oneshot_recv(&asker.frame, &asker.oneshot);
    mn_oneshot_drop(&asker.sender);
    mn_oneshot_cancel(&asker.oneshot);
    assert_int_equal(mn_oneshot_arm(&asker.oneshot, &asker.sender), MN_OK);

    mn_co_drop(early);

    assert_int_equal(answer(&asker, 42), MN_OK);
    assert_int_equal(mn_oneshot_recv_now(&asker.oneshot), MN_OK);
}

static void an_answer_may_be_nothing_but_a_sign(void **state)
{
    (void)state;
    struct mn_oneshot oneshot;
    struct mn_oneshot_sender sender;
    mn_oneshot_init(&oneshot, NULL, 0);
    assert_int_equal(mn_oneshot_arm(&oneshot, &sender), MN_OK);

    assert_int_equal(mn_oneshot_send(&sender, NULL), MN_OK);

    assert_int_equal(mn_oneshot_recv_now(&oneshot), MN_OK);
}

static void broken_promises_panic(void **state)
{
    struct bench *bench = *state;
    struct asker asker;
    ask(&asker);
    start(bench, &asker);
    bench_settle(bench);

    expect_assert_failure(mn_oneshot_cancel(&asker.oneshot)); /* somebody waits */
    answer(&asker, 1);
    expect_assert_failure(answer(&asker, 2)); /* one question, one answer */
    bench_settle(bench);
    expect_assert_failure(mn_oneshot_recv(&asker.frame, &asker.oneshot)); /* nobody was asked */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(an_answer_reaches_the_one_who_waits),
        TEST_ON_BENCH(an_answer_may_come_before_the_wait),
        TEST_ON_BENCH(a_slot_serves_round_after_round),
        TEST_ON_BENCH(a_dropped_sender_closes_the_round),
        cmocka_unit_test(trying_to_receive_tells_how_the_round_stands),
        cmocka_unit_test(a_second_question_waits_until_the_first_is_settled),
        TEST_ON_BENCH(a_receiver_dropped_before_its_first_poll_refuses_the_answer),
        TEST_ON_BENCH(a_receiver_dropped_while_waiting_refuses_the_answer),
        TEST_ON_BENCH(a_receiver_dropped_after_being_woken_frees_the_slot),
        TEST_ON_BENCH(a_sender_of_an_earlier_round_touches_nothing),
        cmocka_unit_test(a_receiver_of_an_earlier_round_is_dropped_without_harm),
        cmocka_unit_test(an_answer_may_be_nothing_but_a_sign),
        TEST_ON_BENCH(broken_promises_panic),
    };
    return cmocka_run_group_tests_name("oneshot", tests, NULL, NULL);
}
