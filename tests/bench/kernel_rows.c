/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdlib.h>

#include "bare.h"
#include "machine.h"
#include "measure.h"
#include "mn/service.h"
#include "rows.h"

#define ROUNDS 100000u /* requests in one run */
#define CROWD 64u      /* tasks spawned or woken at once */
#define CROWD_RUNS 1000u

/* ---- request and reply ------------------------------------------------------------------ */

struct add_request {
    uint32_t value;
};

struct add_response {
    uint32_t value;
};

MN_SERVICE(add, "adding one, for the benchmark",
           MN_UUID(0x6f1f5d0c, 0x7a54, 0x4a0e, 0x9c3d, 0x2b7e61c0a8d1),
           struct add_request, struct add_response, struct mn_none, struct mn_none,
           struct mn_none);

struct server {
    struct mn_co co;
    struct mn_service service;
    struct mn_service_recv recv;
    struct add_job job;
    struct add_response response;
    struct mn_task task;
};

static enum mn_poll server_poll(struct mn_co *co, struct mn_task *task)
{
    struct server *server = MN_FRAME(co, struct server);

    MN_CO_BEGIN;
    MN_ASSERT(add_bind(&server->service, &task->kernel->registry, 0, task) == MN_OK);
    for (;;) {
        MN_TRY(add_recv(&server->recv, &server->service, &server->job));
        server->response.value = server->job.in.request.value + 1;
        add_reply(&server->job, &server->response);
    }
    MN_CO_END;
}

static void server_drop(struct mn_co *co)
{
    struct server *server = MN_FRAME(co, struct server);
    mn_job_discard(&server->job.job);
    mn_service_unbind(&server->service);
}

static const struct mn_co_type server_type = {
    .name = "server",
    .poll = server_poll,
    .drop = server_drop,
};

struct client {
    struct mn_co co;
    struct add_client add;
    struct mn_connect connect;
    struct mn_call call;
    struct add_request request;
    struct add_response response;
    uint64_t deadline_us;
    uint32_t left;
    struct mn_task task;
};

static enum mn_poll client_poll(struct mn_co *co, struct mn_task *task)
{
    struct client *client = MN_FRAME(co, struct client);

    MN_CO_BEGIN;
    MN_TRY(add_connect(&client->connect, &task->kernel->registry, &client->add, 0, NULL, NULL));
    for (; client->left > 0; client->left--) {
        client->request.value = client->left;
        MN_TRY(add_call(&client->call, &client->add, &client->request, &client->response, NULL,
                        client->deadline_us));
        MN_ASSERT(client->response.value == client->left + 1);
    }
    mn_halt(task->kernel, 0);
    MN_CO_END;
}

static void client_drop(struct mn_co *co)
{
    mn_client_close(&MN_FRAME(co, struct client)->add.client);
}

static const struct mn_co_type client_type = {
    .name = "client",
    .poll = client_poll,
    .drop = client_drop,
};

static double request_and_reply(uint64_t deadline_us)
{
    static struct machine machine;
    static struct server server;
    static struct client client;
    machine_open(&machine);
    server = (struct server){0};
    client = (struct client){.left = ROUNDS, .deadline_us = deadline_us};
    mn_job_init(&server.job.job);
    mn_client_init(&client.add.client);
    mn_spawn(&machine.kernel, &server.task, "server", mn_co_init(&server.co, &server_type));
    mn_spawn(&machine.kernel, &client.task, "client", mn_co_init(&client.co, &client_type));

    double begin_ns = measure_thread_ns();
    mn_run(&machine.kernel);
    double spent_ns = measure_thread_ns() - begin_ns;

    machine_close(&machine);
    return spent_ns / ROUNDS;
}

static double without_deadline(void *context)
{
    (void)context;
    return request_and_reply(MN_TIME_NEVER);
}

static double with_deadline(void *context)
{
    (void)context;
    return request_and_reply(5 * MN_S);
}

static double bare_pair(void *context)
{
    (void)context;
    return bare_rounds(ROUNDS);
}

static double bare_pair_inline(void *context)
{
    (void)context;
    return bare_rounds_inline(ROUNDS);
}

/* ---- spawn and finish, wake and poll ---------------------------------------------------- */

