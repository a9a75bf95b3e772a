/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/trace.h"

#include "echo_service.h"
#include "log_paper.h"
#include "mn/bbq.h"
#include "mn/chan.h"
#include "probe.h"

#define LINE 4u

/* ---- tasks ------------------------------------------------------------------------------ */

static void a_task_is_told_of_from_spawn_to_end(void **state)
{
    struct bench *bench = *state;
    struct log_paper paper;
    struct mn_task task;
    struct probe leaf;
    log_paper_open(&paper, bench, NULL);

    mn_spawn(&bench->kernel, &task, "runner", probe(&leaf, "leaf", NULL, 1, MN_ERR_FULL));
    bench_settle(bench);
    mn_task_wake(&task);
    mn_task_wake(&task);
    bench_settle(bench);

    log_paper_assert(&paper, "spawn task=1 name=runner by=0\n"
                             "wake task=1 by=0 why=spawn\n"
                             "poll task=1 name=runner\n"
                             "polled task=1 spent_ns=0 state=pending\n"
                             "wake task=1 by=0 why=task\n"
                             "poll task=1 name=runner\n"
                             "polled task=1 spent_ns=0 state=ready\n"
                             "end task=1 name=runner err=MN_ERR_FULL spent_ns=0 polls=2\n");
    log_paper_close(&paper, bench);
}

static void a_cancelled_task_ends_as_cancelled(void **state)
{
    struct bench *bench = *state;
    struct log_paper paper;
    struct runner runner;
    struct probe leaf;
    runner_spawn(&runner, &bench->kernel, "runner", NULL,
                 probe(&leaf, "leaf", NULL, PROBE_FOREVER, MN_OK));
    bench_settle(bench);
    log_paper_open(&paper, bench, NULL);

    mn_task_cancel(&runner.task);

    log_paper_assert(&paper, "end task=1 name=runner err=cancelled spent_ns=0 polls=1\n");
    log_paper_close(&paper, bench);
}

static void a_wake_says_whether_it_was_a_timer_or_a_line(void **state)
{
    struct bench *bench = *state;
    struct log_paper paper;
    struct mn_task sleeper, waiter;
    struct mn_sleep sleep;
    struct mn_wait wait;
    mn_spawn(&bench->kernel, &sleeper, "sleeper", mn_sleep(&sleep, 50));
    mn_spawn(&bench->kernel, &waiter, "waiter",
             mn_wait(&wait, mn_kernel_line(&bench->kernel, LINE)));
    bench_settle(bench);
    log_paper_open(&paper, bench, "kernel::task");

    bench_raise(bench, LINE);
    bench_advance(bench, 50);

    log_paper_assert(&paper, "wake task=2 by=0 why=line\n"
                             "poll task=2 name=waiter\n"
                             "polled task=2 spent_ns=0 state=ready\n"
                             "end task=2 name=waiter err=MN_OK spent_ns=0 polls=2\n"
                             "wake task=1 by=0 why=timer\n"
                             "poll task=1 name=sleeper\n"
                             "polled task=1 spent_ns=0 state=ready\n"
                             "end task=1 name=sleeper err=MN_OK spent_ns=0 polls=2\n");
    log_paper_close(&paper, bench);
}

struct parent { /* spawns a child in its first poll, wakes it in its second */
    struct mn_co co;
    struct mn_task task;
    struct runner child;
    struct probe leaf;
};

static enum mn_poll parent_poll(struct mn_co *co, struct mn_task *task)
{
    struct parent *parent = MN_FRAME(co, struct parent);
    if (co->at == 1) {
        mn_task_wake(&parent->child.task);
        return MN_READY;
    }
    co->at = 1;
    runner_spawn(&parent->child, task->kernel, "child", NULL,
                 probe(&parent->leaf, "leaf", NULL, 1, MN_OK));
    return MN_PENDING;
}

static const struct mn_co_type parent_type = {.name = "parent", .poll = parent_poll};

