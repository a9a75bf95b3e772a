/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The channel under a crowd that is cut off at random: every message that was sent arrives once,
 * in its sender's order. */
#include "bench.h"

#include <stdlib.h>

#include "mn/chan.h"
#include "random.h"

struct pair {
    uint32_t from;
    uint32_t number;
    uint8_t mark;
};

MN_CHAN_TYPE(pair_chan, struct pair);

#define STEPS 20000u
#define SENDERS 4u
#define RECEIVERS 3u

struct crowd {
    struct bench *bench;
    struct pair_chan chan;
    struct pair slots[3], messages[SENDERS], found[RECEIVERS];
    struct mn_chan_send sends[SENDERS];
    struct mn_chan_recv recvs[RECEIVERS];
    struct mn_task senders[SENDERS], receivers[RECEIVERS];
    uint32_t sent[SENDERS];     /* messages known to be inside or received */
    uint32_t received[SENDERS]; /* messages known to be received */
    uint32_t full_steps;        /* in which somebody waited to send */
    uint64_t random;
};

static uint32_t pick(struct crowd *crowd, uint32_t below)
{
    return test_random_below(&crowd->random, below);
}

/* Takes note of how a send ended, or ends it, and begins the next. */
static void send_again(struct crowd *crowd, uint32_t who)
{
    if (crowd->senders[who].kernel) {
        bool is_sent = mn_task_is_done(&crowd->senders[who]);
        mn_task_cancel(&crowd->senders[who]);
        crowd->sent[who] += is_sent;
    }
    crowd->messages[who] = (struct pair){who, crowd->sent[who], (uint8_t)crowd->sent[who]};
    mn_spawn(&crowd->bench->kernel, &crowd->senders[who], "sender",
             pair_chan_send(&crowd->sends[who], &crowd->chan, &crowd->messages[who]));
}

static void note_received(struct crowd *crowd, const struct pair *found)
{
    assert_true(found->from < SENDERS);
    assert_int_equal(found->number, crowd->received[found->from]++);
    assert_int_equal(found->mark, (uint8_t)found->number);
}

static void receive_again(struct crowd *crowd, uint32_t who)
{
    if (crowd->receivers[who].kernel)
        mn_task_cancel(&crowd->receivers[who]);
    mn_spawn(&crowd->bench->kernel, &crowd->receivers[who], "receiver",
             pair_chan_recv(&crowd->recvs[who], &crowd->chan, &crowd->found[who]));
}

/* In order of arrival, which is the order of the receivers' ids, as each has received once. */
static void collect(struct crowd *crowd, bool is_sluggish)
{
    for (;;) {
        uint32_t first = RECEIVERS;
        for (uint32_t i = 0; i < RECEIVERS; i++) {
            bool is_done = crowd->receivers[i].kernel && mn_task_is_done(&crowd->receivers[i]);
            if (is_done && (first == RECEIVERS ||
                            crowd->receivers[i].id < crowd->receivers[first].id))
                first = i;
        }
        if (first == RECEIVERS)
            return;
        assert_int_equal(crowd->recvs[first].co.err, MN_OK);
        note_received(crowd, &crowd->found[first]);
        crowd->receivers[first].kernel = NULL; /* idle */
        if (!is_sluggish)
            receive_again(crowd, first);
    }
}

static void a_crowd_that_is_cut_off_at_random_loses_and_doubles_no_message(void **state)
{
    struct crowd *crowd = calloc(1, sizeof *crowd);
    assert_non_null(crowd);
    crowd->bench = *state;
    crowd->random = 7;
    pair_chan_init(&crowd->chan, crowd->slots, 3);
    for (uint32_t i = 0; i < SENDERS; i++)
        send_again(crowd, i);
    for (uint32_t i = 0; i < RECEIVERS; i++)
        receive_again(crowd, i);

    for (uint32_t step = 0; step < STEPS; step++) {
        mn_tick(&crowd->bench->kernel);
        bool is_sluggish = step / 64 % 2 == 1; /* by turns receivers wait, and senders */
        collect(crowd, is_sluggish);
        if (pick(crowd, 4) > 0)
            send_again(crowd, pick(crowd, SENDERS)); /* ended or not */
        crowd->full_steps += mn_chan_count(&crowd->chan.chan) == 3 &&
                             !mn_turnq_is_empty(&crowd->chan.chan.senders);
        if (pick(crowd, 4) == 0)
            receive_again(crowd, pick(crowd, RECEIVERS));
    }

    bench_settle(crowd->bench);
    collect(crowd, true);
    uint32_t total = 0;
    for (uint32_t i = 0; i < SENDERS; i++) {
        crowd->sent[i] += mn_task_is_done(&crowd->senders[i]);
        total += crowd->received[i];
        mn_task_cancel(&crowd->senders[i]);
    }
    for (uint32_t i = 0; i < RECEIVERS; i++) {
        if (crowd->receivers[i].kernel)
            mn_task_cancel(&crowd->receivers[i]);
    }
    struct pair rest;
    while (pair_chan_recv_now(&crowd->chan, &rest) == MN_OK)
        note_received(crowd, &rest);
    for (uint32_t i = 0; i < SENDERS; i++)
        assert_int_equal(crowd->received[i], crowd->sent[i]);
    assert_true(total > STEPS / 8);
    assert_in_range(crowd->full_steps, STEPS / 8, STEPS - STEPS / 8);
    free(crowd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_crowd_that_is_cut_off_at_random_loses_and_doubles_no_message),
    };
    return cmocka_run_group_tests_name("chan_model", tests, NULL, NULL);
}
