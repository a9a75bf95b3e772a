/* parts.h — what the files of the torture daemon share.
 *
 *     torture.c   the daemon: begins, looks on, helps who waits for nobody, ends
 *     worker.c    rounds: what is drawn, and how long it is borne with
 *     check.c     chance, and what is said of a broken promise
 *     locks.c     semaphore, mutex, and a wait queue before a heap of tickets
 *     stream.c    a byte queue with many writers and readers
 *     pair.c      a two-ended byte channel, with a task at the other end
 *     mail.c      a channel of messages
 *     ask.c       questions that carry a one-shot
 *     memory.c    a heap that is nearly always full
 *     service.c   a service: its server, its keepers
 *     client.c    and its clients
 *     time.c      sleep, timeout, deadline, select, join
 *
 * Each of the latter is a *part*: one thing shared by all workers, a model beside it of what it
 * must hold, and an *act*, a future of one worker that uses it. An act keeps thing and model in
 * step: it settles in the very poll in which something happens, and in its drop.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef TORTURE_PARTS_H
#define TORTURE_PARTS_H

#include "mn/bidi.h"
#include "mn/chan.h"
#include "mn/torture.h"
#include "mn/kernel.h"
#include "mn/lock.h"
#include "mn/oneshot.h"
#include "mn/race.h"
#include "mn/service.h"

struct torture_worker;
struct torture_yard;

struct torture_part {
    const char *name;
    /* Makes the thing and its model. NULL: there is none. */
    void (*begin)(struct torture_yard *yard);
    /* An act of the worker's, made in worker->act. */
    struct mn_co *(*act)(struct torture_worker *worker);
    /* What holds whenever nobody is ready to run. NULL: nothing. */
    void (*look)(struct torture_yard *yard);
    /* Gives what somebody may be waiting for, since nobody else will. NULL: there is no need. */
    void (*help)(struct torture_yard *yard);
    /* Takes out what is left over, and looks whether that is all; no task is left. */
    void (*end)(struct torture_yard *yard);
};

/* ---- check.c -------------------------------------------------------------------- */

struct torture_chance {
    uint32_t state;
};

/* A number below `count`, which is at least 1. */
uint32_t mn_torture_draw(struct torture_chance *chance, uint32_t count);

/* A length of 1 us and more, short ones as likely as long ones, below 2^bits us. */
uint64_t mn_torture_draw_length(struct torture_chance *chance, uint32_t bits);

/* Looks at a promise: says in the log what it is when `is` is not what `expected` says. Returns
 * whether it is kept. */
bool mn_torture_expect(struct torture_yard *yard, const char *promise, uint64_t expected,
                       uint64_t is);
bool mn_torture_expect_at_most(struct torture_yard *yard, const char *promise, uint64_t most,
                               uint64_t is);

/* ---- the order of arrival --------------------------------------------------------------- */

enum torture_line {
    TORTURE_NO_LINE,
    TORTURE_PERMIT_LINE,
    TORTURE_MUTEX_LINE,
    TORTURE_WRITER_LINE,
    TORTURE_READER_LINE,
    TORTURE_SENDER_LINE,
    TORTURE_RECEIVER_LINE,
    TORTURE_MEMORY_LINE,
};

/* The worker's act is about to join a line. */
void mn_torture_line_up(struct torture_worker *worker, enum torture_line line);

/* It was served: looks whether it was its turn. */
void mn_torture_served(struct torture_worker *worker);

/* Somebody was served without having joined the line. */
void mn_torture_served_now(struct torture_yard *yard, enum torture_line line);

/* ---- holding on to something ------------------------------------------------------------ */

struct torture_hold { /* frame: one of several short waits, at random */
    union {
        struct mn_yield yield;
        struct mn_sleep sleep;
    } on;
};

struct mn_co *mn_torture_hold(struct torture_hold *frame, struct torture_chance *chance);

/* ---- locks.c -------------------------------------------------------------------- */

#define TORTURE_PERMITS 2u