static void who_spawns_and_wakes_is_named(void **state)
{
    struct bench *bench = *state;
    struct log_paper paper;
    struct parent parent;
    log_paper_open(&paper, bench, NULL);
    mn_spawn(&bench->kernel, &parent.task, "parent", mn_co_init(&parent.co, &parent_type));
    mn_tick(&bench->kernel);
    log_paper_assert(&paper, "spawn task=1 name=parent by=0\n"
                             "wake task=1 by=0 why=spawn\n"
                             "poll task=1 name=parent\n"
                             "spawn task=2 name=child by=1\n"
                             "wake task=2 by=1 why=spawn\n"
                             "polled task=1 spent_ns=0 state=pending\n");
    mn_tick(&bench->kernel);
    mn_task_wake(&parent.task);
    log_paper_assert(&paper, "poll task=2 name=child\n"
                             "polled task=2 spent_ns=0 state=pending\n"
                             "wake task=1 by=0 why=task\n");

    mn_tick(&bench->kernel);

    log_paper_assert(&paper, "poll task=1 name=parent\n"
                             "wake task=2 by=1 why=task\n"
                             "polled task=1 spent_ns=0 state=ready\n"
                             "end task=1 name=parent err=MN_OK spent_ns=0 polls=2\n");
    bench_settle(bench);
    log_paper_close(&paper, bench);
}

static uint64_t stopwatch_ns(struct mn_hal *hal)
{
    return MN_CONTAINER(hal, struct bench, hal)->random += 7; /* each look takes 7 ns */
}

static void a_stopwatch_gives_each_point_its_moment(void **state)
{
    struct bench *bench = *state;
    struct mn_hal_ops ops = *bench->hal.ops;
    const struct mn_hal_ops *plain = bench->hal.ops;
    struct log_paper paper;
    struct mn_task task;
    struct probe leaf;
    ops.stopwatch_ns = stopwatch_ns;
    bench->hal.ops = &ops;
    log_paper_open(&paper, bench, NULL);

    mn_spawn(&bench->kernel, &task, "leaf", probe(&leaf, "leaf", NULL, 0, MN_OK));
    bench_settle(bench);

    log_paper_assert(&paper, "spawn task=1 name=leaf by=0 at_ns=7\n"
                             "wake task=1 by=0 why=spawn at_ns=14\n"
                             "poll task=1 name=leaf at_ns=21\n"
                             "polled task=1 spent_ns=7 state=ready at_ns=42\n"
                             "end task=1 name=leaf err=MN_OK spent_ns=7 polls=1 at_ns=49\n");
    log_paper_close(&paper, bench);
    bench->hal.ops = plain;
}

/* ---- messages --------------------------------------------------------------------------- */

static void a_flow_joins_request_and_take_and_reply(void **state)
{
    struct bench *bench = *state;
    struct log_paper paper;
    struct echo_server server;
    struct echo_joiner joiner, stranger;
    struct echo_caller caller;
    assert_int_equal(echo_server_start(bench, &server), MN_OK); /* tasks 1 and 2 */
    bench_settle(bench);
    log_paper_open(&paper, bench, "kernel::message");

    echo_joiner_start(bench, &joiner, ECHO_KEY);
    bench_settle(bench);
    echo_caller_start(bench, &caller, &joiner.client, 5, MN_TIME_NEVER);
    bench_settle(bench);

    log_paper_assert(&paper, "request flow=1 service=echo instance=0 client=3 id=0\n"
                             "take flow=1 server=1\n"
                             "reply flow=1 outcome=accept\n"
                             "request flow=2 service=echo instance=0 client=4 id=1\n"
                             "take flow=2 server=2\n"
                             "reply flow=2 outcome=reply\n");
    echo_joiner_start(bench, &stranger, ECHO_KEY + 1);
    bench_settle(bench);
    log_paper_assert(&paper, "request flow=3 service=echo instance=0 client=5 id=0\n"
                             "take flow=3 server=1\n"
                             "reply flow=3 outcome=refuse\n");
    log_paper_close(&paper, bench);
    echo_server_stop(&server);
}

