/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/torture.h"

#include <string.h>

#include "cut.h"
#include "log_paper.h"

#define TARGET "kernel::torture"

struct scene {
    struct mn_torture torture;
    struct mn_task task;
    struct log_paper paper;
};

static const struct mn_torture_settings settings = {.tasks = 6, .rounds = 100, .seed = 7};

static void start(struct bench *bench, struct scene *scene, const struct mn_torture_settings *how)
{
    mn_spawn(&bench->kernel, &scene->task, "torture",
             mn_torture(&scene->torture, &bench->kernel, how));
}

static void run(struct bench *bench, struct scene *scene)
{
    for (uint32_t seconds = 0; seconds < 60 && !mn_task_is_done(&scene->task); seconds++)
        bench_advance(bench, MN_S);
    assert_true(mn_task_is_done(&scene->task));
}

static void a_kernel_that_keeps_its_promises_is_told_so(void **state)
{
    struct bench *bench = *state;
    struct scene scene;
    log_paper_open(&scene.paper, bench, TARGET);
    start(bench, &scene, &settings);

    run(bench, &scene);

    assert_int_equal(scene.torture.co.err, MN_OK);
    assert_int_equal(scene.torture.counts.rounds, 600);
    assert_in_range(scene.torture.counts.dropped, 100, 500);
    assert_int_equal(scene.torture.counts.killed, 0);
    assert_non_null(strstr(scene.paper.text, "all promises kept seed=7 tasks=6 rounds=600"));
    assert_null(strstr(scene.paper.text, "broken"));
    log_paper_close(&scene.paper, bench);
}

static void so_it_is_with_any_seed_and_any_number_of_tasks(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 200; seed++) {
        struct mn_torture_settings how = {
            .tasks = 1 + seed % MN_TORTURE_TASKS_MAX, .rounds = 30, .seed = seed};
        struct bench *bench = bench_create();
        struct scene scene;
        start(bench, &scene, &how);
        run(bench, &scene);
        assert_int_equal(scene.torture.co.err, MN_OK);
        assert_int_equal(scene.torture.counts.rounds, how.tasks * how.rounds);
        bench_destroy(bench);
    }
}

static void without_a_seed_it_draws_one_from_the_machine(void **state)
{
    struct bench *bench = *state;
    struct mn_torture_settings how = {.tasks = 1, .rounds = 1};
    struct scene scenes[2];
    for (uint32_t i = 0; i < 2; i++) {
        start(bench, &scenes[i], &how);
        run(bench, &scenes[i]);
    }

    assert_int_not_equal(scenes[0].torture.counts.seed, 0);
    assert_int_not_equal(scenes[0].torture.counts.seed, scenes[1].torture.counts.seed);
}

static void a_machine_whose_timers_are_late_is_told_so(void **state)
{
    struct bench *bench = *state;
    struct scene scene;
    log_paper_open(&scene.paper, bench, TARGET);
    start(bench, &scene, &settings);

    while (!mn_task_is_done(&scene.task)) {
        bench->now_us += 1500; /* whatever is due: it looks at its clock no sooner */
        bench_settle(bench);
    }

    assert_int_equal(scene.torture.co.err, MN_ERR_FAILED);
    assert_in_range(scene.torture.counts.broken, 8, 100000);
    assert_non_null(strstr(scene.paper.text,
                           "a promise is broken promise=nobody sleeps longer than wanted"));
    assert_non_null(strstr(scene.paper.text, "promises are broken broken="));
    log_paper_close(&scene.paper, bench);
}

static void with_patience_for_a_slow_clock_such_a_machine_passes(void **state)
{
    struct bench *bench = *state;
    struct scene scene;
    struct mn_torture_settings how = settings;
    how.late_max_us = 1500;
    start(bench, &scene, &how);

    while (!mn_task_is_done(&scene.task)) {
        bench->now_us += 1500;
        bench_settle(bench);
    }

    assert_int_equal(scene.torture.co.err, MN_OK);
}

