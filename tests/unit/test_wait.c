/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/wait.h"

#include "cut.h"
#include "mn/race.h"
#include "probe.h"

#define WAITERS 4u

struct crowd {
    struct mn_waitq queue;
    struct trail trail;
    struct runner runners[WAITERS];
    struct mn_wait waits[WAITERS];
};

/* Four tasks "a" to "d" wait in the queue, in this order. */
static void gather(struct bench *bench, struct crowd *crowd)
{
    static const char *const names[WAITERS] = {"a", "b", "c", "d"};
    crowd->trail = (struct trail){.length = 0};
    mn_waitq_init(&crowd->queue);
    for (uint32_t i = 0; i < WAITERS; i++)
        runner_spawn(&crowd->runners[i], &bench->kernel, names[i], &crowd->trail,
                     mn_wait(&crowd->waits[i], &crowd->queue));
    bench_settle(bench);
}

static void a_wait_ends_with_one_wake(void **state)
{
    struct bench *bench = *state;
    struct crowd crowd;
    gather(bench, &crowd);
    assert_string_equal(crowd.trail.text, "");

    mn_waitq_wake_one(&crowd.queue);
    bench_settle(bench);

    assert_string_equal(crowd.trail.text, "a");
    assert_int_equal(crowd.runners[0].err, MN_OK);
    bench_cancel_all(bench);
    assert_true(mn_waitq_is_empty(&crowd.queue));
}

static void wakes_go_to_the_longest_waiting(void **state)
{
    struct bench *bench = *state;
    struct crowd crowd;
    gather(bench, &crowd);

    mn_waitq_wake_one(&crowd.queue);
    mn_waitq_wake_one(&crowd.queue);
    bench_settle(bench);
    assert_string_equal(crowd.trail.text, "a b");
    mn_waitq_wake_one(&crowd.queue);
    mn_waitq_wake_one(&crowd.queue);
    mn_waitq_wake_one(&crowd.queue); /* one more than there are waiters */
    bench_settle(bench);

    assert_string_equal(crowd.trail.text, "a b c d");
}

static void wake_all_wakes_everybody_in_order(void **state)
{
    struct bench *bench = *state;
    struct crowd crowd;
    gather(bench, &crowd);

    mn_waitq_wake_all(&crowd.queue);
    assert_true(mn_waitq_is_empty(&crowd.queue));
    bench_settle(bench);

    assert_string_equal(crowd.trail.text, "a b c d");
}

static void a_wake_when_nobody_waits_is_forgotten(void **state)
{
    struct bench *bench = *state;
    struct mn_waitq queue;
    struct runner runner;
    struct mn_wait wait;
    mn_waitq_init(&queue);
    mn_waitq_wake_one(&queue);
    mn_waitq_wake_all(&queue);

    runner_spawn(&runner, &bench->kernel, "r", NULL, mn_wait(&wait, &queue));
    mn_waitq_wake_one(&queue); /* its place is taken only at the first poll */
    bench_settle(bench);

    assert_false(runner.returned);
    assert_false(mn_waitq_is_empty(&queue));
    bench_cancel_all(bench);
}

static void a_wait_polled_without_cause_keeps_its_place(void **state)
{
    struct bench *bench = *state;
    struct crowd crowd;
    gather(bench, &crowd);

    mn_task_wake(&crowd.runners[0].task);
    bench_settle(bench);
    assert_string_equal(crowd.trail.text, "");
    mn_waitq_wake_one(&crowd.queue);
    bench_settle(bench);

    assert_string_equal(crowd.trail.text, "a");
    bench_cancel_all(bench);
}

static void a_wait_dropped_before_its_first_poll_was_never_queued(void **state)
{
    (void)state;
    struct mn_waitq queue;
    struct mn_wait wait;
    mn_waitq_init(&queue);

    mn_co_drop(mn_wait(&wait, &queue));

    assert_true(mn_waitq_is_empty(&queue));
    assert_true(mn_co_is_ended(&wait.co));
}

