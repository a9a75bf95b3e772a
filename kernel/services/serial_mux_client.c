/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/svc/serial_mux.h"

/* ---- opening ---------------------------------------------------------------------------- */

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

static struct mn_co *connect(struct mn_mux_open *open)
{
    struct mn_serial_mux_client *service = &open->client->service;
    return open->waits ? mn_serial_mux_connect(&open->on.connect, open->registry, service, 0,
                                               NULL, NULL)
                       : mn_serial_mux_try_connect(&open->on.connect, open->registry, service, 0,
                                                   NULL, NULL);
}

static enum mn_poll open_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_mux_open *open = MN_FRAME(co, struct mn_mux_open);

    MN_CO_BEGIN;
    MN_TRY(connect(open));
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
                          uint16_t number, uint32_t incoming_bytes, uint32_t outgoing_bytes,
                          struct mn_mux_client *client)
{
    frame->registry = registry;
    frame->client = client;
    frame->waits = true;
    frame->request = (struct mn_mux_request){
        .kind = MN_MUX_OPEN,
        .port = number,
        .incoming_bytes = incoming_bytes,
        .outgoing_bytes = outgoing_bytes,
    };
    frame->response.port = (struct mn_bidi_end){0};
    mn_mux_client_init(client);
    return mn_co_init(&frame->co, &open_type);
}

struct mn_co *mn_mux_try_open(struct mn_mux_open *frame, struct mn_registry *registry,
                              uint16_t number, uint32_t incoming_bytes, uint32_t outgoing_bytes,
                              struct mn_mux_client *client)
{
    struct mn_co *co = mn_mux_open(frame, registry, number, incoming_bytes, outgoing_bytes, client);
    frame->waits = false;
    return co;
}

/* ---- stats ------------------------------------------------------------------------------ */

static enum mn_poll ask_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_mux_ask_stats *ask = MN_FRAME(co, struct mn_mux_ask_stats);

    MN_CO_BEGIN;
    MN_TRY(mn_serial_mux_try_connect(&ask->on.connect, ask->registry, &ask->client, 0, NULL,
                                     NULL));
    MN_TRY(mn_serial_mux_call(&ask->on.call, &ask->client, &ask->request, &ask->response,
                              &ask->error, MN_TIME_NEVER));
    MN_CO_END;
}

static void ask_drop(struct mn_co *co)
{
    mn_client_close(&MN_FRAME(co, struct mn_mux_ask_stats)->client.client);
}

static const struct mn_co_type ask_type = {
    .name = "mux_ask_stats",
    .poll = ask_poll,
    .drop = ask_drop,
};

struct mn_co *mn_mux_ask_stats(struct mn_mux_ask_stats *frame, struct mn_registry *registry,
                               uint16_t number)
{
    frame->registry = registry;
    frame->request = (struct mn_mux_request){.kind = MN_MUX_STATS, .port = number};
    mn_client_init(&frame->client.client);
    return mn_co_init(&frame->co, &ask_type);
}