static void a_heap_that_could_never_hold_it_is_an_error(void **state)
{
    struct bench *bench = *state;
    struct scene scene;
    struct mn_torture_settings how = settings;
    struct mn_kernel_config config = {.arena = bench->arena, .arena_bytes = 8192};
    mn_kernel_finish(&bench->kernel);
    assert_int_equal(mn_kernel_init(&bench->kernel, &bench->hal, &config), MN_OK);
    start(bench, &scene, &how);

    bench_settle(bench);

    assert_int_equal(scene.torture.co.err, MN_ERR_TOO_BIG);
}

/* ---- its tasks killed, itself cut off ---------------------------------------------------- */

/* The task that stands `place` places behind the first one. */
static struct mn_task *task_at(struct bench *bench, uint32_t place)
{
    struct mn_list *link = bench->kernel.tasks.next;
    for (uint32_t i = place % bench->kernel.task_count; i > 0; i--)
        link = link->next;
    return MN_CONTAINER(link, struct mn_task, link);
}

static void whoever_of_its_tasks_is_killed_the_others_keep_their_promises(void **state)
{
    (void)state;
    for (uint32_t kill = 0; kill < 1500; kill++) {
        struct mn_torture_settings how = {.tasks = 5, .rounds = 20, .seed = 1 + kill / 10};
        struct bench *bench = bench_create();
        struct scene scene;
        start(bench, &scene, &how);
        for (uint32_t tick = 0; tick <= kill % 100; tick++) {
            mn_tick(&bench->kernel);
            bench->now_us += mn_list_is_empty(&bench->kernel.ready) ? 1 : 0;
        }
        struct mn_task *victim = task_at(bench, kill / 7);
        if (victim != &scene.task)
            mn_task_cancel(victim);
        run(bench, &scene);
        assert_int_equal(scene.torture.co.err, MN_OK);
        bench_destroy(bench);
    }
}

static void begin_life(struct bench *bench, void *context)
{
    struct mn_torture_settings how = {.tasks = 4, .rounds = 40, .seed = 3};
    start(bench, context, &how);
}

static void cancel_daemon(struct bench *bench, void *context)
{
    (void)bench;
    mn_task_cancel(&((struct scene *)context)->task);
}

static void nothing_is_left(struct bench *bench, void *context, uint32_t ticks)
{
    (void)context;
    (void)ticks;
    assert_int_equal(bench->kernel.task_count, 0);
    assert_int_equal(bench->kernel.registry.count, 0);
    assert_int_equal(mn_heap_stats(&bench->kernel.heap).live_blocks, 0);
}

static void cut_off_after_any_tick_it_leaves_nothing(void **state)
{
    struct cut life = {
        .scene_bytes = sizeof(struct scene),
        .ticks_max = 2000,
        .setup = begin_life,
        .cut = cancel_daemon,
        .check = nothing_is_left,
    };
    (void)state;
    assert_in_range(cut_everywhere(&life), 50, 2000);
}

static void finished_after_any_tick_the_kernel_has_nothing_left(void **state)
{
    struct cut life = {
        .scene_bytes = sizeof(struct scene),
        .ticks_max = 2000,
        .setup = begin_life,
    };
    (void)state;
    assert_in_range(cut_everywhere(&life), 50, 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_kernel_that_keeps_its_promises_is_told_so),
        cmocka_unit_test(so_it_is_with_any_seed_and_any_number_of_tasks),
        TEST_ON_BENCH(without_a_seed_it_draws_one_from_the_machine),
        TEST_ON_BENCH(a_machine_whose_timers_are_late_is_told_so),
        TEST_ON_BENCH(with_patience_for_a_slow_clock_such_a_machine_passes),
        TEST_ON_BENCH(a_heap_that_could_never_hold_it_is_an_error),
        cmocka_unit_test(whoever_of_its_tasks_is_killed_the_others_keep_their_promises),
        cmocka_unit_test(cut_off_after_any_tick_it_leaves_nothing),
        cmocka_unit_test(finished_after_any_tick_the_kernel_has_nothing_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
