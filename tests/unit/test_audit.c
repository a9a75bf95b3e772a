/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "audit_fixture.h"
#include "mn/bbq.h"
#include "mn/chan.h"
#include "mn/lock.h"
#include "mn/oneshot.h"
#include "mn/race.h"

#define LINE 3u

/* ---- a wake that was lost --------------------------------------------------------------- */

static void bytes_that_nobody_was_woken_for(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct mn_bbq bbq;
    struct mn_bbq_read read;
    struct mn_grant in, out;
    uint8_t bytes[8];
    mn_bbq_init(&bbq, bytes, sizeof bytes);
    begin(bench, &runner, mn_bbq_read(&read, &bbq, &in));

    assert_int_equal(mn_bbq_take_(&bbq, 1, 1, &out), MN_OK);
    mn_bbq_put_(&bbq, 1);

    assert_finding(bench, "task 1 (waiter) in runner > bbq_read: bytes are there, and nobody has "
                          "woken it");
    bench_cancel_all(bench);
}

static void room_that_nobody_was_woken_for(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct mn_bbq bbq;
    struct mn_bbq_write write;
    struct mn_grant grant;
    uint8_t bytes[4];
    mn_bbq_init(&bbq, bytes, sizeof bytes);
    begin(bench, &runner, mn_bbq_write(&write, &bbq, "123456", 6));

    assert_int_equal(mn_bbq_look_inside_(&bbq, &grant), MN_OK);
    mn_bbq_forget_(&bbq, 4);

    assert_finding(bench, "task 1 (waiter) in runner > bbq_write: there is room, and nobody has "
                          "woken it");
    bench_cancel_all(bench);
}

static void the_second_in_line_waits_rightly(void **state)
{
    struct bench *bench = *state;
    struct runner runners[2];
    struct mn_bbq bbq;
    struct mn_bbq_grant grants[2];
    struct mn_grant got[2];
    uint8_t bytes[4];
    mn_bbq_init(&bbq, bytes, sizeof bytes);
    assert_int_equal(mn_bbq_write_now(&bbq, "ab", 2), 2);
    begin(bench, &runners[0], mn_bbq_grant(&grants[0], &bbq, 4, &got[0]));

    begin(bench, &runners[1], mn_bbq_grant(&grants[1], &bbq, 1, &got[1]));

    bench_cancel_all(bench);
}

static void a_message_that_nobody_was_woken_for(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct mn_chan chan;
    struct mn_chan_recv recv;
    uint32_t slots[2], message;
    mn_chan_init(&chan, slots, sizeof slots[0], 2);
    begin(bench, &runner, mn_chan_recv(&recv, &chan, &message));

    chan.count++;

    assert_finding(bench, "task 1 (waiter) in runner > chan_recv: a message is there, and nobody "
                          "has woken it");
    chan.count--;
    bench_cancel_all(bench);
}

static void a_channel_closed_behind_its_senders_back(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct mn_chan chan;
    struct mn_chan_send send;
    uint32_t slot, message = 7;
    mn_chan_init(&chan, &slot, sizeof slot, 1);
    assert_int_equal(mn_chan_send_now(&chan, &message), MN_OK);
    begin(bench, &runner, mn_chan_send(&send, &chan, &message));

    chan.closed = true;

    assert_finding(bench, "task 1 (waiter) in runner > chan_send: the channel is closed, and "
                          "nobody has woken it");
    bench_cancel_all(bench);
}

static void a_permit_that_nobody_was_given(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct mn_semaphore semaphore;
    struct mn_acquire acquire;
    mn_semaphore_init(&semaphore, 0);
    begin(bench, &runner, mn_semaphore_acquire(&acquire, &semaphore));

    semaphore.permits = 1;

    assert_finding(bench, "task 1 (waiter) in runner > acquire: a permit is free, and nobody has "
                          "woken it");
    bench_cancel_all(bench);
}

static void an_answer_that_nobody_was_woken_for(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct mn_oneshot oneshot;
    struct mn_oneshot_sender sender;
    struct mn_oneshot_recv recv;
    mn_oneshot_init(&oneshot, NULL, 0);
    assert_int_equal(mn_oneshot_arm(&oneshot, &sender), MN_OK);
    begin(bench, &runner, mn_oneshot_recv(&recv, &oneshot));

    oneshot.receiver = NULL;
    assert_finding(bench, "task 1 (waiter) in runner > oneshot_recv: whoever answers does not know "
                          "of it, and nobody has woken it");
    mn_oneshot_drop(&sender);

    assert_finding(bench, "task 1 (waiter) in runner > oneshot_recv: the answer is there, and "
                          "nobody has woken it");
    bench_cancel_all(bench);
}

