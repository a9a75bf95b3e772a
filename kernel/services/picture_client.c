/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/svc/picture.h"

static enum mn_poll take_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_take_picture *take = MN_FRAME(co, struct mn_take_picture);

    MN_CO_BEGIN;
    MN_TRY(mn_picture_try_connect(&take->on.connect, take->registry, &take->client, 0, NULL,
                                  NULL));
    MN_TRY(mn_picture_call(&take->on.call, &take->client, &take->request, &take->response,
                           &take->error, MN_TIME_NEVER));
    MN_CO_END;
}

static void take_drop(struct mn_co *co)
{
    mn_client_close(&MN_FRAME(co, struct mn_take_picture)->client.client);
}

static const struct mn_co_type take_type = {
    .name = "picture",
    .poll = take_poll,
    .drop = take_drop,
};

struct mn_co *mn_take_picture(struct mn_take_picture *frame, struct mn_registry *registry,
                              uint32_t display)
{
    frame->registry = registry;
    frame->request = (struct mn_picture_request){.display = display};
    mn_client_init(&frame->client.client);
    return mn_co_init(&frame->co, &take_type);
}
