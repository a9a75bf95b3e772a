/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "echo_service.h"
#include "random.h"

#include <stdlib.h>

/* Random clients, callers, receivers and bindings against a small model of what must come of
 * them. A failure prints its seed and step. */
#define SEEDS 20u
#define STEPS 20000u
#define JOINERS 5u
#define CALLERS 12u
#define JOBS 4u

struct world;

struct model_caller {
    struct echo_caller caller;
    struct world *world;
    struct mn_client *client;
    bool is_alive;    /* spawned, neither ended nor cancelled */
    bool is_decided;  /* answered or closed: nothing but `expected` may come of it */
    enum mn_err expected;
};

struct model_joiner {
    struct echo_joiner joiner;
    struct world *world;
    bool is_alive;
};

struct model_receiver {
    struct mn_task task;
    struct world *world;
    struct mn_service_recv recv;
    bool is_alive;
};

struct world {
    struct bench *bench;
    struct echo_desk desk;
    struct model_joiner joiners[JOINERS];
    struct model_caller callers[CALLERS];
    struct echo_job jobs[JOBS];
    struct model_receiver receivers[JOBS]; /* each for the job beside it */
    uint32_t numbers;      /* given to calls, in the order in which they are spawned */
    uint32_t latest_taken; /* number of the latest request taken */
    uint64_t took;         /* requests and hellos since the binding */
    uint32_t outcomes[16]; /* calls ended, by -err */
    uint32_t started, ended, cancelled;
    uint64_t seed, random;
    uint32_t step;
    bool is_done;
};

static uint32_t below(struct world *world, uint32_t limit)
{
    return test_random_below(&world->random, limit);
}

/* ---- calls ------------------------------------------------------------------------------ */

static void caller_ended(struct mn_task *task)
{
    struct model_caller *model = MN_CONTAINER(task, struct model_caller, caller.task);
    struct world *world = model->world;
    const struct echo_caller *caller = &model->caller;
    const struct mn_call *call = &caller->call;
    assert_true(model->is_alive); /* once */
    model->is_alive = false;
    world->ended++;
    world->outcomes[-call->co.err]++;
    if (model->is_decided)
        assert_int_equal(call->co.err, model->expected);
    else if (call->co.err == MN_ERR_TIMEOUT)
        assert_true(call->request.deadline_us <= task->kernel->now_us);
    else
        assert_true(call->co.err == MN_ERR_CLOSED && !mn_client_is_open(model->client));
    if (call->co.err == MN_OK)
        assert_int_equal(caller->response.number, caller->request.number + 1000);
    if (call->co.err == MN_ERR_FAILED)
        assert_int_equal(caller->error.number, caller->request.number);
}

static void start_call(struct world *world)
{
    struct model_caller *model = &world->callers[below(world, CALLERS)];
    struct echo_client *client = &world->joiners[below(world, JOINERS)].joiner.client;
    uint64_t deadline_us = world->bench->now_us + below(world, 60);
    if (model->is_alive || (!mn_client_is_open(&client->client) && below(world, 16)))
        return;
    model->client = &client->client;
    model->world = world;
    model->is_alive = true;
    model->is_decided = false;
    world->started++;
    echo_caller_start(world->bench, &model->caller, client, ++world->numbers,
                      below(world, 3) == 0 ? MN_TIME_NEVER : deadline_us);
    model->caller.task.ended = caller_ended;
}

static void cancel_call(struct world *world)
{
    struct model_caller *model = &world->callers[below(world, CALLERS)];
    if (!model->is_alive)
        return;
    model->caller.task.ended = NULL;
    mn_task_cancel(&model->caller.task);
    model->is_alive = false;
    world->cancelled++;
}

static void decide(struct model_caller *model, enum mn_err err)
{
    assert_false(model->is_decided);
    model->is_decided = true;
    model->expected = err;
}

/* Every call of this client that is under way is about to be closed; NULL: of any client. */
static void decide_closed(struct world *world, const struct mn_client *client)
{
    for (uint32_t i = 0; i < CALLERS; i++) {
        struct model_caller *model = &world->callers[i];
        if (model->is_alive && (!client || model->client == client) &&
            model->caller.call.request.state != MN_REQUEST_IDLE)
            decide(model, MN_ERR_CLOSED);
    }
}

/* ---- connecting ------------------------------------------------------------------------- */

static void joiner_ended(struct mn_task *task)
{
    struct model_joiner *model = MN_CONTAINER(task, struct model_joiner, joiner.task);
    const struct echo_joiner *joiner = &model->joiner;
    enum mn_err err = joiner->connect.co.err;
    assert_true(model->is_alive);
    model->is_alive = false;
    assert_int_equal(err == MN_OK, mn_client_is_open(&joiner->client.client));
    if (err == MN_ERR_REFUSED)
        assert_int_equal(joiner->refusal.key, joiner->hello.key);
    else
        assert_true(err == MN_OK || err == MN_ERR_NOT_FOUND || err == MN_ERR_CLOSED);
    assert_true(err == MN_OK || err == MN_ERR_REFUSED || !joiner->connect.waits);
}

