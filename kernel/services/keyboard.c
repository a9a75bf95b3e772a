/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/svc/keyboard.h"

#include "mn/audit.h"
#include "mn/kernel.h"

#define MN_LOG_TARGET "kernel::services::keyboard"

/* ---- the hub ---------------------------------------------------------------------------- */

/* The subscriber has left, or the hub closes: its memory is its own again. */
static void subscriber_left(struct mn_service *service, void *session)
{
    struct mn_keyboard_subscription *subscription = session;
    (void)service;
    mn_list_remove(&subscription->link);
    mn_key_queue_close(&subscription->queue);
}

static void let_in(struct mn_keyboard_hub *hub)
{
    struct mn_keyboard_subscription *subscription = hub->job.in.hello.subscription;
    if (hub->job.job.kind != MN_JOB_HELLO || !mn_job_is_wanted(&hub->job.job)) {
        mn_job_discard(&hub->job.job); /* given up: the subscription may be gone as well */
        return;
    }
    mn_key_queue_init(&subscription->queue, subscription->slots, subscription->capacity);
    subscription->queue.chan.policy = MN_CHAN_REFUSE;
    mn_list_push(&hub->subscriptions, &subscription->link);
    mn_keyboard_accept(&hub->job, subscription);
}

enum mn_err mn_keyboard_hub_open(struct mn_keyboard_hub *hub, struct mn_registry *registry,
                                 uint32_t instance, struct mn_task *task)
{
    *hub = (struct mn_keyboard_hub){.service = {.screens = true, .left = subscriber_left}};
    mn_list_init(&hub->subscriptions);
    mn_job_init(&hub->job.job);
    mn_keyboard_recv(&hub->recv, &hub->service, &hub->job);
    return mn_keyboard_bind(&hub->service, registry, instance, task);
}

void mn_keyboard_hub_admit(struct mn_keyboard_hub *hub, struct mn_task *task)
{
    while (mn_co_poll(&hub->recv.co, task) == MN_READY) {
        let_in(hub);
        mn_keyboard_recv(&hub->recv, &hub->service, &hub->job);
    }
}

/* Woken in the poll that published, they are polled in the next tick: before us or after. */
bool mn_keyboard_hub_is_free(struct mn_keyboard_hub *hub, struct mn_task *task)
{
    bool is_free = !hub->was_just_heard;
    hub->was_just_heard = false;
    if (!is_free)
        mn_task_wake(task);
    return is_free;
}

void mn_keyboard_hub_publish(struct mn_keyboard_hub *hub, const struct mn_key_event *event)
{
    hub->events++;
    hub->was_just_heard = true;
    MN_LIST_EACH (node, &hub->subscriptions) {
        struct mn_keyboard_subscription *subscription =
            MN_CONTAINER(node, struct mn_keyboard_subscription, link);
        MN_ASSERT(!subscription->queue.chan.closed); /* who has left is not in the list */
        if (mn_key_queue_post(&subscription->queue, event) != MN_OK)
            hub->lost++;
    }
}

void mn_keyboard_hub_close(struct mn_keyboard_hub *hub)
{
    if (!hub->service.registry)
        return;
    mn_co_drop(&hub->recv.co);
    mn_service_unbind(&hub->service);
}

void mn_keyboard_hub_audit(const struct mn_keyboard_hub *hub, struct mn_audit *audit)
{
    mn_audit_future(audit, &hub->recv.co);
    if (hub->service.registry)
        mn_audit_same_count(audit, &hub->subscriptions, "subscriptions", &hub->service.clients,
                            "clients");
}

/* ---- the driver of one keyboard --------------------------------------------------------- */

/* One event in a poll, and none in the one behind it. */
static void publish_next(struct mn_keyboard_driver *driver, struct mn_task *task)
{
    struct mn_key_event event;
    if (!mn_keyboard_hub_is_free(&driver->hub, task) ||
        !driver->keyboard->ops->next(driver->keyboard, &event))
        return;
    if (mn_key_is_valid(&event))
        mn_keyboard_hub_publish(&driver->hub, &event);
    else
        MN_WARN(&driver->kernel->log, "no such key", MN_FIELD_U64("code", event.code),
                MN_FIELD_STR("keyboard", driver->keyboard->name));
    mn_task_wake(task);
}

static enum mn_poll pump_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_keyboard_driver *driver = MN_CONTAINER(co, struct mn_keyboard_driver, pump);
    while (mn_co_poll(&driver->line.co, task) == MN_READY)
        mn_wait(&driver->line, mn_kernel_line(driver->kernel, driver->keyboard->line));
    mn_keyboard_hub_admit(&driver->hub, task);
    publish_next(driver, task);
    return MN_PENDING;
}

static void pump_drop(struct mn_co *co)
{
    mn_co_drop(&MN_CONTAINER(co, struct mn_keyboard_driver, pump)->line.co);
}

static void pump_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_keyboard_driver *driver =
        MN_CONTAINER(co, const struct mn_keyboard_driver, pump);
    mn_audit_future(audit, &driver->line.co);
    mn_keyboard_hub_audit(&driver->hub, audit);
}

static const struct mn_co_type pump_type = {
    .name = "pump",
    .poll = pump_poll,
    .drop = pump_drop,
    .audit = MN_AUDIT_BY(pump_audit),
};

static struct mn_co *pump(struct mn_keyboard_driver *driver)
{
    mn_wait(&driver->line, mn_kernel_line(driver->kernel, driver->keyboard->line));
    return mn_co_init(&driver->pump, &pump_type);
}

static enum mn_poll driver_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_keyboard_driver *driver = MN_FRAME(co, struct mn_keyboard_driver);

    MN_CO_BEGIN;
    co->err = mn_keyboard_hub_open(&driver->hub, &driver->kernel->registry, driver->instance,
                                   task);
    if (co->err == MN_OK)
        MN_AWAIT(pump(driver));
    MN_RETURN(co->err);
    MN_CO_END;
}

static void driver_drop(struct mn_co *co)
{
    mn_keyboard_hub_close(&MN_FRAME(co, struct mn_keyboard_driver)->hub);
}

static const struct mn_co_type driver_type = {
    .name = "keyboard_driver",
    .poll = driver_poll,
    .drop = driver_drop,
};

struct mn_co *mn_keyboard_serve(struct mn_keyboard_driver *frame, struct mn_kernel *kernel,
                                struct mn_hal_keyboard *keyboard, uint32_t instance)
{
    frame->kernel = kernel;
    frame->keyboard = keyboard;
    frame->instance = instance;
    frame->hub = (struct mn_keyboard_hub){0};
    return mn_co_init(&frame->co, &driver_type);
}
