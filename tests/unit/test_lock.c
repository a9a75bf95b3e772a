/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/lock.h"

#include "cut.h"
#include "panic.h"
#include "probe.h"

#define WAITERS 3u

struct queue {
    struct mn_semaphore semaphore;
    struct trail trail;
    struct runner runners[WAITERS];
    struct mn_acquire acquires[WAITERS];
};

/* Tasks "a", "b" and "c" ask for a permit, in this order. */
static void line_up(struct bench *bench, struct queue *queue, uint32_t permits)
{
    static const char *const names[WAITERS] = {"a", "b", "c"};
    queue->trail = (struct trail){.length = 0};
    mn_semaphore_init(&queue->semaphore, permits);
    for (uint32_t i = 0; i < WAITERS; i++)
        runner_spawn(&queue->runners[i], &bench->kernel, names[i], &queue->trail,
                     mn_semaphore_acquire(&queue->acquires[i], &queue->semaphore));
    bench_settle(bench);
}

static void a_free_permit_is_taken_without_waiting(void **state)
{
    struct bench *bench = *state;
    struct queue queue;

    line_up(bench, &queue, 4);

    assert_string_equal(queue.trail.text, "a b c");
    assert_int_equal(queue.runners[0].err, MN_OK);
    assert_int_equal(queue.runners[0].task.polls, 1);
    assert_int_equal(queue.semaphore.permits, 1);
}

static void acquire_now_never_waits(void **state)
{
    (void)state;
    struct mn_semaphore semaphore;
    mn_semaphore_init(&semaphore, 1);

    assert_int_equal(mn_semaphore_acquire_now(&semaphore), MN_OK);
    assert_int_equal(mn_semaphore_acquire_now(&semaphore), MN_ERR_BUSY);
    mn_semaphore_release(&semaphore);

    assert_int_equal(mn_semaphore_acquire_now(&semaphore), MN_OK);
}

static void permits_are_handed_over_in_order_of_arrival(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    line_up(bench, &queue, 1);
    assert_string_equal(queue.trail.text, "a");

    mn_semaphore_release(&queue.semaphore);
    bench_settle(bench);
    assert_string_equal(queue.trail.text, "a b");
    mn_semaphore_release(&queue.semaphore);
    bench_settle(bench);

    assert_string_equal(queue.trail.text, "a b c");
    assert_int_equal(queue.semaphore.permits, 0);
}

static void nobody_slips_in_before_the_one_it_was_handed_to(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    struct runner late;
    struct mn_acquire acquire;
    line_up(bench, &queue, 1);
    runner_spawn(&late, &bench->kernel, "late", &queue.trail,
                 mn_semaphore_acquire(&acquire, &queue.semaphore));

    mn_semaphore_release(&queue.semaphore); /* b's from now on, though it has not run */
    assert_int_equal(mn_semaphore_acquire_now(&queue.semaphore), MN_ERR_BUSY);
    bench_settle(bench); /* the latecomer is polled before b */

    assert_string_equal(queue.trail.text, "a b");
    bench_cancel_all(bench);
}

static void an_acquire_polled_without_cause_keeps_its_place(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    line_up(bench, &queue, 0);

    mn_task_wake(&queue.runners[0].task);
    bench_settle(bench);
    mn_semaphore_release(&queue.semaphore);
    bench_settle(bench);

    assert_string_equal(queue.trail.text, "a");
    bench_cancel_all(bench);
}

static void an_acquire_dropped_before_its_first_poll_took_nothing(void **state)
{
    (void)state;
    struct mn_semaphore semaphore;
    struct mn_acquire acquire;
    mn_semaphore_init(&semaphore, 1);

    mn_co_drop(mn_semaphore_acquire(&acquire, &semaphore));

    assert_int_equal(semaphore.permits, 1);
    assert_true(mn_list_is_empty(&semaphore.waiters));
}

static void an_acquire_dropped_while_waiting_leaves_the_queue(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    line_up(bench, &queue, 0);

    mn_task_cancel(&queue.runners[0].task);
    mn_semaphore_release(&queue.semaphore);
    bench_settle(bench);

    assert_string_equal(queue.trail.text, "b");
    bench_cancel_all(bench);
}

static void a_permit_granted_to_a_dropped_waiter_passes_to_the_next(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    line_up(bench, &queue, 0);

    mn_semaphore_release(&queue.semaphore);
    mn_task_cancel(&queue.runners[0].task);
    mn_task_cancel(&queue.runners[1].task);
    bench_settle(bench);

    assert_string_equal(queue.trail.text, "c");
    assert_int_equal(queue.semaphore.permits, 0);
}

static void a_permit_granted_to_the_last_waiter_is_free_again_when_it_is_dropped(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    line_up(bench, &queue, 2);
    mn_semaphore_release(&queue.semaphore);

    mn_task_cancel(&queue.runners[2].task);

    assert_int_equal(queue.semaphore.permits, 1);
    assert_true(mn_list_is_empty(&queue.semaphore.waiters));
}

static void a_permit_once_taken_is_the_callers_own(void **state)
{
    struct bench *bench = *state;
    struct queue queue;
    line_up(bench, &queue, 3);

    for (uint32_t i = 0; i < WAITERS; i++)
        mn_co_drop(&queue.acquires[i].co); /* ended: drops nothing, and gives nothing back */

    assert_int_equal(queue.semaphore.permits, 0);
}

static void a_release_adds_a_permit_when_nobody_waits(void **state)
{
    (void)state;
    struct mn_semaphore semaphore;
    mn_semaphore_init(&semaphore, 0);

    mn_semaphore_release(&semaphore);
    mn_semaphore_release(&semaphore);

    assert_int_equal(semaphore.permits, 2);
}

