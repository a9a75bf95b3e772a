/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/task.h"

#include <stdlib.h>

#include "panic.h"
#include "probe.h"

/* A root frame whose every poll is one call of `act`, and that ends when `act` says so. */
struct actor {
    struct mn_co co;
    struct mn_task task;
    struct trail *trail;
    const char *name;
    bool (*act)(struct actor *actor); /* returns whether it is over */
    void (*on_drop)(struct actor *actor);
    struct actor *other;
    struct mn_task *victim;
    uint32_t drops, endings;
};

static enum mn_poll actor_poll(struct mn_co *co, struct mn_task *task)
{
    struct actor *actor = MN_FRAME(co, struct actor);
    assert_ptr_equal(task, &actor->task);
    assert_ptr_equal(task->kernel->running, task);
    trail_add(actor->trail, "", actor->name);
    return actor->act(actor) ? MN_READY : MN_PENDING;
}

static void actor_drop(struct mn_co *co)
{
    struct actor *actor = MN_FRAME(co, struct actor);
    trail_add(actor->trail, "-", actor->name);
    actor->drops++;
    if (actor->on_drop)
        actor->on_drop(actor);
}

static const struct mn_co_type actor_type = {
    .name = "actor",
    .poll = actor_poll,
    .drop = actor_drop,
};

static void actor_ended(struct mn_task *task)
{
    struct actor *actor = MN_CONTAINER(task, struct actor, task);
    trail_add(actor->trail, "!", actor->name);
    assert_true(mn_task_is_done(task));
    actor->endings++;
}

static void enter(struct bench *bench, struct actor *actor, const char *name, struct trail *trail,
                  bool (*act)(struct actor *actor))
{
    *actor = (struct actor){.name = name, .trail = trail, .act = act};
    mn_spawn(&bench->kernel, &actor->task, name, mn_co_init(&actor->co, &actor_type));
    actor->task.ended = actor_ended;
}

static bool rest(struct actor *actor)
{
    (void)actor;
    return false;
}

static bool end(struct actor *actor)
{
    (void)actor;
    return true;
}

static bool cancel_other(struct actor *actor)
{
    mn_task_cancel(&actor->other->task);
    return false;
}

static bool cancel_victim(struct actor *actor)
{
    mn_task_cancel(actor->victim);
    return true;
}

static void cancel_other_in_drop(struct actor *actor)
{
    mn_task_cancel(&actor->other->task);
}

static bool wake_itself(struct actor *actor)
{
    mn_task_wake(&actor->task);
    mn_task_wake(&actor->task);
    return false;
}

static bool wake_other(struct actor *actor)
{
    mn_task_wake(&actor->other->task);
    return false;
}

static void a_task_is_not_polled_before_the_next_tick(void **state)
{
    struct bench *bench = *state;
    struct trail trail = {.length = 0};
    struct actor a;

    enter(bench, &a, "a", &trail, rest);
    assert_string_equal(trail.text, "");
    mn_tick(&bench->kernel);

    assert_string_equal(trail.text, "a");
    bench_cancel_all(bench);
}

static void ready_tasks_run_in_the_order_of_their_wakes(void **state)
{
    struct bench *bench = *state;
    struct trail trail = {.length = 0};
    struct actor a, b, c;
    enter(bench, &a, "a", &trail, rest);
    enter(bench, &b, "b", &trail, rest);
    enter(bench, &c, "c", &trail, rest);
    mn_tick(&bench->kernel);
    assert_string_equal(trail.text, "a b c");

    mn_task_wake(&c.task);
    mn_task_wake(&a.task);
    mn_task_wake(&b.task);
    mn_task_wake(&c.task); /* changes nothing, not even its place */
    mn_tick(&bench->kernel);
    mn_tick(&bench->kernel);

    assert_string_equal(trail.text, "a b c c a b");
    bench_cancel_all(bench);
}

