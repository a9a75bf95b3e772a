/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "bench.h"
#include "random.h"

#include <stdlib.h>

#include "mn/audit.h"

static struct bench *bench_of(struct mn_hal *hal)
{
    return MN_CONTAINER(hal, struct bench, hal);
}

static struct mn_hal_sample sample(struct mn_hal *hal)
{
    struct bench *bench = bench_of(hal);
    struct mn_hal_sample sample = {.now_us = bench->now_us, .lines = bench->raised_lines};
    bench->raised_lines = 0;
    return sample;
}

static void sleep_until(struct mn_hal *hal, uint64_t due_us)
{
    struct bench *bench = bench_of(hal);
    assert_true(due_us != MN_TIME_NEVER || bench->raised_lines != 0); /* it would never wake */
    if (bench->raised_lines == 0 && due_us > bench->now_us)
        bench->now_us = due_us;
}

static void entropy(struct mn_hal *hal, uint8_t *bytes, uint32_t count)
{
    struct bench *bench = bench_of(hal);
    for (uint32_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)test_random(&bench->random);
}

static const struct mn_hal_ops ops = {
    .sample = sample,
    .sleep_until = sleep_until,
    .entropy = entropy,
};

struct bench *bench_create(void)
{
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    bench->hal.ops = &ops;
    struct mn_kernel_config config = {
        .arena = bench->arena,
        .arena_bytes = sizeof bench->arena,
    };
    assert_int_equal(mn_kernel_init(&bench->kernel, &bench->hal, &config), MN_OK);
    return bench;
}

void bench_destroy(struct bench *bench)
{
    mn_kernel_finish(&bench->kernel);
    assert_int_equal(mn_heap_stats(&bench->kernel.heap).live_blocks, 0);
    bench_assert_nothing_waits(bench);
    free(bench);
}

int bench_setup(void **state)
{
    *state = bench_create();
    return 0;
}

int bench_teardown(void **state)
{
    bench_destroy(*state);
    return 0;
}

void bench_assert_sound(const struct bench *bench)
{
    char finding[MN_AUDIT_BYTES];
    if (!mn_audit(&bench->kernel, finding, sizeof finding))
        fail_msg("the kernel is not sound: %s", finding);
}

uint32_t bench_settle(struct bench *bench)
{
    for (uint32_t ticks = 0; ticks < 10000; ticks++) {
        bool is_idle = mn_list_is_empty(&bench->kernel.ready) && bench->raised_lines == 0 &&
                       mn_wheel_next_us(&bench->kernel.wheel, bench->kernel.now_us) > bench->now_us;
        if (is_idle) {
            bench_assert_sound(bench);
            return ticks;
        }
        mn_tick(&bench->kernel);
    }
    fail_msg("still busy after 10000 ticks");
    return 0;
}

void bench_advance(struct bench *bench, uint64_t length_us)
{
    uint64_t end_us = bench->now_us + length_us;
    bench_settle(bench);
    while (bench->now_us < end_us) {
        uint64_t next_us = mn_wheel_next_us(&bench->kernel.wheel, bench->kernel.now_us);
        bench->now_us = next_us < end_us ? next_us : end_us;
        bench_settle(bench);
    }
}

void bench_raise(struct bench *bench, uint32_t line)
{
    bench->raised_lines |= UINT32_C(1) << line;
}

void bench_cancel_all(struct bench *bench)
{
    while (!mn_list_is_empty(&bench->kernel.tasks))
        mn_task_cancel(MN_CONTAINER(bench->kernel.tasks.prev, struct mn_task, link));
}

void bench_assert_nothing_waits(const struct bench *bench)
{
    const struct mn_kernel *kernel = &bench->kernel;
    assert_int_equal(kernel->task_count, 0);
    assert_true(mn_list_is_empty(&kernel->ready));
    assert_true(mn_list_is_empty(&kernel->tasks));
    assert_int_equal(kernel->wheel.count, 0);
    for (uint32_t line = 0; line < MN_HAL_LINES_MAX; line++)
        assert_true(mn_waitq_is_empty(&kernel->lines[line]));
}