static void memory_that_nobody_was_given(void **state)
{
    struct bench *bench = *state;
    struct mn_heap *heap = &bench->kernel.heap;
    struct runner runner;
    struct mn_heap_alloc alloc;
    void *most = mn_heap_try(heap, mn_heap_stats(heap).largest_bytes);
    begin(bench, &runner, mn_heap_alloc(&alloc, heap, 40 * 1024));

    heap->obstacles = 0; /* so that freeing looks for nobody */
    mn_heap_free(heap, most);
    heap->obstacles = 1;

    assert_finding(bench, "task 1 (waiter) in runner > heap_alloc: the memory it waits for is "
                          "free, and nobody has woken it");
    bench_cancel_all(bench);
}

static void a_sleep_without_its_timer(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct mn_sleep sleep;
    begin(bench, &runner, mn_sleep(&sleep, 5 * MN_S));

    mn_timer_cancel(&bench->kernel.wheel, &sleep.timer);

    assert_finding(bench, "task 1 (waiter) in runner > sleep: its timer is gone, and nobody has "
                          "woken it");
    bench_cancel_all(bench);
}

static void an_arm_of_a_race_is_looked_at_too(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct mn_chan chan;
    struct mn_chan_recv recv;
    struct mn_wait wait;
    struct mn_select select;
    struct mn_timeout timeout;
    uint32_t slot, message;
    mn_chan_init(&chan, &slot, sizeof slot, 1);
    struct mn_co *arms[] = {mn_wait(&wait, mn_kernel_line(&bench->kernel, LINE)),
                            mn_chan_recv(&recv, &chan, &message)};
    begin(bench, &runner, mn_timeout(&timeout, 9 * MN_S, mn_select(&select, arms, 2)));

    chan.count = 1;
    assert_finding(bench, "task 1 (waiter) in runner > timeout > select > chan_recv: a message is "
                          "there, and nobody has woken it");
    chan.count = 0;
    mn_timer_cancel(&bench->kernel.wheel, &timeout.sleep.timer);

    assert_finding(bench, "task 1 (waiter) in runner > timeout > sleep: its timer is gone, and "
                          "nobody has woken it");
    bench_cancel_all(bench);
}

static void while_somebody_is_ready_nobody_is_late(void **state)
{
    struct bench *bench = *state;
    struct runner runner, other;
    struct mn_semaphore semaphore;
    struct mn_acquire acquire;
    struct mn_sleep sleep;
    mn_semaphore_init(&semaphore, 0);
    begin(bench, &runner, mn_semaphore_acquire(&acquire, &semaphore));
    runner_spawn(&other, &bench->kernel, "other", NULL, mn_sleep(&sleep, MN_S));

    semaphore.permits = 1;

    bench_assert_sound(bench);
    semaphore.permits = 0;
    bench_cancel_all(bench);
}

/* ---- places and timers of nobody -------------------------------------------------------- */

struct leaver { /* polls a wait or a sleep by hand, and then forgets it */
    struct mn_co co;
    struct mn_co *inner;
    bool is_named;
};

static enum mn_poll leaver_poll(struct mn_co *co, struct mn_task *task)
{
    struct leaver *leaver = MN_FRAME(co, struct leaver);
    if (leaver->inner)
        mn_co_poll(leaver->inner, task);
    return MN_PENDING;
}

static void leaver_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct leaver *leaver = MN_CONTAINER(co, const struct leaver, co);
    if (leaver->is_named)
        mn_audit_future(audit, leaver->inner);
}

static const struct mn_co_type leaver_type = {
    .name = "leaver",
    .poll = leaver_poll,
    .audit = leaver_audit,
};

static struct mn_co *leave(struct leaver *leaver, struct mn_co *inner)
{
    *leaver = (struct leaver){.inner = inner, .is_named = true};
    return mn_co_init(&leaver->co, &leaver_type);
}

static void a_place_that_is_no_futures_any_more(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct leaver leaver;
    struct mn_wait wait;
    begin(bench, &runner, leave(&leaver, mn_wait(&wait, mn_kernel_line(&bench->kernel, LINE))));

    leaver.is_named = false;

    assert_finding(bench, "among the waits for an interrupt is a place that is no future's any "
                          "more, of task 1 (waiter)");
    mn_co_drop(&wait.co);
    bench_cancel_all(bench);
}

static void a_place_in_freed_memory(void **state)
{
    struct bench *bench = *state;
    struct runner runner, second;
    struct leaver leaver;
    struct mn_wait wait, *freed = mn_heap_try(&bench->kernel.heap, sizeof *freed);
    struct mn_waitq queue;
    mn_waitq_init(&queue);
    begin(bench, &runner, leave(&leaver, mn_wait(freed, &queue)));
    begin(bench, &second, mn_wait(&wait, &queue));

    leaver.is_named = false;
    mn_heap_free(&bench->kernel.heap, freed);

    assert_finding(bench, "task 2 (waiter) in runner > wait: next to it in line is a place in "
                          "memory that was freed");
    mn_waitq_init(&queue);
    mn_list_init(&wait.link);
    bench_cancel_all(bench);
}

