/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "torture/parts.h"

#define LIFE_MAX 24u /* jobs that a server takes before it closes */
#define WATCH_BITS 8u

static void client_left(struct mn_service *service, void *session)
{
    struct torture_yard *yard = service->context;
    (void)session;
    mn_torture_expect(yard, "a client that was let in leaves once", 1, yard->office.sessions > 0);
    yard->office.sessions--;
}

/* ---- jobs ------------------------------------------------------------------------------- */

/* Lets a client in, or not; what it is in for is its worker. */
static void screen(struct torture_yard *yard, struct torture_job *job)
{
    struct torture_refusal refusal = {.number = job->in.hello.number};
    if (job->in.hello.is_unwelcome) {
        torture_refuse(job, &refusal);
        return;
    }
    yard->office.sessions++;
    torture_accept(job, &yard->workers[job->in.hello.worker]);
}

static void reply(struct torture_job *job)
{
    struct torture_response response = {.number = job->in.request.number};
    torture_reply(job, &response);
}

static void look_at_job(struct torture_yard *yard, const struct torture_job *job)
{
    const struct torture_worker *worker = job->job.session;
    if (job->job.kind == MN_JOB_REQUEST && mn_job_is_wanted(&job->job))
        mn_torture_expect(yard, "a job comes with its client's session", job->in.request.worker,
                          worker ? worker->index : MN_TORTURE_TASKS_MAX);
}

/* Does what can be done at once. False: the job is still in hand. */
static bool settle(struct torture_yard *yard, struct torture_job *job)
{
    struct torture_failure failure = {.number = job->in.request.number};
    look_at_job(yard, job);
    if (job->job.kind == MN_JOB_HELLO) {
        screen(yard, job);
        return true;
    }
    switch ((enum torture_treatment)job->in.request.treatment) {
    case TORTURE_REPLY: reply(job); return true;
    case TORTURE_FAIL: torture_fail(job, &failure); return true;
    case TORTURE_DISCARD: mn_job_discard(&job->job); return true;
    default: return false;
    }
}

/* ---- the server ------------------------------------------------------------------------- */

/* Chooses where the next job is received, and ends what has been lying there. */
static void make_room(struct torture_server *server)
{
    server->place = mn_torture_draw(&server->yard->office.chance, TORTURE_DRAWER);
    struct torture_job *old = &server->drawer[server->place];
    if (mn_job_is_in_hand(&old->job) && old->in.request.treatment == TORTURE_LATER)
        reply(old);
    mn_job_discard(&old->job);
}

static void open_service(struct torture_server *server, const struct mn_task *task)
{
    struct torture_yard *yard = server->yard;
    struct torture_office *office = &yard->office;
    office->shall_close = false;
    server->jobs_left = 1 + mn_torture_draw(&office->chance, LIFE_MAX);
    enum mn_err err = torture_bind(&office->service, &yard->kernel->registry, 0, task);
    mn_torture_expect(yard, "the registry has room for one more service", 1, err == MN_OK);
    mn_waitq_wake_all(&office->opened);
}

static void close_service(struct torture_server *server)
{
    server->yard->office.closings++;
    mn_service_unbind(&server->yard->office.service);
}

static bool wants_to_go_on(const struct torture_server *server)
{
    return server->jobs_left > 0 && !server->yard->office.shall_close;
}

/* A job, or the wish that we close; either may be asked first. */
static struct mn_co *wait_for_work(struct torture_server *server)
{
    struct torture_office *office = &server->yard->office;
    server->recv_arm = mn_torture_draw(&office->chance, 2);
    server->arms[server->recv_arm] =
        torture_recv(&server->recv, &office->service, &server->drawer[server->place]);
    server->arms[1 - server->recv_arm] = mn_wait(&server->wait, &office->closing);
    return mn_select(&server->select, server->arms, 2);
}

static void work(struct torture_server *server)
{
    if (server->select.winner != server->recv_arm)
        return;
    server->jobs_left--;
    settle(server->yard, &server->drawer[server->place]);
}

static enum mn_poll server_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_server *server = MN_FRAME(co, struct torture_server);

    MN_CO_BEGIN;
    for (;;) {
        open_service(server, task);
        while (wants_to_go_on(server)) {
            make_room(server);
            MN_AWAIT(wait_for_work(server));
            if (co->err != MN_OK)
                MN_RETURN(co->err);
            work(server);
        }
        close_service(server);
        MN_AWAIT(mn_torture_hold(&server->hold, &server->yard->office.chance));
    }
    MN_CO_END;
}

