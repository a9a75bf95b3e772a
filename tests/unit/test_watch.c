/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/task.h"

#include <stdio.h>
#include <string.h>

#include "mn/race.h"
#include "panic.h"
#include "probe.h"

/* What can be watched of a task from outside: its counters, where it waits, and for whom. */

static void a_new_task_has_a_fresh_count_of_everything(void **state)
{
    struct bench *bench = *state;
    struct mn_task task;
    struct probe future;
    bench_advance(bench, 70);
    mn_tick(&bench->kernel); /* the kernel looks at the clock only here */
    memset(&task, 0xa5, sizeof task);

    mn_spawn(&bench->kernel, &task, "t", probe(&future, "p", NULL, PROBE_FOREVER, MN_OK));

    assert_string_equal(task.name, "t");
    assert_ptr_equal(task.root, &future.co);
    assert_int_equal(task.polls, 0);
    assert_int_equal(task.spent_ns, 0);
    assert_int_equal(task.waits_since_us, 70);
    assert_null(task.ended);
    assert_ptr_not_equal(task.kernel->running, &task);
    bench_cancel_all(bench);
}

static void ids_count_up_from_one(void **state)
{
    struct bench *bench = *state;
    struct runner runners[3];
    struct probe futures[3];

    for (uint32_t i = 0; i < 3; i++) {
        runner_spawn(&runners[i], &bench->kernel, "r", NULL,
                     probe(&futures[i], "p", NULL, 0, MN_OK));
        assert_int_equal(runners[i].task.id, i + 1);
    }
    bench_cancel_all(bench);
}

static void polls_and_the_latest_of_them_are_counted(void **state)
{
    struct bench *bench = *state;
    struct mn_task task;
    struct probe future;
    mn_spawn(&bench->kernel, &task, "t", probe(&future, "p", NULL, PROBE_FOREVER, MN_OK));

    for (uint32_t polls = 1; polls <= 3; polls++) {
        bench_advance(bench, 100);
        mn_task_wake(&task);
        mn_tick(&bench->kernel);
        assert_int_equal(task.polls, polls + 1); /* one more at the very beginning */
        assert_int_equal(task.waits_since_us, bench->now_us);
    }
    bench_advance(bench, 1000);

    assert_int_equal(task.waits_since_us, 300);
    assert_int_equal(task.spent_ns, 0); /* the bench has no stopwatch */
    bench_cancel_all(bench);
}

/* Each look at the stopwatch costs 7 ns more than the one before: 7, 14 + 7, ... */
static uint64_t stopwatch_ns(struct mn_hal *hal)
{
    struct bench *bench = MN_CONTAINER(hal, struct bench, hal);
    bench->random += 7;
    return bench->random * bench->random;
}

static void time_inside_polls_is_added_up_when_there_is_a_stopwatch(void **state)
{
    struct bench *bench = *state;
    const struct mn_hal_ops *without = bench->hal.ops;
    struct mn_hal_ops with = *without;
    with.stopwatch_ns = stopwatch_ns;
    bench->hal.ops = &with;
    struct mn_task task;
    struct probe future;

    mn_spawn(&bench->kernel, &task, "t", probe(&future, "p", NULL, 1, MN_OK));
    mn_tick(&bench->kernel);
    assert_int_equal(task.spent_ns, 14 * 14 - 7 * 7);
    mn_task_wake(&task);
    mn_tick(&bench->kernel);

    assert_true(mn_task_is_done(&task)); /* the last poll counts too */
    assert_int_equal(task.spent_ns, (14 * 14 - 7 * 7) + (28 * 28 - 21 * 21));
    bench->hal.ops = without;
}

/* A nap under a limit: its description has every kind of part. */
struct nap {
    struct mn_co co;
    struct mn_timeout limit;
    struct wrap wrap;
    struct mn_sleep sleep;
    uint32_t line; /* of the await */
};

static enum mn_poll nap_poll(struct mn_co *co, struct mn_task *task)
{
    struct nap *nap = MN_FRAME(co, struct nap);

    MN_CO_BEGIN;
    nap->line = __LINE__ + 1;
    MN_AWAIT(mn_timeout(&nap->limit, 9, wrap(&nap->wrap, "w", NULL, mn_sleep(&nap->sleep, 5))));
    MN_CO_END;
}

static const struct mn_co_type nap_type = {.name = "nap", .poll = nap_poll};

