/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hal-sim/machine.h"

#define DUE_US 1000u

struct bench {
    uv_loop_t loop;
    struct sim_machine machine;
};

static void open_bench(struct bench *bench)
{
    struct sim_machine_settings settings = {.seed = 1};
    assert_int_equal(uv_loop_init(&bench->loop), 0);
    sim_machine_open(&bench->machine, &bench->loop, &settings);
}

static void close_bench(struct bench *bench)
{
    sim_machine_close(&bench->machine);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
}

/* The linker puts these between the machine and libuv. */
int __real_uv_timer_start(uv_timer_t *timer, uv_timer_cb came, uint64_t timeout, uint64_t repeat);
int __wrap_uv_timer_start(uv_timer_t *timer, uv_timer_cb came, uint64_t timeout, uint64_t repeat);

/* As if the machine had lost the processor here until after the timer was due. */
int __wrap_uv_timer_start(uv_timer_t *timer, uv_timer_cb came, uint64_t timeout, uint64_t repeat)
{
    int status = __real_uv_timer_start(timer, came, timeout, repeat);
    uint64_t due_ns = uv_hrtime() + (timeout + 1) * 1000000;
    while (uv_hrtime() < due_ns)
        continue;
    return status;
}

static void a_deadline_that_passes_before_the_loop_waits_ends_the_sleep(void **state)
{
    struct bench bench;
    struct mn_hal *hal = &bench.machine.hal;
    (void)state;
    open_bench(&bench);

    hal->ops->sleep_until(hal, sim_machine_now_us(&bench.machine) + DUE_US);

    assert_true(sim_machine_now_us(&bench.machine) >= DUE_US);
    close_bench(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadline_that_passes_before_the_loop_waits_ends_the_sleep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