static void a_wake_during_its_own_poll_counts_for_the_next_tick(void **state)
{
    struct bench *bench = *state;
    struct trail trail = {.length = 0};
    struct actor a;
    enter(bench, &a, "a", &trail, wake_itself);

    for (uint32_t ticks = 1; ticks <= 3; ticks++) {
        assert_true(mn_tick(&bench->kernel).is_ready);
        assert_int_equal(a.task.polls, ticks);
    }
    bench_cancel_all(bench);
}

static void a_task_woken_after_its_turn_waits_for_the_next_tick(void **state)
{
    struct bench *bench = *state;
    struct trail trail = {.length = 0};
    struct actor a, b;
    enter(bench, &a, "a", &trail, rest);
    enter(bench, &b, "b", &trail, wake_other);
    b.other = &a;

    mn_tick(&bench->kernel);
    assert_string_equal(trail.text, "a b");
    mn_tick(&bench->kernel);

    assert_string_equal(trail.text, "a b a");
    bench_cancel_all(bench);
}

static void a_task_woken_before_its_turn_runs_once(void **state)
{
    struct bench *bench = *state;
    struct trail trail = {.length = 0};
    struct actor a, b;
    enter(bench, &a, "a", &trail, wake_other);
    enter(bench, &b, "b", &trail, rest);
    a.other = &b;

    bench_settle(bench);

    assert_string_equal(trail.text, "a b");
    bench_cancel_all(bench);
}

static void a_wake_of_a_done_task_is_ignored(void **state)
{
    struct bench *bench = *state;
    struct trail trail = {.length = 0};
    struct actor a;
    enter(bench, &a, "a", &trail, end);
    mn_tick(&bench->kernel);
    assert_string_equal(trail.text, "a -a !a");

    mn_task_wake(&a.task);

    assert_true(mn_list_is_empty(&bench->kernel.ready));
    assert_false(mn_tick(&bench->kernel).is_ready);
    assert_int_equal(a.task.polls, 1);
}

static bool wake_itself_and_end(struct actor *actor)
{
    mn_task_wake(&actor->task);
    return true;
}

static void a_task_that_wakes_itself_and_ends_is_gone(void **state)
{
    struct bench *bench = *state;
    struct actor a;
    enter(bench, &a, "a", NULL, wake_itself_and_end);

    assert_false(mn_tick(&bench->kernel).is_ready);

    assert_int_equal(a.drops, 1);
    assert_int_equal(a.endings, 1);
    assert_int_equal(bench->kernel.task_count, 0);
}

static void wake_own_task(struct actor *actor)
{
    mn_task_wake(&actor->task);
}

static void a_task_woken_by_its_own_drop_is_gone(void **state)
{
    struct bench *bench = *state;
    struct actor a, b;
    enter(bench, &a, "a", NULL, end);
    enter(bench, &b, "b", NULL, rest);
    a.on_drop = b.on_drop = wake_own_task;

    mn_tick(&bench->kernel);
    mn_task_cancel(&b.task);

    assert_int_equal(a.endings, 1);
    assert_int_equal(b.endings, 1);
    assert_true(mn_list_is_empty(&bench->kernel.ready));
}

static void cancelling_drops_the_future_then_calls_ended_once(void **state)
{
    struct bench *bench = *state;
    for (int ready = 0; ready < 2; ready++) {
        struct trail trail = {.length = 0};
        struct actor a;
        enter(bench, &a, "a", &trail, rest);
        mn_tick(&bench->kernel);
        if (ready)
            mn_task_wake(&a.task);

        mn_task_cancel(&a.task);
        mn_task_cancel(&a.task);
        bench_settle(bench);

        assert_string_equal(trail.text, "a -a !a");
        assert_int_equal(bench->kernel.task_count, 0);
    }
}

static void a_task_cancelled_before_its_first_tick_is_never_polled(void **state)
{
    struct bench *bench = *state;
    struct trail trail = {.length = 0};
    struct actor a;
    enter(bench, &a, "a", &trail, rest);

    mn_task_cancel(&a.task);
    bench_settle(bench);

    assert_string_equal(trail.text, "-a !a");
}

