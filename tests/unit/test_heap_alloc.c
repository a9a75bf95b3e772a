/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "bench.h"

#include "mn/race.h"

struct want {
    struct mn_co co;
    struct mn_heap_alloc alloc;
    struct mn_timeout timeout;
    struct mn_task task;
    uint64_t limit_us;
    uint32_t bytes;
    enum mn_err err;
    void *memory; /* set when it was had */
    uint64_t tick; /* in which it was had */
};

static enum mn_poll want_poll(struct mn_co *co, struct mn_task *task)
{
    struct want *want = MN_FRAME(co, struct want);
    struct mn_heap *heap = &task->kernel->heap;

    MN_CO_BEGIN;
    MN_AWAIT(mn_timeout(&want->timeout, want->limit_us,
                        mn_heap_alloc(&want->alloc, heap, want->bytes)));
    want->err = co->err;
    want->tick = task->kernel->ticks;
    if (co->err == MN_OK)
        want->memory = want->alloc.memory;
    MN_CO_END;
}

static const struct mn_co_type want_type = {.name = "want", .poll = want_poll};

static void spawn_want(struct bench *bench, struct want *want, uint32_t bytes)
{
    want->limit_us = MN_TIME_NEVER;
    want->bytes = bytes;
    mn_spawn(&bench->kernel, &want->task, "want", mn_co_init(&want->co, &want_type));
}

/* Takes all of the bench's heap but two blocks of 1020 bytes that do not touch. */
struct full {
    void *rest, *one, *between, *two;
};

static struct full fill(struct bench *bench)
{
    struct mn_heap *heap = &bench->kernel.heap;
    struct full full = {.one = mn_heap_try(heap, 1020)};
    full.between = mn_heap_try(heap, 12);
    full.two = mn_heap_try(heap, 1020);
    struct mn_heap_stats stats = mn_heap_stats(heap);
    full.rest = mn_heap_try(heap, stats.capacity_bytes - stats.live_bytes - 4);
    assert_true(full.one && full.between && full.two && full.rest);
    assert_int_equal(mn_heap_stats(heap).largest_bytes, 0);
    return full;
}

static void empty(struct bench *bench, struct full *full)
{
    mn_heap_free(&bench->kernel.heap, full->one);
    mn_heap_free(&bench->kernel.heap, full->between);
    mn_heap_free(&bench->kernel.heap, full->two);
    mn_heap_free(&bench->kernel.heap, full->rest);
    *full = (struct full){0};
}

static uint32_t waiters(const struct bench *bench)
{
    return mn_heap_stats(&bench->kernel.heap).waiters;
}

static void memory_that_is_there_ends_the_wait_at_once(void **state)
{
    struct bench *bench = *state;
    struct want want = {0};

    spawn_want(bench, &want, 1000);
    assert_int_equal(bench_settle(bench), 1);

    assert_int_equal(want.err, MN_OK);
    assert_non_null(want.memory);
    mn_heap_free(&bench->kernel.heap, want.memory);
}

static void a_free_ends_the_wait(void **state)
{
    struct bench *bench = *state;
    struct full full = fill(bench);
    struct want want = {0};
    spawn_want(bench, &want, 1000);
    bench_settle(bench);
    assert_false(mn_task_is_done(&want.task));
    assert_int_equal(waiters(bench), 1);

    mn_heap_free(&bench->kernel.heap, full.one);
    bench_settle(bench);

    assert_ptr_equal(want.memory, full.one);
    assert_int_equal(waiters(bench), 0);
    full.one = want.memory;
    empty(bench, &full);
}

static void a_free_of_too_little_wakes_nobody(void **state)
{
    struct bench *bench = *state;
    struct full full = fill(bench);
    struct want want = {0};
    spawn_want(bench, &want, 1500);
    bench_settle(bench);

    mn_heap_free(&bench->kernel.heap, full.one);
    mn_heap_free(&bench->kernel.heap, full.two);
    assert_int_equal(bench_settle(bench), 0);
    assert_int_equal(mn_heap_stats(&bench->kernel.heap).failed_tries, 0); /* waiting is no try */
    mn_heap_free(&bench->kernel.heap, full.between); /* now they touch */
    bench_settle(bench);

    assert_non_null(want.memory);
    mn_heap_free(&bench->kernel.heap, want.memory);
    mn_heap_free(&bench->kernel.heap, full.rest);
}

static void dropped_before_its_first_poll_it_leaves_nothing(void **state)
{
    struct bench *bench = *state;
    struct full full = fill(bench);
    struct want want = {0};
    spawn_want(bench, &want, 1000);

    mn_task_cancel(&want.task);

    assert_int_equal(waiters(bench), 0);
    empty(bench, &full);
}