static void the_order_of_a_request_and_the_polls_around_it(void **state)
{
    struct bench *bench = *state;
    struct log_paper paper;
    struct echo_server server;
    struct echo_joiner joiner;
    struct echo_caller caller;
    assert_int_equal(echo_server_start(bench, &server), MN_OK);
    echo_joiner_start(bench, &joiner, ECHO_KEY);
    bench_settle(bench);
    echo_caller_start(bench, &caller, &joiner.client, 5, MN_TIME_NEVER);
    log_paper_open(&paper, bench, NULL);

    bench_settle(bench);

    log_paper_assert(&paper, "poll task=4 name=caller\n"
                             "request flow=1 service=echo instance=0 client=4 id=1\n"
                             "wake task=2 by=4 why=task\n"
                             "polled task=4 spent_ns=0 state=pending\n"
                             "poll task=2 name=worker\n"
                             "take flow=1 server=2\n"
                             "reply flow=1 outcome=reply\n"
                             "wake task=4 by=2 why=task\n"
                             "polled task=2 spent_ns=0 state=pending\n"
                             "poll task=4 name=caller\n"
                             "polled task=4 spent_ns=0 state=ready\n"
                             "end task=4 name=caller err=MN_OK spent_ns=0 polls=2\n");
    log_paper_close(&paper, bench);
    echo_server_stop(&server);
}

static void giving_up_says_why(void **state)
{
    struct echo_shop *shop = *state;
    struct log_paper paper;
    log_paper_open(&paper, shop->bench, "kernel::message");

    echo_caller_start(shop->bench, &shop->callers[0], &shop->client, 0, 100);
    echo_caller_start(shop->bench, &shop->callers[1], &shop->client, 1, MN_TIME_NEVER);
    bench_settle(shop->bench);
    echo_desk_take(&shop->desk, &shop->jobs[0]);
    bench_advance(shop->bench, 100);
    mn_task_cancel(&shop->callers[1].task);
    mn_job_discard(&shop->jobs[0].job); /* nobody waits: no reply */

    log_paper_assert(&paper, "request flow=1 service=echo instance=0 client=3 id=1\n"
                             "request flow=2 service=echo instance=0 client=4 id=2\n"
                             "take flow=1 server=0\n"
                             "drop flow=1 why=deadline\n"
                             "drop flow=2 why=cancelled\n");
    log_paper_close(&paper, shop->bench);
}

static void every_answer_has_its_outcome(void **state)
{
    struct echo_shop *shop = *state;
    struct log_paper paper;
    for (uint32_t i = 0; i < 3; i++)
        echo_caller_start(shop->bench, &shop->callers[i], &shop->client, i, MN_TIME_NEVER);
    bench_settle(shop->bench); /* told of by nobody: they get their numbers later */
    log_paper_open(&paper, shop->bench, "kernel::message");

    echo_desk_take(&shop->desk, &shop->jobs[0]);
    echo_desk_take(&shop->desk, &shop->jobs[1]);
    echo_fail(&shop->jobs[0], &(struct echo_error){1});
    mn_job_discard(&shop->jobs[1].job);
    mn_client_close(&shop->client.client);

    log_paper_assert(&paper, "take flow=1 server=0\n"
                             "take flow=2 server=0\n"
                             "reply flow=1 outcome=fail\n"
                             "reply flow=2 outcome=closed\n"
                             "reply flow=3 outcome=closed\n");
    bench_settle(shop->bench);
    log_paper_close(&paper, shop->bench);
}

static void a_service_that_goes_closes_what_it_has(void **state)
{
    struct echo_shop *shop = *state;
    struct log_paper paper;
    log_paper_open(&paper, shop->bench, "kernel::message");
    echo_caller_start(shop->bench, &shop->callers[0], &shop->client, 0, MN_TIME_NEVER);
    bench_settle(shop->bench);

    mn_service_unbind(&shop->desk.service);

    log_paper_assert(&paper, "request flow=1 service=echo instance=0 client=3 id=1\n"
                             "reply flow=1 outcome=closed\n");
    bench_settle(shop->bench);
    log_paper_close(&paper, shop->bench);
}

/* ---- queues ----------------------------------------------------------------------------- */

