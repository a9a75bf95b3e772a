/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "torture/parts.h"

#define DEADLINE_BITS 9u

/* ---- connecting ------------------------------------------------------------------------- */

static struct mn_co *knock(struct torture_visit *visit)
{
    struct torture_worker *worker = visit->worker;
    struct mn_registry *registry = &worker->yard->kernel->registry;
    visit->hello = (struct torture_hello){
        .worker = worker->index,
        .number = ++worker->yard->office.numbers,
        .is_unwelcome = mn_torture_draw(&worker->chance, 4) == 0,
    };
    visit->tries = mn_torture_draw(&worker->chance, 3) == 0;
    visit->is_knocking = true;
    return visit->tries ? torture_try_connect(&visit->on.connect, registry, &worker->client, 0,
                                              &visit->hello, &visit->refusal)
                        : torture_connect(&visit->on.connect, registry, &worker->client, 0,
                                          &visit->hello, &visit->refusal);
}

/* Looks how it went. True if we are in. */
static bool is_in(struct torture_visit *visit, enum mn_err err)
{
    struct torture_yard *yard = visit->worker->yard;
    bool is_open = mn_client_is_open(&visit->worker->client.client);
    visit->is_knocking = false;
    if (visit->tries && (err == MN_ERR_NOT_FOUND || err == MN_ERR_CLOSED))
        return false;
    mn_torture_expect(yard, "who is refused is told so, and nobody else",
                      visit->hello.is_unwelcome, err == MN_ERR_REFUSED);
    mn_torture_expect(yard, "who is let in is connected", err == MN_OK, is_open);
    if (err == MN_ERR_REFUSED)
        mn_torture_expect(yard, "a refusal is that of the hello", visit->hello.number,
                          visit->refusal.number);
    return err == MN_OK;
}

/* ---- calling ---------------------------------------------------------------------------- */

static struct mn_co *call(struct torture_visit *visit)
{
    struct torture_worker *worker = visit->worker;
    struct torture_yard *yard = worker->yard;
    visit->request = (struct torture_request){
        .number = ++yard->office.numbers,
        .worker = worker->index,
        .treatment = mn_torture_draw(&worker->chance, TORTURE_TREATMENTS),
    };
    visit->closings = yard->office.closings;
    visit->deadline_us = MN_TIME_NEVER;
    if (mn_torture_draw(&worker->chance, 2) == 0)
        visit->deadline_us =
            yard->kernel->now_us + mn_torture_draw_length(&worker->chance, DEADLINE_BITS);
    worker->visit = visit;
    return torture_call(&visit->on.call, &worker->client, &visit->request, &visit->response,
                        &visit->failure, visit->deadline_us);
}

/* Whether the service may end the call without an answer. */
static bool may_be_closed(const struct torture_visit *visit)
{
    return visit->request.treatment == TORTURE_DISCARD ||
           visit->request.treatment == TORTURE_NEVER ||
           visit->closings != visit->worker->yard->office.closings ||
           !mn_client_is_open(&visit->worker->client.client);
}

static void hear(struct torture_visit *visit, enum mn_err err)
{
    struct torture_yard *yard = visit->worker->yard;
    uint32_t treatment = visit->request.treatment;
    uint64_t now_us = yard->kernel->now_us;
    if (err == MN_OK) {
        mn_torture_expect(yard, "a reply comes when there is one", 1,
                          treatment == TORTURE_REPLY || treatment == TORTURE_LATER);
        mn_torture_expect(yard, "a reply is that to the request", visit->request.number,
                          visit->response.number);
    } else if (err == MN_ERR_FAILED) {
        mn_torture_expect(yard, "an error comes when there is one", TORTURE_FAIL, treatment);
        mn_torture_expect(yard, "an error is that of the request", visit->request.number,
                          visit->failure.number);
    } else if (err == MN_ERR_TIMEOUT) {
        mn_torture_expect_at_most(yard, "a call ends no sooner than its deadline", now_us,
                                  visit->deadline_us);
        mn_torture_expect_at_most(yard, "a call ends no later than its deadline",
                                  visit->deadline_us + yard->torture->settings.late_max_us, now_us);
    } else {
        mn_torture_expect(yard, "a call is closed when its service closes", 1,
                          err == MN_ERR_CLOSED && may_be_closed(visit));
    }
}

static enum mn_poll visit_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_visit *visit = MN_FRAME(co, struct torture_visit);

    MN_CO_BEGIN;
    if (!mn_client_is_open(&visit->worker->client.client)) {
        MN_AWAIT(knock(visit));
        if (!is_in(visit, co->err))
            MN_RETURN(MN_OK);
    }
    MN_AWAIT(call(visit));
    hear(visit, co->err);
    if (visit->leaves)
        mn_client_close(&visit->worker->client.client);
    MN_CO_END;
}

static void visit_drop(struct mn_co *co)
{
    struct torture_visit *visit = MN_FRAME(co, struct torture_visit);
    struct torture_worker *worker = visit->worker;
    worker->visit = NULL;
    if (visit->is_knocking)
        mn_torture_expect(worker->yard, "who gives up connecting is not connected", 0,
                          mn_client_is_open(&worker->client.client));
}

static const struct mn_co_type visit_type = {
    .name = "torture_visit",
    .poll = visit_poll,
    .drop = visit_drop,
};

struct mn_co *mn_torture_visit(struct torture_worker *worker)
{
    struct torture_visit *visit = &worker->once.act.visit;
    visit->worker = worker;
    visit->is_knocking = false;
    visit->leaves = mn_torture_draw(&worker->chance, 3) == 0;
    return mn_co_init(&visit->co, &visit_type);
}