static void unlocking_a_mutex_that_is_not_locked_panics(void **state)
{
    (void)state;
    struct mn_mutex mutex;
    mn_mutex_init(&mutex);

    assert_panics("mutex->one.permits == 0", mn_mutex_unlock(&mutex));
    assert_int_equal(mn_mutex_lock_now(&mutex), MN_OK);
    assert_int_equal(mn_mutex_lock_now(&mutex), MN_ERR_BUSY);
    mn_mutex_unlock(&mutex);
    assert_panics("mutex->one.permits == 0", mn_mutex_unlock(&mutex));
}

/* Three tasks that each hold the mutex across an await, and unlock it in their drop. */
struct workers {
    struct mn_mutex mutex;
    uint32_t inside, passed;
    struct worker {
        struct mn_co co;
        struct mn_task task;
        struct workers *all;
        struct mn_acquire acquire;
        struct mn_yield yield;
        bool holds;
        uint32_t round;
    } each[3];
};

static enum mn_poll worker_poll(struct mn_co *co, struct mn_task *task)
{
    struct worker *worker = MN_FRAME(co, struct worker);

    MN_CO_BEGIN;
    for (worker->round = 0; worker->round < 2; worker->round++) {
        MN_TRY(mn_mutex_lock(&worker->acquire, &worker->all->mutex));
        worker->holds = true;
        assert_int_equal(++worker->all->inside, 1);
        MN_AWAIT(mn_yield(&worker->yield));
        worker->all->inside--;
        worker->all->passed++;
        worker->holds = false;
        mn_mutex_unlock(&worker->all->mutex);
    }
    MN_CO_END;
}

static void worker_drop(struct mn_co *co)
{
    struct worker *worker = MN_FRAME(co, struct worker);
    if (!worker->holds)
        return;
    worker->all->inside--;
    mn_mutex_unlock(&worker->all->mutex);
}

static const struct mn_co_type worker_type = {
    .name = "worker",
    .poll = worker_poll,
    .drop = worker_drop,
};

static void workers_setup(struct bench *bench, void *scene)
{
    struct workers *workers = scene;
    mn_mutex_init(&workers->mutex);
    for (uint32_t i = 0; i < 3; i++) {
        workers->each[i].all = workers;
        mn_spawn(&bench->kernel, &workers->each[i].task, "worker",
                 mn_co_init(&workers->each[i].co, &worker_type));
    }
}

static void cut_the_first(struct bench *bench, void *scene)
{
    (void)bench;
    mn_task_cancel(&((struct workers *)scene)->each[0].task);
}

static void the_others_have_worked(struct bench *bench, void *scene, uint32_t ticks)
{
    struct workers *workers = scene;
    (void)ticks;
    assert_int_equal(bench->kernel.task_count, 0);
    assert_in_range(workers->passed, 4, 6);
    assert_int_equal(workers->mutex.one.permits, 1);
}

static void all_has_been_given_back(struct bench *bench, void *scene, uint32_t ticks)
{
    struct workers *workers = scene;
    (void)bench;
    (void)ticks;
    assert_int_equal(workers->inside, 0);
    assert_int_equal(workers->mutex.one.permits, 1);
    assert_true(mn_list_is_empty(&workers->mutex.one.waiters));
}

static void a_mutex_survives_its_holders_wherever_they_are_cut_off(void **state)
{
    (void)state;
    struct cut life = {
        .scene_bytes = sizeof(struct workers),
        .ticks_max = 30,
        .setup = workers_setup,
        .cut = cut_the_first,
        .check = the_others_have_worked,
    };

    assert_in_range(cut_everywhere(&life), 6, 30);
    life.cut = NULL; /* the whole kernel at once */
    life.check = all_has_been_given_back;
    assert_in_range(cut_everywhere(&life), 6, 30);
}

static void more_permits_than_can_be_counted_panic(void **state)
{
    (void)state;
    struct mn_semaphore semaphore;
    mn_semaphore_init(&semaphore, UINT32_MAX);

    assert_panics("semaphore->permits < UINT32_MAX", mn_semaphore_release(&semaphore));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_free_permit_is_taken_without_waiting),
        TEST_ON_BENCH(acquire_now_never_waits),
        TEST_ON_BENCH(permits_are_handed_over_in_order_of_arrival),
        TEST_ON_BENCH(nobody_slips_in_before_the_one_it_was_handed_to),
        TEST_ON_BENCH(an_acquire_polled_without_cause_keeps_its_place),
        TEST_ON_BENCH(an_acquire_dropped_before_its_first_poll_took_nothing),
        TEST_ON_BENCH(an_acquire_dropped_while_waiting_leaves_the_queue),
        TEST_ON_BENCH(a_permit_granted_to_a_dropped_waiter_passes_to_the_next),
        TEST_ON_BENCH(a_permit_granted_to_the_last_waiter_is_free_again_when_it_is_dropped),
        TEST_ON_BENCH(a_permit_once_taken_is_the_callers_own),
        TEST_ON_BENCH(a_release_adds_a_permit_when_nobody_waits),
        TEST_ON_BENCH(unlocking_a_mutex_that_is_not_locked_panics),
        cmocka_unit_test(a_mutex_survives_its_holders_wherever_they_are_cut_off),
        cmocka_unit_test(more_permits_than_can_be_counted_panic),
    };
    return cmocka_run_group_tests_name("lock", tests, NULL, NULL);
}
