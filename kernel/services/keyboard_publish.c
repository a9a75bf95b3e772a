/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/svc/keyboard_mux.h"

void mn_keyboard_publisher_init(struct mn_keyboard_publisher *publisher,
                                struct mn_registry *registry, const char *name)
{
    publisher->registry = registry;
    publisher->hello.name = name;
    mn_client_init(&publisher->mux.client);
}

void mn_keyboard_publisher_close(struct mn_keyboard_publisher *publisher)
{
    mn_client_close(&publisher->mux.client);
}

static enum mn_poll publish_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_keyboard_publish *publish = MN_FRAME(co, struct mn_keyboard_publish);
    struct mn_keyboard_publisher *publisher = publish->publisher;

    MN_CO_BEGIN;
    do {
        if (!mn_client_is_open(&publisher->mux.client))
            MN_TRY(mn_keyboard_mux_connect(&publish->on.connect, publisher->registry,
                                           &publisher->mux, 0, &publisher->hello,
                                           &publish->refusal));
        MN_AWAIT(mn_keyboard_mux_call(&publish->on.call, &publisher->mux, publish->event, NULL,
                                      &publish->error, MN_TIME_NEVER));
    } while (co->err == MN_ERR_CLOSED);
    MN_RETURN(co->err);
    MN_CO_END;
}

static const struct mn_co_type publish_type = {.name = "publish", .poll = publish_poll};

struct mn_co *mn_keyboard_publish(struct mn_keyboard_publish *frame,
                                  struct mn_keyboard_publisher *publisher,
                                  const struct mn_key_event *event)
{
    frame->publisher = publisher;
    frame->event = event;
    return mn_co_init(&frame->co, &publish_type);
}
