/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/audit.h"
#include "mn/service.h"
#include "registry/request.h"

enum { BEGUN = 1, ASKED };

void mn_connect_wake(struct mn_connect *connect)
{
    mn_task_wake(connect->task);
}

static void connect_answered(struct mn_request *request)
{
    struct mn_connect *connect = request->context;
    connect->accepted = request->err == MN_OK;
    mn_task_wake(connect->task);
}

/* Nobody there: waits for the next binding, or not. */
static enum mn_poll nobody(struct mn_connect *connect)
{
    struct mn_co *co = &connect->co;
    if (!connect->waits)
        MN_RETURN(MN_ERR_NOT_FOUND);
    if (!mn_list_is_linked(&connect->link))
        mn_list_push(&connect->registry->waiting, &connect->link);
    return MN_PENDING;
}

static enum mn_poll look(struct mn_connect *connect)
{
    struct mn_co *co = &connect->co;
    co->at = BEGUN;
    struct mn_service *service =
        mn_registry_find(connect->registry, &connect->type->uuid, connect->instance);
    if (!service)
        return nobody(connect);
    mn_list_remove(&connect->link);
    if (mn_service_type_match(service->type, connect->type) != MN_OK)
        MN_RETURN(MN_ERR_TYPE);
    if (service->screens) {
        co->at = ASKED;
        mn_request_enqueue(&connect->request, service);
        return MN_PENDING;
    }
    mn_client_attach(connect->client, service, NULL);
    MN_RETURN(MN_OK);
}

static enum mn_poll connect_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_connect *connect = MN_FRAME(co, struct mn_connect);
    connect->task = task;
    if (co->at != ASKED)
        return look(connect);
    if (connect->request.state != MN_REQUEST_IDLE)
        return MN_PENDING;
    connect->accepted = false; /* the caller's from here on: drop leaves the client alone */
    bool is_lost = connect->request.err == MN_ERR_CLOSED ||
                   (connect->request.err == MN_OK && !connect->client->service);
    if (is_lost && connect->waits)
        return look(connect); /* unbound before or just after it answered: wait for the next */
    MN_RETURN(is_lost ? MN_ERR_CLOSED : connect->request.err);
}

static void connect_drop(struct mn_co *co)
{
    struct mn_connect *connect = MN_FRAME(co, struct mn_connect);
    mn_list_remove(&connect->link);
    mn_request_cancel(&connect->request);
    if (connect->accepted)
        mn_client_close(connect->client);
}

static const struct mn_task *connect_waits_for(const struct mn_co *co)
{
    const struct mn_connect *connect = MN_CONTAINER(co, const struct mn_connect, co);
    return connect->request.state == MN_REQUEST_IDLE ? NULL : connect->request.service->server;
}

static const char *connect_stalls(const struct mn_co *co)
{
    const struct mn_connect *connect = MN_CONTAINER(co, const struct mn_connect, co);
    return mn_request_stalls(&connect->request, "nobody takes its hello",
                             "its hello is not answered");
}

static void connect_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_connect *connect = MN_CONTAINER(co, const struct mn_connect, co);
    if (co->at == ASKED) {
        mn_audit_task(audit, connect->task);
        mn_request_audit(&connect->request, audit);
    }
    if (co->at != BEGUN)
        return;
    if (mn_audit_place(audit, &connect->registry->waiting, &connect->link, connect->task) &&
        mn_registry_find(connect->registry, &connect->type->uuid, connect->instance))
        mn_audit_late(audit, "the service is there");
}

static const struct mn_co_type connect_type = {
    .name = "connect",
    .poll = connect_poll,
    .drop = connect_drop,
    .waits_for = connect_waits_for,
    .stalls = connect_stalls,
    .audit = MN_AUDIT_BY(connect_audit),
};

static struct mn_co *connect_init(struct mn_connect *frame, struct mn_registry *registry,
                                  struct mn_client *client, const struct mn_service_type *type,
                                  uint32_t instance, bool waits)
{
    frame->registry = registry;
    frame->type = type;
    frame->instance = instance;
    frame->waits = waits;
    frame->accepted = false;
    frame->task = NULL;
    frame->client = client;
    mn_list_init(&frame->link);
    mn_client_init(client);
    mn_request_init(&frame->request, connect_answered);
    frame->request.kind = MN_JOB_HELLO;
    frame->request.context = frame;
    frame->request.client = client;
    frame->request.response = NULL;
    frame->request.id = 0;
    return mn_co_init(&frame->co, &connect_type);
}

struct mn_co *mn_connect(struct mn_connect *frame, struct mn_registry *registry,
                         struct mn_client *client, const struct mn_service_type *type,
                         uint32_t instance, const void *hello, void *refusal)
{
    frame->request.data = hello;
    frame->request.error = refusal;
    return connect_init(frame, registry, client, type, instance, true);
}

struct mn_co *mn_try_connect(struct mn_connect *frame, struct mn_registry *registry,
                             struct mn_client *client, const struct mn_service_type *type,
                             uint32_t instance, const void *hello, void *refusal)
{
    frame->request.data = hello;
    frame->request.error = refusal;
    return connect_init(frame, registry, client, type, instance, false);
}
