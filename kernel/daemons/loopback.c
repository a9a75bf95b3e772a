/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/daemons/loopback.h"

#include "mn/kernel.h"
#include "mn/mem.h"

/* ---- with one peer ---------------------------------------------------------------------- */

/* How much of what was heard nobody waits for any more. */
static uint32_t stale_bytes(const struct mn_loopback_talk *talk)
{
    const struct mn_loopback *loopback = talk->loopback;
    if (loopback->forget_until <= loopback->heard_bytes)
        return 0;
    uint64_t stale = loopback->forget_until - loopback->heard_bytes;
    return stale < talk->heard.count ? (uint32_t)stale : talk->heard.count;
}

static void say(struct mn_loopback_talk *talk)
{
    memcpy(talk->room.bytes, talk->heard.bytes + talk->said, talk->room.count);
    talk->said += talk->room.count;
    mn_bbq_commit(talk->loopback->port.end.out, &talk->room, talk->room.count);
}

static void let_go(struct mn_loopback_talk *talk)
{
    talk->loopback->heard_bytes += talk->said;
    mn_bbq_release(talk->loopback->port.end.in, &talk->heard, talk->said);
}

static enum mn_poll talk_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_loopback_talk *talk = MN_FRAME(co, struct mn_loopback_talk);
    struct mn_bidi_end *port = &talk->loopback->port.end;
    const struct mn_loopback_settings *settings = &talk->loopback->settings;

    MN_CO_BEGIN;
    if (talk->loopback->known % 2 == 1 && settings->greeting_bytes > 0)
        MN_TRY(mn_bbq_write(&talk->on.write, port->out, settings->greeting,
                            settings->greeting_bytes));
    for (;;) {
        MN_TRY(mn_bbq_read(&talk->on.read, port->in, &talk->heard));
        talk->said = stale_bytes(talk);
        while (talk->said < talk->heard.count) {
            MN_TRY(mn_bbq_grant_up_to(&talk->on.grant, port->out, talk->heard.count - talk->said,
                                      &talk->room));
            say(talk);
        }
        let_go(talk);
    }
    MN_CO_END;
}

static void talk_drop(struct mn_co *co)
{
    struct mn_loopback_talk *talk = MN_FRAME(co, struct mn_loopback_talk);
    if (talk->heard.bytes)
        let_go(talk);
}

static const struct mn_co_type talk_type = {
    .name = "talk",
    .poll = talk_poll,
    .drop = talk_drop,
};

static void begin_talk(struct mn_loopback *loopback)
{
    loopback->talk.loopback = loopback;
    loopback->talk.heard = (struct mn_grant){0};
    mn_co_init(&loopback->talk.co, &talk_type);
}

/* ---- the daemon ------------------------------------------------------------------------- */

/* Each change begins anew. False when the port is gone. */
static bool watch_carrier(struct mn_loopback *loopback, struct mn_task *task)
{
    while (mn_co_poll(&loopback->carrier.co, task) == MN_READY) {
        if (loopback->carrier.co.err != MN_OK)
            return false;
        mn_co_drop(&loopback->talk.co);
        loopback->known = loopback->carrier.carrier;
        loopback->forget_until = loopback->carrier.heard_bytes;
        begin_talk(loopback);
        mn_port_carrier(&loopback->carrier, &loopback->port, loopback->known);
    }
    return true;
}

static enum mn_poll serve_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_loopback *loopback = MN_CONTAINER(co, struct mn_loopback, serve);
    co->child = NULL;
    if (!watch_carrier(loopback, task)) {
        co->err = loopback->carrier.co.err;
        return MN_READY;
    }
    if (!mn_port_knows_peer(&loopback->carrier)) {
        mn_task_wake(task);
        return MN_PENDING;
    }
    if (mn_co_poll(&loopback->talk.co, task) == MN_READY) {
        co->err = loopback->talk.co.err;
        return MN_READY;
    }
    co->child = &loopback->talk.co; /* for whoever looks */
    return MN_PENDING;
}

static void serve_drop(struct mn_co *co)
{
    struct mn_loopback *loopback = MN_CONTAINER(co, struct mn_loopback, serve);
    mn_co_drop(&loopback->talk.co);
    mn_co_drop(&loopback->carrier.co);
}

static const struct mn_co_type serve_type = {
    .name = "serve",
    .poll = serve_poll,
    .drop = serve_drop,
};

static struct mn_co *serve(struct mn_loopback *loopback)
{
    loopback->known = 0;
    loopback->heard_bytes = loopback->forget_until = 0;
    begin_talk(loopback);
    mn_port_carrier(&loopback->carrier, &loopback->port, 0);
    return mn_co_init(&loopback->serve, &serve_type);
}

static enum mn_poll loopback_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_loopback *loopback = MN_FRAME(co, struct mn_loopback);

    MN_CO_BEGIN;
    MN_TRY(mn_port_open(&loopback->open, &loopback->kernel->registry, &loopback->settings.port,
                        &loopback->port));
    MN_TRY(serve(loopback));
    MN_CO_END;
}

static void loopback_drop(struct mn_co *co)
{
    mn_port_close(&MN_FRAME(co, struct mn_loopback)->port);
}

static const struct mn_co_type loopback_type = {
    .name = "loopback",
    .poll = loopback_poll,
    .drop = loopback_drop,
};

struct mn_co *mn_loopback(struct mn_loopback *frame, struct mn_kernel *kernel,
                          const struct mn_loopback_settings *settings)
{
    frame->kernel = kernel;
    frame->settings = *settings;
    mn_port_init(&frame->port);
    return mn_co_init(&frame->co, &loopback_type);
}
