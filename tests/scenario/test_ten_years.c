/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hal-sim/machine.h"
#include "mn/kernel.h"
#include "sim/log_text.h"

#define MN_LOG_TARGET "tests::ten_years"

#define DAY_US (24 * 3600 * MN_S)
#define TEN_YEARS_US (3652 * DAY_US)
#define ARENA_BYTES 4096u
#define SLEEPERS 3u

/* Sleeps up to a day, again and again, until ten years have passed. */
struct sleeper {
    struct mn_co co;
    struct mn_task task;
    struct mn_sleep sleep;
    uint64_t length_us;
    uint64_t slept_us; /* in all */
    uint64_t wakes;
};

struct run {
    uv_loop_t loop;
    struct sim_machine machine;
    struct mn_kernel kernel;
    struct sleeper sleepers[SLEEPERS];
    struct log_text log;
    char *trace;
    size_t trace_bytes;
    uint64_t arena[ARENA_BYTES / sizeof(uint64_t)];
};

static uint64_t draw_length_us(struct mn_kernel *kernel)
{
    uint64_t drawn = 0;
    kernel->hal->ops->entropy(kernel->hal, (uint8_t *)&drawn, sizeof drawn);
    return drawn % (DAY_US + 1);
}

static enum mn_poll sleeper_poll(struct mn_co *co, struct mn_task *task)
{
    struct sleeper *sleeper = MN_FRAME(co, struct sleeper);

    MN_CO_BEGIN;
    while (task->kernel->now_us < TEN_YEARS_US) {
        sleeper->length_us = draw_length_us(task->kernel);
        MN_AWAIT(mn_sleep(&sleeper->sleep, sleeper->length_us));
        sleeper->slept_us += sleeper->length_us;
        sleeper->wakes++;
        assert_int_equal(task->kernel->now_us, sleeper->slept_us); /* to the microsecond */
        MN_INFO(&task->kernel->log, "awake", MN_FIELD_STR("task", task->name),
                MN_FIELD_U64("slept_us", sleeper->length_us),
                MN_FIELD_U64("wakes", sleeper->wakes));
    }
    mn_halt(task->kernel, 0);
    MN_CO_END;
}

static const struct mn_co_type sleeper_type = {.name = "sleeper", .poll = sleeper_poll};

static void open_log(struct run *run)
{
    struct trace_filter filter;
    char error[256];
    FILE *out = open_memstream(&run->trace, &run->trace_bytes);
    assert_non_null(out);
    setvbuf(out, NULL, _IOFBF, 1 << 20);
    assert_true(trace_filter_parse(&filter, "trace", error, sizeof error));
    log_text_init(&run->log, out, false, &filter);
}

static void open_run(struct run *run, uint64_t seed)
{
    struct sim_machine_settings settings = {.is_virtual = true, .seed = seed};
    struct mn_kernel_config config = {.arena = run->arena, .arena_bytes = sizeof run->arena};
    assert_int_equal(uv_loop_init(&run->loop), 0);
    sim_machine_open(&run->machine, &run->loop, &settings);
    assert_int_equal(mn_kernel_init(&run->kernel, &run->machine.hal, &config), MN_OK);
    open_log(run);
    mn_log_add_sink(&run->kernel.log, &run->log.sink);
}

static void close_run(struct run *run)
{
    mn_log_remove_sink(&run->kernel.log, &run->log.sink);
    mn_kernel_finish(&run->kernel);
    sim_machine_close(&run->machine);
    uv_run(&run->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&run->loop), 0);
    fclose(run->log.out);
}

/* Gives the trace of a whole run, to be freed. */
static char *ten_years(uint64_t seed)
{
    static const char *const names[SLEEPERS] = {"ada", "bob", "eve"};
    struct run *run = calloc(1, sizeof *run);
    assert_non_null(run);
    open_run(run, seed);
    for (size_t i = 0; i < SLEEPERS; i++)
        mn_spawn(&run->kernel, &run->sleepers[i].task, names[i],
                 mn_co_init(&run->sleepers[i].co, &sleeper_type));

    assert_int_equal(mn_run(&run->kernel), 0);

    assert_true(run->kernel.now_us >= TEN_YEARS_US);
    close_run(run);
    char *trace = run->trace;
    free(run);
    return trace;
}

static size_t count_lines(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static void one_seed_gives_the_same_ten_years_byte_for_byte(void **state)
{
    (void)state;
    char *first = ten_years(42);
    char *second = ten_years(42);

    assert_true(count_lines(first) > SLEEPERS * 2 * 3000); /* half a day each, on average */
    assert_int_equal(strlen(first), strlen(second));
    assert_memory_equal(first, second, strlen(first));
    free(first);
    free(second);
}

static void another_seed_gives_another_ten_years(void **state)
{
    (void)state;
    char *first = ten_years(42);
    char *second = ten_years(43);

    assert_string_not_equal(first, second);
    free(first);
    free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_seed_gives_the_same_ten_years_byte_for_byte),
        cmocka_unit_test(another_seed_gives_another_ten_years),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
