/* service.h — asking somebody else in the machine to do something, and being that somebody.
 *
 *     client                                               server
 *     mn_connect ───── hello ─────► accept / refuse        mn_service_bind
 *     mn_call ──────── request ───► [ queue ] ───────────► mn_service_recv
 *        ▲                                                      │ a job in hand
 *        └── MN_OK + response, MN_ERR_FAILED + error ◄───── mn_job_reply, mn_job_fail
 *
 * A request lives in its client's frame and is linked, not copied, into the service's queue: the
 * queue is first come first served, has no size, and never allocates. The server copies the
 * request as it takes it, so from then on client and server share nothing but the job.
 *
 * Giving up  Dropping the call (or closing the client) takes the request back out of the queue. If
 *            the server has it in hand already, mn_job_is_wanted turns false, mn_job_abandoned
 *            ends, and the reply goes nowhere.
 * Ending     A service that is unbound completes every request, queued or in hand, with
 *            MN_ERR_CLOSED: nobody hangs. Clients that wait to connect go on waiting. Jobs leave
 *            the hand of whichever task has them, so where several tasks serve, one that
 *            awaited something asks mn_job_is_wanted before it answers.
 * Memory     Every struct here belongs to whoever embeds it, and stays in place while in use.
 * Context    Tasks only.
 *
 * MN_SERVICE below wraps all of it in functions typed for one service; use those.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_SERVICE_H
#define MN_SERVICE_H

#include "mn/registry.h"
#include "mn/time.h"
#include "mn/wait.h"

struct mn_none { /* for the types a service has no use for */
    uint8_t nothing;
};

/* ---- the server's side ------------------------------------------------------------------ */

struct mn_service {
    const struct mn_service_type *type;
    struct mn_registry *registry; /* NULL while not bound */
    struct mn_kernel *kernel;     /* the registry's; stays when unbound */
    const struct mn_task *server; /* whose clients wait for it; for the dump */
    uint32_t instance;
    bool screens;                 /* hellos come as jobs; else everybody is let in */
    /* A client that was let in is gone, by closing or by our unbinding; `session` is what
     * mn_job_accept was given. May not reply or await. Or NULL. */
    void (*left)(struct mn_service *service, void *session);
    void *context;                /* the server's */
    uint64_t taken;               /* requests taken so far */
    uint32_t queued;              /* requests and hellos not taken yet */
    uint32_t in_hand;             /* taken, not answered */
    struct mn_list link;          /* in mn_registry::services */
    struct mn_list queue;         /* mn_request::link, oldest first */
    struct mn_list jobs;          /* mn_job::link, in hand */
    struct mn_list clients;       /* mn_client::link */
    struct mn_list receivers;     /* mn_service_recv::link, longest waiting first */
};

/* Puts a service in the registry and wakes whoever waits to connect to it. `server` is the task
 * that serves it. Zero the struct first, or set `screens`, `left` and `context` as you like.
 * A receiver that has not yet been polled since an unbinding serves the next binding of the same
 * struct: end the old ones first if that is not wanted.
 *
 * Returns  MN_OK
 *          MN_ERR_TAKEN  this UUID and instance are bound already
 *          MN_ERR_FULL   the registry holds as many services as it was set up for */
MN_MUST_USE enum mn_err mn_service_bind(struct mn_service *service, struct mn_registry *registry,
                                        const struct mn_service_type *type, uint32_t instance,
                                        const struct mn_task *server);

/* Takes the service out, with all that "Ending" says above. The server's `drop` owes this call.
 * Harmless when it is not bound. */
void mn_service_unbind(struct mn_service *service);

enum mn_job_kind { MN_JOB_REQUEST, MN_JOB_HELLO };

struct mn_request;

struct mn_job { /* one request in hand; the server owes it exactly one answer */
    struct mn_service *service; /* NULL: not in hand, answered or never taken */
    struct mn_request *request; /* NULL: the client gave up */
    struct mn_list link;        /* in mn_service::jobs while in hand */
    struct mn_task *watcher;    /* woken when the client gives up, or NULL */
    void *session;              /* what mn_job_accept gave this client, or NULL; the client may
                                 * have left since: to be used while the job is wanted */
    uint64_t deadline_us;       /* nobody waits any longer than this, or MN_TIME_NEVER */
    uint32_t id;                /* the client's number for it */
    enum mn_job_kind kind;
    bool may_last;              /* see mn_job_may_last */
};

/* Makes `job` one that is not in hand, so that mn_job_discard is harmless. */
void mn_job_init(struct mn_job *job);

