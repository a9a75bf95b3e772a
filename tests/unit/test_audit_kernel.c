/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "audit_fixture.h"
#include "echo_service.h"

/* ---- lists and counts ------------------------------------------------------------------- */

static void counts_that_are_wrong(void **state)
{
    struct bench *bench = *state;
    struct mn_kernel *kernel = &bench->kernel;
    struct runner runner;
    struct mn_sleep sleep;
    begin(bench, &runner, mn_sleep(&sleep, MN_S));

    kernel->task_count++;
    assert_finding(bench, "the count of tasks is not that of their list");
    kernel->task_count--;
    runner.task.queued = true;
    assert_finding(bench, "a task counts as woken, and is not in the list of ready tasks");
    runner.task.queued = false;
    kernel->wheel.count++;
    assert_finding(bench, "the count of armed timers is not that of the wheel");
    kernel->wheel.count--;
    kernel->heap.obstacles++;
    assert_finding(bench, "the count of waits for memory is not that of their line");
    kernel->heap.obstacles--;
    kernel->wheel.soonest_us += 5;
    assert_finding(bench, "an armed timer is due before the one that is thought to be next");
    kernel->wheel.soonest_us -= 5;
    kernel->now_us += 2 * MN_S;
    assert_finding(bench, "task 1 (waiter) in runner > sleep: its time has come, and nobody has "
                          "woken it");
    kernel->now_us -= 2 * MN_S;

    bench_assert_sound(bench);
    bench_cancel_all(bench);
}

static void a_damaged_arena(void **state)
{
    struct bench *bench = *state;
    struct mn_heap *heap = &bench->kernel.heap;
    heap->live_blocks++;

    assert_finding(bench, "the arena is damaged: the counts of what is handed out are wrong");

    heap->live_blocks--;
    bench_assert_sound(bench);
}

static void links_that_do_not_agree(void **state)
{
    struct bench *bench = *state;
    struct runner runners[2];
    struct mn_sleep sleeps[2];
    begin(bench, &runners[0], mn_sleep(&sleeps[0], MN_S));
    begin(bench, &runners[1], mn_sleep(&sleeps[1], MN_S));
    struct mn_list *link = &runners[1].task.link;

    struct mn_list *prev = link->prev;
    link->prev = link;
    assert_finding(bench, "links do not agree in the list of tasks");
    link->prev = prev;

    bench_assert_sound(bench);
    bench_cancel_all(bench);
}

/* ---- services --------------------------------------------------------------------------- */

struct stall { /* a server that has begun to receive, and a client in its call */
    struct bench *bench;
    struct mn_service service;
    struct runner server;
    struct mn_service_recv recv;
    struct echo_job job;
    struct echo_client client;
    struct echo_caller caller;
};

static void open_stall(struct stall *stall, struct bench *bench)
{
    *stall = (struct stall){.bench = bench};
    mn_job_init(&stall->job.job);
    assert_int_equal(echo_bind(&stall->service, &bench->kernel.registry, 0, &stall->server.task),
                     MN_OK);
    begin(bench, &stall->server, echo_recv(&stall->recv, &stall->service, &stall->job));
    echo_connect_now(bench, &stall->client);
    bench_assert_sound(bench);
}

static void close_stall(struct stall *stall)
{
    mn_client_close(&stall->client.client);
    bench_cancel_all(stall->bench);
    mn_service_unbind(&stall->service);
}

/* Sends what somebody waits for, without waking the server. */
static void call_in_silence(struct stall *stall)
{
    struct mn_list receivers = stall->service.receivers;
    mn_list_init(&stall->service.receivers);
    echo_caller_start(stall->bench, &stall->caller, &stall->client, 1, MN_TIME_NEVER);
    mn_tick(&stall->bench->kernel);
    stall->service.receivers = receivers;
}

static void a_request_that_no_server_was_woken_for(void **state)
{
    struct stall stall;
    open_stall(&stall, *state);

    call_in_silence(&stall);

    assert_finding(stall.bench, "task 1 (waiter) in runner > service_recv: a request is there, and "
                                "nobody has woken it");
    close_stall(&stall);
}

