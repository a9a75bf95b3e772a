/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/daemons/sermux_trace.h"

#define MN_LOG_TARGET "kernel::daemons::sermux_trace"

static struct mn_sermux_trace *trace_of(struct mn_co *co)
{
    return MN_FRAME(co, struct mn_sermux_trace_arm)->trace;
}

/* ---- listening -------------------------------------------------------------------------- */

static void acknowledge(struct mn_sermux_trace *trace)
{
    trace->owes_heartbeat = !mn_trace_stream_heartbeat(&trace->stream, trace->level);
}

static void set_level(struct mn_sermux_trace *trace, int level)
{
    trace->level = level;
    trace->heard_us = trace->kernel->now_us;
    trace->repeats = trace->is_attached;
    if (!trace->is_attached) {
        trace->is_called = true;
        return;
    }
    mn_trace_stream_set_level(&trace->stream, level);
    mn_trace_stream_renew(&trace->stream);
    acknowledge(trace);
}

/* What is no request is passed over. */
static void hear(struct mn_sermux_trace *trace)
{
    struct mn_cobs_decoder *decoder = &trace->decoder;
    struct mn_trace_request request;
    for (uint32_t at = 0; at < trace->bytes.count;) {
        bool is_frame = false;
        at += mn_cobs_decode(decoder, trace->bytes.bytes + at, trace->bytes.count - at, &is_frame);
        if (is_frame &&
            mn_trace_request_decode(&request, decoder->frame, decoder->count) == MN_OK)
            set_level(trace, request.level);
    }
    mn_bbq_release(trace->port.end.in, &trace->bytes, trace->bytes.count);
}

static enum mn_poll listen_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_sermux_trace *trace = trace_of(co);

    MN_CO_BEGIN;
    while (!trace->is_called) {
        MN_TRY(mn_bbq_read(&trace->on.life.read, trace->port.end.in, &trace->bytes));
        hear(trace);
    }
    MN_CO_END;
}

static const struct mn_co_type listen_type = {.name = "listen", .poll = listen_poll};

/* Ends, while a host is attached, as soon as it may be another one. */
static enum mn_poll watch_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_sermux_trace *trace = trace_of(co);

    MN_CO_BEGIN;
    do {
        MN_TRY(mn_port_carrier(&trace->on.life.watched, &trace->port, trace->carrier));
        trace->carrier = trace->on.life.watched.carrier;
        mn_waitq_wake_all(&trace->carrier_changed);
    } while (!trace->is_attached);
    MN_CO_END;
}

static const struct mn_co_type watch_type = {.name = "watch", .poll = watch_poll};

/* ---- alone ------------------------------------------------------------------------------ */

/* Puts a heartbeat's frame in `said`. Returns its length. */
static uint32_t make_heartbeat(struct mn_sermux_trace *trace)
{
    struct mn_trace_message message = {.kind = MN_TRACE_HEARTBEAT, .as.level = trace->level};
    uint8_t bytes[MN_SERMUX_TRACE_SAY_BYTES];
    uint32_t count = 0, frame_bytes = 0, ahead = trace->is_cut ? 1 : 0;
    trace->said[0] = 0;
    enum mn_err err = mn_trace_encode(bytes, sizeof bytes, &message, &count);
    if (err == MN_OK)
        err = mn_cobs_encode(trace->said + ahead, sizeof trace->said - ahead, bytes, count,
                             &frame_bytes);
    MN_ASSERT(err == MN_OK); /* 3 bytes at most become 5 */
    return ahead + frame_bytes;
}

/* One that does not fit whole is left out: nobody seems to read. */
static void beat(struct mn_sermux_trace *trace)
{
    struct mn_bbq *out = trace->port.end.out;
    uint32_t count = make_heartbeat(trace);
    if (out->capacity - mn_bbq_count(out) < count)
        return;
    if (mn_bbq_write_now(out, trace->said, count) == count)
        trace->is_cut = false;
}

static bool may_be_heard(const struct mn_sermux_trace *trace)
{
    return trace->carrier % 2 == 1;
}