static void a_full_queue_is_told_of_once_for_each_wait(void **state)
{
    struct bench *bench = *state;
    struct log_paper paper;
    struct mn_task task;
    struct mn_bbq_write write;
    struct mn_bbq bbq;
    uint8_t bytes[4], taken;
    mn_bbq_init(&bbq, bytes, sizeof bytes);
    bbq.name = "pipe";
    log_paper_open(&paper, bench, "kernel::queue");

    mn_spawn(&bench->kernel, &task, "writer", mn_bbq_write(&write, &bbq, "123456", 6));
    bench_settle(bench);
    assert_int_equal(mn_bbq_read_bytes_now(&bbq, &taken, 1), 1);
    bench_settle(bench);

    log_paper_assert(&paper, "full queue=pipe capacity_bytes=4 task=1\n");
    log_paper_close(&paper, bench);
    bench_cancel_all(bench);
}

static void a_grant_and_a_send_that_wait_are_told_of_too(void **state)
{
    struct bench *bench = *state;
    struct log_paper paper;
    struct mn_task tasks[2];
    struct mn_bbq_grant want;
    struct mn_chan_send send;
    struct mn_grant held, grant;
    struct mn_bbq bbq;
    struct mn_chan chan;
    uint8_t bytes[4];
    uint32_t slot[1], message = 9;
    mn_bbq_init(&bbq, bytes, sizeof bytes);
    mn_chan_init(&chan, slot, sizeof message, 1);
    chan.name = "letters";
    assert_int_equal(mn_bbq_grant_now(&bbq, 4, &held), MN_OK);
    assert_int_equal(mn_chan_send_now(&chan, &message), MN_OK);
    log_paper_open(&paper, bench, "kernel::queue");

    mn_spawn(&bench->kernel, &tasks[0], "granted", mn_bbq_grant(&want, &bbq, 2, &grant));
    mn_spawn(&bench->kernel, &tasks[1], "sender", mn_chan_send(&send, &chan, &message));
    bench_settle(bench);

    log_paper_assert(&paper, "full queue=? capacity_bytes=4 task=1\n"
                             "full queue=letters capacity_bytes=4 task=2\n");
    log_paper_close(&paper, bench);
    bench_cancel_all(bench);
}

/* ---- quiet ------------------------------------------------------------------------------ */

static void who_carries_the_trace_is_never_woken_or_polled_in_it(void **state)
{
    struct bench *bench = *state;
    struct log_paper paper;
    struct mn_task task;
    struct mn_bbq_write write;
    struct mn_bbq bbq;
    uint8_t bytes[1];
    mn_bbq_init(&bbq, bytes, sizeof bytes);
    log_paper_open(&paper, bench, NULL);

    mn_spawn(&bench->kernel, &task, "carrier", mn_bbq_write(&write, &bbq, "12", 2));
    task.carries_trace = true;
    bench_settle(bench);
    mn_task_wake(&task);
    bench_settle(bench);
    mn_task_cancel(&task);

    log_paper_assert(&paper, "spawn task=1 name=carrier by=0\n"
                             "wake task=1 by=0 why=spawn\n"
                             "end task=1 name=carrier err=cancelled spent_ns=0 polls=2\n");
    log_paper_close(&paper, bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_task_is_told_of_from_spawn_to_end),
        TEST_ON_BENCH(a_cancelled_task_ends_as_cancelled),
        TEST_ON_BENCH(a_wake_says_whether_it_was_a_timer_or_a_line),
        TEST_ON_BENCH(who_spawns_and_wakes_is_named),
        TEST_ON_BENCH(a_stopwatch_gives_each_point_its_moment),
        TEST_ON_BENCH(a_flow_joins_request_and_take_and_reply),
        TEST_ON_BENCH(the_order_of_a_request_and_the_polls_around_it),
        TEST_IN_SHOP(giving_up_says_why),
        TEST_IN_SHOP(every_answer_has_its_outcome),
        TEST_IN_SHOP(a_service_that_goes_closes_what_it_has),
        TEST_ON_BENCH(a_full_queue_is_told_of_once_for_each_wait),
        TEST_ON_BENCH(a_grant_and_a_send_that_wait_are_told_of_too),
        TEST_ON_BENCH(who_carries_the_trace_is_never_woken_or_polled_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
