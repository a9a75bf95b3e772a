/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/chan.h"

#include "mn/audit.h"
#include "mn/mem.h"
#include "mn/trace.h"

void mn_chan_init(struct mn_chan *chan, void *slots, uint32_t slot_bytes, uint32_t capacity)
{
    MN_ASSERT(slots);
    MN_ASSERT(slot_bytes > 0);
    MN_ASSERT(capacity > 0 && capacity <= UINT32_MAX / 2); /* head + count stays in 32 bits */
    *chan = (struct mn_chan){.slots = slots, .slot_bytes = slot_bytes, .capacity = capacity};
    mn_turnq_init(&chan->senders);
    mn_turnq_init(&chan->receivers);
}

/* Wakes who can go on: called after every change. */
static void serve(struct mn_chan *chan)
{
    if (chan->count < chan->capacity)
        mn_turnq_wake_first(&chan->senders);
    if (chan->count > 0)
        mn_turnq_wake_first(&chan->receivers);
    else if (MN_UNLIKELY(chan->closed))
        mn_turnq_dismiss_all(&chan->receivers);
}

void mn_chan_close(struct mn_chan *chan)
{
    chan->closed = true;
    mn_turnq_dismiss_all(&chan->senders);
    serve(chan);
}

static void *slot_at(struct mn_chan *chan, uint32_t index)
{
    if (index >= chan->capacity)
        index -= chan->capacity;
    return chan->slots + (size_t)index * chan->slot_bytes;
}

static enum mn_err put(struct mn_chan *chan, const void *message)
{
    if (MN_UNLIKELY(chan->closed))
        return MN_ERR_CLOSED;
    if (chan->count == chan->capacity)
        return MN_ERR_FULL;
    memcpy(slot_at(chan, chan->head + chan->count), message, chan->slot_bytes);
    chan->count++;
    return MN_OK;
}

static void forget_oldest(struct mn_chan *chan)
{
    MN_ASSERT(chan->count > 0);
    chan->count--;
    chan->head++;
    if (chan->head == chan->capacity)
        chan->head = 0;
}

static enum mn_err take(struct mn_chan *chan, void *message)
{
    if (chan->count == 0)
        return chan->closed ? MN_ERR_CLOSED : MN_ERR_EMPTY;
    memcpy(message, slot_at(chan, chan->head), chan->slot_bytes);
    forget_oldest(chan);
    return MN_OK;
}

/* Puts `message` in or does with it what the policy says, short of waiting. */
static enum mn_err put_by_policy(struct mn_chan *chan, const void *message)
{
    enum mn_err err = put(chan, message);
    if (err != MN_ERR_FULL || chan->policy == MN_CHAN_WAIT)
        return err;
    chan->dropped++;
    if (chan->policy == MN_CHAN_REFUSE)
        return err;
    forget_oldest(chan);
    return put(chan, message);
}

static void leave(struct mn_turn *turn, struct mn_chan *chan)
{
    if (mn_turn_leave(turn))
        serve(chan); /* a wake that was not used, or room for more than one */
}

static enum mn_poll send_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_chan_send *send = MN_FRAME(co, struct mn_chan_send);
    if (send->turn.is_over)
        MN_RETURN(MN_ERR_CLOSED);
    struct mn_chan *chan = send->chan;
    if (chan->closed)
        MN_RETURN(MN_ERR_CLOSED);
    if (mn_turn_is_first(&send->turn, &chan->senders)) {
        enum mn_err err = put_by_policy(chan, send->message);
        if (err == MN_OK) {
            mn_turn_leave(&send->turn); /* or we would wake ourselves */
            serve(chan);
        }
        if (err != MN_ERR_FULL || chan->policy != MN_CHAN_WAIT)
            MN_RETURN(err);
    }
    if (mn_trace_wants(task->kernel, MN_LEVEL_DEBUG) && !mn_list_is_linked(&send->turn.link))
        mn_trace_full(task, chan->name, chan->capacity * chan->slot_bytes);
    mn_turn_stay(&send->turn, &chan->senders, task);
    return MN_PENDING;
}

