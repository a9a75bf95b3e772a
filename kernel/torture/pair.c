/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "torture/parts.h"
#include "mn/mem.h"

/* ---- the other end: it says back what it hears ------------------------------------------ */

static enum mn_poll echo_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_echo *echo = MN_FRAME(co, struct torture_echo);

    MN_CO_BEGIN;
    for (;;) {
        MN_TRY(mn_bbq_read(&echo->on.read, echo->end.in, &echo->grant));
        MN_TRY(mn_bbq_write(&echo->on.write, echo->end.out, echo->grant.bytes,
                            echo->grant.count));
        mn_bbq_release(echo->end.in, &echo->grant, echo->grant.count);
    }
    MN_CO_END;
}

static void echo_drop(struct mn_co *co)
{
    struct torture_echo *echo = MN_FRAME(co, struct torture_echo);
    if (echo->grant.bytes)
        mn_bbq_release(echo->end.in, &echo->grant, 0);
    mn_bidi_close(&echo->end);
}

static const struct mn_co_type echo_type = {
    .name = "torture_echo",
    .poll = echo_poll,
    .drop = echo_drop,
};

/* ---- our end ---------------------------------------------------------------------------- */

static void count_free(void *context, struct mn_bidi *bidi)
{
    (void)bidi;
    ((struct torture_pair *)context)->freed++;
}

static void begin_pair(struct torture_pair *pair)
{
    const struct mn_bidi_config config = {
        .left_to_right_bytes = TORTURE_PAIR_BYTES,
        .right_to_left_bytes = TORTURE_PAIR_BYTES,
        .freed = count_free,
        .context = pair,
    };
    MN_ASSERT(mn_bidi_bytes(&config) <= sizeof pair->block);
    mn_bidi_init(pair->block, &config, &pair->end, &pair->echo.end);
    pair->has_begun = true;
    mn_spawn(pair->worker->yard->kernel, &pair->task, "torture_echo",
             mn_co_init(&pair->echo.co, &echo_type));
}

/* Compares what came back, or looks why nothing did. */
static void hear(struct torture_pair *pair, enum mn_err err)
{
    struct torture_yard *yard = pair->worker->yard;
    uint32_t left = pair->count - pair->got;
    if (err != MN_OK) {
        mn_torture_expect(yard, "an end is closed when the other one is", 1,
                          mn_task_is_done(&pair->task));
        if (pair->echo.co.err == MN_ERR_CLOSED) /* else somebody has cancelled it */
            mn_torture_expect(yard, "an end hears all before it hears of the close", 0, left);
        pair->got = pair->count;
        return;
    }
    if (!mn_torture_expect_at_most(yard, "an end hears what was said", left, pair->grant.count))
        pair->grant.count = left;
    mn_torture_expect(yard, "an end hears what was said in order", 0,
                      (uint64_t)memcmp(pair->grant.bytes, pair->data + pair->got,
                                       pair->grant.count));
    pair->got += pair->grant.count;
    mn_bbq_release(pair->end.in, &pair->grant, pair->grant.count);
}

static enum mn_poll pair_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_pair *pair = MN_FRAME(co, struct torture_pair);

    MN_CO_BEGIN;
    begin_pair(pair);
    MN_AWAIT(mn_bbq_write(&pair->on.write, pair->end.out, pair->data, pair->count));
    if (co->err != MN_OK)
        MN_RETURN(MN_OK); /* somebody has cancelled the other end */
    if (pair->is_last_word_said)
        mn_bbq_close(pair->end.out);
    while (pair->got < pair->count) {
        MN_AWAIT(mn_bbq_read(&pair->on.read, pair->end.in, &pair->grant));
        hear(pair, co->err);
    }
    if (pair->is_last_word_said) {
        MN_AWAIT(mn_bbq_read(&pair->on.read, pair->end.in, &pair->grant));
        mn_torture_expect(pair->worker->yard, "who has heard the last word closes", 1,
                          co->err == MN_ERR_CLOSED);
    }
    MN_CO_END;
}

static void pair_drop(struct mn_co *co)
{
    struct torture_pair *pair = MN_FRAME(co, struct torture_pair);
    if (!pair->has_begun)
        return;
    if (pair->grant.bytes)
        mn_bbq_release(pair->end.in, &pair->grant, 0);
    mn_bidi_close(&pair->end);
    mn_task_cancel(&pair->task);
    mn_torture_expect(pair->worker->yard, "a pair of ends is freed once", 1, pair->freed);
}

static const struct mn_co_type pair_type = {
    .name = "torture_pair",
    .poll = pair_poll,
    .drop = pair_drop,
};

static struct mn_co *act_pair(struct torture_worker *worker)
{
    struct torture_pair *pair = &worker->once.act.pair;
    *pair = (struct torture_pair){.worker = worker};
    pair->is_last_word_said = mn_torture_draw(&worker->chance, 2) == 0;
    pair->count = 1 + mn_torture_draw(&worker->chance, TORTURE_PAIR_TEXT);
    for (uint32_t i = 0; i < pair->count; i++)
        pair->data[i] = (uint8_t)mn_torture_draw(&worker->chance, 256);
    return mn_co_init(&pair->co, &pair_type);
}

const struct torture_part mn_torture_pair = {
    .name = "pair",
    .act = act_pair,
};