static enum mn_poll beat_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_sermux_trace *trace = trace_of(co);

    MN_CO_BEGIN;
    for (;;) {
        while (!may_be_heard(trace))
            MN_AWAIT(mn_wait(&trace->on.life.changed, &trace->carrier_changed));
        beat(trace);
        MN_AWAIT(mn_sleep(&trace->on.life.beat_sleep, MN_SERMUX_TRACE_BEAT_US));
    }
    MN_CO_END;
}

static const struct mn_co_type beat_type = {.name = "beat", .poll = beat_poll};

/* ---- attached --------------------------------------------------------------------------- */

/* First the answer to the host, then what the stream has for it. */
static enum mn_poll speak_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_sermux_trace *trace = trace_of(co);

    MN_CO_BEGIN;
    MN_TRY(mn_bbq_write(&trace->on.life.write, trace->port.end.out, trace->said,
                        make_heartbeat(trace)));
    trace->is_cut = false;
    for (;;) {
        while (!mn_trace_stream_read(&trace->stream, &trace->piece))
            MN_AWAIT(mn_wait(&trace->on.life.readable, &trace->stream.readable));
        MN_TRY(mn_bbq_write(&trace->on.life.write, trace->port.end.out, trace->piece.bytes,
                            trace->piece.count));
        mn_trace_stream_release(&trace->stream, &trace->piece, trace->piece.count);
        if (trace->owes_heartbeat)
            acknowledge(trace);
    }
    MN_CO_END;
}

static void speak_drop(struct mn_co *co)
{
    struct mn_sermux_trace *trace = trace_of(co);
    if (trace->piece.bytes)
        mn_trace_stream_release(&trace->stream, &trace->piece, 0);
}

static const struct mn_co_type speak_type = {
    .name = "speak",
    .poll = speak_poll,
    .drop = speak_drop,
};

static enum mn_poll rounds_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_sermux_trace *trace = trace_of(co);

    MN_CO_BEGIN;
    for (;;) {
        mn_trace_stats_begin(&trace->stats, &trace->stream);
        do {
            while (trace->level <= MN_LEVEL_INFO && !mn_trace_stream_has_room(&trace->stream))
                MN_AWAIT(mn_wait(&trace->on.life.writable, &trace->stream.writable));
        } while (trace->level <= MN_LEVEL_INFO && mn_trace_stats_next(&trace->stats));
        MN_AWAIT(mn_sleep(&trace->on.life.round_sleep, MN_SERMUX_TRACE_BEAT_US));
    }
    MN_CO_END;
}

static const struct mn_co_type rounds_type = {.name = "rounds", .poll = rounds_poll};

/* When the host will have been silent for too long. */
static uint64_t silent_us(const struct mn_sermux_trace *trace)
{
    uint64_t from_us = trace->repeats ? trace->heard_us : trace->kernel->now_us;
    return from_us + MN_SERMUX_TRACE_SILENCE_US;
}

/* Ends when a host that used to speak has fallen silent. */
static enum mn_poll guard_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_sermux_trace *trace = trace_of(co);

    MN_CO_BEGIN;
    do {
        MN_AWAIT(mn_sleep_until(&trace->on.life.guard_sleep, silent_us(trace)));
    } while (silent_us(trace) > trace->kernel->now_us);
    MN_CO_END;
}

static const struct mn_co_type guard_type = {.name = "guard", .poll = guard_poll};

/* ---- the daemon ------------------------------------------------------------------------- */

static struct mn_co *arm(struct mn_sermux_trace *trace, struct mn_sermux_trace_arm *frame,
                         const struct mn_co_type *type)
{
    frame->trace = trace;
    return mn_co_init(&frame->co, type);
}

static struct mn_co *be_alone(struct mn_sermux_trace *trace)
{
    struct mn_co **arms = trace->on.life.arms;
    trace->is_called = false;
    arms[0] = arm(trace, &trace->on.life.listen, &listen_type);
    arms[1] = arm(trace, &trace->on.life.watch, &watch_type);
    arms[2] = arm(trace, &trace->on.life.beat, &beat_type);
    return mn_select(&trace->on.life.select, arms, 3);
}

