/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/daemons/pseudo_keyboard.h"

#include "mn/kernel.h"

/* Waits for bytes, but while an ESC is open no longer than what follows it takes. */
static struct mn_co *hear(struct mn_pseudo_keyboard *pseudo)
{
    bool is_open = mn_key_decoder_is_open(&pseudo->decoder);
    pseudo->taken = 0;
    return mn_timeout(&pseudo->on.hear.limit, is_open ? MN_KEY_ESC_US : MN_TIME_NEVER,
                      mn_bbq_read(&pseudo->on.hear.read, pseudo->port.end.in, &pseudo->heard));
}

/* Takes bytes until they make a key; false when there are no more, and gives them back. */
static bool next(struct mn_pseudo_keyboard *pseudo)
{
    while (pseudo->taken < pseudo->heard.count) {
        uint8_t byte = pseudo->heard.bytes[pseudo->taken++];
        if (mn_key_decoder_byte(&pseudo->decoder, byte, &pseudo->event))
            return true;
    }
    mn_bbq_release(pseudo->port.end.in, &pseudo->heard, pseudo->taken);
    return false;
}

static enum mn_poll pseudo_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_pseudo_keyboard *pseudo = MN_FRAME(co, struct mn_pseudo_keyboard);

    MN_CO_BEGIN;
    MN_TRY(mn_port_open(&pseudo->on.open, &pseudo->kernel->registry, &pseudo->address,
                        &pseudo->port));
    for (;;) {
        MN_AWAIT(hear(pseudo));
        if (co->err == MN_ERR_TIMEOUT) {
            if (mn_key_decoder_expire(&pseudo->decoder, &pseudo->event))
                MN_TRY(mn_keyboard_publish(&pseudo->on.publish, &pseudo->publisher,
                                           &pseudo->event));
            continue;
        }
        if (co->err != MN_OK)
            MN_RETURN(co->err);
        while (next(pseudo))
            MN_TRY(mn_keyboard_publish(&pseudo->on.publish, &pseudo->publisher, &pseudo->event));
    }
    MN_CO_END;
}

static void pseudo_drop(struct mn_co *co)
{
    struct mn_pseudo_keyboard *pseudo = MN_FRAME(co, struct mn_pseudo_keyboard);
    if (pseudo->heard.bytes)
        mn_bbq_release(pseudo->port.end.in, &pseudo->heard, pseudo->taken);
    mn_port_close(&pseudo->port);
    mn_keyboard_publisher_close(&pseudo->publisher);
}

static const struct mn_co_type pseudo_type = {
    .name = "pseudo_keyboard",
    .poll = pseudo_poll,
    .drop = pseudo_drop,
};

struct mn_co *mn_pseudo_keyboard(struct mn_pseudo_keyboard *frame, struct mn_kernel *kernel,
                                 const struct mn_port_address *address)
{
    frame->kernel = kernel;
    frame->address = *address;
    frame->heard = (struct mn_grant){0};
    frame->taken = 0;
    mn_port_init(&frame->port);
    mn_key_decoder_init(&frame->decoder);
    mn_keyboard_publisher_init(&frame->publisher, &kernel->registry, "pseudo-keyboard");
    return mn_co_init(&frame->co, &pseudo_type);
}
