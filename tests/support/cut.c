/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "cut.h"

#include <stdlib.h>

static bool is_over(const struct cut *cut, struct bench *bench, void *scene)
{
    return cut->is_over ? cut->is_over(bench, scene) : bench->kernel.task_count == 0;
}

static void live(const struct cut *cut, struct bench *bench, void *scene, uint32_t ticks)
{
    for (uint32_t tick = 0; tick < ticks; tick++) {
        if (cut->act)
            cut->act(bench, scene, tick);
        struct mn_tick report = mn_tick(&bench->kernel);
        bench_assert_sound(bench);
        bool is_idle = !report.is_ready && bench->raised_lines == 0;
        if (is_idle && report.deadline_us != MN_TIME_NEVER && report.deadline_us > bench->now_us)
            bench->now_us = report.deadline_us;
    }
}

/* One life of `ticks` ticks. Returns whether it was over before the cut. */
static bool live_and_cut(const struct cut *cut, uint32_t ticks)
{
    struct bench *bench = bench_create();
    void *scene = calloc(1, cut->scene_bytes);
    assert_non_null(scene);
    cut->setup(bench, scene);
    live(cut, bench, scene, ticks);
    bool over = is_over(cut, bench, scene);

    if (cut->cut) {
        cut->cut(bench, scene);
        bench_settle(bench);
        if (cut->check)
            cut->check(bench, scene, ticks);
    }
    bench_destroy(bench); /* cancels what is left, then asserts that nothing waits */
    if (!cut->cut && cut->check)
        cut->check(NULL, scene, ticks);
    free(scene);
    return over;
}

uint32_t cut_everywhere(const struct cut *cut)
{
    uint32_t ticks = 0;
    while (!live_and_cut(cut, ticks)) {
        ticks++;
        assert_in_range(ticks, 0, cut->ticks_max);
    }
    return ticks;
}