static void start_join(struct world *world)
{
    struct model_joiner *model = &world->joiners[below(world, JOINERS)];
    if (model->is_alive || mn_client_is_open(&model->joiner.client.client))
        return;
    model->world = world;
    model->is_alive = true;
    if (below(world, 2))
        echo_joiner_start(world->bench, &model->joiner, below(world, 1000));
    else
        echo_joiner_start_now(world->bench, &model->joiner, below(world, 1000));
    model->joiner.task.ended = joiner_ended;
}

static void cancel_join(struct world *world)
{
    struct model_joiner *model = &world->joiners[below(world, JOINERS)];
    if (!model->is_alive)
        return;
    model->joiner.task.ended = NULL;
    decide_closed(world, &model->joiner.client.client); /* accepted, not seen yet */
    mn_task_cancel(&model->joiner.task);
    assert_false(mn_client_is_open(&model->joiner.client.client));
    model->is_alive = false;
}

static void close_client(struct world *world)
{
    struct model_joiner *model = &world->joiners[below(world, JOINERS)];
    if (model->is_alive || below(world, 8))
        return; /* nobody closes what he does not have yet */
    decide_closed(world, &model->joiner.client.client);
    mn_client_close(&model->joiner.client.client);
}

/* ---- serving ---------------------------------------------------------------------------- */

static void check_taken(struct world *world, const struct echo_job *job)
{
    world->took++;
    if (job->job.kind == MN_JOB_HELLO)
        return;
    assert_true(job->in.request.number > world->latest_taken); /* first come, first served */
    world->latest_taken = job->in.request.number;
}

static void receiver_ended(struct mn_task *task)
{
    struct model_receiver *receiver = MN_CONTAINER(task, struct model_receiver, task);
    struct world *world = receiver->world;
    receiver->is_alive = false;
    if (receiver->recv.co.err == MN_OK)
        check_taken(world, &world->jobs[receiver - world->receivers]);
    else
        assert_int_equal(receiver->recv.co.err, MN_ERR_CLOSED);
}

static void receive(struct world *world)
{
    uint32_t index = below(world, JOBS);
    struct model_receiver *receiver = &world->receivers[index];
    struct echo_job *job = &world->jobs[index];
    if (receiver->is_alive || mn_job_is_in_hand(&job->job))
        return;
    if (below(world, 2)) {
        if (echo_recv_now(&world->desk.service, job) == MN_OK)
            check_taken(world, job);
        return;
    }
    receiver->world = world;
    receiver->is_alive = true;
    mn_spawn(&world->bench->kernel, &receiver->task, "receiver",
             echo_recv(&receiver->recv, &world->desk.service, job));
    receiver->task.ended = receiver_ended;
}

static void cancel_receiver(struct world *world)
{
    struct model_receiver *receiver = &world->receivers[below(world, JOBS)];
    if (!receiver->is_alive)
        return;
    receiver->task.ended = NULL;
    mn_task_cancel(&receiver->task);
    receiver->is_alive = false;
}

static struct model_caller *caller_of(struct world *world, const struct echo_job *job)
{
    for (uint32_t i = 0; i < CALLERS; i++) {
        if (&world->callers[i].caller.call.request == job->job.request) {
            assert_int_equal(world->callers[i].caller.request.number, job->in.request.number);
            return &world->callers[i];
        }
    }
    fail_msg("a job of nobody");
    return NULL;
}

static void answer_hello(struct world *world, struct echo_job *job)
{
    uint32_t key = job->in.hello.key;
    if (below(world, 3))
        echo_accept(job, echo_guests_admit(&world->desk.guests));
    else
        echo_refuse(job, &(struct echo_refusal){key});
}

static void answer_request(struct world *world, struct echo_job *job)
{
    uint32_t number = job->in.request.number;
    enum mn_err err = below(world, 3) ? MN_OK : MN_ERR_FAILED;
    if (mn_job_is_wanted(&job->job))
        decide(caller_of(world, job), err);
    if (err == MN_OK)
        echo_reply(job, &(struct echo_response){number + 1000});
    else
        echo_fail(job, &(struct echo_error){number});
}

static void answer(struct world *world)
{
    struct echo_job *job = &world->jobs[below(world, JOBS)];
    if (!mn_job_is_in_hand(&job->job))
        return;
    if (below(world, 8) == 0) {
        if (mn_job_is_wanted(&job->job) && job->job.kind == MN_JOB_REQUEST)
            decide(caller_of(world, job), MN_ERR_CLOSED);
        mn_job_discard(&job->job);
    } else if (job->job.kind == MN_JOB_HELLO) {
        answer_hello(world, job);
    } else {
        answer_request(world, job);
    }
}

