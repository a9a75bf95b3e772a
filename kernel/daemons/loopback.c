/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/daemons/loopback.h"

#include "mn/kernel.h"
#include "mn/mem.h"

/* ---- greeting --------------------------------------------------------------------------- */

static enum mn_poll greet_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_loopback_greet *greet = MN_FRAME(co, struct mn_loopback_greet);
    struct mn_loopback *loopback = greet->loopback;

    MN_CO_BEGIN;
    for (;;) {
        MN_TRY(mn_port_carrier(&greet->carrier, &loopback->port, greet->known));
        greet->known = greet->carrier.carrier;
        loopback->echo.forget_until = greet->carrier.heard_bytes;
        if (greet->known % 2 == 1 && loopback->settings.greeting_bytes > 0)
            MN_TRY(mn_bbq_write(&greet->write, loopback->port.end.out,
                                loopback->settings.greeting, loopback->settings.greeting_bytes));
    }
    MN_CO_END;
}

static const struct mn_co_type greet_type = {.name = "greet", .poll = greet_poll};

/* ---- echoing ---------------------------------------------------------------------------- */

/* Passes over what nobody waits for any more; true if there was some. */
static bool forget(struct mn_loopback_echo *echo)
{
    uint64_t from = echo->heard_from + echo->said, end = echo->heard_from + echo->heard.count;
    uint64_t until = echo->forget_until < end ? echo->forget_until : end;
    if (from >= until)
        return false;
    echo->said += (uint32_t)(until - from);
    return true;
}

static void say(struct mn_loopback_echo *echo)
{
    memcpy(echo->room.bytes, echo->heard.bytes + echo->said, echo->room.count);
    echo->said += echo->room.count;
    mn_bbq_commit(echo->port->out, &echo->room, echo->room.count);
}

static enum mn_poll echo_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_loopback_echo *echo = MN_FRAME(co, struct mn_loopback_echo);

    MN_CO_BEGIN;
    for (;;) {
        MN_TRY(mn_bbq_read(&echo->read, echo->port->in, &echo->heard));
        for (echo->said = 0; echo->said < echo->heard.count;) {
            MN_TRY(mn_bbq_grant_up_to(&echo->grant, echo->port->out,
                                      echo->heard.count - echo->said, &echo->room));
            if (forget(echo)) /* who has come since stands in line before the rest */
                mn_bbq_commit(echo->port->out, &echo->room, 0);
            else
                say(echo);
        }
        echo->heard_from += echo->heard.count;
        mn_bbq_release(echo->port->in, &echo->heard, echo->heard.count);
    }
    MN_CO_END;
}

static void echo_drop(struct mn_co *co)
{
    struct mn_loopback_echo *echo = MN_FRAME(co, struct mn_loopback_echo);
    if (echo->heard.bytes)
        mn_bbq_release(echo->port->in, &echo->heard, echo->said);
}

static const struct mn_co_type echo_type = {
    .name = "echo",
    .poll = echo_poll,
    .drop = echo_drop,
};

/* ---- the daemon ------------------------------------------------------------------------- */

/* Greeting stands first: who comes and speaks in one tick is greeted before it is answered. */
static struct mn_co *greet_and_echo(struct mn_loopback *loopback)
{
    loopback->greet.loopback = loopback;
    loopback->greet.known = 0;
    loopback->echo.port = &loopback->port.end;
    loopback->echo.heard = (struct mn_grant){0};
    loopback->echo.heard_from = loopback->echo.forget_until = 0;
    loopback->arms[0] = mn_co_init(&loopback->greet.co, &greet_type);
    loopback->arms[1] = mn_co_init(&loopback->echo.co, &echo_type);
    return mn_select(&loopback->both, loopback->arms, MN_COUNT_OF(loopback->arms));
}

static enum mn_poll loopback_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_loopback *loopback = MN_FRAME(co, struct mn_loopback);

    MN_CO_BEGIN;
    MN_TRY(mn_port_open(&loopback->open, &loopback->kernel->registry, &loopback->settings.port,
                        &loopback->port));
    MN_TRY(greet_and_echo(loopback));
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
