/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/kernel.h"

#include "panic.h"
#include "probe.h"

static void a_new_kernel_is_idle_and_has_no_deadline(void **state)
{
    struct bench *bench = *state;

    struct mn_tick tick = mn_tick(&bench->kernel);

    assert_false(tick.is_ready);
    assert_int_equal(tick.deadline_us, MN_TIME_NEVER);
    assert_int_equal(bench->kernel.ticks, 1);
}

static void a_kernel_needs_an_arena(void **state)
{
    struct bench *bench = *state;
    struct mn_kernel kernel;
    uint8_t arena[1];
    struct mn_kernel_config config = {.arena = arena, .arena_bytes = sizeof arena};

    assert_int_equal(mn_kernel_init(&kernel, &bench->hal, &config), MN_ERR_NO_MEMORY);
}

static void a_kernel_starts_at_its_clocks_time(void **state)
{
    (void)state;
    struct bench *bench = bench_create();
    mn_kernel_finish(&bench->kernel);
    struct mn_kernel_config config = {bench->arena, sizeof bench->arena, 0};
    struct runner runner;
    struct mn_sleep sleep;

    bench->now_us = UINT64_C(1) << 40;
    assert_int_equal(mn_kernel_init(&bench->kernel, &bench->hal, &config), MN_OK);
    runner_spawn(&runner, &bench->kernel, "r", NULL, mn_sleep(&sleep, 3));
    bench_advance(bench, 3);

    assert_true(runner.returned);
    bench_destroy(bench);
}

static void a_tick_reports_ready_tasks_before_deadlines(void **state)
{
    struct bench *bench = *state;
    struct runner sleeper, yielder;
    struct mn_sleep sleep;
    struct mn_yield yield;
    runner_spawn(&sleeper, &bench->kernel, "sleeper", NULL, mn_sleep(&sleep, 500));
    runner_spawn(&yielder, &bench->kernel, "yielder", NULL, mn_yield(&yield));

    struct mn_tick first = mn_tick(&bench->kernel);
    struct mn_tick second = mn_tick(&bench->kernel);

    assert_true(first.is_ready);
    assert_int_equal(first.deadline_us, 0);
    assert_false(second.is_ready);
    assert_int_equal(second.deadline_us, 500);
    bench_cancel_all(bench);
    assert_int_equal(mn_tick(&bench->kernel).deadline_us, MN_TIME_NEVER);
}

/* A task that never rests, and halts its kernel after `polls_max` polls. */
struct busy {
    struct mn_co co;
    struct mn_task task;
    uint32_t polls_max;
};

static enum mn_poll busy_poll(struct mn_co *co, struct mn_task *task)
{
    struct busy *busy = MN_FRAME(co, struct busy);
    if (task->polls == busy->polls_max) {
        mn_halt(task->kernel, 7);
        mn_halt(task->kernel, 8);
    }
    mn_task_wake(task);
    return MN_PENDING;
}

static const struct mn_co_type busy_type = {.name = "busy", .poll = busy_poll};

static void run_returns_the_first_halt_code_after_the_tick(void **state)
{
    struct bench *bench = *state;
    struct busy busy = {.polls_max = 3};
    struct probe future;
    struct runner behind;
    mn_spawn(&bench->kernel, &busy.task, "busy", mn_co_init(&busy.co, &busy_type));
    runner_spawn(&behind, &bench->kernel, "r", NULL,
                 probe(&future, "p", NULL, PROBE_FOREVER, MN_OK));

    assert_int_equal(mn_run(&bench->kernel), 7);

    assert_int_equal(bench->kernel.ticks, 3);
    assert_int_equal(future.polls, 1); /* the tick was finished */
    bench_cancel_all(bench);
}

static void a_halt_before_the_run_makes_no_tick(void **state)
{
    struct bench *bench = *state;

    mn_halt(&bench->kernel, 3);

    assert_int_equal(mn_run(&bench->kernel), 3);
    assert_int_equal(bench->kernel.ticks, 0);
}

/* Halts its kernel after a nap. */
struct stopper {
    struct mn_co co;
    struct mn_task task;
    struct mn_sleep sleep;
};

static enum mn_poll stopper_poll(struct mn_co *co, struct mn_task *task)
{
    struct stopper *stopper = MN_FRAME(co, struct stopper);

    MN_CO_BEGIN;
    MN_AWAIT(mn_sleep(&stopper->sleep, 90 * MN_S));
    mn_halt(task->kernel, 0);
    MN_CO_END;
}

static const struct mn_co_type stopper_type = {.name = "stopper", .poll = stopper_poll};

