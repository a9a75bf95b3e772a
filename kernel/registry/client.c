/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/audit.h"
#include "mn/kernel.h"
#include "mn/service.h"
#include "registry/request.h"

void mn_client_init(struct mn_client *client)
{
    *client = (struct mn_client){0};
    mn_list_init(&client->link);
}

void mn_client_attach(struct mn_client *client, struct mn_service *service, void *session)
{
    MN_ASSERT(!client->service);
    client->service = service;
    client->session = session;
    mn_list_push(&service->clients, &client->link);
}

/* A job in the server's hand that this client waits for, or NULL. */
static struct mn_job *wanted_job(const struct mn_client *client, struct mn_service *service)
{
    MN_LIST_EACH (node, &service->jobs) {
        struct mn_job *job = MN_CONTAINER(node, struct mn_job, link);
        if (mn_job_is_wanted(job) && job->request->client == client)
            return job;
    }
    return NULL;
}

/* Ends what the server has in hand for this client. Whoever is answered may end a task of the
 * server's, with what that one has in hand, so the list is looked through anew after each. */
static void close_jobs(struct mn_client *client, struct mn_service *service)
{
    for (struct mn_job *job; (job = wanted_job(client, service)) != NULL;) {
        if (job->watcher)
            mn_task_wake(job->watcher);
        mn_request_answer(job->request, MN_ERR_CLOSED);
    }
}

/* Ends what this client has queued. Whoever is answered may take back or free his other requests,
 * so no place in the list is remembered across an answer: they are sorted out first. */
static void close_queued(struct mn_client *client, struct mn_service *service)
{
    struct mn_list ours;
    mn_list_init(&ours);
    for (struct mn_list *node = service->queue.next; node != &service->queue;) {
        struct mn_request *request = MN_CONTAINER(node, struct mn_request, link);
        node = node->next;
        if (request->client != client)
            continue;
        mn_list_unlink(&request->link);
        mn_list_link_last(&ours, &request->link);
    }
    while (!mn_list_is_empty(&ours))
        mn_request_answer(MN_CONTAINER(ours.next, struct mn_request, link), MN_ERR_CLOSED);
}

void mn_client_close(struct mn_client *client)
{
    struct mn_service *service = client->service;
    if (!service)
        return;
    client->service = NULL; /* first, so that nobody who is answered now sends again */
    mn_list_remove(&client->link);
    close_jobs(client, service);
    close_queued(client, service);
    if (service->left)
        service->left(service, client->session);
    client->session = NULL;
}

/* ---- requests --------------------------------------------------------------------------- */

void mn_request_init(struct mn_request *request, void (*answered)(struct mn_request *request))
{
    request->answered = answered;
    request->deadline_us = MN_TIME_NEVER;
    request->kind = MN_JOB_REQUEST;
    request->state = MN_REQUEST_IDLE;
}

enum mn_err mn_request_send(struct mn_request *request, struct mn_client *client)
{
    if (!client->service)
        return MN_ERR_CLOSED;
    request->client = client;
    request->id = ++client->ids;
    mn_request_enqueue(request, client->service);
    return MN_OK;
}

void mn_request_audit(const struct mn_request *request, struct mn_audit *audit)
{
    if (request->state == MN_REQUEST_IDLE)
        mn_audit_late(audit, "its request was answered");
    else if (!mn_audit_is_live(audit, request->service))
        mn_audit_late(audit, "the memory of the service that has its request was freed");
    else if (request->state == MN_REQUEST_QUEUED && !mn_audit_is_linked(audit, &request->link))
        mn_audit_late(audit, "its request is not in the queue");
    else if (request->state == MN_REQUEST_IN_HAND &&
             (!mn_audit_is_live(audit, request->job) || request->job->request != request))
        mn_audit_late(audit, "nobody has its request in hand");
}

static void call_answered(struct mn_request *request)
{
    mn_task_wake(MN_CONTAINER(request, struct mn_call, request)->task);
}

/* The first poll: sends, unless it is too late or nobody is there. */
static enum mn_poll call_begin(struct mn_call *call, struct mn_task *task)
{
    struct mn_co *co = &call->co;
    uint64_t due_us = call->request.deadline_us;
    co->at = 1;
    call->task = task;
    if (due_us <= task->kernel->now_us)
        MN_RETURN(MN_ERR_TIMEOUT);
    if (mn_request_send(&call->request, call->request.client) != MN_OK)
        MN_RETURN(MN_ERR_CLOSED);
    if (due_us != MN_TIME_NEVER)
        mn_timer_arm(&task->kernel->wheel, &call->timer, due_us, task);
    return MN_PENDING;
}

static enum mn_poll call_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_call *call = MN_FRAME(co, struct mn_call);
    if (co->at == 0)
        return call_begin(call, task);
    if (call->request.state == MN_REQUEST_IDLE) {
        if (MN_UNLIKELY(mn_timer_is_armed(&call->timer)))
            mn_timer_cancel(&task->kernel->wheel, &call->timer);
        MN_RETURN_EMPTY(call->request.err);
    }
    if (call->request.deadline_us <= task->kernel->now_us)
        MN_RETURN(MN_ERR_TIMEOUT);
    return MN_PENDING;
}

static void call_drop(struct mn_co *co)
{
    struct mn_call *call = MN_FRAME(co, struct mn_call);
    if (call->request.state != MN_REQUEST_IDLE)
        mn_request_cancel(&call->request);
    if (mn_timer_is_armed(&call->timer))
        mn_timer_cancel(&call->task->kernel->wheel, &call->timer);
}

static const struct mn_task *call_waits_for(const struct mn_co *co)
{
    const struct mn_call *call = MN_CONTAINER(co, const struct mn_call, co);
    return call->request.state == MN_REQUEST_IDLE ? NULL : call->request.service->server;
}

const char *mn_request_stalls(const struct mn_request *request, const char *queued,
                              const char *in_hand)
{
    if (request->state == MN_REQUEST_QUEUED)
        return queued;
    return request->state == MN_REQUEST_IN_HAND && !request->job->may_last ? in_hand : NULL;
}

static const char *call_stalls(const struct mn_co *co)
{
    const struct mn_call *call = MN_CONTAINER(co, const struct mn_call, co);
    return mn_request_stalls(&call->request, "nobody takes its request",
                             "its request is not answered");
}

static void call_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_call *call = MN_CONTAINER(co, const struct mn_call, co);
    if (co->at == 0)
        return;
    mn_audit_task(audit, call->task);
    mn_audit_timer(audit, &call->timer);
    mn_request_audit(&call->request, audit);
    if (call->request.deadline_us <= audit->kernel->now_us)
        mn_audit_late(audit, "its deadline is over");
    else if (call->request.deadline_us != MN_TIME_NEVER && !mn_timer_is_armed(&call->timer))
        mn_audit_late(audit, "its timer is gone");
}

static const struct mn_co_type call_type = {
    .name = "call",
    .poll = call_poll,
    .drop = call_drop,
    .waits_for = call_waits_for,
    .stalls = call_stalls,
    .audit = MN_AUDIT_BY(call_audit),
};

struct mn_co *mn_call(struct mn_call *frame, struct mn_client *client, const void *request,
                      void *response, void *error, uint64_t deadline_us)
{
    mn_request_init(&frame->request, call_answered);
    frame->request.client = client;
    frame->request.data = request;
    frame->request.response = response;
    frame->request.error = error;
    frame->request.deadline_us = deadline_us;
    mn_timer_init(&frame->timer);
    return mn_co_init(&frame->co, &call_type);
}
