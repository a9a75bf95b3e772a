/* chan_fixture.h — a channel of two numbers and tasks to use it, for the tests of it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CHAN_FIXTURE_H
#define CHAN_FIXTURE_H

#include "bench.h"

#include "mn/chan.h"

MN_CHAN_TYPE_OF(number_chan, uint32_t, 2);

struct line { /* a channel of two numbers, and tasks to use it */
    struct number_chan numbers;
    struct mn_task tasks[4];
};

static inline void line_init(struct line *line, enum mn_chan_policy policy)
{
    number_chan_init(&line->numbers);
    line->numbers.chan.policy = policy;
}

static inline void start(struct bench *bench, struct mn_task *task, struct mn_co *future)
{
    mn_spawn(&bench->kernel, task, "test", future);
}

static inline void put(struct line *line, uint32_t number)
{
    assert_int_equal(number_chan_send_now(&line->numbers, &number), MN_OK);
}

static inline void expect_next(struct line *line, uint32_t number)
{
    uint32_t found = 0;
    assert_int_equal(number_chan_recv_now(&line->numbers, &found), MN_OK);
    assert_int_equal(found, number);
}

static inline void expect_quiet(const struct line *line)
{
    assert_true(mn_turnq_is_empty(&line->numbers.chan.senders));
    assert_true(mn_turnq_is_empty(&line->numbers.chan.receivers));
}

#endif