static void run_sleeps_from_deadline_to_deadline(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct mn_sleep sleep;
    struct stopper stopper;
    mn_spawn(&bench->kernel, &stopper.task, "stopper", mn_co_init(&stopper.co, &stopper_type));
    runner_spawn(&runner, &bench->kernel, "early", NULL, mn_sleep(&sleep, 1000));

    mn_run(&bench->kernel);

    assert_int_equal(runner.returned_us, 1000);
    assert_int_equal(bench->now_us, 90 * MN_S);
    assert_int_equal(bench->kernel.ticks, 3); /* the first, and one for each deadline */
}

/* A machine that counts looks at the world, and raises line 5 at the first of them. */
struct machine {
    struct mn_hal hal;
    uint32_t looks, raised;
    uint64_t now_us, slept_until_us;
};

static struct mn_hal_sample machine_sample(struct mn_hal *hal)
{
    struct machine *machine = MN_CONTAINER(hal, struct machine, hal);
    struct mn_hal_sample sample = {.now_us = machine->now_us, .lines = machine->raised};
    machine->raised = 0;
    return sample;
}

static void machine_sleep_until(struct mn_hal *hal, uint64_t due_us)
{
    struct machine *machine = MN_CONTAINER(hal, struct machine, hal);
    machine->slept_until_us = due_us;
    if (machine->looks++ == 0)
        machine->raised = UINT32_C(1) << 5;
    else if (due_us > machine->now_us)
        machine->now_us = due_us;
}

static const struct mn_hal_ops machine_ops = {
    .sample = machine_sample,
    .sleep_until = machine_sleep_until,
};

static void start_machine(struct machine *machine, struct mn_kernel *kernel, uint8_t *arena,
                          uint32_t arena_bytes)
{
    struct mn_kernel_config config = {arena, arena_bytes, 0};
    *machine = (struct machine){.hal.ops = &machine_ops};
    assert_int_equal(mn_kernel_init(kernel, &machine->hal, &config), MN_OK);
}

static void a_busy_kernel_lets_interrupts_in_all_the_same(void **state)
{
    struct bench *bench = *state; /* lends its arena, and is itself not used */
    struct mn_kernel kernel;
    struct machine machine;
    struct busy busy = {.polls_max = 1000};
    struct runner device;
    struct mn_wait wait;
    start_machine(&machine, &kernel, bench->arena, sizeof bench->arena);
    machine.now_us = 12;
    mn_spawn(&kernel, &busy.task, "busy", mn_co_init(&busy.co, &busy_type));
    runner_spawn(&device, &kernel, "device", NULL, mn_wait(&wait, mn_kernel_line(&kernel, 5)));

    mn_run(&kernel);

    assert_true(device.returned);
    assert_in_range(machine.looks, 10, 500); /* neither starved, nor asked every time */
    assert_int_equal(machine.slept_until_us, 12); /* a moment that has passed: no sleep */
    mn_kernel_finish(&kernel);
}

/* Halts its kernel once line 5 has woken it. */
struct halter {
    struct mn_co co;
    struct mn_task task;
    struct mn_wait wait;
};

static enum mn_poll halter_poll(struct mn_co *co, struct mn_task *task)
{
    struct halter *halter = MN_FRAME(co, struct halter);

    MN_CO_BEGIN;
    MN_AWAIT(mn_wait(&halter->wait, mn_kernel_line(task->kernel, 5)));
    mn_halt(task->kernel, 1);
    MN_CO_END;
}

static const struct mn_co_type halter_type = {.name = "halter", .poll = halter_poll};

static void an_idle_kernel_sleeps_once_and_wakes_for_the_line(void **state)
{
    struct bench *bench = *state;
    struct mn_kernel kernel;
    struct machine machine;
    struct halter halter;
    start_machine(&machine, &kernel, bench->arena, sizeof bench->arena);
    mn_spawn(&kernel, &halter.task, "halter", mn_co_init(&halter.co, &halter_type));

    mn_run(&kernel);

    assert_int_equal(machine.looks, 1);
    assert_int_equal(machine.slept_until_us, MN_TIME_NEVER);
    assert_int_equal(kernel.ticks, 2);
    mn_kernel_finish(&kernel);
}

static void a_raised_line_wakes_all_who_wait_for_it_and_no_others(void **state)
{
    struct bench *bench = *state;
    struct runner runners[4];
    struct mn_wait waits[4];
    static const uint32_t lines[4] = {0, 31, 31, 7};
    for (uint32_t i = 0; i < 4; i++)
        runner_spawn(&runners[i], &bench->kernel, "r", NULL,
                     mn_wait(&waits[i], mn_kernel_line(&bench->kernel, lines[i])));
    bench_settle(bench);

    bench_raise(bench, 0);
    bench_raise(bench, 31);
    mn_tick(&bench->kernel);

    assert_true(runners[0].returned);
    assert_true(runners[1].returned);
    assert_true(runners[2].returned);
    assert_false(runners[3].returned);
    bench_cancel_all(bench);
}

