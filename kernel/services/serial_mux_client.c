/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/svc/serial_mux.h"

void mn_mux_client_init(struct mn_mux_client *client)
{
    mn_client_init(&client->service.client);
    client->port = (struct mn_bidi_end){0};
}

void mn_mux_close(struct mn_mux_client *client)
{
    mn_bidi_close(&client->port);
    mn_client_close(&client->service.client);
}

static enum mn_poll open_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_mux_open *open = MN_FRAME(co, struct mn_mux_open);

    MN_CO_BEGIN;
    MN_TRY(mn_serial_mux_connect(&open->on.connect, open->registry, &open->client->service, 0,
                                 NULL, NULL));
    MN_TRY(mn_serial_mux_call(&open->on.call, &open->client->service, &open->request,
                              &open->response, &open->error, MN_TIME_NEVER));
    open->client->port = open->response.port;
    open->response.port = (struct mn_bidi_end){0};
    open->client = NULL; /* the caller's from here on */
    MN_CO_END;
}

static void open_drop(struct mn_co *co)
{
    struct mn_mux_open *open = MN_FRAME(co, struct mn_mux_open);
    mn_bidi_close(&open->response.port); /* answered, but never seen */
    if (open->client)
        mn_mux_close(open->client);
}

static const struct mn_co_type open_type = {
    .name = "mux_open",
    .poll = open_poll,
    .drop = open_drop,
};

struct mn_co *mn_mux_open(struct mn_mux_open *frame, struct mn_registry *registry,
                          const struct mn_mux_request *request, struct mn_mux_client *client)
{
    frame->registry = registry;
    frame->client = client;
    frame->request = *request;
    frame->response.port = (struct mn_bidi_end){0};
    mn_mux_client_init(client);
    return mn_co_init(&frame->co, &open_type);
}
