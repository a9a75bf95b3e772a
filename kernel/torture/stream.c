/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "torture/parts.h"
#include "mn/mem.h"

#define GUARD 0xc5u

enum way {
    GRANT,
    GRANT_UP_TO,
    WRITE,
    WRITE_NOW,
    READ,
    READ_AGAIN, /* so that reading keeps up: it frees less on average */
    READ_NOW,
    WAYS,
};

static void begin_stream(struct torture_yard *yard)
{
    struct torture_stream *stream = &yard->stream;
    *stream = (struct torture_stream){0};
    memset(stream->bytes + TORTURE_STREAM_BYTES, GUARD, TORTURE_GUARD_BYTES);
    mn_bbq_init(&stream->bbq, stream->bytes, TORTURE_STREAM_BYTES);
}

/* ---- the model -------------------------------------------------------------------------- */

static uint32_t place(const struct torture_stream *stream, uint32_t index)
{
    uint32_t at = stream->first + index;
    return at < TORTURE_STREAM_BYTES ? at : at - TORTURE_STREAM_BYTES;
}

/* Bytes have gone in. False when there can not be so many. */
static bool put(struct torture_yard *yard, const uint8_t *data, uint32_t count)
{
    struct torture_stream *stream = &yard->stream;
    uint32_t room = TORTURE_STREAM_BYTES - stream->count;
    if (!mn_torture_expect_at_most(yard, "a byte queue holds what it has room for", room, count))
        return false;
    for (uint32_t i = 0; i < count; i++)
        stream->model[place(stream, stream->count++)] = data[i];
    return true;
}

/* Whether these are the oldest bytes inside. */
static bool compare(struct torture_yard *yard, const uint8_t *data, uint32_t count)
{
    struct torture_stream *stream = &yard->stream;
    if (!mn_torture_expect_at_most(yard, "no byte is read that was not written", stream->count,
                                   count))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!mn_torture_expect(yard, "bytes are read in the order in which they were written",
                               stream->model[place(stream, i)], data[i]))
            return false;
    }
    return true;
}

static void forget(struct torture_stream *stream, uint32_t count)
{
    if (count > stream->count)
        count = stream->count; /* which has been told of */
    stream->first = place(stream, count);
    stream->count -= count;
}

/* ---- acts ------------------------------------------------------------------------------- */

static void fill(struct torture_flow *flow, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        flow->data[i] = (uint8_t)mn_torture_draw(&flow->worker->chance, 256);
}

static struct mn_co *ask_for_grant(struct torture_flow *flow)
{
    struct mn_bbq *bbq = &flow->worker->yard->stream.bbq;
    mn_torture_line_up(flow->worker, TORTURE_WRITER_LINE);
    return flow->way == GRANT
               ? mn_bbq_grant(&flow->on.grant, bbq, flow->wanted, &flow->grant)
               : mn_bbq_grant_up_to(&flow->on.grant, bbq, flow->wanted, &flow->grant);
}

static bool is_inside(const struct torture_stream *stream, const struct mn_grant *grant)
{
    return grant->bytes >= stream->bytes &&
           grant->bytes + grant->count <= stream->bytes + TORTURE_STREAM_BYTES;
}

/* What was granted is what was asked for, and nobody else's. */
static void begin_writing(struct torture_flow *flow)
{
    struct torture_yard *yard = flow->worker->yard;
    struct torture_stream *stream = &yard->stream;
    uint32_t count = flow->grant.count;
    if (flow->way == GRANT)
        mn_torture_expect(yard, "an exact grant is exact", flow->wanted, count);
    mn_torture_expect_at_most(yard, "a grant is no larger than wanted", flow->wanted, count);
    mn_torture_expect(yard, "a grant has bytes", 1, count > 0);
    mn_torture_expect(yard, "a grant lies in its queue", 1, is_inside(stream, &flow->grant));
    mn_torture_expect(yard, "one write grant is out at a time", 0, stream->is_written_to);
    stream->is_written_to = true;
    fill(flow, count);
    memcpy(flow->grant.bytes, flow->data, count);
}

static void end_writing(struct torture_flow *flow, uint32_t used)
{
    struct torture_yard *yard = flow->worker->yard;
    struct torture_stream *stream = &yard->stream;
    stream->is_written_to = false;
    mn_torture_expect(yard, "what is granted is nobody else's", 0,
                      (uint64_t)memcmp(flow->grant.bytes, flow->data, flow->grant.count));
    if (used > 0)
        mn_torture_expect(yard, "nobody's bytes get in between", 0, stream->turn != NULL);
    put(yard, flow->grant.bytes, used);
    mn_bbq_commit(&stream->bbq, &flow->grant, used);
}

