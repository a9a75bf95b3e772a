/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "services/serial_mux_parts.h"

/* Gets bytes of a port to send; false when there are none now. Who has left is closed here, once
 * all was sent, and whoever waited for the port is asked instead. */
static bool has_bytes(struct mn_serial_mux *mux, struct mn_mux_port *port, struct mn_task *task)
{
    while (port->wire.bidi) {
        if (port->asks_bytes && mn_bbq_is_empty(port->wire.in) && !mn_bbq_is_closed(port->wire.in))
            return false; /* the short road for those who are silent */
        if (!port->asks_bytes)
            mn_bbq_read(&port->wants_bytes, port->wire.in, &port->span);
        port->asks_bytes = mn_co_poll(&port->wants_bytes.co, task) == MN_PENDING;
        if (port->asks_bytes)
            return false;
        if (port->wants_bytes.co.err == MN_OK)
            return true;
        mn_mux_close_port(mux, port);
    }
    return false;
}

/* Whose turn it is: the first port with bytes, from the one behind the latest sender. */
static struct mn_mux_port *next_sender(struct mn_serial_mux *mux, struct mn_task *task)
{
    for (uint32_t i = 0; i < mux->port_count; i++) {
        uint32_t at = (mux->turn + i) % mux->port_count;
        if (has_bytes(mux, &mux->ports[at], task)) {
            mux->turn = at + 1;
            return &mux->ports[at];
        }
    }
    return NULL;
}

/* Room for a whole frame is asked for, whatever its bytes: what is not used is given back. */
static void begin_frame(struct mn_serial_mux *mux, struct mn_mux_port *sender)
{
    uint32_t count = sender->span.count;
    mux->sender = sender;
    mux->sending = count < mux->chunk_max ? count : mux->chunk_max;
    mn_bbq_grant(&mux->wants_room, mux->serial.port.out, MN_MUX_FRAME_MAX(mux->sending),
                 &mux->room);
}

static void write_frame(struct mn_serial_mux *mux)
{
    struct mn_mux_port *sender = mux->sender;
    uint32_t frame_bytes;
    enum mn_err err = mn_mux_frame_encode(mux->room.bytes, mux->room.count, sender->number,
                                          sender->span.bytes, mux->sending, &frame_bytes);
    MN_ASSERT(err == MN_OK);
    mn_bbq_commit(mux->serial.port.out, &mux->room, frame_bytes);
    mn_bbq_release(sender->wire.in, &sender->span, mux->sending);
    sender->stats.out_bytes += mux->sending;
    mux->wire.frames_out++;
    mux->sender = NULL;
}

bool mn_mux_send(struct mn_serial_mux *mux, struct mn_task *task)
{
    for (;;) {
        if (!mux->sender) {
            struct mn_mux_port *sender = next_sender(mux, task);
            if (!sender)
                return true;
            begin_frame(mux, sender);
        }
        if (mn_co_poll(&mux->wants_room.co, task) == MN_PENDING)
            return true;
        if (mux->wants_room.co.err != MN_OK)
            return false;
        write_frame(mux);
    }
}