static void server_drop(struct mn_co *co)
{
    close_service(MN_FRAME(co, struct torture_server)); /* with all that lies in the drawer */
}

static const struct mn_co_type server_type = {
    .name = "torture_server",
    .poll = server_poll,
    .drop = server_drop,
};

/* ---- the keepers ------------------------------------------------------------------------ */

/* Waits for a job, or only for a moment: then another one has to take what we were woken for. */
static struct mn_co *wait_for_job(struct torture_keeper *keeper)
{
    struct torture_office *office = &keeper->yard->office;
    struct mn_co *recv = torture_recv(&keeper->recv, &office->service, &keeper->job);
    keeper->arms[0] = mn_torture_hold(&keeper->hold, &office->chance);
    keeper->arms[1] = recv;
    return mn_torture_draw(&office->chance, 2) == 0
               ? recv
               : mn_select(&keeper->select, keeper->arms, 2);
}

/* A hello may wait as well; then who sent it may have gone before it is let in. */
static bool is_settled(struct torture_keeper *keeper)
{
    bool may_wait = keeper->job.job.kind == MN_JOB_HELLO &&
                    mn_torture_draw(&keeper->yard->office.chance, 2) == 0;
    return !may_wait && settle(keeper->yard, &keeper->job);
}

/* Waits until nobody wants the job any more, or for some time if it is to be answered. */
static struct mn_co *watch(struct torture_keeper *keeper)
{
    struct torture_office *office = &keeper->yard->office;
    uint64_t length_us = mn_torture_draw_length(&office->chance, WATCH_BITS);
    keeper->is_watching = true;
    keeper->arms[0] = mn_job_abandoned(&keeper->abandoned, &keeper->job.job);
    keeper->arms[1] = mn_sleep(&keeper->sleep, length_us);
    bool is_for_good = keeper->job.job.kind == MN_JOB_REQUEST &&
                       keeper->job.in.request.treatment == TORTURE_NEVER;
    return mn_select(&keeper->select, keeper->arms, is_for_good ? 1 : 2);
}

static void end_watch(struct torture_keeper *keeper)
{
    bool is_wanted = mn_job_is_wanted(&keeper->job.job);
    keeper->is_watching = false;
    if (keeper->select.winner == 0)
        mn_torture_expect(keeper->yard, "what is abandoned is not wanted", 0, is_wanted);
    if (mn_job_is_in_hand(&keeper->job.job) && keeper->job.job.kind == MN_JOB_HELLO)
        screen(keeper->yard, &keeper->job);
    else if (is_wanted)
        reply(&keeper->job);
    mn_job_discard(&keeper->job.job);
}

static enum mn_poll keeper_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_keeper *keeper = MN_FRAME(co, struct torture_keeper);
    struct torture_office *office = &keeper->yard->office;

    MN_CO_BEGIN;
    for (;;) {
        while (!office->service.registry)
            MN_AWAIT(mn_wait(&keeper->wait, &office->opened));
        MN_AWAIT(wait_for_job(keeper));
        if (!mn_job_is_in_hand(&keeper->job.job)) {
            MN_AWAIT(mn_torture_hold(&keeper->hold, &office->chance)); /* it is not ours to take */
            continue;
        }
        if (is_settled(keeper))
            continue;
        MN_AWAIT(watch(keeper));
        end_watch(keeper);
    }
    MN_CO_END;
}

static void keeper_drop(struct mn_co *co)
{
    struct torture_keeper *keeper = MN_FRAME(co, struct torture_keeper);
    keeper->is_watching = false;
    keeper->yard->office.closings++; /* as far as who waits for our job is concerned */
    mn_job_discard(&keeper->job.job);
}

static const struct mn_co_type keeper_type = {
    .name = "torture_keeper",
    .poll = keeper_poll,
    .drop = keeper_drop,
};

/* ---- looking ---------------------------------------------------------------------------- */

