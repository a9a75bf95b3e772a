/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/port.h"

void mn_port_init(struct mn_port *port)
{
    *port = (struct mn_port){.wire = MN_PORT_SERIAL};
    mn_serial_client_init(&port->client.serial);
}

void mn_port_close(struct mn_port *port)
{
    mn_bidi_close(&port->end);
    if (port->wire == MN_PORT_MUX)
        mn_mux_close(&port->client.mux);
    else if (port->wire == MN_PORT_SERIAL)
        mn_serial_close(&port->client.serial);
}

/* ---- opening ---------------------------------------------------------------------------- */

static enum mn_err mux_err(enum mn_mux_error error)
{
    if (error == MN_MUX_TAKEN)
        return MN_ERR_TAKEN;
    if (error == MN_MUX_FULL)
        return MN_ERR_FULL;
    return error == MN_MUX_NO_MEMORY ? MN_ERR_NO_MEMORY : MN_ERR_INVALID;
}

/* The end moves to where every kind of port has it. */
static void take_end(struct mn_port *port, struct mn_bidi_end *end)
{
    port->end = *end;
    *end = (struct mn_bidi_end){0};
}

static struct mn_co *service_open(struct mn_port_open *open)
{
    const struct mn_port_address *address = &open->address;
    if (address->wire == MN_PORT_MUX)
        return mn_mux_open(&open->on.mux, open->registry, (uint16_t)address->number,
                           address->incoming_bytes, address->outgoing_bytes,
                           &open->port->client.mux);
    return mn_serial_open(&open->on.serial, open->registry, address->number,
                          &open->port->client.serial);
}

static enum mn_poll open_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_port_open *open = MN_FRAME(co, struct mn_port_open);
    bool is_mux = open->address.wire == MN_PORT_MUX;

    MN_CO_BEGIN;
    if (is_mux && open->address.number > UINT16_MAX)
        MN_RETURN(MN_ERR_INVALID);
    if (open->address.wire == MN_PORT_GIVEN) {
        MN_ASSERT(open->address.given->bidi);
        take_end(open->port, open->address.given);
        MN_RETURN(MN_OK);
    }
    MN_AWAIT(service_open(open));
    if (co->err == MN_OK)
        take_end(open->port, is_mux ? &open->port->client.mux.port
                                    : &open->port->client.serial.port);
    if (co->err == MN_ERR_FAILED)
        MN_RETURN(is_mux ? mux_err(open->on.mux.error) : MN_ERR_TAKEN);
    MN_RETURN(co->err);
    MN_CO_END;
}

static const struct mn_co_type open_type = {.name = "port_open", .poll = open_poll};

struct mn_co *mn_port_open(struct mn_port_open *frame, struct mn_registry *registry,
                           const struct mn_port_address *address, struct mn_port *port)
{
    frame->registry = registry;
    frame->address = *address;
    frame->port = port;
    mn_port_init(port);
    port->wire = address->wire;
    if (address->wire == MN_PORT_MUX)
        mn_mux_client_init(&port->client.mux);
    return mn_co_init(&frame->co, &open_type);
}

/* ---- first words ------------------------------------------------------------------------ */

static enum mn_poll talk_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_port_talk *talk = MN_FRAME(co, struct mn_port_talk);

    MN_CO_BEGIN;
    MN_TRY(mn_bbq_read(&talk->read, talk->in, &talk->heard));
    mn_bbq_release(talk->in, &talk->heard, 0);
    MN_CO_END;
}

static const struct mn_co_type talk_type = {.name = "port_talk", .poll = talk_poll};

struct mn_co *mn_port_talk(struct mn_port_talk *frame, struct mn_port *port)
{
    frame->in = port->end.in;
    return mn_co_init(&frame->co, &talk_type);
}

/* ---- the carrier ------------------------------------------------------------------------ */

/* No serial port: somebody is there, as far as anybody knows. */
static enum mn_poll constant_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_port_carrier *wait = MN_FRAME(co, struct mn_port_carrier);
    (void)task;
    wait->carrier = 1;
    return wait->known == 1 ? MN_PENDING : MN_READY; /* the former for good */
}

static const struct mn_co_type constant_type = {.name = "no_carrier", .poll = constant_poll};

static enum mn_poll carrier_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_port_carrier *wait = MN_FRAME(co, struct mn_port_carrier);

    MN_CO_BEGIN;
    MN_TRY(mn_serial_carrier(&wait->serial, &wait->port->client.serial, wait->known));
    wait->carrier = wait->serial.carrier;
    wait->heard_bytes = wait->serial.heard_bytes;
    MN_CO_END;
}

static const struct mn_co_type carrier_type = {.name = "port_carrier", .poll = carrier_poll};

struct mn_co *mn_port_carrier(struct mn_port_carrier *frame, struct mn_port *port, uint32_t known)
{
    frame->port = port;
    frame->known = frame->carrier = known;
    frame->heard_bytes = 0;
    frame->serial.call.request.state = MN_REQUEST_IDLE; /* mn_port_knows_peer may look at once */
    return mn_co_init(&frame->co, port->wire == MN_PORT_SERIAL ? &carrier_type
                                                               : &constant_type);
}

bool mn_port_knows_peer(const struct mn_port_carrier *frame)
{
    return frame->port->wire != MN_PORT_SERIAL || mn_serial_knows_peer(&frame->serial);
}
