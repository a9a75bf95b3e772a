/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "services/serial_mux_parts.h"

#define MN_LOG_TARGET "kernel::services::serial_mux"

/* ---- warnings --------------------------------------------------------------------------- */

/* Whether a warning of this kind is due; if so the next one is not before its time. */
static bool may_warn(struct mn_serial_mux *mux, uint64_t *warn_us)
{
    if (mux->kernel->now_us < *warn_us)
        return false;
    *warn_us = mux->kernel->now_us + MN_MUX_QUIET_US;
    return true;
}

static void count_garbage(struct mn_serial_mux *mux)
{
    const struct mn_cobs_decoder *cobs = &mux->decoder.cobs;
    struct mn_mux_wire_stats *wire = &mux->wire;
    bool is_new = wire->malformed != cobs->malformed || wire->too_long != cobs->too_long ||
                  wire->too_short != mux->decoder.too_short;
    wire->malformed = cobs->malformed;
    wire->too_long = cobs->too_long;
    wire->too_short = mux->decoder.too_short;
    if (is_new && may_warn(mux, &mux->warn_garbage_us))
        MN_WARN(&mux->kernel->log, "dropped what is no frame",
                MN_FIELD_U64("malformed", wire->malformed),
                MN_FIELD_U64("too_long", wire->too_long),
                MN_FIELD_U64("too_short", wire->too_short),
                MN_FIELD_U64("frame_max", mux->settings.frame_max));
}

/* ---- delivery --------------------------------------------------------------------------- */

/* Whether the client has been reading lately. */
static bool is_half_empty(const struct mn_bbq *bbq)
{
    return bbq->capacity - mn_bbq_count(bbq) >= (bbq->capacity + 1) / 2;
}

static void end_delivery(struct mn_serial_mux *mux)
{
    mux->frame = (struct mn_mux_frame){0};
    mux->delivered = 0;
    mux->waited_ticks = 0;
}

static void lose_to_nobody(struct mn_serial_mux *mux)
{
    mux->wire.nobody_bytes += mux->frame.count - mux->delivered;
    if (may_warn(mux, &mux->warn_nobody_us))
        MN_WARN(&mux->kernel->log, "bytes for a port that nobody has open are dropped",
                MN_FIELD_U64("port", mux->frame.port),
                MN_FIELD_U64("bytes", mux->wire.nobody_bytes));
    end_delivery(mux);
}

static void lose(struct mn_serial_mux *mux, struct mn_mux_port *port)
{
    port->is_stalled = true;
    port->stats.dropped_bytes += mux->frame.count - mux->delivered;
    if (may_warn(mux, &port->warn_us))
        MN_WARN(&mux->kernel->log, "a port's client does not read, bytes are dropped",
                MN_FIELD_U64("port", port->number),
                MN_FIELD_U64("bytes", port->stats.dropped_bytes));
    end_delivery(mux);
}

/* Whether the wire waits for the client of a full port, who will have had its turn by the next
 * tick, or has its own output to get rid of first. */
static bool is_waited_for(struct mn_serial_mux *mux, struct mn_mux_port *port,
                          struct mn_task *task)
{
    if (port->is_stalled)
        return false;
    if (mux->sender && (port->span.bytes || !mn_bbq_is_empty(port->wire.in)))
        return true; /* room on the wire wakes us */
    if (mux->waited_ticks++ == MN_MUX_PATIENCE_TICKS)
        return false;
    mn_task_wake(task);
    return true;
}

/* Moves the frame to its port's client. False when it has to wait for room. */
static bool deliver(struct mn_serial_mux *mux, struct mn_task *task)
{
    struct mn_mux_port *port = mn_mux_port_at(mux, mux->frame.port);
    uint32_t rest = mux->frame.count - mux->delivered;
    if (!port || mn_bidi_is_alone(&port->wire)) {
        lose_to_nobody(mux);
        return true;
    }
    if (is_half_empty(port->wire.out)) {
        port->is_stalled = false;
        mux->waited_ticks = 0;
    }
    uint32_t count = mn_bbq_write_now(port->wire.out, mux->frame.data + mux->delivered, rest);
    port->stats.in_bytes += count;
    mux->delivered += count;
    if (count == rest)
        end_delivery(mux);
    else if (is_waited_for(mux, port, task))
        return false;
    else
        lose(mux, port);
    return true;
}

