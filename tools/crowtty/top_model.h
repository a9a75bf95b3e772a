/* top_model.h — what a target is busy with, from the statistics in its trace stream.
 *
 *     rows of kernel::stats ──► tables ──► at the row "clock": one round, sorted
 *
 * A target sends a round of rows once a second. What it does not name any more in a round is gone.
 * Shares and rates are of the time between two rounds, so the first round has none.
 *
 * Memory   All inside, bounded; rows beyond that are counted and left out.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_TOP_MODEL_H
#define CROWTTY_TOP_MODEL_H

#include "trace_session.h"

#define TOP_TASKS_MAX 512u
#define TOP_SERVICES_MAX 128u
#define TOP_QUEUES_MAX 64u
#define TOP_NAME_BYTES 64u

enum top_order {
    TOP_BY_SHARE, /* of the processor's time; of polls where the target has no stopwatch */
    TOP_BY_POLLS,
    TOP_BY_WAITED,
    TOP_BY_NAME,
    TOP_BY_ID,
    TOP_ORDERS
};

extern const char *const top_order_names[TOP_ORDERS];

struct top_task {
    uint64_t id, round; /* the round that named it last */
    uint64_t polls, spent_ns;         /* since it was spawned */
    uint64_t polls_now, spent_now_ns; /* since the round before */
    uint64_t waits_for; /* a task, or 0 */
    uint64_t waited_us;
    char name[TOP_NAME_BYTES], waits_in[TOP_NAME_BYTES];
};

struct top_service {
    uint64_t instance, round, server, taken, taken_now, queued, in_hand, clients;
    char name[TOP_NAME_BYTES];
};

struct top_queue {
    uint64_t round, count_bytes, capacity_bytes, lost_bytes;
    char name[TOP_NAME_BYTES];
};

struct top_heap {
    uint64_t capacity_bytes, live_bytes, peak_bytes, live_blocks;
};

struct top_model {
    struct trace_sink sink;
    struct top_task tasks[TOP_TASKS_MAX]; /* sorted when a round is complete */
    struct top_service services[TOP_SERVICES_MAX];
    struct top_queue queues[TOP_QUEUES_MAX];
    uint32_t task_count, service_count, queue_count;
    struct top_heap heap;
    enum top_order order;
    uint64_t round;              /* complete ones so far */
    uint64_t at_us, between_us;  /* of the latest round, and since the one before */
    uint64_t ticks, ticks_now;
    uint64_t left_out;           /* rows for which there was no room, in the latest round */
    uint64_t left_out_so_far;    /* likewise of the round that is coming in */
    bool has_stopwatch;          /* the target measures time spent */
    void (*on_round)(void *context); /* a round is complete; may be NULL */
    void *context;
};

void top_model_init(struct top_model *model, enum top_order order);

/* Sorts anew. */
void top_model_sort(struct top_model *model, enum top_order order);

/* Of a task's time in the latest round, in thousandths of all time. */
uint32_t top_share_permille(const struct top_model *model, const struct top_task *task);

/* The name of a task; "" for 0 and unknown ones. */
const char *top_task_name(const struct top_model *model, uint64_t id);

/* Per second, of what happened `count` times in the latest round. */
uint64_t top_rate(const struct top_model *model, uint64_t count);

#endif