static void a_task_can_cancel_one_that_comes_later_in_the_same_tick(void **state)
{
    struct bench *bench = *state;
    struct trail trail = {.length = 0};
    struct actor a, b, c, d;
    enter(bench, &a, "a", &trail, cancel_other);
    enter(bench, &b, "b", &trail, cancel_other);
    enter(bench, &c, "c", &trail, rest);
    enter(bench, &d, "d", &trail, rest);
    a.other = &d; /* the last of the batch */
    b.other = &c; /* the very next */

    bench_settle(bench);

    assert_string_equal(trail.text, "a -d !d b -c !c");
    assert_int_equal(bench->kernel.task_count, 2);
    bench_cancel_all(bench);
}

static void a_task_can_cancel_one_that_had_its_turn(void **state)
{
    struct bench *bench = *state;
    struct trail trail = {.length = 0};
    struct actor a, b, c, d;
    enter(bench, &a, "a", &trail, rest);
    enter(bench, &b, "b", &trail, wake_itself); /* on the ready list when it is cancelled */
    enter(bench, &c, "c", &trail, cancel_other);
    enter(bench, &d, "d", &trail, cancel_other);
    c.other = &a;
    d.other = &b;

    bench_settle(bench);

    assert_string_equal(trail.text, "a b c -a !a d -b !b");
    bench_cancel_all(bench);
}

static bool cancel_itself(struct actor *actor)
{
    assert_panics("task->kernel->running != task", mn_task_cancel(&actor->task));
    return false;
}

static void a_task_that_cancels_itself_panics(void **state)
{
    struct bench *bench = *state;
    struct actor a;
    enter(bench, &a, "a", NULL, cancel_itself);

    mn_tick(&bench->kernel);

    assert_int_equal(a.task.polls, 1);
    assert_int_equal(a.drops, 0);
    bench_cancel_all(bench);
}

static void a_drop_may_cancel_another_task(void **state)
{
    struct bench *bench = *state;
    struct trail trail = {.length = 0};
    struct actor a, b;
    enter(bench, &a, "a", &trail, end);
    enter(bench, &b, "b", &trail, rest);
    a.on_drop = cancel_other_in_drop;
    a.other = &b;

    bench_settle(bench);

    assert_string_equal(trail.text, "a -a -b !b !a");
}

/* A task on the heap, with its root frame: both go in `ended`. */
struct heaped {
    struct mn_task task;
    struct probe probe;
};

static void free_heaped(struct mn_task *task)
{
    free(MN_CONTAINER(task, struct heaped, task));
}

static struct mn_task *spawn_heaped(struct bench *bench, uint32_t waits)
{
    struct heaped *heaped = malloc(sizeof *heaped);
    assert_non_null(heaped);
    mn_spawn(&bench->kernel, &heaped->task, "heaped",
             probe(&heaped->probe, "p", NULL, waits, MN_OK));
    heaped->task.ended = free_heaped;
    return &heaped->task;
}

static void ended_may_free_the_task_however_it_ends(void **state)
{
    struct bench *bench = *state;
    struct actor a;

    spawn_heaped(bench, 0); /* finishes */
    mn_tick(&bench->kernel);

    mn_task_cancel(spawn_heaped(bench, PROBE_FOREVER)); /* cancelled before its first poll */

    struct mn_task *task = spawn_heaped(bench, PROBE_FOREVER);
    mn_tick(&bench->kernel);
    mn_task_cancel(task); /* cancelled while waiting */

    enter(bench, &a, "a", NULL, cancel_victim); /* cancelled in the batch, by another task */
    a.victim = spawn_heaped(bench, PROBE_FOREVER);
    mn_tick(&bench->kernel);
    assert_int_equal(bench->kernel.task_count, 0);

    spawn_heaped(bench, PROBE_FOREVER); /* still there when the kernel finishes */
}

static bool spawn_other(struct actor *actor)
{
    struct actor *other = actor->other;
    *other = (struct actor){.name = "child", .trail = actor->trail, .act = rest};
    mn_spawn(actor->task.kernel, &other->task, "child", mn_co_init(&other->co, &actor_type));
    return true;
}

