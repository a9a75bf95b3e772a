/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "pair.h"

#include "measure.h"
#include "mn/service.h"

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

double pair_run(struct machine *machine, uint32_t rounds, uint64_t deadline_us)
{
    static struct server server;
    static struct client client;
    server = (struct server){0};
    client = (struct client){.left = rounds, .deadline_us = deadline_us};
    mn_job_init(&server.job.job);
    mn_client_init(&client.add.client);
    mn_spawn(&machine->kernel, &server.task, "server", mn_co_init(&server.co, &server_type));
    mn_spawn(&machine->kernel, &client.task, "client", mn_co_init(&client.co, &client_type));

    double begin_ns = measure_thread_ns();
    mn_run(&machine->kernel);
    return (measure_thread_ns() - begin_ns) / rounds;
}
