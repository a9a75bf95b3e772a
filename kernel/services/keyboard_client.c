/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/svc/keyboard.h"

void mn_keyboard_subscription_init(struct mn_keyboard_subscription *subscription,
                                   struct mn_key_event *slots, uint32_t capacity)
{
    MN_ASSERT(capacity > 0);
    subscription->slots = slots;
    subscription->capacity = capacity;
    mn_key_queue_init(&subscription->queue, slots, capacity);
    mn_client_init(&subscription->service.client);
    mn_list_init(&subscription->link);
}

void mn_keyboard_unsubscribe(struct mn_keyboard_subscription *subscription)
{
    mn_client_close(&subscription->service.client);
}

static enum mn_poll subscribe_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_keyboard_subscribe *subscribe = MN_FRAME(co, struct mn_keyboard_subscribe);

    MN_CO_BEGIN;
    MN_TRY(mn_keyboard_connect(&subscribe->connect, subscribe->registry,
                               &subscribe->subscription->service, subscribe->instance,
                               &subscribe->hello, NULL));
    MN_CO_END;
}

static const struct mn_co_type subscribe_type = {.name = "subscribe", .poll = subscribe_poll};

struct mn_co *mn_keyboard_subscribe(struct mn_keyboard_subscribe *frame,
                                    struct mn_registry *registry, uint32_t instance,
                                    struct mn_keyboard_subscription *subscription)
{
    MN_ASSERT(!mn_client_is_open(&subscription->service.client));
    frame->registry = registry;
    frame->instance = instance;
    frame->subscription = subscription;
    frame->hello.subscription = subscription;
    return mn_co_init(&frame->co, &subscribe_type);
}