struct torture_locks {
    struct mn_semaphore semaphore;
    struct mn_mutex mutex;
    uint32_t holders;             /* of permits */
    struct torture_worker *owner; /* of the mutex, or NULL */
};

struct torture_lock { /* frame */
    struct mn_co co;
    struct torture_worker *worker;
    bool is_mutex, tries, holds;
    struct mn_acquire acquire;
    struct torture_hold hold;
};

struct torture_tickets {
    struct mn_waitq queue;
    uint32_t count;
};

struct torture_ticket { /* frame */
    struct mn_co co;
    struct torture_worker *worker;
    struct mn_wait wait;
};

/* ---- stream.c ------------------------------------------------------------------- */

#define TORTURE_STREAM_BYTES 13u
#define TORTURE_GUARD_BYTES 8u
#define TORTURE_WRITE_BYTES 30u /* the most that is written at once */

struct torture_stream {
    struct mn_bbq bbq;
    uint8_t bytes[TORTURE_STREAM_BYTES + TORTURE_GUARD_BYTES];
    uint8_t model[TORTURE_STREAM_BYTES]; /* a ring of what is inside, whatever place it has there */
    uint32_t first, count;
    const void *turn;   /* a write that is inside in part, or NULL */
    bool is_written_to; /* a write grant is out */
    bool is_read_from;  /* a read grant is out */
};

struct torture_flow { /* frame */
    struct mn_co co;
    struct torture_worker *worker;
    uint32_t way; /* an enum of stream.c */
    uint32_t wanted;
    uint32_t seen; /* bytes of the write that the model has */
    struct mn_grant grant;
    uint8_t data[TORTURE_WRITE_BYTES];
    union {
        struct mn_bbq_grant grant;
        struct mn_bbq_read read;
        struct mn_bbq_write write;
        struct torture_hold hold;
    } on;
};

/* ---- pair.c --------------------------------------------------------------------- */

#define TORTURE_PAIR_BYTES 5u
#define TORTURE_PAIR_TEXT 8u /* at most what both directions hold together */

struct torture_echo { /* frame, of a task of its own */
    struct mn_co co;
    struct mn_bidi_end end;
    struct mn_grant grant;
    union {
        struct mn_bbq_read read;
        struct mn_bbq_write write;
    } on;
};

struct torture_pair { /* frame */
    struct mn_co co;
    struct torture_worker *worker;
    struct mn_bidi_end end;
    uint32_t freed; /* how often */
    bool has_begun, is_last_word_said;
    uint32_t count, got;
    uint8_t data[TORTURE_PAIR_TEXT];
    struct mn_grant grant;
    struct mn_task task;
    struct torture_echo echo;
    uint64_t block[(sizeof(struct mn_bidi) + 2 * TORTURE_PAIR_BYTES + 7) / 8];
    union {
        struct mn_bbq_write write;
        struct mn_bbq_read read;
    } on;
};

/* ---- mail.c --------------------------------------------------------------------- */

#define TORTURE_LETTERS 3u

struct torture_mail {
    struct mn_chan chan;
    uint32_t slots[TORTURE_LETTERS];
    uint32_t model[TORTURE_LETTERS];
    uint32_t first, count;
    uint32_t numbers; /* the latest letter written */
};

struct torture_post { /* frame */
    struct mn_co co;
    struct torture_worker *worker;
    uint32_t letter;
    union {
        struct mn_chan_send send;
        struct mn_chan_recv recv;
    } on;
};

/* ---- ask.c ---------------------------------------------------------------------- */

struct torture_question {
    struct mn_oneshot_sender sender;
    struct torture_asker *asker;
    uint32_t number;
};

MN_CHAN_TYPE_OF(torture_questions, struct torture_question, 2);

struct torture_asker { /* stays as long as any sender of its slot is out */
    struct mn_oneshot slot;
    uint32_t answer;
    uint32_t number;  /* of the question that is on, or 0 */
    uint32_t refused; /* the latest question that nobody will answer */
};

struct torture_asks {
    struct torture_questions questions;
    uint32_t numbers; /* the latest question asked */
    struct torture_asker helper;
};