static void a_wait_dropped_while_waiting_leaves_the_queue(void **state)
{
    struct bench *bench = *state;
    for (uint32_t gone = 0; gone < WAITERS; gone++) {
        static const char *const left[WAITERS] = {"b c d", "a c d", "a b d", "a b c"};
        struct crowd crowd;
        gather(bench, &crowd);

        mn_task_cancel(&crowd.runners[gone].task);
        mn_waitq_wake_all(&crowd.queue);
        bench_settle(bench);

        assert_string_equal(crowd.trail.text, left[gone]);
    }
}

static void a_wake_given_to_a_dropped_waiter_passes_to_the_next(void **state)
{
    struct bench *bench = *state;
    struct crowd crowd;
    gather(bench, &crowd);

    mn_waitq_wake_one(&crowd.queue);
    mn_task_cancel(&crowd.runners[0].task);
    mn_task_cancel(&crowd.runners[1].task); /* and on, and on */
    bench_settle(bench);

    assert_string_equal(crowd.trail.text, "c");
    bench_cancel_all(bench);
}

static void a_wake_that_was_used_is_not_passed_on(void **state)
{
    struct bench *bench = *state;
    struct crowd crowd;
    gather(bench, &crowd);

    mn_waitq_wake_one(&crowd.queue);
    bench_settle(bench);
    mn_co_drop(&crowd.waits[0].co);
    mn_task_cancel(&crowd.runners[0].task);
    bench_settle(bench);

    assert_string_equal(crowd.trail.text, "a");
    bench_cancel_all(bench);
}

static void a_wake_of_the_last_waiter_dies_with_it(void **state)
{
    struct bench *bench = *state;
    struct crowd crowd;
    struct runner late;
    struct mn_wait wait;
    gather(bench, &crowd);
    mn_waitq_wake_all(&crowd.queue);
    bench_cancel_all(bench);

    runner_spawn(&late, &bench->kernel, "late", NULL, mn_wait(&wait, &crowd.queue));
    bench_settle(bench);

    assert_false(late.returned);
    bench_cancel_all(bench);
    assert_true(mn_waitq_is_empty(&crowd.queue));
}

static void two_waits_of_one_task_in_one_queue_pass_a_wake_on_together(void **state)
{
    struct bench *bench = *state;
    struct mn_waitq queue;
    struct mn_wait waits[3];
    struct mn_co *arms[2];
    struct mn_select select;
    struct runner both, behind;
    mn_waitq_init(&queue);
    arms[0] = mn_wait(&waits[0], &queue);
    arms[1] = mn_wait(&waits[1], &queue);
    runner_spawn(&both, &bench->kernel, "both", NULL, mn_select(&select, arms, 2));
    runner_spawn(&behind, &bench->kernel, "behind", NULL, mn_wait(&waits[2], &queue));
    bench_settle(bench);

    mn_waitq_wake_one(&queue);
    mn_task_cancel(&both.task); /* through its own second arm to the next task */
    bench_settle(bench);

    assert_true(behind.returned);
    assert_true(mn_waitq_is_empty(&queue));
}

static void a_yield_lets_every_other_ready_task_run_once(void **state)
{
    struct bench *bench = *state;
    struct trail trail = {.length = 0};
    struct runner runners[3];
    struct mn_yield yields[2];
    struct probe future;
    runner_spawn(&runners[0], &bench->kernel, "a", &trail, mn_yield(&yields[0]));
    runner_spawn(&runners[1], &bench->kernel, "b", &trail,
                 probe(&future, "p", NULL, 0, MN_OK));
    runner_spawn(&runners[2], &bench->kernel, "c", &trail, mn_yield(&yields[1]));

    assert_int_equal(bench_settle(bench), 2);

    assert_string_equal(trail.text, "b a c");
    assert_int_equal(runners[0].err, MN_OK);
}

static void a_yield_dropped_at_any_time_leaves_nothing(void **state)
{
    struct bench *bench = *state;
    struct mn_yield yield;
    struct runner runner;
    mn_co_drop(mn_yield(&yield));

    runner_spawn(&runner, &bench->kernel, "r", NULL, mn_yield(&yield));
    mn_tick(&bench->kernel);
    assert_true(mn_list_is_linked(&runner.task.ready));
    mn_task_cancel(&runner.task);

    assert_false(mn_tick(&bench->kernel).is_ready);
}

