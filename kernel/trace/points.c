/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/trace.h"

#define FIELDS_MAX 6u

/* A point being put together: its fields, and at last the stopwatch. */
struct point {
    struct mn_kernel *kernel;
    uint32_t count;
    struct mn_field fields[FIELDS_MAX + 1];
};

static void add(struct point *point, struct mn_field field)
{
    MN_ASSERT(point->count < FIELDS_MAX);
    point->fields[point->count++] = field;
}

static struct point begin(struct mn_kernel *kernel)
{
    return (struct point){.kernel = kernel};
}

static void tell(struct point *point, const struct mn_log_site *site)
{
    struct mn_hal *hal = point->kernel->hal;
    if (hal->ops->stopwatch_ns)
        point->fields[point->count++] = MN_FIELD_U64("at_ns", hal->ops->stopwatch_ns(hal));
    mn_log_event(&point->kernel->log, site, point->fields, point->count);
}

#define SITE(name_, target_, level_, text_)                                                \
    static const struct mn_log_site name_ = {                                              \
        .target = (target_), .text = (text_), .file = __FILE__, .line = __LINE__,          \
        .level = (level_),                                                                 \
    }

static uint32_t id_of(const struct mn_task *task)
{
    return task ? task->id : 0;
}

/* ---- tasks ------------------------------------------------------------------------------ */

SITE(spawn_site, "kernel::task", MN_LEVEL_DEBUG, "spawn");
SITE(wake_site, "kernel::task", MN_LEVEL_TRACE, "wake");
SITE(poll_site, "kernel::task", MN_LEVEL_TRACE, "poll");
SITE(polled_site, "kernel::task", MN_LEVEL_TRACE, "polled");
SITE(end_site, "kernel::task", MN_LEVEL_DEBUG, "end");

void mn_trace_spawn(const struct mn_task *task)
{
    struct point point = begin(task->kernel);
    add(&point, MN_FIELD_U64("task", task->id));
    add(&point, MN_FIELD_STR("name", task->name));
    add(&point, MN_FIELD_U64("by", id_of(task->kernel->running)));
    tell(&point, &spawn_site);
}

void mn_trace_wake(const struct mn_task *task)
{
    static const char *const whys[] = {
        [MN_WAKE_TASK] = "task",
        [MN_WAKE_TIMER] = "timer",
        [MN_WAKE_LINE] = "line",
        [MN_WAKE_SPAWN] = "spawn",
    };
    if (task->carries_trace)
        return;
    struct point point = begin(task->kernel);
    add(&point, MN_FIELD_U64("task", task->id));
    add(&point, MN_FIELD_U64("by", id_of(task->kernel->running)));
    add(&point, MN_FIELD_STR("why", whys[task->kernel->waking]));
    tell(&point, &wake_site);
}

void mn_trace_poll(const struct mn_task *task)
{
    if (task->carries_trace)
        return;
    struct point point = begin(task->kernel);
    add(&point, MN_FIELD_U64("task", task->id));
    add(&point, MN_FIELD_STR("name", task->name));
    tell(&point, &poll_site);
}

void mn_trace_polled(const struct mn_task *task, uint64_t spent_ns, enum mn_poll poll)
{
    if (task->carries_trace)
        return;
    struct point point = begin(task->kernel);
    add(&point, MN_FIELD_U64("task", task->id));
    add(&point, MN_FIELD_U64("spent_ns", spent_ns));
    add(&point, MN_FIELD_STR("state", poll == MN_READY ? "ready" : "pending"));
    tell(&point, &polled_site);
}

void mn_trace_end(const struct mn_task *task, const char *err)
{
    struct point point = begin(task->kernel);
    add(&point, MN_FIELD_U64("task", task->id));
    add(&point, MN_FIELD_STR("name", task->name));
    add(&point, MN_FIELD_STR("err", err));
    add(&point, MN_FIELD_U64("spent_ns", task->spent_ns));
    add(&point, MN_FIELD_U64("polls", task->polls));
    tell(&point, &end_site);
}

/* ---- messages --------------------------------------------------------------------------- */

SITE(request_site, "kernel::message", MN_LEVEL_TRACE, "request");
SITE(take_site, "kernel::message", MN_LEVEL_TRACE, "take");
SITE(reply_site, "kernel::message", MN_LEVEL_TRACE, "reply");
SITE(drop_site, "kernel::message", MN_LEVEL_TRACE, "drop");

/* The request's number in this run. One sent while nobody listened gets it when it is first told
 * of. */
static uint64_t flow_of(struct mn_request *request)
{
    if (request->flow == 0)
        request->flow = ++request->service->kernel->flows;
    return request->flow;
}

void mn_trace_request(struct mn_request *request)
{
    const struct mn_service *service = request->service;
    struct point point = begin(service->kernel);
    add(&point, MN_FIELD_U64("flow", flow_of(request)));
    add(&point, MN_FIELD_STR("service", service->type->name));
    add(&point, MN_FIELD_U64("instance", service->instance));
    add(&point, MN_FIELD_U64("client", id_of(service->kernel->running)));
    add(&point, MN_FIELD_U64("id", request->id));
    tell(&point, &request_site);
}

void mn_trace_take(struct mn_request *request)
{
    struct point point = begin(request->service->kernel);
    add(&point, MN_FIELD_U64("flow", flow_of(request)));
    add(&point, MN_FIELD_U64("server", id_of(point.kernel->running)));
    tell(&point, &take_site);
}

static const char *outcome(const struct mn_request *request, enum mn_err err)
{
    if (err == MN_OK)
        return request->kind == MN_JOB_HELLO ? "accept" : "reply";
    return err == MN_ERR_FAILED ? "fail" : err == MN_ERR_REFUSED ? "refuse" : "closed";
}

void mn_trace_reply(struct mn_request *request, enum mn_err err)
{
    struct point point = begin(request->service->kernel);
    add(&point, MN_FIELD_U64("flow", flow_of(request)));
    add(&point, MN_FIELD_STR("outcome", outcome(request, err)));
    tell(&point, &reply_site);
}

void mn_trace_drop(struct mn_request *request)
{
    struct point point = begin(request->service->kernel);
    bool is_late = request->deadline_us <= point.kernel->now_us;
    add(&point, MN_FIELD_U64("flow", flow_of(request)));
    add(&point, MN_FIELD_STR("why", is_late ? "deadline" : "cancelled"));
    tell(&point, &drop_site);
}

/* ---- queues ----------------------------------------------------------------------------- */

SITE(full_site, "kernel::queue", MN_LEVEL_DEBUG, "full");

void mn_trace_full(const struct mn_task *task, const char *name, uint32_t capacity_bytes)
{
    if (task->carries_trace)
        return;
    struct point point = begin(task->kernel);
    add(&point, MN_FIELD_STR("queue", name ? name : "?"));
    add(&point, MN_FIELD_U64("capacity_bytes", capacity_bytes));
    add(&point, MN_FIELD_U64("task", task->id));
    tell(&point, &full_site);
}