struct crowd {
    struct machine machine;
    struct mn_task tasks[CROWD];
    struct mn_co roots[CROWD];
    struct bare_loop bare;
    struct bare_task bare_tasks[CROWD];
};

static enum mn_poll finish_poll(struct mn_co *co, struct mn_task *task)
{
    (void)co;
    (void)task;
    return MN_READY;
}

static enum mn_poll wait_poll(struct mn_co *co, struct mn_task *task)
{
    (void)co;
    (void)task;
    return MN_PENDING;
}

static const struct mn_co_type finish_type = {.name = "finish", .poll = finish_poll};
static const struct mn_co_type wait_type = {.name = "wait", .poll = wait_poll};

static double spawn_and_finish(void *context)
{
    struct crowd *crowd = context;
    double begin_ns = measure_thread_ns();
    for (uint32_t run = 0; run < CROWD_RUNS; run++) {
        for (uint32_t i = 0; i < CROWD; i++)
            mn_spawn(&crowd->machine.kernel, &crowd->tasks[i], "finish",
                     mn_co_init(&crowd->roots[i], &finish_type));
        MN_ASSERT(!mn_tick(&crowd->machine.kernel).is_ready);
    }
    return (measure_thread_ns() - begin_ns) / (CROWD_RUNS * CROWD);
}

static double wake_and_poll(void *context)
{
    struct crowd *crowd = context;
    for (uint32_t i = 0; i < CROWD; i++)
        mn_spawn(&crowd->machine.kernel, &crowd->tasks[i], "wait",
                 mn_co_init(&crowd->roots[i], &wait_type));
    mn_tick(&crowd->machine.kernel);
    double begin_ns = measure_thread_ns();
    for (uint32_t run = 0; run < CROWD_RUNS; run++) {
        for (uint32_t i = 0; i < CROWD; i++)
            mn_task_wake(&crowd->tasks[i]);
        MN_ASSERT(!mn_tick(&crowd->machine.kernel).is_ready);
    }
    double spent_ns = measure_thread_ns() - begin_ns;
    for (uint32_t i = 0; i < CROWD; i++)
        mn_task_cancel(&crowd->tasks[i]);
    return spent_ns / (CROWD_RUNS * CROWD);
}

static bool bare_poll(struct bare_task *task)
{
    (void)task;
    return false;
}

static double bare_wake_and_poll(void *context)
{
    struct crowd *crowd = context;
    bare_init(&crowd->bare);
    for (uint32_t i = 0; i < CROWD; i++)
        crowd->bare_tasks[i] = (struct bare_task){.loop = &crowd->bare, .poll = bare_poll};
    double begin_ns = measure_thread_ns();
    for (uint32_t run = 0; run < CROWD_RUNS; run++) {
        for (uint32_t i = 0; i < CROWD; i++)
            bare_wake(&crowd->bare_tasks[i]);
        bare_run(&crowd->bare);
    }
    return (measure_thread_ns() - begin_ns) / (CROWD_RUNS * CROWD);
}

/* ---- rows ------------------------------------------------------------------------------- */

static void row(struct table *table, const char *what, const char *reference_name,
                struct measured measured, struct limit limit)
{
    table_row(table, &(struct row){
                         .what = what,
                         .ours = measured.ours,
                         .unit = "ns",
                         .reference_name = reference_name,
                         .reference = measured.reference,
                         .ratio = measured.ratio,
                         .limit = limit,
                     });
}

void kernel_rows(struct table *table)
{
    row(table, "request and reply", "bare loop",
        measure_pair(without_deadline, bare_pair, NULL, RUNS), AT_MOST(3));
    row(table, "request and reply, inlined reference", "bare loop inlined",
        measure_pair(without_deadline, bare_pair_inline, NULL, RUNS), NO_LIMIT);
    row(table, "request and reply, with a deadline", "bare loop",
        measure_pair(with_deadline, bare_pair, NULL, RUNS), NO_LIMIT);

    static struct crowd crowd;
    machine_open(&crowd.machine);
    row(table, "spawn and finish", "bare wake + poll",
        measure_pair(spawn_and_finish, bare_wake_and_poll, &crowd, RUNS), NO_LIMIT);
    row(table, "wake and poll", "bare wake + poll",
        measure_pair(wake_and_poll, bare_wake_and_poll, &crowd, RUNS), NO_LIMIT);
    machine_close(&crowd.machine);
}