static void begin_reading(struct torture_flow *flow)
{
    struct torture_yard *yard = flow->worker->yard;
    struct torture_stream *stream = &yard->stream;
    mn_torture_expect(yard, "a grant has bytes", 1, flow->grant.count > 0);
    mn_torture_expect(yard, "one read grant is out at a time", 0, stream->is_read_from);
    stream->is_read_from = true;
    compare(yard, flow->grant.bytes, flow->grant.count);
}

static void end_reading(struct torture_flow *flow, uint32_t taken)
{
    struct torture_yard *yard = flow->worker->yard;
    struct torture_stream *stream = &yard->stream;
    stream->is_read_from = false;
    compare(yard, flow->grant.bytes, flow->grant.count); /* it has lain there all the time */
    forget(stream, taken);
    mn_bbq_release(&stream->bbq, &flow->grant, taken);
}

static uint32_t some_of(struct torture_flow *flow)
{
    uint32_t all = flow->grant.count;
    return mn_torture_draw(&flow->worker->chance, 2) == 0
               ? all
               : mn_torture_draw(&flow->worker->chance, all + 1);
}

static enum mn_poll grant_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_flow *flow = MN_FRAME(co, struct torture_flow);

    MN_CO_BEGIN;
    MN_AWAIT(ask_for_grant(flow));
    mn_torture_expect(flow->worker->yard, "what could never fit is refused, and nothing else",
                      flow->way == GRANT && flow->wanted > TORTURE_STREAM_BYTES,
                      co->err != MN_OK);
    if (co->err != MN_OK)
        MN_RETURN(MN_OK);
    mn_torture_served(flow->worker);
    begin_writing(flow);
    MN_AWAIT(mn_torture_hold(&flow->on.hold, &flow->worker->chance));
    end_writing(flow, some_of(flow));
    MN_CO_END;
}

static void grant_drop(struct mn_co *co)
{
    struct torture_flow *flow = MN_FRAME(co, struct torture_flow);
    if (flow->grant.bytes)
        end_writing(flow, 0);
}

static const struct mn_co_type grant_type = {
    .name = "torture_grant",
    .poll = grant_poll,
    .drop = grant_drop,
};

/* What has gone in since the last poll. */
static void follow_write(struct torture_flow *flow)
{
    struct torture_yard *yard = flow->worker->yard;
    struct torture_stream *stream = &yard->stream;
    uint32_t written = flow->on.write.written;
    if (written == flow->seen)
        return;
    mn_torture_expect(yard, "nobody's bytes get in between", 0,
                      stream->turn && stream->turn != flow);
    put(yard, flow->data + flow->seen, written - flow->seen);
    flow->seen = written;
    stream->turn = written < flow->wanted ? flow : NULL;
}

static enum mn_poll write_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_flow *flow = MN_FRAME(co, struct torture_flow);
    if (co->at == 0)
        mn_torture_line_up(flow->worker, TORTURE_WRITER_LINE);
    co->at = 1;
    enum mn_poll poll = mn_co_poll(co->child, task);
    follow_write(flow);
    if (poll == MN_PENDING)
        return MN_PENDING;
    mn_torture_served(flow->worker);
    MN_RETURN(co->child->err);
}

static void write_drop(struct mn_co *co)
{
    struct torture_flow *flow = MN_FRAME(co, struct torture_flow);
    if (flow->worker->yard->stream.turn == flow)
        flow->worker->yard->stream.turn = NULL;
}

static const struct mn_co_type write_type = {
    .name = "torture_write",
    .poll = write_poll,
    .drop = write_drop,
};

static enum mn_poll read_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_flow *flow = MN_FRAME(co, struct torture_flow);

    MN_CO_BEGIN;
    mn_torture_line_up(flow->worker, TORTURE_READER_LINE);
    MN_TRY(mn_bbq_read(&flow->on.read, &flow->worker->yard->stream.bbq, &flow->grant));
    mn_torture_served(flow->worker);
    begin_reading(flow);
    MN_AWAIT(mn_torture_hold(&flow->on.hold, &flow->worker->chance));
    end_reading(flow, some_of(flow));
    MN_CO_END;
}

static void read_drop(struct mn_co *co)
{
    struct torture_flow *flow = MN_FRAME(co, struct torture_flow);
    if (flow->grant.bytes)
        end_reading(flow, 0);
}

static const struct mn_co_type read_type = {
    .name = "torture_read",
    .poll = read_poll,
    .drop = read_drop,
};

