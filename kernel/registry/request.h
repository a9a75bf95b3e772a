/* request.h — what the two sides of a service share about a request under way.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_REGISTRY_REQUEST_H
#define MN_REGISTRY_REQUEST_H

#include "mn/mem.h"
#include "mn/trace.h"

/* Copies one message. Most are one or two words, and cost no call: the first word and the last,
 * which overlap where there is but one. */
static inline void mn_message_copy(void *target, const void *source, uint32_t bytes)
{
    if (MN_UNLIKELY(bytes - 4u > 4u)) {
        memcpy(target, source, bytes);
        return;
    }
    uint32_t first, last;
    __builtin_memcpy(&first, source, sizeof first);
    __builtin_memcpy(&last, (const char *)source + bytes - sizeof last, sizeof last);
    __builtin_memcpy(target, &first, sizeof first);
    __builtin_memcpy((char *)target + bytes - sizeof last, &last, sizeof last);
}

/* Wakes the receiver that has waited longest, if one waits. */
static inline void mn_service_wake(struct mn_service *service)
{
    struct mn_list *first = service->receivers.next;
    if (first == &service->receivers)
        return;
    struct mn_service_recv *recv = MN_CONTAINER(first, struct mn_service_recv, link);
    mn_list_unlink(first);
    recv->state = MN_RECV_WOKEN;
    mn_task_wake(recv->task);
}

/* Puts a request whose fields are set into the queue of `service`. */
static inline void mn_request_enqueue(struct mn_request *request, struct mn_service *service)
{
    MN_ASSERT(request->state == MN_REQUEST_IDLE);
    request->service = service;
    request->state = MN_REQUEST_QUEUED;
    request->flow = 0;
    mn_list_link_last(&service->queue, &request->link);
    service->queued++;
    if (mn_trace_wants(service->kernel, MN_LEVEL_TRACE))
        mn_trace_request(request);
    mn_service_wake(service);
}

/* Takes the request off its way and tells its owner how it ended. */
void mn_request_answer(struct mn_request *request, enum mn_err err);

/* For the `stalls` of one: what is wrong if its wait lasts long, by where the request is. */
const char *mn_request_stalls(const struct mn_request *request, const char *queued,
                              const char *in_hand);

/* For the `audit` of a future that waits for the answer. */
void mn_request_audit(const struct mn_request *request, struct mn_audit *audit);

/* Connects `client`. */
void mn_client_attach(struct mn_client *client, struct mn_service *service, void *session);

/* The service this connect waits for has been bound: it looks again. */
void mn_connect_wake(struct mn_connect *connect);

#endif