static void bind_or_unbind(struct world *world)
{
    if (below(world, world->desk.service.registry ? 16 : 2))
        return;
    if (world->desk.service.registry) {
        decide_closed(world, NULL);
        mn_service_unbind(&world->desk.service);
    } else {
        echo_desk_open(world->bench, &world->desk, below(world, 3) != 0);
        world->took = 0;
    }
}

static void pass_time(struct world *world)
{
    world->bench->now_us += below(world, 4);
    mn_tick(&world->bench->kernel);
}

/* ---- what must always hold -------------------------------------------------------------- */

static uint32_t length_of(const struct mn_list *list)
{
    uint32_t length = 0;
    MN_LIST_EACH (node, list)
        length++;
    return length;
}

static void check_service(const struct world *world)
{
    const struct mn_service *service = &world->desk.service;
    uint32_t in_hand = 0, open = 0;
    for (uint32_t i = 0; i < JOBS; i++)
        in_hand += mn_job_is_in_hand(&world->jobs[i].job);
    for (uint32_t i = 0; i < JOINERS; i++)
        open += mn_client_is_open(&world->joiners[i].joiner.client.client);
    assert_int_equal(service->queued, length_of(&service->queue));
    assert_int_equal(service->in_hand, in_hand);
    assert_int_equal(length_of(&service->jobs), in_hand);
    assert_int_equal(length_of(&service->clients), open);
    assert_int_equal(service->taken, world->took);
    echo_guests_assert_here(&world->desk.guests, service->screens ? open : 0);
    if (!service->registry)
        assert_int_equal(service->queued + in_hand + open, 0);
}

static void check_calls(const struct world *world)
{
    const struct mn_service *service = &world->desk.service;
    uint32_t alive = 0, timers = 0;
    for (uint32_t i = 0; i < CALLERS; i++) {
        const struct model_caller *model = &world->callers[i];
        alive += model->is_alive;
        timers += model->is_alive && mn_timer_is_armed(&model->caller.call.timer);
    }
    assert_int_equal(alive, world->started - world->ended - world->cancelled);
    assert_int_equal(timers, world->bench->kernel.wheel.count);
    if (mn_list_is_empty(&world->bench->kernel.ready) && service->queued > 0)
        assert_int_equal(length_of(&service->receivers), 0); /* nobody waits beside work */
}

static void step(struct world *world)
{
    static void (*const actions[])(struct world *world) = {
        start_call, start_call,  start_call,  cancel_call, start_join,      start_join,
        start_join, cancel_join, receive,     receive,     receive,         cancel_receiver,
        answer,     answer,      pass_time,   pass_time,   pass_time,       pass_time,
        answer,     answer,      close_client, pass_time,  bind_or_unbind,
    };
    actions[below(world, MN_COUNT_OF(actions))](world);
    check_service(world);
    check_calls(world);
}

static int world_setup(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    *state = world;
    return 0;
}

static int world_teardown(void **state)
{
    struct world *world = *state;
    if (!world->is_done)
        print_error("seed %u, step %u\n", (unsigned)world->seed, world->step);
    free(world);
    return 0;
}

static void world_begin(struct world *world, uint64_t seed)
{
    *world = (struct world){.seed = seed, .random = seed};
    world->bench = bench_create();
    for (uint32_t i = 0; i < JOINERS; i++)
        mn_client_init(&world->joiners[i].joiner.client.client);
    echo_desk_open(world->bench, &world->desk, true);
}

static void world_end(struct world *world)
{
    decide_closed(world, NULL);
    mn_service_unbind(&world->desk.service);
    bench_settle(world->bench);
    for (uint32_t i = 0; i < JOINERS; i++) /* who still waits to connect is cancelled now */
        world->joiners[i].joiner.task.ended = NULL;
    bench_destroy(world->bench);
    assert_int_equal(world->started, world->ended + world->cancelled);
    echo_guests_assert_here(&world->desk.guests, 0);
}

static void every_call_ends_once_and_as_it_must_whatever_happens_around_it(void **state)
{
    struct world *world = *state;
    const enum mn_err errs[] = {MN_OK, MN_ERR_FAILED, MN_ERR_TIMEOUT, MN_ERR_CLOSED};

    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        world_begin(world, seed);
        for (world->step = 0; world->step < STEPS; world->step++)
            step(world);
        world_end(world);
        for (uint32_t i = 0; i < MN_COUNT_OF(errs); i++)
            assert_true(world->outcomes[-errs[i]] > 50); /* the dice reach everything */
    }
    world->is_done = true;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            every_call_ends_once_and_as_it_must_whatever_happens_around_it, world_setup,
            world_teardown),
    };
    return cmocka_run_group_tests_name("service_model", tests, NULL, NULL);
}