static void start_server(struct torture_yard *yard)
{
    struct torture_server *server = &yard->office.server;
    *server = (struct torture_server){.yard = yard};
    mn_spawn(yard->kernel, &yard->office.server_task, "torture_server",
             mn_co_init(&server->co, &server_type));
}

static void start_keeper(struct torture_yard *yard, struct torture_keeper *keeper)
{
    *keeper = (struct torture_keeper){.yard = yard};
    mn_spawn(yard->kernel, &keeper->task, "torture_keeper",
             mn_co_init(&keeper->co, &keeper_type));
}

void mn_torture_close_office(struct torture_yard *yard)
{
    for (uint32_t i = 0; i < TORTURE_KEEPERS; i++)
        mn_task_cancel(&yard->office.keepers[i].task);
    mn_task_cancel(&yard->office.server_task);
}

static bool watches_in_vain(const struct torture_keeper *keeper)
{
    return keeper->is_watching && !mn_job_is_wanted(&keeper->job.job);
}

static bool has_called_in_vain(const struct torture_visit *visit)
{
    return visit && visit->on.call.request.state == MN_REQUEST_IDLE;
}

static bool is_waited_for(const struct torture_yard *yard)
{
    MN_LIST_EACH (link, &yard->kernel->registry.waiting)
        if (MN_CONTAINER(link, struct mn_connect, link)->type == torture_type())
            return true;
    return false;
}

static void look_at_office(struct torture_yard *yard)
{
    const struct torture_office *office = &yard->office;
    const struct mn_service *service = &office->service;
    for (uint32_t i = 0; i < TORTURE_KEEPERS; i++)
        mn_torture_expect(yard, "who watches a job learns that it is abandoned", 0,
                          watches_in_vain(&office->keepers[i]));
    for (uint32_t i = 0; i < yard->worker_count; i++)
        mn_torture_expect(yard, "nobody waits for a reply that is there", 0,
                          has_called_in_vain(yard->workers[i].visit));
    if (!service->registry)
        return;
    mn_torture_expect(yard, "nobody waits for a service that is there", 0, is_waited_for(yard));
    mn_torture_expect(yard, "sessions are those of clients that are in", office->sessions,
                      mn_list_length(&service->clients));
    mn_torture_expect(yard, "requests are counted", mn_list_length(&service->queue),
                      service->queued);
    mn_torture_expect(yard, "jobs are counted", mn_list_length(&service->jobs), service->in_hand);
    if (!mn_list_is_empty(&service->receivers))
        mn_torture_expect(yard, "nobody waits for a request that is there", 0, service->queued);
}

static void help_office(struct torture_yard *yard)
{
    struct torture_office *office = &yard->office;
    if (mn_task_is_done(&office->server_task))
        start_server(yard);
    for (uint32_t i = 0; i < TORTURE_KEEPERS; i++)
        if (mn_task_is_done(&office->keepers[i].task))
            start_keeper(yard, &office->keepers[i]);
    office->shall_close = true;
    mn_waitq_wake_all(&office->closing);
}

static void begin_office(struct torture_yard *yard)
{
    struct torture_office *office = &yard->office;
    *office = (struct torture_office){
        .service = {.screens = true, .left = client_left, .context = yard},
        .chance = {.state = yard->torture->counts.seed ^ UINT32_C(0x5bd1e995)},
    };
    mn_waitq_init(&office->closing);
    mn_waitq_init(&office->opened);
    start_server(yard);
    for (uint32_t i = 0; i < TORTURE_KEEPERS; i++)
        start_keeper(yard, &office->keepers[i]);
}

static void end_office(struct torture_yard *yard)
{
    const struct torture_office *office = &yard->office;
    mn_torture_expect(yard, "every client has left", 0, office->sessions);
    mn_torture_expect(yard, "nobody is left waiting for a service", 0, is_waited_for(yard));
    mn_torture_expect(yard, "nobody is left in a wait queue", 0,
                      !mn_waitq_is_empty(&office->closing) || !mn_waitq_is_empty(&office->opened));
    mn_torture_expect(yard, "a service that is gone is not found", 0,
                      mn_registry_find(&yard->kernel->registry, &torture_type()->uuid, 0) != NULL);
}

const struct torture_part mn_torture_office = {
    .name = "office",
    .begin = begin_office,
    .act = mn_torture_visit,
    .look = look_at_office,
    .help = help_office,
    .end = end_office,
};