struct mn_service_recv { /* frame */
    struct mn_co co;
    struct mn_service *service;
    struct mn_job *job;
    void *data;
    struct mn_list link; /* in mn_service::receivers while waiting */
    struct mn_task *task;
    enum { MN_RECV_NEW, MN_RECV_WAITING, MN_RECV_WOKEN } state;
};

/* Future: takes the oldest request (or hello, if the service screens). `data` has room for the
 * larger of the two; it is filled. Several tasks may receive from one service.
 *
 * Borrows    `job` and `data` until the future ends. `job` must not be in hand.
 * Ends with  MN_OK          `job` is in hand
 *            MN_ERR_CLOSED  the service was unbound
 * Dropped    took nothing; the request stays first in the queue. */
struct mn_co *mn_service_recv(struct mn_service_recv *frame, struct mn_service *service,
                              struct mn_job *job, void *data);

/* The same without waiting: MN_OK, MN_ERR_EMPTY, MN_ERR_CLOSED. */
MN_MUST_USE enum mn_err mn_service_recv_now(struct mn_service *service, struct mn_job *job,
                                            void *data);

/* The four answers. Each takes the job out of the server's hand; answering one that is not in
 * hand panics. What they point at is copied. */
void mn_job_reply(struct mn_job *job, const void *response); /* client gets MN_OK */
void mn_job_fail(struct mn_job *job, const void *error);     /* client gets MN_ERR_FAILED */
void mn_job_accept(struct mn_job *job, void *session);       /* a hello: the client is in */
void mn_job_refuse(struct mn_job *job, const void *refusal); /* a hello: MN_ERR_REFUSED */

/* Says of a job in hand that its answer may take for ever, and nothing is wrong then: it waits for
 * a key, a peer, a carrier. Of any other the watchdog tells when it is held for long
 * (mn/watchdog.h). */
static inline void mn_job_may_last(struct mn_job *job)
{
    job->may_last = true;
}

/* Answers with MN_ERR_CLOSED. Harmless when the job is not in hand: made for `drop`. */
void mn_job_discard(struct mn_job *job);

static inline bool mn_job_is_in_hand(const struct mn_job *job)
{
    return job->service != NULL;
}

/* Whether the job is in hand and anybody still waits for the answer. */
static inline bool mn_job_is_wanted(const struct mn_job *job)
{
    return job->service != NULL && job->request != NULL;
}

struct mn_job_abandoned { /* frame */
    struct mn_co co;
    struct mn_job *job;
};

/* Future: the client has given up, or the service was unbound by another of its tasks. For a
 * select beside the work that would be in vain. One at a time for each job.
 *
 * Borrows    `job`.
 * Ends with  MN_OK  nobody waits for the answer any more: discard the job. */
struct mn_co *mn_job_abandoned(struct mn_job_abandoned *frame, struct mn_job *job);

/* ---- the client's side ------------------------------------------------------------------ */

struct mn_client { /* a handle to a service */
    struct mn_service *service; /* NULL: not connected, or the service is gone */
    struct mn_list link;        /* in mn_service::clients */
    void *session;              /* the server's */
    uint32_t ids;               /* latest request id given */
};

/* Makes `client` one that is not connected. */
void mn_client_init(struct mn_client *client);

/* Leaves. Requests of this client that are still under way end with MN_ERR_CLOSED. Harmless when
 * not connected; a client that is `drop`ped owes this call. */
void mn_client_close(struct mn_client *client);

static inline bool mn_client_is_open(const struct mn_client *client)
{
    return client->service != NULL;
}

enum mn_request_state { MN_REQUEST_IDLE, MN_REQUEST_QUEUED, MN_REQUEST_IN_HAND };

/* A request on its way. mn_call wraps one for a task that waits; whoever wants the reply
 * elsewhere (in a channel, serialised on a wire) owns one and sets `answered`. */
struct mn_request {
    struct mn_client *client;
    const void *data; /* the request or hello; borrowed until it is taken or answered */
    void *response;   /* filled on MN_OK; NULL: not wanted */
    void *error;      /* filled on MN_ERR_FAILED, a hello's on MN_ERR_REFUSED; NULL: not wanted */
    uint64_t deadline_us; /* told to the service; enforced by mn_call, else by the owner */
    void (*answered)(struct mn_request *request); /* `err` and the reply are in place */
    void *context;        /* the owner's */
    struct mn_service *service; /* while queued or in hand */
    struct mn_job *job;   /* while in hand */
    struct mn_list link;  /* in mn_service::queue while queued */
    uint32_t id;          /* counted per client */
    uint64_t flow;        /* its number in the trace, while it is under way; 0: not told of */
    enum mn_err err;      /* the outcome, valid in `answered` and after */
    enum mn_job_kind kind;
    enum mn_request_state state;
};