static void a_line_raised_while_nobody_waits_is_forgotten(void **state)
{
    struct bench *bench = *state;
    struct runner runner;
    struct mn_wait wait;
    bench_raise(bench, 4);
    mn_tick(&bench->kernel);

    runner_spawn(&runner, &bench->kernel, "r", NULL,
                 mn_wait(&wait, mn_kernel_line(&bench->kernel, 4)));
    bench_settle(bench);

    assert_false(runner.returned); /* hence: ask the device first, then wait */
    bench_cancel_all(bench);
}

static void there_are_no_lines_beyond_the_last(void **state)
{
    struct bench *bench = *state;

    assert_panics("line < MN_HAL_LINES_MAX", mn_kernel_line(&bench->kernel, MN_HAL_LINES_MAX));
}

static enum mn_poll nested_poll(struct mn_co *co, struct mn_task *task)
{
    (void)co;
    assert_panics("!kernel->running", mn_tick(task->kernel));
    return MN_READY;
}

static const struct mn_co_type nested_type = {.name = "nested", .poll = nested_poll};

static void a_tick_inside_a_tick_panics(void **state)
{
    struct bench *bench = *state;
    struct mn_task task;
    struct mn_co co;
    mn_spawn(&bench->kernel, &task, "nested", mn_co_init(&co, &nested_type));

    mn_tick(&bench->kernel);

    assert_true(mn_task_is_done(&task));
}

static void finish_cancels_the_youngest_first(void **state)
{
    struct bench *bench = *state;
    struct mn_kernel kernel;
    struct machine machine;
    struct trail trail = {.length = 0};
    struct runner runners[3];
    struct probe futures[4];
    struct mn_task unpolled;
    static const char *const names[3] = {"a", "b", "c"};
    start_machine(&machine, &kernel, bench->arena, sizeof bench->arena);
    for (uint32_t i = 0; i < 3; i++)
        runner_spawn(&runners[i], &kernel, names[i], NULL,
                     probe(&futures[i], names[i], &trail, PROBE_FOREVER, MN_OK));
    mn_tick(&kernel);
    mn_spawn(&kernel, &unpolled, "d", probe(&futures[3], "d", &trail, 0, MN_OK));
    mn_task_wake(&runners[0].task);

    mn_kernel_finish(&kernel);

    assert_string_equal(trail.text, "a b c -d -c -b -a");
    assert_int_equal(kernel.task_count, 0);
    assert_true(mn_list_is_empty(&kernel.ready));
}

static void two_kernels_in_one_process_do_not_disturb_each_other(void **state)
{
    (void)state;
    struct bench *benches[2] = {bench_create(), bench_create()};
    struct runner runners[2];
    struct mn_sleep sleeps[2];
    for (uint32_t i = 0; i < 2; i++)
        runner_spawn(&runners[i], &benches[i]->kernel, "r", NULL, mn_sleep(&sleeps[i], 50));
    bench_raise(benches[1], 3);

    bench_advance(benches[0], 100);
    assert_true(runners[0].returned);
    assert_false(runners[1].returned);
    assert_int_equal(benches[1]->kernel.ticks, 0);
    assert_int_equal(benches[1]->raised_lines, 1u << 3);
    bench_destroy(benches[0]);
    bench_advance(benches[1], 49);
    assert_false(runners[1].returned);
    bench_advance(benches[1], 1);

    assert_true(runners[1].returned);
    assert_int_equal(runners[1].task.id, 1);
    bench_destroy(benches[1]);
}

static void a_queue_may_be_shared_by_two_kernels(void **state)
{
    (void)state;
    struct bench *benches[2] = {bench_create(), bench_create()};
    struct mn_waitq queue;
    struct runner runners[2];
    struct mn_wait waits[2];
    mn_waitq_init(&queue);
    for (uint32_t i = 0; i < 2; i++) {
        runner_spawn(&runners[i], &benches[i]->kernel, "r", NULL, mn_wait(&waits[i], &queue));
        bench_settle(benches[i]);
    }

    mn_waitq_wake_all(&queue); /* each task becomes ready in the kernel that it belongs to */
    bench_settle(benches[1]);
    assert_false(runners[0].returned);
    assert_true(runners[1].returned);
    bench_settle(benches[0]);

    assert_true(runners[0].returned);
    bench_destroy(benches[0]);
    bench_destroy(benches[1]);
}