/* A producer puts things on a pile and wakes one; consumers take them off, and wait for more. */
struct pile {
    struct mn_waitq filled;
    uint32_t things, taken;
    struct consumer {
        struct mn_co co;
        struct mn_task task;
        struct pile *pile;
        struct mn_wait wait;
        struct mn_yield yield;
    } consumers[3];
};

static enum mn_poll consumer_poll(struct mn_co *co, struct mn_task *task)
{
    struct consumer *consumer = MN_FRAME(co, struct consumer);

    MN_CO_BEGIN;
    while (consumer->pile->taken < 6) {
        while (consumer->pile->things == 0)
            MN_AWAIT(mn_wait(&consumer->wait, &consumer->pile->filled));
        consumer->pile->things--;
        consumer->pile->taken++;
        MN_AWAIT(mn_yield(&consumer->yield));
    }
    mn_waitq_wake_all(&consumer->pile->filled);
    MN_RETURN(MN_OK);
    MN_CO_END;
}

static const struct mn_co_type consumer_type = {.name = "consumer", .poll = consumer_poll};

static void pile_setup(struct bench *bench, void *scene)
{
    struct pile *pile = scene;
    mn_waitq_init(&pile->filled);
    for (uint32_t i = 0; i < 3; i++) {
        pile->consumers[i].pile = pile;
        mn_spawn(&bench->kernel, &pile->consumers[i].task, "consumer",
                 mn_co_init(&pile->consumers[i].co, &consumer_type));
    }
}

static void pile_act(struct bench *bench, void *scene, uint32_t tick)
{
    struct pile *pile = scene;
    (void)bench;
    if (tick % 2 == 0 && tick < 16) {
        pile->things++;
        mn_waitq_wake_one(&pile->filled);
    }
}

static bool pile_is_over(struct bench *bench, void *scene)
{
    (void)bench;
    return ((struct pile *)scene)->taken >= 6;
}

static void pile_cut(struct bench *bench, void *scene)
{
    struct pile *pile = scene;
    (void)bench;
    pile->things++;
    mn_waitq_wake_one(&pile->filled);
    mn_task_cancel(&pile->consumers[1].task); /* which may just have been woken */
}

static void pile_check(struct bench *bench, void *scene, uint32_t ticks)
{
    struct pile *pile = scene;
    (void)bench;
    (void)ticks;
    if (!mn_waitq_is_empty(&pile->filled))
        assert_int_equal(pile->things, 0); /* nobody sleeps beside a thing to take */
}

static void no_wake_is_lost_wherever_a_waiter_is_cut_off(void **state)
{
    (void)state;
    static const struct cut life = {
        .scene_bytes = sizeof(struct pile),
        .ticks_max = 30,
        .setup = pile_setup,
        .act = pile_act,
        .is_over = pile_is_over,
        .cut = pile_cut,
        .check = pile_check,
    };

    assert_in_range(cut_everywhere(&life), 6, 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_wait_ends_with_one_wake),
        TEST_ON_BENCH(wakes_go_to_the_longest_waiting),
        TEST_ON_BENCH(wake_all_wakes_everybody_in_order),
        TEST_ON_BENCH(a_wake_when_nobody_waits_is_forgotten),
        TEST_ON_BENCH(a_wait_polled_without_cause_keeps_its_place),
        TEST_ON_BENCH(a_wait_dropped_before_its_first_poll_was_never_queued),
        TEST_ON_BENCH(a_wait_dropped_while_waiting_leaves_the_queue),
        TEST_ON_BENCH(a_wake_given_to_a_dropped_waiter_passes_to_the_next),
        TEST_ON_BENCH(a_wake_that_was_used_is_not_passed_on),
        TEST_ON_BENCH(a_wake_of_the_last_waiter_dies_with_it),
        TEST_ON_BENCH(two_waits_of_one_task_in_one_queue_pass_a_wake_on_together),
        TEST_ON_BENCH(a_yield_lets_every_other_ready_task_run_once),
        TEST_ON_BENCH(a_yield_dropped_at_any_time_leaves_nothing),
        cmocka_unit_test(no_wake_is_lost_wherever_a_waiter_is_cut_off),
    };
    return cmocka_run_group_tests_name("wait", tests, NULL, NULL);
}