struct torture_ask { /* frame */
    struct mn_co co;
    struct torture_worker *worker;
    bool is_armed; /* the round in the slot is ours to end */
    struct torture_question question; /* ours while its sender is set */
    union {
        struct mn_chan_send send;
        struct mn_chan_recv recv;
        struct mn_oneshot_recv answer;
        struct torture_hold hold;
    } on;
};

/* ---- memory.c ------------------------------------------------------------------- */

#define TORTURE_HEAP_BYTES 1536u

struct torture_memory {
    struct mn_heap heap;
    uint64_t arena[TORTURE_HEAP_BYTES / sizeof(uint64_t)];
    uint32_t live; /* blocks that acts have */
};

struct torture_block { /* frame */
    struct mn_co co;
    struct torture_worker *worker;
    uint8_t *memory; /* [bytes] */
    uint32_t bytes;
    uint8_t fill;
    bool tries;
    union {
        struct mn_heap_alloc alloc;
        struct torture_hold hold;
    } on;
};

/* ---- service.c ------------------------------------------------------------------ */

enum torture_treatment { /* what a client asks the server to do with its request */
    TORTURE_REPLY,
    TORTURE_FAIL,
    TORTURE_DISCARD,
    TORTURE_LATER,
    TORTURE_NEVER,
    TORTURE_TREATMENTS,
};

struct torture_request {
    uint32_t number;
    uint32_t worker; /* its index */
    uint32_t treatment;
};

struct torture_response {
    uint32_t number; /* the request's */
};

struct torture_failure {
    uint32_t number; /* the request's */
};

struct torture_hello {
    uint32_t worker; /* its index */
    uint32_t number;
    bool is_unwelcome;
};

struct torture_refusal {
    uint32_t number; /* the hello's */
};

MN_SERVICE(torture, "torture",
           MN_UUID(0x8e4be0ac, 0x53f1, 0x4b6e, 0x9a57, UINT64_C(0xd3c04b1f7e62)),
           struct torture_request, struct torture_response, struct torture_failure,
           struct torture_hello, struct torture_refusal);

#define TORTURE_DRAWER 3u /* jobs put off by the server */

struct torture_server { /* frame */
    struct mn_co co;
    struct torture_yard *yard;
    uint32_t jobs_left; /* until it closes */
    struct torture_job drawer[TORTURE_DRAWER];
    uint32_t place;     /* in it, where the next job is received */
    uint32_t recv_arm;  /* of the two */
    struct mn_co *arms[2];
    struct mn_select select;
    struct mn_service_recv recv;
    struct mn_wait wait;
    struct torture_hold hold;
};

#define TORTURE_KEEPERS 2u

struct torture_keeper { /* frame: receives beside the server, and watches who gives up */
    struct mn_co co;
    struct torture_yard *yard;
    struct mn_task task;
    struct torture_job job;
    bool is_watching;
    struct mn_co *arms[2];
    struct mn_select select;
    struct mn_job_abandoned abandoned;
    struct mn_sleep sleep;
    struct torture_hold hold;
    struct mn_service_recv recv;
    struct mn_wait wait;
};

struct torture_office {
    struct mn_service service;
    struct torture_chance chance;
    struct torture_server server;
    struct torture_keeper keepers[TORTURE_KEEPERS];
    struct mn_task server_task;
    struct mn_waitq closing; /* the server waits here for a wish to close */
    struct mn_waitq opened;  /* the keepers wait here */
    bool shall_close;
    uint32_t closings; /* how often it was unbound */
    uint32_t sessions; /* clients that were let in and have not left */
    uint32_t numbers;  /* the latest request made */
};

/* Ends its tasks. */
void mn_torture_close_office(struct torture_yard *yard);

/* An act: a client's. */
struct mn_co *mn_torture_visit(struct torture_worker *worker);