static void a_task_can_spawn_and_the_new_one_runs_in_the_next_tick(void **state)
{
    struct bench *bench = *state;
    struct trail trail = {.length = 0};
    struct actor a, child;
    enter(bench, &a, "a", &trail, spawn_other);
    a.other = &child;

    assert_true(mn_tick(&bench->kernel).is_ready);
    assert_string_equal(trail.text, "a -a !a");
    mn_tick(&bench->kernel);

    assert_string_equal(trail.text, "a -a !a child");
    bench_cancel_all(bench);
}

static void spawn_again(struct mn_task *task)
{
    struct actor *actor = MN_CONTAINER(task, struct actor, task);
    actor->endings++;
    mn_spawn(task->kernel, task, "again", mn_co_init(&actor->co, &actor_type));
}

static void ended_may_spawn_the_same_memory_again(void **state)
{
    struct bench *bench = *state;
    struct trail trail = {.length = 0};
    struct actor a;
    enter(bench, &a, "a", &trail, end);
    a.task.ended = spawn_again;
    uint32_t id = a.task.id;

    bench_settle(bench);

    assert_string_equal(trail.text, "a -a a -a");
    assert_int_equal(a.endings, 1);
    assert_int_not_equal(a.task.id, id);
}

static void a_future_that_has_ended_cannot_be_spawned(void **state)
{
    struct bench *bench = *state;
    struct probe future;
    struct mn_task task;
    mn_co_drop(probe(&future, "p", NULL, 0, MN_OK));

    assert_panics("!mn_co_is_ended(root)",
                  mn_spawn(&bench->kernel, &task, "late", &future.co));

    assert_int_equal(bench->kernel.task_count, 0);
}

static void tasks_that_cancel_each_other_in_their_drops_are_dropped_once(void **state)
{
    struct bench *bench = *state;
    for (int finishes = 0; finishes < 2; finishes++) {
        struct trail trail = {.length = 0};
        struct actor a, b;
        enter(bench, &a, "a", &trail, finishes ? end : rest);
        enter(bench, &b, "b", &trail, rest);
        a.on_drop = b.on_drop = cancel_other_in_drop;
        a.other = &b;
        b.other = &a;

        bench_settle(bench);
        mn_task_cancel(&a.task);

        assert_string_equal(trail.text, finishes ? "a -a -b !b !a" : "a b -a -b !b !a");
        assert_int_equal(bench->kernel.task_count, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_task_is_not_polled_before_the_next_tick),
        TEST_ON_BENCH(ready_tasks_run_in_the_order_of_their_wakes),
        TEST_ON_BENCH(a_wake_during_its_own_poll_counts_for_the_next_tick),
        TEST_ON_BENCH(a_task_woken_after_its_turn_waits_for_the_next_tick),
        TEST_ON_BENCH(a_task_woken_before_its_turn_runs_once),
        TEST_ON_BENCH(a_wake_of_a_done_task_is_ignored),
        TEST_ON_BENCH(a_task_that_wakes_itself_and_ends_is_gone),
        TEST_ON_BENCH(a_task_woken_by_its_own_drop_is_gone),
        TEST_ON_BENCH(cancelling_drops_the_future_then_calls_ended_once),
        TEST_ON_BENCH(a_task_cancelled_before_its_first_tick_is_never_polled),
        TEST_ON_BENCH(a_task_can_cancel_one_that_comes_later_in_the_same_tick),
        TEST_ON_BENCH(a_task_can_cancel_one_that_had_its_turn),
        TEST_ON_BENCH(a_task_that_cancels_itself_panics),
        TEST_ON_BENCH(a_drop_may_cancel_another_task),
        TEST_ON_BENCH(ended_may_free_the_task_however_it_ends),
        TEST_ON_BENCH(a_task_can_spawn_and_the_new_one_runs_in_the_next_tick),
        TEST_ON_BENCH(ended_may_spawn_the_same_memory_again),
        TEST_ON_BENCH(a_future_that_has_ended_cannot_be_spawned),
        TEST_ON_BENCH(tasks_that_cancel_each_other_in_their_drops_are_dropped_once),
    };
    return cmocka_run_group_tests_name("task", tests, NULL, NULL);
}
