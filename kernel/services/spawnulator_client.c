/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/svc/spawnulator.h"

static enum mn_poll spawn_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_spawn_child *spawn = MN_FRAME(co, struct mn_spawn_child);

    MN_CO_BEGIN;
    MN_TRY(mn_spawnulator_try_connect(&spawn->on.connect, spawn->registry, &spawn->client, 0,
                                      NULL, NULL));
    MN_TRY(mn_spawnulator_call(&spawn->on.call, &spawn->client, &spawn->request,
                               &spawn->response, &spawn->error, spawn->deadline_us));
    MN_CO_END;
}

static void spawn_drop(struct mn_co *co)
{
    mn_client_close(&MN_FRAME(co, struct mn_spawn_child)->client.client);
}

static const struct mn_co_type spawn_type = {
    .name = "spawn",
    .poll = spawn_poll,
    .drop = spawn_drop,
};

struct mn_co *mn_spawn_child(struct mn_spawn_child *frame, struct mn_registry *registry,
                             struct mn_program *parent, uint32_t xt, uint64_t deadline_us)
{
    frame->registry = registry;
    frame->request = (struct mn_spawn_request){.parent = parent, .xt = xt};
    frame->deadline_us = deadline_us;
    mn_client_init(&frame->client.client);
    return mn_co_init(&frame->co, &spawn_type);
}
