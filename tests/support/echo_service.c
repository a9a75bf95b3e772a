/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "echo_service.h"

#include <stdlib.h>

void *echo_guests_admit(struct echo_guests *guests)
{
    assert_true(guests->accepted < ECHO_SESSIONS_MAX);
    return &guests->left[guests->accepted++];
}

void echo_guests_leave(struct mn_service *service, void *session)
{
    struct echo_guests *guests = service->context;
    guests->gone++;
    if (!service->screens) {
        assert_null(session);
        guests->accepted++; /* nobody asked us: count whoever came only as they go */
        return;
    }
    uint8_t *times = session;
    assert_true(times >= guests->left && times < guests->left + guests->accepted);
    assert_int_equal(++*times, 1);
}

void echo_guests_assert_here(const struct echo_guests *guests, uint32_t here)
{
    assert_int_equal(guests->accepted - guests->gone, here);
}

/* ---- by hand ---------------------------------------------------------------------------- */

void echo_desk_open(struct bench *bench, struct echo_desk *desk, bool screens)
{
    desk->service.screens = screens;
    desk->service.left = echo_guests_leave;
    desk->service.context = &desk->guests;
    assert_int_equal(echo_bind(&desk->service, &bench->kernel.registry, 0, &desk->server), MN_OK);
}

void echo_desk_take(struct echo_desk *desk, struct echo_job *job)
{
    assert_int_equal(echo_recv_now(&desk->service, job), MN_OK);
}

void echo_desk_answer(struct echo_desk *desk)
{
    struct echo_job job;
    echo_desk_take(desk, &job);
    struct echo_response response = {.number = job.in.request.number + 1000};
    echo_reply(&job, &response);
}

void echo_desk_assert_counts(const struct echo_desk *desk, uint32_t queued, uint32_t in_hand,
                             uint64_t taken)
{
    assert_int_equal(desk->service.queued, queued);
    assert_int_equal(desk->service.in_hand, in_hand);
    assert_int_equal(desk->service.taken, taken);
}

/* ---- clients ---------------------------------------------------------------------------- */

void echo_caller_start(struct bench *bench, struct echo_caller *caller,
                       struct echo_client *client, uint32_t number, uint64_t deadline_us)
{
    caller->request = (struct echo_request){.number = number};
    struct mn_co *future = echo_call(&caller->call, client, &caller->request, &caller->response,
                                     &caller->error, deadline_us);
    mn_spawn(&bench->kernel, &caller->task, "caller", future);
}

void echo_caller_assert_ended(const struct echo_caller *caller, enum mn_err err)
{
    assert_true(mn_task_is_done(&caller->task));
    assert_int_equal(caller->call.co.err, err);
}

void echo_joiner_start(struct bench *bench, struct echo_joiner *joiner, uint32_t key)
{
    joiner->hello.key = key;
    mn_spawn(&bench->kernel, &joiner->task, "joiner",
             echo_connect(&joiner->connect, &bench->kernel.registry, &joiner->client, 0,
                          &joiner->hello, &joiner->refusal));
}

void echo_joiner_start_now(struct bench *bench, struct echo_joiner *joiner, uint32_t key)
{
    joiner->hello.key = key;
    mn_spawn(&bench->kernel, &joiner->task, "joiner",
             echo_try_connect(&joiner->connect, &bench->kernel.registry, &joiner->client, 0,
                              &joiner->hello, &joiner->refusal));
}

void echo_joiner_assert_ended(const struct echo_joiner *joiner, enum mn_err err)
{
    assert_true(mn_task_is_done(&joiner->task));
    assert_int_equal(joiner->connect.co.err, err);
}

void echo_connect_now(struct bench *bench, struct echo_client *client)
{
    struct mn_task task;
    struct mn_connect connect;
    mn_spawn(&bench->kernel, &task, "connect",
             echo_try_connect(&connect, &bench->kernel.registry, client, 0, NULL, NULL));
    bench_settle(bench);
    assert_true(mn_task_is_done(&task));
    assert_int_equal(connect.co.err, MN_OK);
    assert_true(mn_client_is_open(&client->client));
}

/* ---- the shop --------------------------------------------------------------------------- */

int echo_shop_setup(void **state)
{
    struct echo_shop *shop = calloc(1, sizeof *shop);
    assert_non_null(shop);
    shop->bench = bench_create();
    echo_desk_open(shop->bench, &shop->desk, false);
    echo_connect_now(shop->bench, &shop->client);
    echo_connect_now(shop->bench, &shop->other);
    *state = shop;
    return 0;
}

int echo_shop_teardown(void **state)
{
    struct echo_shop *shop = *state;
    mn_client_close(&shop->client.client);
    mn_client_close(&shop->other.client);
    mn_service_unbind(&shop->desk.service);
    bench_destroy(shop->bench);
    echo_guests_assert_here(&shop->desk.guests, 0);
    free(shop);
    return 0;
}

void echo_shop_finish(struct echo_job *job)
{
    echo_reply(job, &(struct echo_response){job->in.request.number + 1000});
}

/* ---- visitors --------------------------------------------------------------------------- */

static void count_outcome(struct echo_visitor *visitor, enum mn_err err)
{
    const enum mn_err known[] = {MN_OK, MN_ERR_FAILED, MN_ERR_TIMEOUT, MN_ERR_CLOSED};
    for (uint32_t i = 0; i < MN_COUNT_OF(known); i++) {
        if (err == known[i]) {
            visitor->ended[i]++;
            return;
        }
    }
    fail_msg("a call ended with %s", mn_err_name(err));
}