static void a_request_in_no_queue(void **state)
{
    struct stall stall;
    open_stall(&stall, *state);
    call_in_silence(&stall);
    struct mn_request *request = &stall.caller.call.request;

    mn_list_remove(&request->link);
    assert_finding(stall.bench, "task 3 (caller) in call: its request is not in the queue, and "
                                "nobody has woken it");
    request->state = MN_REQUEST_IDLE;
    assert_finding(stall.bench, "task 3 (caller) in call: its request was answered, and nobody has "
                                "woken it");
    mn_task_cancel(&stall.caller.task);

    assert_finding(stall.bench, "the count of requests queued is not that of the list, of echo");
    stall.service.queued = 0;
    bench_assert_sound(stall.bench);
    close_stall(&stall);
}

static void a_job_and_its_request_that_do_not_agree(void **state)
{
    struct stall stall;
    struct mn_request other = {.state = MN_REQUEST_IDLE};
    open_stall(&stall, *state);
    echo_caller_start(stall.bench, &stall.caller, &stall.client, 1, MN_TIME_NEVER);
    mn_tick(&stall.bench->kernel);
    mn_tick(&stall.bench->kernel);
    assert_true(mn_job_is_wanted(&stall.job.job));
    mn_task_cancel(&stall.caller.task); /* the job is in hand of a server that has ended */
    assert_finding(stall.bench, "the server has ended of echo");
    stall.service.server = NULL;
    bench_assert_sound(stall.bench);
    stall.job.job.request = &other;

    assert_finding(stall.bench, "a job in hand and its request do not agree, of echo");
    stall.job.job.request = NULL;
    close_stall(&stall);
}

static void a_client_of_another_service(void **state)
{
    struct stall stall;
    open_stall(&stall, *state);

    stall.client.client.service = NULL;

    assert_finding(stall.bench, "one that has left is still in the list of clients of echo");
    stall.client.client.service = &stall.service;
    close_stall(&stall);
}

/* ---- a machine at work ------------------------------------------------------------------ */

static void a_busy_life_is_sound_at_every_idle_moment(void **state)
{
    struct bench *bench = *state;
    struct echo_server server = {0};
    struct echo_visitor visitors[3] = {0};
    assert_int_equal(echo_server_start(bench, &server), MN_OK);
    for (uint32_t i = 0; i < MN_COUNT_OF(visitors); i++)
        echo_visitor_start(bench, &visitors[i], 20, i == 1 ? ECHO_WORK_US / 2 : 0);

    for (uint32_t step = 0; step < 200; step++) {
        mn_tick(&bench->kernel);
        bench_assert_sound(bench);
        if (mn_list_is_empty(&bench->kernel.ready))
            bench_advance(bench, ECHO_WORK_US / 4);
        if (step == 100)
            mn_task_cancel(&visitors[2].task);
        bench_assert_sound(bench);
    }

    echo_server_stop(&server);
    bench_assert_sound(bench);
    bench_cancel_all(bench);
}

static void a_finding_is_cut_to_what_there_is_room_for(void **state)
{
    struct bench *bench = *state;
    char finding[12];
    bench->kernel.task_count++;

    assert_false(mn_audit(&bench->kernel, finding, sizeof finding));

    assert_string_equal(finding, "the count o");
    bench->kernel.task_count--;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(counts_that_are_wrong),
        TEST_ON_BENCH(a_damaged_arena),
        TEST_ON_BENCH(links_that_do_not_agree),
        TEST_ON_BENCH(a_request_that_no_server_was_woken_for),
        TEST_ON_BENCH(a_request_in_no_queue),
        TEST_ON_BENCH(a_job_and_its_request_that_do_not_agree),
        TEST_ON_BENCH(a_client_of_another_service),
        TEST_ON_BENCH(a_busy_life_is_sound_at_every_idle_moment),
        TEST_ON_BENCH(a_finding_is_cut_to_what_there_is_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