/* The first that a host hears, so that it sees that tracing works, and what it talks to. */
static void greet(struct mn_sermux_trace *trace)
{
    struct mn_kernel *kernel = trace->kernel;
    MN_INFO(&kernel->log, "a host listens", MN_FIELD_U64("tasks", kernel->task_count),
            MN_FIELD_U64("services", kernel->registry.count));
}

static struct mn_co *be_attached(struct mn_sermux_trace *trace)
{
    struct mn_co **arms = trace->on.life.arms;
    trace->is_attached = true;
    trace->is_called = false;
    mn_trace_stream_set_level(&trace->stream, trace->level);
    mn_trace_stream_renew(&trace->stream);
    greet(trace);
    arms[0] = arm(trace, &trace->on.life.listen, &listen_type);
    arms[1] = arm(trace, &trace->on.life.watch, &watch_type);
    arms[2] = arm(trace, &trace->on.life.guard, &guard_type);
    arms[3] = arm(trace, &trace->on.life.rounds, &rounds_type);
    arms[4] = arm(trace, &trace->on.life.speak, &speak_type);
    return mn_select(&trace->on.life.select, arms, 5);
}

static void part(struct mn_sermux_trace *trace)
{
    trace->is_attached = false;
    trace->repeats = false;
    trace->owes_heartbeat = false;
    trace->is_cut = true;
    trace->level = MN_LEVEL_OFF;
    mn_trace_stream_set_level(&trace->stream, MN_LEVEL_OFF);
    mn_trace_stream_clear(&trace->stream);
}

static struct mn_trace_stream_config stream_config(const struct mn_sermux_trace *trace)
{
    return (struct mn_trace_stream_config){
        .buffer_bytes = trace->settings.buffer_bytes,
        .sites_max = trace->settings.sites_max,
    };
}

static void begin(struct mn_sermux_trace *trace)
{
    struct mn_trace_stream_config config = stream_config(trace);
    trace->block = trace->on.alloc.memory;
    mn_trace_stream_init(&trace->stream, trace->kernel, &config, trace->block);
    mn_trace_stream_set_level(&trace->stream, trace->level);
}

static struct mn_co *take_memory(struct mn_sermux_trace *trace)
{
    struct mn_trace_stream_config config = stream_config(trace);
    return mn_heap_alloc(&trace->on.alloc, &trace->kernel->heap, mn_trace_stream_bytes(&config));
}

static enum mn_poll trace_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_sermux_trace *trace = MN_FRAME(co, struct mn_sermux_trace);

    MN_CO_BEGIN;
    task->carries_trace = true;
    MN_TRY(take_memory(trace)); /* first, so that what happens until the port is open is told */
    begin(trace);
    MN_TRY(mn_port_open(&trace->on.open, &trace->kernel->registry, &trace->settings.port,
                        &trace->port));
    for (;;) {
        MN_TRY(be_alone(trace));
        MN_TRY(be_attached(trace));
        part(trace);
    }
    MN_CO_END;
}

static void trace_drop(struct mn_co *co)
{
    struct mn_sermux_trace *trace = MN_FRAME(co, struct mn_sermux_trace);
    if (trace->block)
        mn_trace_stream_finish(&trace->stream);
    mn_heap_free(&trace->kernel->heap, trace->block);
    trace->block = NULL;
    mn_port_close(&trace->port);
}

static const struct mn_co_type trace_type = {
    .name = "sermux_trace",
    .poll = trace_poll,
    .drop = trace_drop,
};

struct mn_co *mn_sermux_trace(struct mn_sermux_trace *frame, struct mn_kernel *kernel,
                              const struct mn_sermux_trace_settings *settings)
{
    *frame = (struct mn_sermux_trace){
        .kernel = kernel,
        .settings = *settings,
        .level = settings->initial_level,
    };
    mn_waitq_init(&frame->carrier_changed);
    mn_cobs_decoder_init(&frame->decoder, frame->heard, sizeof frame->heard);
    mn_port_init(&frame->port);
    return mn_co_init(&frame->co, &trace_type);
}
