/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/svc/serial_port.h"

void mn_serial_client_init(struct mn_serial_client *client)
{
    mn_client_init(&client->service.client);
    client->port = (struct mn_bidi_end){0};
}

void mn_serial_close(struct mn_serial_client *client)
{
    mn_bidi_close(&client->port);
    mn_client_close(&client->service.client);
}

static enum mn_poll open_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_serial_open *open = MN_FRAME(co, struct mn_serial_open);

    MN_CO_BEGIN;
    MN_TRY(mn_serial_port_connect(&open->on.connect, open->registry, &open->client->service,
                                  open->instance, NULL, NULL));

    open->request = (struct mn_serial_request){.kind = MN_SERIAL_OPEN};
    MN_TRY(mn_serial_port_call(&open->on.call, &open->client->service, &open->request,
                               &open->response, &open->error, MN_TIME_NEVER));
    open->client->port = open->response.port;
    open->response.port = (struct mn_bidi_end){0};
    open->client = NULL; /* the caller's from here on */
    MN_CO_END;
}

static void open_drop(struct mn_co *co)
{
    struct mn_serial_open *open = MN_FRAME(co, struct mn_serial_open);
    mn_bidi_close(&open->response.port); /* answered, but never seen */
    if (open->client)
        mn_serial_close(open->client);
}

static const struct mn_co_type open_type = {
    .name = "serial_open",
    .poll = open_poll,
    .drop = open_drop,
};

struct mn_co *mn_serial_open(struct mn_serial_open *frame, struct mn_registry *registry,
                             uint32_t instance, struct mn_serial_client *client)
{
    frame->registry = registry;
    frame->instance = instance;
    frame->client = client;
    frame->response.port = (struct mn_bidi_end){0};
    mn_serial_client_init(client);
    return mn_co_init(&frame->co, &open_type);
}

static enum mn_poll carrier_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_serial_carrier *wait = MN_FRAME(co, struct mn_serial_carrier);

    MN_CO_BEGIN;
    MN_TRY(mn_serial_port_call(&wait->call, &wait->client->service, &wait->request,
                               &wait->response, &wait->error, MN_TIME_NEVER));
    wait->carrier = wait->response.carrier;
    wait->heard_bytes = wait->response.heard_bytes;
    MN_CO_END;
}

static const struct mn_co_type carrier_type = {.name = "serial_carrier", .poll = carrier_poll};

struct mn_co *mn_serial_carrier(struct mn_serial_carrier *frame, struct mn_serial_client *client,
                                uint32_t known)
{
    frame->client = client;
    frame->carrier = known;
    frame->heard_bytes = 0;
    frame->request = (struct mn_serial_request){.kind = MN_SERIAL_CARRIER, .known = known};
    frame->call.request.state = MN_REQUEST_IDLE; /* mn_serial_knows_peer may look at once */
    return mn_co_init(&frame->co, &carrier_type);
}