static void a_description_names_every_frame_and_where_it_waits(void **state)
{
    struct bench *bench = *state;
    struct nap nap;
    struct mn_task task;
    char text[128], expected[128];
    mn_spawn(&bench->kernel, &task, "nap", mn_co_init(&nap.co, &nap_type));
    assert_int_equal(mn_task_describe(&task, text, sizeof text), 3);
    assert_string_equal(text, "nap");

    mn_tick(&bench->kernel);
    uint32_t length = mn_task_describe(&task, text, sizeof text);

    snprintf(expected, sizeof expected, "nap:%u > timeout > wrap:%u > sleep", nap.line,
             nap.wrap.co.at);
    assert_string_equal(text, expected);
    assert_int_equal(length, strlen(expected));

    bench_advance(bench, 5);
    mn_task_describe(&task, text, sizeof text);
    assert_string_equal(text, "nap");
}

static void a_description_is_cut_to_the_room_there_is(void **state)
{
    struct bench *bench = *state;
    struct nap nap;
    struct mn_task task;
    char whole[128], text[128];
    mn_spawn(&bench->kernel, &task, "nap", mn_co_init(&nap.co, &nap_type));
    mn_tick(&bench->kernel);
    uint32_t length = mn_task_describe(&task, whole, sizeof whole);

    for (uint32_t room = 1; room <= length + 1; room++) {
        memset(text, '#', sizeof text);
        assert_int_equal(mn_task_describe(&task, text, room), room - 1);
        assert_memory_equal(text, whole, room - 1);
        assert_int_equal(text[room - 1], '\0');
        assert_int_equal(text[room], '#');
    }
    assert_panics("text_bytes > 0", mn_task_describe(&task, text, 0));
    bench_cancel_all(bench);
}

/* A leaf that knows whom it waits for. */
struct asking {
    struct mn_co co;
    const struct mn_task *asked;
};

static enum mn_poll asking_poll(struct mn_co *co, struct mn_task *task)
{
    (void)co;
    (void)task;
    return MN_PENDING;
}

static const struct mn_task *asking_waits_for(const struct mn_co *co)
{
    return ((const struct asking *)co)->asked;
}

static const struct mn_co_type asking_type = {
    .name = "asking",
    .poll = asking_poll,
    .waits_for = asking_waits_for,
};

static void the_innermost_frame_says_whom_a_task_waits_for(void **state)
{
    struct bench *bench = *state;
    struct runner runner, other;
    struct probe future;
    struct asking asking = {.asked = &other.task};
    runner_spawn(&other, &bench->kernel, "other", NULL,
                 probe(&future, "p", NULL, PROBE_FOREVER, MN_OK));
    runner_spawn(&runner, &bench->kernel, "runner", NULL, mn_co_init(&asking.co, &asking_type));
    assert_null(mn_task_waits_for(&runner.task)); /* it has not asked yet */

    mn_tick(&bench->kernel);

    assert_ptr_equal(mn_task_waits_for(&runner.task), &other.task);
    assert_null(mn_task_waits_for(&other.task)); /* its leaf cannot tell */
    bench_cancel_all(bench);
}

static void an_id_is_never_0_however_many_tasks_there_were(void **state)
{
    struct bench *bench = *state;
    struct mn_task tasks[3];
    struct probe futures[3];
    bench->kernel.task_ids = INT32_MAX - 1;

    for (uint32_t i = 0; i < 3; i++)
        mn_spawn(&bench->kernel, &tasks[i], "t", probe(&futures[i], "p", NULL, 0, MN_OK));
    bench_settle(bench);

    assert_int_equal(tasks[0].id, INT32_MAX);
    assert_int_equal(tasks[1].id, 1);
    assert_int_equal(tasks[2].id, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_new_task_has_a_fresh_count_of_everything),
        TEST_ON_BENCH(ids_count_up_from_one),
        TEST_ON_BENCH(polls_and_the_latest_of_them_are_counted),
        TEST_ON_BENCH(time_inside_polls_is_added_up_when_there_is_a_stopwatch),
        TEST_ON_BENCH(a_description_names_every_frame_and_where_it_waits),
        TEST_ON_BENCH(a_description_is_cut_to_the_room_there_is),
        TEST_ON_BENCH(the_innermost_frame_says_whom_a_task_waits_for),
        TEST_ON_BENCH(an_id_is_never_0_however_many_tasks_there_were),
    };
    return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