static void dropped_while_waiting_it_lets_a_smaller_one_through(void **state)
{
    struct bench *bench = *state;
    struct full full = fill(bench);
    struct want large = {0};
    struct want small = {0};
    spawn_want(bench, &large, 1500);
    spawn_want(bench, &small, 100);
    bench_settle(bench);
    mn_heap_free(&bench->kernel.heap, full.one);
    bench_settle(bench);
    assert_null(small.memory); /* first come, first served */

    mn_task_cancel(&large.task);
    bench_settle(bench);

    assert_ptr_equal(small.memory, full.one);
    assert_int_equal(waiters(bench), 0);
    full.one = small.memory;
    empty(bench, &full);
}

static void dropped_after_being_woken_it_gives_the_memory_to_the_next(void **state)
{
    struct bench *bench = *state;
    struct full full = fill(bench);
    struct want first = {0};
    struct want second = {0};
    spawn_want(bench, &first, 1000);
    spawn_want(bench, &second, 1000);
    bench_settle(bench);
    mn_heap_free(&bench->kernel.heap, full.one);
    assert_int_equal(waiters(bench), 1); /* the first has it, and does not know */

    mn_task_cancel(&first.task);
    bench_settle(bench);

    assert_null(first.memory);
    assert_ptr_equal(second.memory, full.one);
    full.one = second.memory;
    empty(bench, &full);
}

static void dropped_after_being_woken_alone_it_gives_the_memory_back(void **state)
{
    struct bench *bench = *state;
    struct full full = fill(bench);
    struct want want = {0};
    spawn_want(bench, &want, 1000);
    bench_settle(bench);
    uint32_t live_blocks = mn_heap_stats(&bench->kernel.heap).live_blocks;
    mn_heap_free(&bench->kernel.heap, full.one);

    mn_task_cancel(&want.task);

    assert_int_equal(mn_heap_stats(&bench->kernel.heap).live_blocks, live_blocks - 1);
    full.one = NULL;
    empty(bench, &full);
}

static void a_limit_that_passes_leaves_no_waiter(void **state)
{
    struct bench *bench = *state;
    struct full full = fill(bench);
    struct want want = {0};
    spawn_want(bench, &want, 1000);
    want.limit_us = 500;

    bench_advance(bench, 500);

    assert_int_equal(want.err, MN_ERR_TIMEOUT);
    assert_int_equal(waiters(bench), 0);
    empty(bench, &full);
}

static void what_could_never_fit_is_too_big_at_once(void **state)
{
    struct bench *bench = *state;
    struct full full = fill(bench);
    uint32_t most = mn_heap_stats(&bench->kernel.heap).capacity_bytes - MN_HEAP_HEADER_BYTES;
    struct want never = {0};
    struct want late = {0};

    spawn_want(bench, &never, most + 1);
    spawn_want(bench, &late, most);
    bench_settle(bench);

    assert_int_equal(never.err, MN_ERR_TOO_BIG);
    assert_false(mn_task_is_done(&late.task));
    empty(bench, &full);
    bench_settle(bench);
    assert_non_null(late.memory);
    mn_heap_free(&bench->kernel.heap, late.memory);
}

static void waiters_are_served_in_order_each_a_tick_after_the_other(void **state)
{
    struct bench *bench = *state;
    struct full full = fill(bench);
    struct want wants[4] = {0};
    for (uint32_t i = 0; i < 4; i++)
        spawn_want(bench, &wants[i], 200);
    bench_settle(bench);
    assert_int_equal(waiters(bench), 4);

    mn_heap_free(&bench->kernel.heap, full.one); /* room for all four */
    bench_settle(bench);

    for (uint32_t i = 0; i < 4; i++) {
        assert_non_null(wants[i].memory);
        assert_int_equal(wants[i].tick, wants[0].tick + i);
        mn_heap_free(&bench->kernel.heap, wants[i].memory);
    }
    full.one = NULL;
    empty(bench, &full);
}

static void nobody_overtakes_who_waits(void **state)
{
    struct bench *bench = *state;
    struct full full = fill(bench);
    struct want large = {0};
    struct want small = {0};
    spawn_want(bench, &large, 1500);
    bench_settle(bench);
    mn_heap_free(&bench->kernel.heap, full.one);

    spawn_want(bench, &small, 10);
    bench_settle(bench);
    assert_null(mn_heap_try(&bench->kernel.heap, 10));
    assert_null(small.memory);

    mn_heap_free(&bench->kernel.heap, full.rest);
    bench_settle(bench);
    assert_non_null(large.memory);
    assert_non_null(small.memory);
    mn_heap_free(&bench->kernel.heap, large.memory);
    mn_heap_free(&bench->kernel.heap, small.memory);
    full.one = full.rest = NULL;
    empty(bench, &full);
}

static void a_heap_somebody_waits_for_cannot_be_finished(void **state)
{
    struct bench *bench = *state;
    struct full full = fill(bench);
    struct want want = {0};
    spawn_want(bench, &want, 1000);
    bench_settle(bench);

    expect_assert_failure(mn_heap_finish(&bench->kernel.heap));

    mn_task_cancel(&want.task);
    empty(bench, &full);
}

