/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "bench.h"

struct nap {
    struct mn_co co;
    struct mn_sleep sleep;
    struct mn_task task;
    uint64_t length_us;
    uint64_t woke_us;
};

static enum mn_poll nap_poll(struct mn_co *co, struct mn_task *task)
{
    struct nap *nap = MN_FRAME(co, struct nap);

    MN_CO_BEGIN;
    MN_AWAIT(mn_sleep(&nap->sleep, nap->length_us));
    nap->woke_us = task->kernel->now_us;
    MN_CO_END;
}

static const struct mn_co_type nap_type = {.name = "nap", .poll = nap_poll};

static void a_sleep_ends_at_its_microsecond(void **state)
{
    struct bench *bench = *state;
    struct nap nap = {.length_us = 12345};
    mn_spawn(&bench->kernel, &nap.task, "nap", mn_co_init(&nap.co, &nap_type));

    bench_advance(bench, 12344);
    assert_false(mn_task_is_done(&nap.task));
    bench_advance(bench, 1);

    assert_true(mn_task_is_done(&nap.task));
    assert_int_equal(nap.woke_us, 12345);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_sleep_ends_at_its_microsecond),
    };
    return cmocka_run_group_tests_name("wheel", tests, NULL, NULL);
}