/* ---- peers ------------------------------------------------------------------------------ */

/* How many peers have left as the count went from one to the other. */
static uint32_t leavers(uint32_t from, uint32_t to)
{
    return to / 2 - from / 2;
}

/* What a peer began who is gone now, no other will end. */
static void cut_off(struct mn_serial_mux *mux)
{
    if (mn_mux_decoder_reset(&mux->decoder))
        mux->wire.cut_off++;
    mux->drains = false;
    mn_serial_carrier(&mux->watch, &mux->serial, mux->carrier);
}

/* A change is marked by a place in the stream of bytes, to which all are drained first. Where two
 * peers have left since we looked, their bytes can not be told apart, and go. */
static void note_change(struct mn_serial_mux *mux)
{
    mux->drains = true;
    mux->skips = leavers(mux->carrier, mux->watch.carrier) > 1;
    mux->carrier = mux->watch.carrier;
    mux->cut_at = mux->watch.heard_bytes;
}

/* Follows the carrier. False when the serial port is gone. */
static bool watch_carrier(struct mn_serial_mux *mux, struct mn_task *task)
{
    for (;;) {
        if (mux->drains && mux->heard_bytes >= mux->cut_at)
            cut_off(mux);
        if (mux->drains || mn_co_poll(&mux->watch.co, task) == MN_PENDING)
            return true;
        if (mux->watch.co.err != MN_OK)
            return false;
        note_change(mux);
    }
}

/* Whether the bytes that come next are of the peer that we know of. */
static bool knows_peer(const struct mn_serial_mux *mux)
{
    return mux->drains || mn_serial_knows_peer(&mux->watch);
}

/* ---- frames ----------------------------------------------------------------------------- */

/* Takes the next frame out of the bytes heard; returns how many went. */
static uint32_t decode(struct mn_serial_mux *mux, const uint8_t *bytes, uint32_t count)
{
    if (mux->drains && count > mux->cut_at - mux->heard_bytes)
        count = (uint32_t)(mux->cut_at - mux->heard_bytes);
    if (mux->skips && mux->drains)
        mux->wire.skipped_bytes += count;
    else
        count = mn_mux_frame_decode(&mux->decoder, bytes, count, &mux->frame);
    mux->heard_bytes += count;
    if (mux->frame.data)
        mux->wire.frames_in++;
    count_garbage(mux);
    return count;
}

/* Delivers what is in `heard`, up to a change of peers. False when a frame has to wait; what has
 * come behind it stays in the queue. */
static bool take_frames(struct mn_serial_mux *mux, struct mn_task *task)
{
    bool waits = false, is_change = false;
    uint32_t taken = 0;
    while (!waits && !is_change && taken < mux->heard.count) {
        taken += decode(mux, mux->heard.bytes + taken, mux->heard.count - taken);
        is_change = mux->drains && mux->heard_bytes == mux->cut_at;
        waits = mux->frame.data && !deliver(mux, task);
    }
    mn_bbq_release(mux->serial.port.in, &mux->heard, taken);
    return !waits;
}

bool mn_mux_hear(struct mn_serial_mux *mux, struct mn_task *task)
{
    for (;;) {
        if (!watch_carrier(mux, task))
            return false;
        if (!knows_peer(mux)) {
            mn_task_wake(task); /* nobody else would, when the driver has taken the question */
            return true;
        }
        if (mux->frame.data && !deliver(mux, task))
            return true;
        if (!mux->asks_bytes)
            mn_bbq_read(&mux->wants_bytes, mux->serial.port.in, &mux->heard);
        mux->asks_bytes = mn_co_poll(&mux->wants_bytes.co, task) == MN_PENDING;
        if (mux->asks_bytes)
            return true;
        if (mux->wants_bytes.co.err != MN_OK)
            return false;
        if (!take_frames(mux, task))
            return watch_carrier(mux, task); /* all before a change may have been heard */
    }
}