static void a_frame_in_freed_memory(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct leaver leaver;
    struct mn_sleep *freed = mn_heap_try(&bench->kernel.heap, sizeof *freed);
    begin(bench, &runner, leave(&leaver, mn_sleep(freed, MN_TIME_NEVER)));

    mn_heap_free(&bench->kernel.heap, freed);

    assert_finding(bench, "task 1 (waiter) in runner > leaver: it polls a frame in memory that was "
                          "freed");
    bench_cancel_all(bench);
}

static void a_timer_that_is_no_futures_any_more(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct leaver leaver;
    struct mn_sleep sleep;
    begin(bench, &runner, leave(&leaver, mn_sleep(&sleep, 20 * MN_MS)));

    leaver.is_named = false;

    assert_finding(bench, "an armed timer, due in 20.0ms for task waiter, is no future's any more");
    mn_co_drop(&sleep.co);
    bench_cancel_all(bench);
}

static void a_timer_in_freed_memory(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct leaver leaver;
    struct mn_sleep *freed = mn_heap_try(&bench->kernel.heap, sizeof *freed);
    begin(bench, &runner, leave(&leaver, mn_sleep(freed, 20 * MN_MS)));

    leaver.is_named = false;
    mn_heap_free(&bench->kernel.heap, freed);

    assert_finding(bench, "an armed timer lies in memory that was freed");
    mn_wheel_init(&bench->kernel.wheel, bench->kernel.now_us);
    bench_cancel_all(bench);
}

static void a_place_and_a_timer_of_a_task_that_has_ended(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct leaver leaver;
    struct mn_wait wait;
    struct mn_sleep sleep;
    begin(bench, &runner, leave(&leaver, mn_wait(&wait, mn_kernel_line(&bench->kernel, LINE))));

    mn_task_cancel(&runner.task); /* leaver has no drop */
    assert_finding(bench, "among the waits for an interrupt is a place of a task that has ended");
    mn_co_drop(&wait.co);
    bench_assert_sound(bench);
    begin(bench, &runner, leave(&leaver, mn_sleep(&sleep, 20 * MN_MS)));
    mn_task_cancel(&runner.task);

    assert_finding(bench, "an armed timer wakes a task that has ended");
    mn_co_drop(&sleep.co);
}

static void a_wait_that_stands_in_no_line(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct mn_wait wait;
    begin(bench, &runner, mn_wait(&wait, mn_kernel_line(&bench->kernel, LINE)));

    mn_list_remove(&wait.link);

    assert_finding(bench, "task 1 (waiter) in runner > wait: it stands in no line, so that nobody "
                          "can wake it");
    wait.woken = true;
    assert_finding(bench, "task 1 (waiter) in runner > wait: a wake was given to it, and nobody "
                          "has woken it");
    bench_cancel_all(bench);
}

static void a_wait_that_wakes_somebody_else(void **state)
{
    struct bench *bench = *state;
    struct runner runner, other;
    struct mn_wait wait;
    struct mn_sleep sleep;
    begin(bench, &runner, mn_wait(&wait, mn_kernel_line(&bench->kernel, LINE)));
    begin(bench, &other, mn_sleep(&sleep, MN_TIME_NEVER));

    wait.task = &other.task;

    assert_finding(bench, "task 1 (waiter) in runner > wait: what it waits for wakes task 2 "
                          "(waiter) instead");
    bench_cancel_all(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(bytes_that_nobody_was_woken_for),
        TEST_ON_BENCH(room_that_nobody_was_woken_for),
        TEST_ON_BENCH(the_second_in_line_waits_rightly),
        TEST_ON_BENCH(a_message_that_nobody_was_woken_for),
        TEST_ON_BENCH(a_channel_closed_behind_its_senders_back),
        TEST_ON_BENCH(a_permit_that_nobody_was_given),
        TEST_ON_BENCH(an_answer_that_nobody_was_woken_for),
        TEST_ON_BENCH(memory_that_nobody_was_given),
        TEST_ON_BENCH(a_sleep_without_its_timer),
        TEST_ON_BENCH(an_arm_of_a_race_is_looked_at_too),
        TEST_ON_BENCH(while_somebody_is_ready_nobody_is_late),
        TEST_ON_BENCH(a_place_that_is_no_futures_any_more),
        TEST_ON_BENCH(a_place_in_freed_memory),
        TEST_ON_BENCH(a_frame_in_freed_memory),
        TEST_ON_BENCH(a_timer_that_is_no_futures_any_more),
        TEST_ON_BENCH(a_timer_in_freed_memory),
        TEST_ON_BENCH(a_place_and_a_timer_of_a_task_that_has_ended),
        TEST_ON_BENCH(a_wait_that_stands_in_no_line),
        TEST_ON_BENCH(a_wait_that_wakes_somebody_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