/* ---- refusals ---- */

static void only_the_nth_try_is_refused(void **state)
{
    struct mn_heap *heap = &((struct bench *)*state)->kernel.heap;
    void *memory[5];
    mn_heap_fail_after(heap, 3);
    assert_int_equal(mn_heap_stats(heap).waiters, 0);

    for (uint32_t i = 0; i < 5; i++)
        memory[i] = mn_heap_try(heap, 10);

    for (uint32_t i = 0; i < 5; i++) {
        assert_true(!memory[i] == (i == 2));
        mn_heap_free(heap, memory[i]);
    }
    assert_int_equal(mn_heap_stats(heap).refusals, 1);
    assert_int_equal(mn_heap_stats(heap).failed_tries, 1);
}

static void a_refusal_can_be_taken_back(void **state)
{
    struct mn_heap *heap = &((struct bench *)*state)->kernel.heap;
    mn_heap_fail_after(heap, 1);
    mn_heap_fail_after(heap, 0);

    void *memory = mn_heap_try(heap, 10);

    assert_non_null(memory);
    assert_int_equal(mn_heap_stats(heap).refusals, 0);
    mn_heap_free(heap, memory);
}

static void a_refused_future_waits_for_one_tick_though_nothing_is_freed(void **state)
{
    struct bench *bench = *state;
    struct want refused = {0};
    struct want next = {0};
    mn_heap_fail_after(&bench->kernel.heap, 1);
    spawn_want(bench, &refused, 100);
    spawn_want(bench, &next, 100);

    mn_tick(&bench->kernel);
    assert_int_equal(waiters(bench), 2); /* who comes later does not overtake */
    bench_settle(bench);

    assert_true(refused.memory && next.memory);
    assert_in_range(next.tick, refused.tick, refused.tick + 1);
    mn_heap_free(&bench->kernel.heap, refused.memory);
    mn_heap_free(&bench->kernel.heap, next.memory);
}

static void a_refused_future_that_is_dropped_holds_nobody_up(void **state)
{
    struct bench *bench = *state;
    struct want refused = {0};
    struct want next = {0};
    mn_heap_fail_after(&bench->kernel.heap, 1);
    spawn_want(bench, &refused, 100);
    spawn_want(bench, &next, 100);
    mn_tick(&bench->kernel);

    mn_task_cancel(&refused.task);
    bench_settle(bench);

    assert_null(refused.memory);
    assert_non_null(next.memory);
    mn_heap_free(&bench->kernel.heap, next.memory);
}

static void whichever_allocation_is_refused_all_waiters_are_served(void **state)
{
    struct bench *bench = *state;
    for (uint32_t nth = 1; nth <= 7; nth++) {
        struct want wants[6] = {0};
        struct full full = fill(bench);
        mn_heap_fail_after(&bench->kernel.heap, nth);
        for (uint32_t i = 0; i < 6; i++)
            spawn_want(bench, &wants[i], 300);
        bench_settle(bench);

        empty(bench, &full);
        bench_settle(bench);

        for (uint32_t i = 0; i < 6; i++) {
            assert_non_null(wants[i].memory);
            mn_heap_free(&bench->kernel.heap, wants[i].memory);
        }
        assert_int_equal(mn_heap_stats(&bench->kernel.heap).refusals, nth <= 6 ? nth : 6);
        mn_heap_fail_after(&bench->kernel.heap, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(memory_that_is_there_ends_the_wait_at_once),
        TEST_ON_BENCH(a_free_ends_the_wait),
        TEST_ON_BENCH(a_free_of_too_little_wakes_nobody),
        TEST_ON_BENCH(dropped_before_its_first_poll_it_leaves_nothing),
        TEST_ON_BENCH(dropped_while_waiting_it_lets_a_smaller_one_through),
        TEST_ON_BENCH(dropped_after_being_woken_it_gives_the_memory_to_the_next),
        TEST_ON_BENCH(dropped_after_being_woken_alone_it_gives_the_memory_back),
        TEST_ON_BENCH(a_limit_that_passes_leaves_no_waiter),
        TEST_ON_BENCH(what_could_never_fit_is_too_big_at_once),
        TEST_ON_BENCH(waiters_are_served_in_order_each_a_tick_after_the_other),
        TEST_ON_BENCH(nobody_overtakes_who_waits),
        TEST_ON_BENCH(a_heap_somebody_waits_for_cannot_be_finished),
        TEST_ON_BENCH(only_the_nth_try_is_refused),
        TEST_ON_BENCH(a_refusal_can_be_taken_back),
        TEST_ON_BENCH(a_refused_future_waits_for_one_tick_though_nothing_is_freed),
        TEST_ON_BENCH(a_refused_future_that_is_dropped_holds_nobody_up),
        TEST_ON_BENCH(whichever_allocation_is_refused_all_waiters_are_served),
    };
    return cmocka_run_group_tests_name("heap_alloc", tests, NULL, NULL);
}