static enum mn_poll visitor_poll(struct mn_co *co, struct mn_task *task)
{
    struct echo_visitor *visitor = MN_FRAME(co, struct echo_visitor);

    MN_CO_BEGIN;
    MN_TRY(echo_connect(&visitor->connect, &task->kernel->registry, &visitor->client, 0,
                        &visitor->hello, &visitor->refusal));
    while (visitor->begun < visitor->calls) {
        visitor->request.number = visitor->begun;
        visitor->request.verb = visitor->begun % ECHO_VERBS;
        visitor->begun++;
        MN_AWAIT(echo_call(&visitor->call, &visitor->client, &visitor->request,
                           &visitor->response, &visitor->error,
                           visitor->patience_us ? task->kernel->now_us + visitor->patience_us
                                                : MN_TIME_NEVER));
        count_outcome(visitor, co->err);
        if (co->err == MN_OK)
            assert_int_equal(visitor->response.number, visitor->request.number);
        if (co->err == MN_ERR_FAILED)
            assert_int_equal(visitor->error.number, visitor->request.number);
    }
    MN_CO_END;
}

static void visitor_drop(struct mn_co *co)
{
    mn_client_close(&MN_FRAME(co, struct echo_visitor)->client.client);
}

static const struct mn_co_type visitor_type = {
    .name = "visitor",
    .poll = visitor_poll,
    .drop = visitor_drop,
};

void echo_visitor_start(struct bench *bench, struct echo_visitor *visitor, uint32_t calls,
                        uint64_t patience_us)
{
    *visitor = (struct echo_visitor){
        .hello.key = ECHO_KEY,
        .calls = calls,
        .patience_us = patience_us,
    };
    mn_client_init(&visitor->client.client);
    mn_spawn(&bench->kernel, &visitor->task, "visitor", mn_co_init(&visitor->co, &visitor_type));
}

/* ---- the server ------------------------------------------------------------------------- */

static void screen(struct echo_worker *worker)
{
    uint32_t key = worker->held.in.hello.key;
    if (key == ECHO_KEY)
        echo_accept(&worker->held, echo_guests_admit(worker->guests));
    else
        echo_refuse(&worker->held, &(struct echo_refusal){key});
}

static void answer(struct echo_worker *worker)
{
    uint32_t number = worker->held.in.request.number;
    enum echo_verb verb = worker->held.in.request.verb;
    if (verb == ECHO_DISCARD)
        mn_job_discard(&worker->held.job);
    else if (verb == ECHO_FAIL)
        echo_fail(&worker->held, &(struct echo_error){number});
    else
        echo_reply(&worker->held, &(struct echo_response){number});
}

/* Work that is given up as soon as nobody waits for it. */
static struct mn_co *work(struct echo_worker *worker)
{
    worker->arms[0] = mn_sleep(&worker->work, ECHO_WORK_US);
    worker->arms[1] = mn_job_abandoned(&worker->abandoned, &worker->held.job);
    return mn_select(&worker->select, worker->arms, 2);
}

static enum mn_poll worker_poll(struct mn_co *co, struct mn_task *task)
{
    struct echo_worker *worker = MN_FRAME(co, struct echo_worker);

    MN_CO_BEGIN;
    for (;;) {
        MN_TRY(echo_recv(&worker->recv, worker->service, &worker->held));
        if (worker->held.job.kind == MN_JOB_HELLO) {
            screen(worker);
            continue;
        }
        if (worker->held.in.request.verb == ECHO_WORK)
            MN_AWAIT(work(worker));
        if (!mn_job_is_wanted(&worker->held.job)) {
            worker->in_vain++;
            mn_job_discard(&worker->held.job);
            continue;
        }
        answer(worker);
    }
    MN_CO_END;
}

static void worker_drop(struct mn_co *co)
{
    struct echo_worker *worker = MN_FRAME(co, struct echo_worker);
    mn_job_discard(&worker->held.job);
    if (worker->service->server == &worker->task)
        mn_service_unbind(worker->service);
}

static const struct mn_co_type worker_type = {
    .name = "worker",
    .poll = worker_poll,
    .drop = worker_drop,
};

enum mn_err echo_server_start(struct bench *bench, struct echo_server *server)
{
    *server = (struct echo_server){
        .service.screens = true,
        .service.left = echo_guests_leave,
        .service.context = &server->guests,
    };
    enum mn_err err = echo_bind(&server->service, &bench->kernel.registry, 0,
                                &server->workers[0].task);
    for (uint32_t i = 0; i < ECHO_WORKERS; i++) {
        struct echo_worker *worker = &server->workers[i];
        worker->service = &server->service;
        worker->guests = &server->guests;
        mn_job_init(&worker->held.job);
        worker->task.done = err != MN_OK;
        if (err == MN_OK)
            mn_spawn(&bench->kernel, &worker->task, "worker",
                     mn_co_init(&worker->co, &worker_type));
    }
    return err;
}

void echo_server_stop(struct echo_server *server)
{
    mn_service_unbind(&server->service);
    for (uint32_t i = 0; i < ECHO_WORKERS; i++)
        mn_task_cancel(&server->workers[i].task);
}
