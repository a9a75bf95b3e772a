/* bbq_fixture.h — a byte queue of eight bytes and tasks to use it, for the tests of it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef BBQ_FIXTURE_H
#define BBQ_FIXTURE_H

#include "bench.h"

#include <string.h>

#include "mn/bbq.h"

#define RING_BYTES 8u

struct queue {
    struct mn_bbq bbq;
    uint8_t ring[RING_BYTES];
    struct mn_task tasks[4];
};

static inline void queue_init(struct queue *queue)
{
    memset(queue->ring, 0xee, sizeof queue->ring);
    mn_bbq_init(&queue->bbq, queue->ring, sizeof queue->ring);
}

/* Runs `future` as a task of its own. */
static inline void start(struct bench *bench, struct mn_task *task, struct mn_co *future)
{
    mn_spawn(&bench->kernel, task, "test", future);
}

static inline void fill(struct queue *queue, const char *text)
{
    uint32_t count = (uint32_t)strlen(text);
    assert_int_equal(mn_bbq_write_now(&queue->bbq, text, count), count);
}

static inline void expect_inside(struct queue *queue, const char *text)
{
    char found[RING_BYTES + 1] = {0};
    assert_int_equal(mn_bbq_read_bytes_now(&queue->bbq, found, RING_BYTES), strlen(text));
    assert_string_equal(found, text);
}

static inline void expect_quiet(const struct queue *queue)
{
    assert_true(mn_turnq_is_empty(&queue->bbq.writers));
    assert_true(mn_turnq_is_empty(&queue->bbq.readers));
    assert_int_equal(queue->bbq.special & ~MN_BBQ_CLOSED_, 0);
    assert_null(queue->bbq.writing);
    assert_null(queue->bbq.reading);
}

#endif