/* Arms, while the wheel lags behind the kernel, for moments that have passed by the kernel's clock
 * and not by the wheel's; then takes the first one back, so that the next must be looked for. */
struct rearm {
    struct mn_co co;
    struct mn_task task;
    struct mn_timer timers[2];
};

static enum mn_poll rearm_poll(struct mn_co *co, struct mn_task *task)
{
    struct rearm *rearm = MN_FRAME(co, struct rearm);
    if (task->polls > 1)
        return MN_READY;
    struct mn_wheel *wheel = &task->kernel->wheel;
    mn_timer_arm(wheel, &rearm->timers[0], task->kernel->now_us - 2, task);
    mn_timer_arm(wheel, &rearm->timers[1], task->kernel->now_us - 1, task);
    mn_timer_cancel(wheel, &rearm->timers[0]);
    return MN_PENDING;
}

static const struct mn_co_type rearm_type = {.name = "rearm", .poll = rearm_poll};

static void no_wake_is_lost_to_a_timer_found_while_looking_for_the_next(void **state)
{
    struct bench *bench = *state;
    struct rearm rearm;
    mn_timer_init(&rearm.timers[0]);
    mn_timer_init(&rearm.timers[1]);
    bench->now_us = 1000;
    mn_spawn(&bench->kernel, &rearm.task, "rearm", mn_co_init(&rearm.co, &rearm_type));

    struct mn_tick tick = mn_tick(&bench->kernel);

    assert_true(tick.is_ready || tick.deadline_us <= 1000); /* else mn_run would sleep for good */
    bench_settle(bench);
    assert_true(mn_task_is_done(&rearm.task));
}

/* A future whose owner, as it is dropped, asks about the task it was. */
struct mortal {
    struct mn_co co;
    struct mn_task task;
    bool was_done; /* while it was being dropped */
    bool was_done_at_last;
};

static enum mn_poll mortal_poll(struct mn_co *co, struct mn_task *task)
{
    (void)co;
    (void)task;
    return MN_PENDING;
}

static void mortal_drop(struct mn_co *co)
{
    struct mortal *mortal = MN_FRAME(co, struct mortal);
    mortal->was_done = mn_task_is_done(&mortal->task);
    mn_task_cancel(&mortal->task); /* is under way: harmless */
}

static void mortal_ended(struct mn_task *task)
{
    MN_CONTAINER(task, struct mortal, task)->was_done_at_last = mn_task_is_done(task);
}

static const struct mn_co_type mortal_type = {
    .name = "mortal", .poll = mortal_poll, .drop = mortal_drop};

static void a_task_is_not_done_while_the_kernel_has_still_to_forget_it(void **state)
{
    struct bench *bench = *state;
    struct mortal mortal = {0};
    mn_spawn(&bench->kernel, &mortal.task, "mortal", mn_co_init(&mortal.co, &mortal_type));
    mortal.task.ended = mortal_ended;
    bench_settle(bench);

    mn_task_cancel(&mortal.task);

    assert_false(mortal.was_done);
    assert_true(mortal.was_done_at_last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_new_kernel_is_idle_and_has_no_deadline),
        TEST_ON_BENCH(a_kernel_needs_an_arena),
        cmocka_unit_test(a_kernel_starts_at_its_clocks_time),
        TEST_ON_BENCH(a_tick_reports_ready_tasks_before_deadlines),
        TEST_ON_BENCH(run_returns_the_first_halt_code_after_the_tick),
        TEST_ON_BENCH(a_halt_before_the_run_makes_no_tick),
        TEST_ON_BENCH(run_sleeps_from_deadline_to_deadline),
        TEST_ON_BENCH(a_busy_kernel_lets_interrupts_in_all_the_same),
        TEST_ON_BENCH(an_idle_kernel_sleeps_once_and_wakes_for_the_line),
        TEST_ON_BENCH(a_raised_line_wakes_all_who_wait_for_it_and_no_others),
        TEST_ON_BENCH(a_line_raised_while_nobody_waits_is_forgotten),
        TEST_ON_BENCH(there_are_no_lines_beyond_the_last),
        TEST_ON_BENCH(a_tick_inside_a_tick_panics),
        TEST_ON_BENCH(finish_cancels_the_youngest_first),
        cmocka_unit_test(two_kernels_in_one_process_do_not_disturb_each_other),
        cmocka_unit_test(a_queue_may_be_shared_by_two_kernels),
        TEST_ON_BENCH(no_wake_is_lost_to_a_timer_found_while_looking_for_the_next),
        TEST_ON_BENCH(a_task_is_not_done_while_the_kernel_has_still_to_forget_it),
    };
    return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
