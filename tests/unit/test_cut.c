/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "cut.h"

#include "probe.h"

/* The loop that cuts lives off is itself used by many tests: what it promises is tested here. */

struct scene {
    struct runner runner;
    struct wrap wrap;
    struct mn_sleep sleep;
    uint32_t acts, cuts;
};

static struct {
    uint32_t lives, checks, unfinished;
    bool has_bench;
} seen;

static void setup(struct bench *bench, void *memory)
{
    struct scene *scene = memory;
    assert_int_equal(scene->acts, 0);
    assert_int_equal(bench->kernel.ticks, 0);
    seen.lives++;
    runner_spawn(&scene->runner, &bench->kernel, "r", NULL,
                 wrap(&scene->wrap, "w", NULL, mn_sleep(&scene->sleep, 3600 * MN_S)));
}

static void act(struct bench *bench, void *memory, uint32_t tick)
{
    struct scene *scene = memory;
    assert_int_equal(scene->acts, tick);
    assert_int_equal(bench->kernel.ticks, tick);
    scene->acts++;
}

static void cut_runner(struct bench *bench, void *memory)
{
    struct scene *scene = memory;
    assert_int_equal(bench->kernel.ticks, scene->acts);
    scene->cuts++;
    mn_task_cancel(&scene->runner.task);
}

static void check(struct bench *bench, void *memory, uint32_t ticks)
{
    struct scene *scene = memory;
    assert_int_equal(ticks, seen.checks);
    assert_int_equal(scene->acts, ticks);
    assert_true(mn_task_is_done(&scene->runner.task));
    assert_int_equal(scene->wrap.drops, ticks > 0);
    seen.unfinished += !scene->runner.returned;
    seen.has_bench = bench != NULL;
    seen.checks++;
}

static void a_life_is_cut_after_every_number_of_ticks_until_it_is_over(void **state)
{
    (void)state;
    struct cut life = {
        .scene_bytes = sizeof(struct scene),
        .ticks_max = 5,
        .setup = setup,
        .act = act,
        .check = check,
    };
    seen.lives = seen.checks = seen.unfinished = 0;

    assert_int_equal(cut_everywhere(&life), 2); /* lie down; get up an hour later */

    assert_int_equal(seen.lives, 3);
    assert_int_equal(seen.checks, 3);
    assert_int_equal(seen.unfinished, 2);
    assert_false(seen.has_bench); /* the kernel had finished */
}

static void a_cut_of_ones_own_leaves_the_kernel_running(void **state)
{
    (void)state;
    struct cut life = {
        .scene_bytes = sizeof(struct scene),
        .ticks_max = 5,
        .setup = setup,
        .cut = cut_runner,
        .act = act,
        .check = check,
    };
    seen.lives = seen.checks = seen.unfinished = 0;

    assert_int_equal(cut_everywhere(&life), 2);

    assert_int_equal(seen.checks, 3);
    assert_int_equal(seen.unfinished, 2);
    assert_true(seen.has_bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_life_is_cut_after_every_number_of_ticks_until_it_is_over),
        cmocka_unit_test(a_cut_of_ones_own_leaves_the_kernel_running),
    };
    return cmocka_run_group_tests_name("cut", tests, NULL, NULL);
}
