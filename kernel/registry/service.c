/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/service.h"

#include "mn/audit.h"
#include "registry/request.h"

static void wake_waiting_clients(struct mn_registry *registry)
{
    struct mn_list waiting; /* those who want another service link themselves again */
    mn_list_init(&waiting);
    mn_list_move_all(&waiting, &registry->waiting);
    for (struct mn_list *node; (node = mn_list_pop(&waiting)) != NULL;)
        mn_connect_wake(MN_CONTAINER(node, struct mn_connect, link));
}

enum mn_err mn_service_bind(struct mn_service *service, struct mn_registry *registry,
                            const struct mn_service_type *type, uint32_t instance,
                            const struct mn_task *server)
{
    MN_ASSERT(!service->registry);
    if (mn_registry_find(registry, &type->uuid, instance))
        return MN_ERR_TAKEN;
    if (registry->count == registry->count_max)
        return MN_ERR_FULL;
    service->type = type;
    service->registry = registry;
    service->kernel = registry->kernel;
    service->instance = instance;
    service->server = server;
    service->taken = 0;
    service->queued = 0;
    service->in_hand = 0;
    mn_list_init(&service->link);
    mn_list_init(&service->queue);
    mn_list_init(&service->jobs);
    mn_list_init(&service->clients);
    mn_list_init(&service->receivers);
    mn_list_push(&registry->services, &service->link);
    registry->count++;
    wake_waiting_clients(registry);
    return MN_OK;
}

/* Forgets who has the job in hand, or that it is queued; the request is on no way any more. */
static void take_off(struct mn_request *request)
{
    if (request->state == MN_REQUEST_QUEUED) {
        mn_list_unlink(&request->link);
        request->service->queued--;
    } else if (request->state == MN_REQUEST_IN_HAND) {
        request->job->request = NULL;
        request->job = NULL;
    }
    request->state = MN_REQUEST_IDLE;
}

void mn_request_answer(struct mn_request *request, enum mn_err err)
{
    if (mn_trace_wants(request->service->kernel, MN_LEVEL_TRACE))
        mn_trace_reply(request, err);
    take_off(request);
    request->err = err;
    request->answered(request);
}

void mn_request_cancel(struct mn_request *request)
{
    struct mn_job *job = request->state == MN_REQUEST_IN_HAND ? request->job : NULL;
    if (request->state != MN_REQUEST_IDLE &&
        mn_trace_wants(request->service->kernel, MN_LEVEL_TRACE))
        mn_trace_drop(request);
    take_off(request);
    if (job && job->watcher)
        mn_task_wake(job->watcher);
}

/* ---- jobs ------------------------------------------------------------------------------- */

void mn_job_init(struct mn_job *job)
{
    job->service = NULL;
    job->request = NULL;
}

static void take_in_hand(struct mn_service *service, struct mn_job *job, void *data)
{
    struct mn_list *first = service->queue.next;
    struct mn_request *request = MN_CONTAINER(first, struct mn_request, link);
    bool is_hello = request->kind == MN_JOB_HELLO;
    mn_list_unlink(first);
    job->service = service;
    job->request = request;
    job->watcher = NULL;
    job->session = request->client->session;
    job->deadline_us = request->deadline_us;
    job->id = request->id;
    job->kind = request->kind;
    job->may_last = false;
    mn_list_link_last(&service->jobs, &job->link);
    request->state = MN_REQUEST_IN_HAND;
    request->job = job;
    service->queued--;
    service->in_hand++;
    service->taken++;
    if (request->data)
        mn_message_copy(data, request->data,
                        is_hello ? service->type->hello_bytes : service->type->request_bytes);
    if (mn_trace_wants(service->kernel, MN_LEVEL_TRACE))
        mn_trace_take(request);
}

enum mn_err mn_service_recv_now(struct mn_service *service, struct mn_job *job, void *data)
{
    if (!service->registry)
        return MN_ERR_CLOSED;
    if (mn_list_is_empty(&service->queue))
        return MN_ERR_EMPTY;
    take_in_hand(service, job, data);
    return MN_OK;
}

/* Takes the job out of the server's hand, and answers if somebody still wants it. */
static void answer(struct mn_job *job, enum mn_err err, void *target, const void *source,
                   uint32_t bytes)
{
    struct mn_request *request = job->request;
    mn_list_unlink(&job->link);
    job->service->in_hand--;
    job->service = NULL;
    if (!request)
        return;
    if (target && source)
        mn_message_copy(target, source, bytes);
    if (mn_trace_wants(request->service->kernel, MN_LEVEL_TRACE))
        mn_trace_reply(request, err);
    request->state = MN_REQUEST_IDLE;
    request->err = err;
    request->answered(request);
}

void mn_job_reply(struct mn_job *job, const void *response)
{
    MN_ASSERT(job->service && job->kind == MN_JOB_REQUEST);
    answer(job, MN_OK, job->request ? job->request->response : NULL, response,
           job->service->type->response_bytes);
}

void mn_job_fail(struct mn_job *job, const void *error)
{
    MN_ASSERT(job->service && job->kind == MN_JOB_REQUEST);
    answer(job, MN_ERR_FAILED, job->request ? job->request->error : NULL, error,
           job->service->type->error_bytes);
}

