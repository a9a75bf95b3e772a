/* echo_service.h — a small service to try the registry on, and the clients that use it.
 *
 *     echo_desk     the server's side worked by hand: a test takes jobs and answers them itself
 *     echo_server   the server's side as a task: screens, answers, fails, works, gives up in vain
 *     echo_caller   a task that makes one call, then ends
 *     echo_joiner   a task that connects, then ends
 *     echo_visitor  a whole client: connects, calls again and again, closes as it is dropped
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef ECHO_SERVICE_H
#define ECHO_SERVICE_H

#include "bench.h"
#include "mn/race.h"
#include "mn/service.h"

#define ECHO_KEY 42u          /* the hello that echo_server lets in */
#define ECHO_WORK_US UINT64_C(100)
#define ECHO_SESSIONS_MAX 8192u
#define ECHO_WORKERS 2u

enum echo_verb { ECHO_ANSWER, ECHO_FAIL, ECHO_DISCARD, ECHO_WORK, ECHO_VERBS };

struct echo_request {
    uint32_t number; /* comes back, in the response or in the error */
    enum echo_verb verb;
};

struct echo_response {
    uint32_t number;
};

struct echo_error {
    uint32_t number;
};

struct echo_hello {
    uint32_t key;
};

struct echo_refusal {
    uint32_t key; /* the one that was wrong */
};

MN_SERVICE(echo, "echo", MN_UUID(0x01234567, 0x89ab, 0xcdef, 0x0011, 0x223344556677),
           struct echo_request, struct echo_response, struct echo_error, struct echo_hello,
           struct echo_refusal);

/* Who was let in, and who is gone: a session is the address of its own count of departures. */
struct echo_guests {
    uint32_t accepted;
    uint32_t gone;
    uint8_t left[ECHO_SESSIONS_MAX];
};

/* A new session for echo_accept. */
void *echo_guests_admit(struct echo_guests *guests);

/* mn_service::left, for a service whose context is an echo_guests. Fails the test when somebody
 * leaves twice or was never let in. */
void echo_guests_leave(struct mn_service *service, void *session);

/* Fails the test unless `here` sessions are still open and every other one was left once. */
void echo_guests_assert_here(const struct echo_guests *guests, uint32_t here);

/* ---- by hand ---------------------------------------------------------------------------- */

struct echo_desk {
    struct mn_service service;
    struct mn_task server; /* never runs; says whose service it is */
    struct echo_guests guests;
};

/* Binds instance 0. Everybody is let in, or every hello comes as a job. */
void echo_desk_open(struct bench *bench, struct echo_desk *desk, bool screens);

/* Takes the oldest request or hello, which must be there. */
void echo_desk_take(struct echo_desk *desk, struct echo_job *job);

/* Takes the oldest and answers its number plus 1000. */
void echo_desk_answer(struct echo_desk *desk);

void echo_desk_assert_counts(const struct echo_desk *desk, uint32_t queued, uint32_t in_hand,
                             uint64_t taken);

/* ---- tasks ------------------------------------------------------------------------------ */

struct echo_caller {
    struct mn_task task;
    struct mn_call call;
    struct echo_request request;
    struct echo_response response;
    struct echo_error error;
};

/* Spawns the call; its first poll is in the next tick. */
void echo_caller_start(struct bench *bench, struct echo_caller *caller,
                       struct echo_client *client, uint32_t number, uint64_t deadline_us);

/* Fails the test unless the call has ended with `err`. */
void echo_caller_assert_ended(const struct echo_caller *caller, enum mn_err err);

struct echo_joiner {
    struct mn_task task;
    struct mn_connect connect;
    struct echo_client client;
    struct echo_hello hello;
    struct echo_refusal refusal;
};

void echo_joiner_start(struct bench *bench, struct echo_joiner *joiner, uint32_t key);
void echo_joiner_start_now(struct bench *bench, struct echo_joiner *joiner, uint32_t key);
void echo_joiner_assert_ended(const struct echo_joiner *joiner, enum mn_err err);

/* Connects `client` to a service that lets everybody in, and settles. */
void echo_connect_now(struct bench *bench, struct echo_client *client);

/* A desk that lets everybody in, two clients who are in, and room for a few calls and jobs. */
struct echo_shop {
    struct bench *bench;
    struct echo_desk desk;
    struct echo_client client, other;
    struct echo_caller callers[4];
    struct echo_job jobs[4];
};

int echo_shop_setup(void **state);
int echo_shop_teardown(void **state);

#define TEST_IN_SHOP(f) cmocka_unit_test_setup_teardown(f, echo_shop_setup, echo_shop_teardown)

/* Replies to a job of the shop: its number plus 1000. */
void echo_shop_finish(struct echo_job *job);

struct echo_worker {
    struct mn_co co;
    struct mn_task task;
    struct mn_service *service;
    struct echo_guests *guests;
    struct echo_job held;
    uint32_t in_vain; /* jobs whose client gave up while we worked */
    struct mn_service_recv recv;
    struct mn_select select;
    struct mn_sleep work;
    struct mn_job_abandoned abandoned;
    struct mn_co *arms[2];
};

struct echo_server {
    struct mn_service service;
    struct echo_guests guests;
    struct echo_worker workers[ECHO_WORKERS]; /* the first binds, and unbinds as it is dropped */
};

/* Binds instance 0 and spawns the workers. Returns what mn_service_bind does. */
enum mn_err echo_server_start(struct bench *bench, struct echo_server *server);

/* Unbinds and ends all workers. Harmless when they have ended. */
void echo_server_stop(struct echo_server *server);

struct echo_visitor {
    struct mn_co co;
    struct mn_task task;
    struct echo_client client;
    struct echo_hello hello;
    struct echo_refusal refusal;
    struct echo_request request;
    struct echo_response response;
    struct echo_error error;
    uint32_t calls;      /* how many to make */
    uint64_t patience_us; /* for each call; 0 means any */
    uint32_t begun;      /* calls sent */
    uint32_t ended[4];   /* by MN_OK, MN_ERR_FAILED, MN_ERR_TIMEOUT, MN_ERR_CLOSED */
    struct mn_connect connect;
    struct mn_call call;
};

void echo_visitor_start(struct bench *bench, struct echo_visitor *visitor, uint32_t calls,
                        uint64_t patience_us);

#endif