/* Makes a request that is on no way. `answered` is called exactly once for each send that is not
 * cancelled; it may send again, may free the request, and may end tasks of the server's, but the
 * service's own memory stays in place until the call that led to it has returned. */
void mn_request_init(struct mn_request *request, void (*answered)(struct mn_request *request));

/* Queues the request with the client's service. Set data, response, error and deadline first.
 * Returns MN_OK, or MN_ERR_CLOSED if the client is not connected: then nothing was sent. */
MN_MUST_USE enum mn_err mn_request_send(struct mn_request *request, struct mn_client *client);

/* Takes it back, wherever it is; `answered` will not be called. Harmless when on no way. */
void mn_request_cancel(struct mn_request *request);

struct mn_call { /* frame; read `request.id` at will */
    struct mn_co co;
    struct mn_request request;
    struct mn_timer timer;
    struct mn_task *task;
};

/* Future: a request and its reply, no later than `deadline_us` (MN_TIME_NEVER: whenever). An
 * answer beats a deadline that ties with it.
 *
 * Borrows    `client` and `request` until the future ends; fills `response` or `error`.
 * Ends with  MN_OK           `response` holds the answer
 *            MN_ERR_FAILED   the service failed it; `error` says why
 *            MN_ERR_TIMEOUT  the deadline came first; the request was taken back
 *            MN_ERR_CLOSED   the service, or our connection to it, is gone
 * Dropped    the request is taken back. */
struct mn_co *mn_call(struct mn_call *frame, struct mn_client *client, const void *request,
                      void *response, void *error, uint64_t deadline_us);

struct mn_connect { /* frame */
    struct mn_co co;
    struct mn_registry *registry;
    const struct mn_service_type *type;
    uint32_t instance;
    bool waits;            /* until the service exists */
    bool accepted;         /* by the server, not yet seen by our caller */
    struct mn_list link;   /* in mn_registry::waiting while the service does not exist */
    struct mn_task *task;
    struct mn_client *client;
    struct mn_request request;
};

/* Future: connects `client`. mn_connect waits until the service exists; mn_try_connect does not,
 * but both wait for the server's word where it screens its clients.
 *
 * Borrows    `hello` until the future ends; fills `refusal`. Either may be NULL if its type is
 *            struct mn_none.
 * Ends with  MN_OK             `client` is connected; the caller owes mn_client_close
 *            MN_ERR_REFUSED    `refusal` says why
 *            MN_ERR_TYPE       the service was compiled from another declaration
 *            MN_ERR_NOT_FOUND  mn_try_connect only: not bound
 *            MN_ERR_CLOSED     mn_try_connect only: unbound before it answered
 * Dropped    not connected. */
struct mn_co *mn_connect(struct mn_connect *frame, struct mn_registry *registry,
                         struct mn_client *client, const struct mn_service_type *type,
                         uint32_t instance, const void *hello, void *refusal);
struct mn_co *mn_try_connect(struct mn_connect *frame, struct mn_registry *registry,
                             struct mn_client *client, const struct mn_service_type *type,
                             uint32_t instance, const void *hello, void *refusal);

/* ---- one service, typed ----------------------------------------------------------------- */

#define MN_SERVICE_FN_ __attribute__((unused)) static inline /* not every file needs them all */

/* Declares everything both sides need, for a service called `prefix`:
 *
 *     <name>_type()                          its mn_service_type
 *     struct <name>_job     {job, in}        in.request or in.hello, as job.kind says
 *     struct <name>_client  {client}
 *     <name>_bind, _recv, _recv_now, _reply, _fail, _accept, _refuse
 *     <name>_connect, _try_connect, _call
 *
 * `uuid_` is a braced list of 16 bytes; see MN_UUID. */