void mn_job_accept(struct mn_job *job, void *session)
{
    MN_ASSERT(job->service && job->kind == MN_JOB_HELLO);
    if (job->request)
        mn_client_attach(job->request->client, job->service, session);
    else if (job->service->left)
        job->service->left(job->service, session); /* gone before it was let in */
    answer(job, MN_OK, NULL, NULL, 0);
}

void mn_job_refuse(struct mn_job *job, const void *refusal)
{
    MN_ASSERT(job->service && job->kind == MN_JOB_HELLO);
    answer(job, MN_ERR_REFUSED, job->request ? job->request->error : NULL, refusal,
           job->service->type->refusal_bytes);
}

void mn_job_discard(struct mn_job *job)
{
    if (mn_job_is_in_hand(job))
        answer(job, MN_ERR_CLOSED, NULL, NULL, 0);
}

static enum mn_poll abandoned_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_job *job = MN_FRAME(co, struct mn_job_abandoned)->job;
    co->at = 1;
    if (!mn_job_is_wanted(job))
        return MN_READY;
    MN_ASSERT(!job->watcher || job->watcher == task);
    job->watcher = task;
    return MN_PENDING;
}

static void abandoned_drop(struct mn_co *co)
{
    MN_FRAME(co, struct mn_job_abandoned)->job->watcher = NULL;
}

static void abandoned_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_job *job = MN_CONTAINER(co, const struct mn_job_abandoned, co)->job;
    if (co->at == 0)
        return;
    if (!mn_audit_is_live(audit, job))
        mn_audit_late(audit, "the memory of its job was freed");
    else if (!mn_job_is_wanted(job))
        mn_audit_late(audit, "nobody waits for the answer any more");
    else
        mn_audit_task(audit, job->watcher);
}

static const struct mn_co_type abandoned_type = {
    .name = "job_abandoned",
    .poll = abandoned_poll,
    .drop = abandoned_drop,
    .audit = MN_AUDIT_BY(abandoned_audit),
};

struct mn_co *mn_job_abandoned(struct mn_job_abandoned *frame, struct mn_job *job)
{
    frame->job = job;
    return mn_co_init(&frame->co, &abandoned_type);
}

/* ---- receiving -------------------------------------------------------------------------- */

static enum mn_poll recv_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_service_recv *recv = MN_FRAME(co, struct mn_service_recv);
    struct mn_service *service = recv->service;
    if (!mn_list_is_empty(&service->queue) || !service->registry) {
        if (recv->state == MN_RECV_WAITING)
            mn_list_unlink(&recv->link);
        MN_RETURN_EMPTY(mn_service_recv_now(service, recv->job, recv->data));
    }
    if (recv->state != MN_RECV_WAITING)
        mn_list_link_last(&service->receivers, &recv->link);
    recv->state = MN_RECV_WAITING;
    recv->task = task;
    return MN_PENDING;
}

static void recv_drop(struct mn_co *co)
{
    struct mn_service_recv *recv = MN_FRAME(co, struct mn_service_recv);
    if (recv->state == MN_RECV_WAITING)
        mn_list_unlink(&recv->link);
    else if (recv->state == MN_RECV_WOKEN && recv->service->registry)
        mn_service_wake(recv->service); /* what we were woken for is somebody else's now */
}

static void recv_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_service_recv *recv = MN_CONTAINER(co, const struct mn_service_recv, co);
    const struct mn_service *service = recv->service;
    if (recv->state == MN_RECV_WOKEN)
        mn_audit_late(audit, "a wake was given to it");
    if (recv->state != MN_RECV_WAITING)
        return;
    if (!mn_audit_place(audit, &service->receivers, &recv->link, recv->task))
        return;
    if (!service->registry)
        mn_audit_late(audit, "the service was unbound");
    else if (!mn_list_is_empty(&service->queue))
        mn_audit_late(audit, "a request is there");
}

static const struct mn_co_type recv_type = {
    .name = "service_recv",
    .poll = recv_poll,
    .drop = recv_drop,
    .audit = MN_AUDIT_BY(recv_audit),
};

struct mn_co *mn_service_recv(struct mn_service_recv *frame, struct mn_service *service,
                              struct mn_job *job, void *data)
{
    MN_ASSERT(!mn_job_is_in_hand(job));
    frame->service = service;
    frame->job = job;
    frame->data = data;
    frame->state = MN_RECV_NEW;
    return mn_co_init(&frame->co, &recv_type);
}

/* ---- ending ----------------------------------------------------------------------------- */

static void close_all(struct mn_list *requests)
{
    for (struct mn_list *node; (node = mn_list_pop(requests)) != NULL;)
        mn_request_answer(MN_CONTAINER(node, struct mn_request, link), MN_ERR_CLOSED);
}

/* Another task of the server's may be at work on it, and watch whether that is in vain. */
static void take_away(struct mn_job *job)
{
    if (job->watcher)
        mn_task_wake(job->watcher);
    mn_job_discard(job);
}

void mn_service_unbind(struct mn_service *service)
{
    if (!service->registry)
        return;
    service->registry->count--;
    service->registry = NULL;
    mn_list_remove(&service->link);
    for (struct mn_list *node; (node = service->clients.next) != &service->clients;)
        mn_client_close(MN_CONTAINER(node, struct mn_client, link));
    while (!mn_list_is_empty(&service->jobs))
        take_away(MN_CONTAINER(service->jobs.next, struct mn_job, link));
    close_all(&service->queue);
    while (!mn_list_is_empty(&service->receivers))
        mn_service_wake(service);
}