static void take_now(struct torture_yard *yard, uint32_t wanted)
{
    uint8_t data[TORTURE_WRITE_BYTES];
    uint32_t taken = mn_bbq_read_bytes_now(&yard->stream.bbq, data, wanted);
    compare(yard, data, taken);
    forget(&yard->stream, taken);
    if (taken > 0)
        mn_torture_served_now(yard, TORTURE_READER_LINE);
}

static void give_now(struct torture_yard *yard, const uint8_t *data, uint32_t count)
{
    uint32_t given = mn_bbq_write_now(&yard->stream.bbq, data, count);
    put(yard, data, given);
    if (given > 0)
        mn_torture_served_now(yard, TORTURE_WRITER_LINE);
}

static enum mn_poll now_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_flow *flow = MN_FRAME(co, struct torture_flow);
    struct torture_yard *yard = flow->worker->yard;
    (void)task;
    if (flow->way == WRITE_NOW)
        give_now(yard, flow->data, flow->wanted);
    else
        take_now(yard, flow->wanted);
    MN_RETURN(MN_OK);
}

static const struct mn_co_type now_type = {.name = "torture_now", .poll = now_poll};

static struct mn_co *act_stream(struct torture_worker *worker)
{
    struct torture_flow *flow = &worker->once.act.flow;
    flow->worker = worker;
    flow->way = mn_torture_draw(&worker->chance, WAYS);
    flow->wanted = 1 + mn_torture_draw(&worker->chance, TORTURE_STREAM_BYTES);
    flow->seen = 0;
    flow->grant = (struct mn_grant){0};
    if (flow->way == WRITE || flow->way == GRANT) /* some are more than there is room for */
        flow->wanted += mn_torture_draw(&worker->chance, 8) == 0 ? TORTURE_STREAM_BYTES : 0;
    fill(flow, flow->wanted);
    switch ((enum way)flow->way) {
    case GRANT:
    case GRANT_UP_TO: return mn_co_init(&flow->co, &grant_type);
    case WRITE:
        mn_co_init(&flow->co, &write_type);
        flow->co.child = mn_bbq_write(&flow->on.write, &worker->yard->stream.bbq, flow->data,
                                      flow->wanted);
        return &flow->co;
    case READ:
    case READ_AGAIN: return mn_co_init(&flow->co, &read_type);
    default: return mn_co_init(&flow->co, &now_type);
    }
}

/* ---- looking ---------------------------------------------------------------------------- */

static void look_at_stream(struct torture_yard *yard)
{
    struct torture_stream *stream = &yard->stream;
    struct mn_bbq *bbq = &stream->bbq;
    mn_torture_expect(yard, "a byte queue has what was written and not read", stream->count,
                      mn_bbq_count(bbq));
    for (uint32_t i = 0; i < TORTURE_GUARD_BYTES; i++)
        mn_torture_expect(yard, "nothing is written behind a byte queue", GUARD,
                          stream->bytes[TORTURE_STREAM_BYTES + i]);
    if (!mn_turnq_is_empty(&bbq->readers))
        mn_torture_expect(yard, "nobody waits for bytes that are there", 1,
                          stream->count == 0 || bbq->reading != NULL);
    if (!mn_turnq_is_empty(&bbq->writers))
        mn_torture_expect(yard, "nobody waits for room that is there", 1,
                          bbq->writing != NULL ||
                              mn_bbq_room(bbq) < mn_turnq_first(&bbq->writers)->amount);
}

static void help_stream(struct torture_yard *yard)
{
    struct torture_stream *stream = &yard->stream;
    static const uint8_t more[] = {1, 2, 3};
    if (!mn_turnq_is_empty(&stream->bbq.writers) && stream->count > 0)
        take_now(yard, TORTURE_STREAM_BYTES);
    else if (!mn_turnq_is_empty(&stream->bbq.readers) && stream->count == 0)
        give_now(yard, more, sizeof more);
}

static void end_stream(struct torture_yard *yard)
{
    struct mn_bbq *bbq = &yard->stream.bbq;
    mn_torture_expect(yard, "all grants have come back", 0, bbq->writing || bbq->reading);
    mn_torture_expect(yard, "nobody is left in the line of a byte queue", 0,
                      !mn_turnq_is_empty(&bbq->writers) || !mn_turnq_is_empty(&bbq->readers));
    take_now(yard, TORTURE_STREAM_BYTES);
    mn_torture_expect(yard, "all that was written can be read", 0, yard->stream.count);
    mn_torture_expect(yard, "a byte queue that was read is empty", 1, mn_bbq_is_empty(bbq));
}

const struct torture_part mn_torture_stream = {
    .name = "stream",
    .begin = begin_stream,
    .act = act_stream,
    .look = look_at_stream,
    .help = help_stream,
    .end = end_stream,
};