#define MN_SERVICE(prefix, text_, uuid_, request_t, response_t, error_t, hello_t, refusal_t)     \
    struct prefix##_job {                                                                        \
        struct mn_job job;                                                                       \
        union {                                                                                  \
            request_t request;                                                                   \
            hello_t hello;                                                                       \
        } in;                                                                                    \
    };                                                                                           \
    struct prefix##_client {                                                                     \
        struct mn_client client;                                                                 \
    };                                                                                           \
    MN_SERVICE_FN_ const struct mn_service_type *prefix##_type(void)                             \
    {                                                                                            \
        static const struct mn_service_type type = {                                             \
            .uuid = {uuid_},                                                                     \
            .name = text_,                                                                       \
            .signature = #request_t "," #response_t "," #error_t "," #hello_t "," #refusal_t,    \
            .request_bytes = sizeof(request_t),                                                  \
            .response_bytes = sizeof(response_t),                                                \
            .error_bytes = sizeof(error_t),                                                      \
            .hello_bytes = sizeof(hello_t),                                                      \
            .refusal_bytes = sizeof(refusal_t),                                                  \
        };                                                                                       \
        return &type;                                                                            \
    }                                                                                            \
    MN_MUST_USE MN_SERVICE_FN_ enum mn_err prefix##_bind(                                        \
        struct mn_service *service, struct mn_registry *registry, uint32_t instance,             \
        const struct mn_task *server)                                                            \
    {                                                                                            \
        return mn_service_bind(service, registry, prefix##_type(), instance, server);            \
    }                                                                                            \
    MN_SERVICE_FN_ struct mn_co *prefix##_recv(struct mn_service_recv *frame,                    \
                                            struct mn_service *service,                          \
                                            struct prefix##_job *job)                            \
    {                                                                                            \
        return mn_service_recv(frame, service, &job->job, &job->in);                             \
    }                                                                                            \
    MN_MUST_USE MN_SERVICE_FN_ enum mn_err prefix##_recv_now(struct mn_service *service,         \
                                                          struct prefix##_job *job)              \
    {                                                                                            \
        return mn_service_recv_now(service, &job->job, &job->in);                                \
    }                                                                                            \
    MN_SERVICE_FN_ void prefix##_reply(struct prefix##_job *job, const response_t *response)     \
    {                                                                                            \
        mn_job_reply(&job->job, response);                                                       \
    }                                                                                            \
    MN_SERVICE_FN_ void prefix##_fail(struct prefix##_job *job, const error_t *error)            \
    {                                                                                            \
        mn_job_fail(&job->job, error);                                                           \
    }                                                                                            \
    MN_SERVICE_FN_ void prefix##_accept(struct prefix##_job *job, void *session)                 \
    {                                                                                            \
        mn_job_accept(&job->job, session);                                                       \
    }                                                                                            \
    MN_SERVICE_FN_ void prefix##_refuse(struct prefix##_job *job, const refusal_t *refusal)      \
    {                                                                                            \
        mn_job_refuse(&job->job, refusal);                                                       \
    }                                                                                            \
    MN_SERVICE_FN_ struct mn_co *prefix##_connect(                                               \
        struct mn_connect *frame, struct mn_registry *registry,                                  \
        struct prefix##_client *client, uint32_t instance, const hello_t *hello,                 \
        refusal_t *refusal)                                                                      \
    {                                                                                            \
        return mn_connect(frame, registry, &client->client, prefix##_type(), instance, hello,    \
                          refusal);                                                              \
    }                                                                                            \
    MN_SERVICE_FN_ struct mn_co *prefix##_try_connect(                                           \
        struct mn_connect *frame, struct mn_registry *registry,                                  \
        struct prefix##_client *client, uint32_t instance, const hello_t *hello,                 \
        refusal_t *refusal)                                                                      \
    {                                                                                            \
        return mn_try_connect(frame, registry, &client->client, prefix##_type(), instance,       \
                              hello, refusal);                                                   \
    }                                                                                            \
    MN_SERVICE_FN_ struct mn_co *prefix##_call(struct mn_call *frame,                            \
                                            struct prefix##_client *client,                      \
                                            const request_t *request, response_t *response,      \
                                            error_t *error, uint64_t deadline_us)                \
    {                                                                                            \
        return mn_call(frame, &client->client, request, response, error, deadline_us);           \
    }                                                                                            \
    _Static_assert(1, #prefix)

/* The 16 bytes of aabbccdd-eeff-gghh-iijj-kkllmmnnoopp, given as 32, 16, 16, 16 and 48 bits. */
#define MN_UUID(a, b, c, d, e)                                                              \
    {                                                                                       \
        MN_UUID_16_((a) >> 16), MN_UUID_16_(a), MN_UUID_16_(b), MN_UUID_16_(c),             \
            MN_UUID_16_(d), MN_UUID_16_((e) >> 32), MN_UUID_16_((e) >> 16), MN_UUID_16_(e)  \
    }
#define MN_UUID_16_(bits) (uint8_t)((UINT64_C(0) + (bits)) >> 8 & 0xff), (uint8_t)((bits) & 0xff)

#endif