struct torture_visit { /* frame */
    struct mn_co co;
    struct torture_worker *worker;
    struct torture_hello hello;
    struct torture_refusal refusal;
    struct torture_request request;
    struct torture_response response;
    struct torture_failure failure;
    bool tries, leaves;
    bool is_knocking; /* the connect has not ended */
    uint32_t closings; /* when the request was sent */
    uint64_t deadline_us;
    union {
        struct mn_connect connect;
        struct mn_call call;
    } on;
};

/* ---- time.c --------------------------------------------------------------------- */

#define TORTURE_ARMS 3u

struct torture_nap { /* frame */
    struct mn_co co;
    struct torture_worker *worker;
    uint64_t begun_us;
    uint64_t due_us[TORTURE_ARMS];
    uint64_t limit_us;
    struct mn_co *arms[TORTURE_ARMS];
    struct mn_sleep sleeps[TORTURE_ARMS];
    union {
        struct mn_timeout timeout;
        struct mn_select select;
        struct mn_join join;
    } on;
};

/* ---- worker.c ------------------------------------------------------------------- */

struct torture_bear { /* frame: polls another future for some time, then drops it */
    struct mn_co co;
    struct torture_worker *worker;
    struct mn_co *act;
    uint32_t polls;  /* left */
    bool is_at_wake; /* dropped when it would be polled once more, else at once */
    bool is_cut_off; /* it had not ended when it was cancelled */
    struct mn_task task;
    union {
        struct mn_yield yield;
        struct mn_sleep sleep;
    } on;
};

struct torture_worker { /* frame */
    struct mn_co co;
    struct torture_yard *yard;
    struct mn_task task;
    uint32_t index;
    struct torture_chance chance;
    uint32_t rounds; /* done */
    bool is_over;
    const struct torture_part *part; /* of this round, or NULL */
    uint32_t way;                    /* to bear with it, an enum of worker.c */
    struct mn_co *doing;             /* its act */
    enum torture_line line;          /* in which that stands, or stood before it ended */
    uint32_t place;                  /* in that, counted up by the yard */
    struct torture_asker asker;
    struct torture_client client;
    struct torture_visit *visit; /* whose call is waited for now, or NULL */
    struct {                     /* what lives for one round; overwritten after it */
        struct torture_bear bear;
        struct mn_timeout timeout;
        struct mn_select select;
        struct mn_join join;
        struct mn_sleep sleep;
        struct mn_co *arms[2];
        union {
            struct torture_lock lock;
            struct torture_ticket ticket;
            struct torture_flow flow;
            struct torture_pair pair;
            struct torture_post post;
            struct torture_ask ask;
            struct torture_block block;
            struct torture_visit visit;
            struct torture_nap nap;
        } act;
    } once;
};

/* How the act of its round is borne with. */
const char *mn_torture_way(const struct torture_worker *worker);

/* Makes worker number `index` of the yard, and starts it. */
void mn_torture_start_worker(struct torture_yard *yard, uint32_t index);

/* ---- torture.c -------------------------------------------------------------------------- */

struct torture_yard { /* one block of memory */
    struct mn_torture *torture;
    struct mn_kernel *kernel;
    uint32_t told; /* broken promises that the log has */
    const struct torture_part *season; /* what is done most of all at present */
    uint32_t season_rounds;            /* left of it */
    struct torture_locks locks;
    struct torture_tickets tickets;
    struct torture_stream stream;
    struct torture_mail mail;
    struct torture_asks asks;
    struct torture_memory memory;
    struct torture_office office;
    uint32_t places; /* the latest given in any line */
    uint32_t worker_count;
    struct torture_worker workers[];
};

#define TORTURE_PARTS 9u
extern const struct torture_part *const mn_torture_parts[TORTURE_PARTS];
extern const struct torture_part mn_torture_locks, mn_torture_tickets, mn_torture_stream,
    mn_torture_pair, mn_torture_mail, mn_torture_asks, mn_torture_memory, mn_torture_office,
    mn_torture_time;

/* Has every part looked at, if nobody is ready to run: who waits now waits for good reason. */
void mn_torture_look(struct torture_yard *yard);

#endif
