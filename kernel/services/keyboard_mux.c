/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/svc/keyboard_mux.h"

#include "mn/audit.h"
#include "mn/kernel.h"

#define MN_LOG_TARGET "kernel::services::keyboard_mux"

static void keyboard_left(struct mn_service *service, void *session)
{
    struct mn_keyboard_mux *mux = session;
    (void)service;
    MN_ASSERT(mux->keyboards > 0);
    mux->keyboards--;
}

static void let_in(struct mn_keyboard_mux *mux)
{
    static const enum mn_keyboard_mux_refusal full = MN_KEYBOARD_MUX_FULL;
    const char *name = mux->job.in.hello.name;
    if (mux->keyboards == mux->settings.keyboards_max) {
        MN_WARN(&mux->kernel->log, "one keyboard too many", MN_FIELD_STR("keyboard", name),
                MN_FIELD_U64("keyboards_max", mux->settings.keyboards_max));
        mn_keyboard_mux_refuse(&mux->job, &full);
        return;
    }
    mux->keyboards++;
    MN_DEBUG(&mux->kernel->log, "new keyboard", MN_FIELD_STR("keyboard", name));
    mn_keyboard_mux_accept(&mux->job, mux);
}

static void publish(struct mn_keyboard_mux *mux)
{
    static const enum mn_keyboard_mux_error invalid = MN_KEYBOARD_MUX_INVALID;
    static const struct mn_none done;
    if (!mn_key_is_valid(&mux->job.in.request)) {
        mn_keyboard_mux_fail(&mux->job, &invalid);
        return;
    }
    mn_keyboard_hub_publish(&mux->hub, &mux->job.in.request);
    mn_keyboard_mux_reply(&mux->job, &done);
}

/* One job in a poll, and none in the one behind an event: who reads when woken has read by then. */
static void take_one(struct mn_keyboard_mux *mux, struct mn_task *task)
{
    if (!mn_keyboard_hub_is_free(&mux->hub, task) ||
        mn_co_poll(&mux->recv.co, task) == MN_PENDING)
        return;
    if (!mn_job_is_wanted(&mux->job.job))
        mn_job_discard(&mux->job.job);
    else if (mux->job.job.kind == MN_JOB_HELLO)
        let_in(mux);
    else
        publish(mux);
    mn_keyboard_mux_recv(&mux->recv, &mux->service, &mux->job);
    mn_task_wake(task);
}

static enum mn_poll pump_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_keyboard_mux *mux = MN_CONTAINER(co, struct mn_keyboard_mux, pump);
    mn_keyboard_hub_admit(&mux->hub, task);
    take_one(mux, task);
    return MN_PENDING;
}

static void pump_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_keyboard_mux *mux = MN_CONTAINER(co, const struct mn_keyboard_mux, pump);
    mn_keyboard_hub_audit(&mux->hub, audit);
    mn_audit_future(audit, &mux->recv.co);
}

static const struct mn_co_type pump_type = {
    .name = "pump",
    .poll = pump_poll,
    .audit = MN_AUDIT_BY(pump_audit),
};

static enum mn_err bind(struct mn_keyboard_mux *mux, struct mn_task *task)
{
    struct mn_registry *registry = &mux->kernel->registry;
    enum mn_err err = mn_keyboard_mux_bind(&mux->service, registry, 0, task);
    return err == MN_OK ? mn_keyboard_hub_open(&mux->hub, registry, 0, task) : err;
}

static enum mn_poll mux_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_keyboard_mux *mux = MN_FRAME(co, struct mn_keyboard_mux);

    MN_CO_BEGIN;
    co->err = bind(mux, task);
    if (co->err == MN_OK)
        MN_AWAIT(mn_co_init(&mux->pump, &pump_type));
    MN_RETURN(co->err);
    MN_CO_END;
}

static void mux_drop(struct mn_co *co)
{
    struct mn_keyboard_mux *mux = MN_FRAME(co, struct mn_keyboard_mux);
    mn_co_drop(&mux->recv.co);
    mn_service_unbind(&mux->service);
    mn_keyboard_hub_close(&mux->hub);
}

static const struct mn_co_type mux_type = {
    .name = "keyboard_mux",
    .poll = mux_poll,
    .drop = mux_drop,
};

struct mn_co *mn_keyboard_multiplex(struct mn_keyboard_mux *frame, struct mn_kernel *kernel,
                                    const struct mn_keyboard_mux_settings *settings)
{
    MN_ASSERT(settings->keyboards_max > 0);
    *frame = (struct mn_keyboard_mux){
        .kernel = kernel,
        .settings = *settings,
        .service = {.screens = true, .left = keyboard_left},
    };
    mn_job_init(&frame->job.job);
    mn_keyboard_mux_recv(&frame->recv, &frame->service, &frame->job);
    return mn_co_init(&frame->co, &mux_type);
}