static void send_drop(struct mn_co *co)
{
    struct mn_chan_send *send = MN_FRAME(co, struct mn_chan_send);
    leave(&send->turn, send->chan);
}

static void send_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_chan_send *send = MN_CONTAINER(co, const struct mn_chan_send, co);
    const struct mn_chan *chan = send->chan;
    if (!mn_turn_audit(&send->turn, &chan->senders, audit))
        return;
    if (chan->closed)
        mn_audit_late(audit, "the channel is closed");
    else if (chan->count < chan->capacity)
        mn_audit_late(audit, "there is room");
    mn_audit_line(audit, &chan->receivers.turns, "receivers of that channel");
}

static const struct mn_co_type send_type = {
    .name = "chan_send",
    .poll = send_poll,
    .drop = send_drop,
    .stalls = mn_turn_stalls,
    .audit = MN_AUDIT_BY(send_audit),
};

struct mn_co *mn_chan_send(struct mn_chan_send *frame, struct mn_chan *chan, const void *message)
{
    frame->chan = chan;
    frame->message = message;
    mn_turn_init(&frame->turn, 1);
    return mn_co_init(&frame->co, &send_type);
}

enum mn_err mn_chan_post(struct mn_chan *chan, const void *message)
{
    if (!mn_turnq_is_empty(&chan->senders))
        return MN_ERR_FULL;
    enum mn_err err = put_by_policy(chan, message);
    if (err == MN_OK)
        serve(chan);
    return err;
}

enum mn_err mn_chan_send_now(struct mn_chan *chan, const void *message)
{
    if (!mn_turnq_is_empty(&chan->senders))
        return MN_ERR_FULL;
    enum mn_err err = put(chan, message);
    if (err == MN_OK)
        serve(chan);
    return err;
}

static enum mn_poll recv_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_chan_recv *recv = MN_FRAME(co, struct mn_chan_recv);
    if (recv->turn.is_over)
        MN_RETURN(MN_ERR_CLOSED);
    struct mn_chan *chan = recv->chan;
    if (mn_turn_is_first(&recv->turn, &chan->receivers)) {
        enum mn_err err = take(chan, recv->message);
        if (err == MN_OK) {
            mn_turn_leave(&recv->turn); /* or we would wake ourselves */
            serve(chan);
        }
        if (err != MN_ERR_EMPTY)
            MN_RETURN(err);
    }
    mn_turn_stay(&recv->turn, &chan->receivers, task);
    return MN_PENDING;
}

static void recv_drop(struct mn_co *co)
{
    struct mn_chan_recv *recv = MN_FRAME(co, struct mn_chan_recv);
    leave(&recv->turn, recv->chan);
}

static void recv_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_chan_recv *recv = MN_CONTAINER(co, const struct mn_chan_recv, co);
    const struct mn_chan *chan = recv->chan;
    if (!mn_turn_audit(&recv->turn, &chan->receivers, audit))
        return;
    if (chan->count > 0)
        mn_audit_late(audit, "a message is there");
    else if (chan->closed)
        mn_audit_late(audit, "the channel is closed");
    mn_audit_line(audit, &chan->senders.turns, "senders of that channel");
}

static const struct mn_co_type recv_type = {
    .name = "chan_recv",
    .poll = recv_poll,
    .drop = recv_drop,
    .audit = MN_AUDIT_BY(recv_audit),
};

struct mn_co *mn_chan_recv(struct mn_chan_recv *frame, struct mn_chan *chan, void *message)
{
    frame->chan = chan;
    frame->message = message;
    mn_turn_init(&frame->turn, 1);
    return mn_co_init(&frame->co, &recv_type);
}

enum mn_err mn_chan_recv_now(struct mn_chan *chan, void *message)
{
    if (!mn_turnq_is_empty(&chan->receivers))
        return MN_ERR_EMPTY;
    enum mn_err err = take(chan, message);
    if (err == MN_OK)
        serve(chan);
    return err;
}
