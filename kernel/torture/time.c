/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "torture/parts.h"

#define NAP_BITS 16u /* the longest: 131 ms; that is four levels of the wheel */

static uint64_t now_us(const struct torture_nap *nap)
{
    return nap->worker->yard->kernel->now_us;
}

/* Draws a moment; now and then one that has passed, or that of the arm before. */
static struct mn_co *lie_down(struct torture_nap *nap, uint32_t arm)
{
    struct torture_chance *chance = &nap->worker->chance;
    uint64_t length_us = mn_torture_draw_length(chance, NAP_BITS);
    uint64_t now = now_us(nap);
    uint64_t due_us = now + length_us;
    if (arm > 0 && mn_torture_draw(chance, 4) == 0)
        due_us = nap->due_us[arm - 1];
    else if (mn_torture_draw(chance, 16) == 0)
        due_us = now > length_us ? now - length_us : 0;
    nap->due_us[arm] = due_us;
    bool is_length = due_us >= now && mn_torture_draw(chance, 2) == 0;
    return is_length ? mn_sleep(&nap->sleeps[arm], due_us - now)
                     : mn_sleep_until(&nap->sleeps[arm], due_us);
}

/* Looks whether this is the moment, given that what was waited for began before it. */
static void look_at_clock(struct torture_nap *nap, uint64_t due_us)
{
    struct torture_yard *yard = nap->worker->yard;
    uint64_t late_us = yard->torture->settings.late_max_us;
    uint64_t earliest_us = due_us > nap->begun_us ? due_us : nap->begun_us;
    mn_torture_expect_at_most(yard, "nobody wakes before it is time", now_us(nap), due_us);
    mn_torture_expect_at_most(yard, "nobody sleeps longer than wanted", earliest_us + late_us,
                              now_us(nap));
}

static void begin_nap(struct torture_nap *nap)
{
    nap->begun_us = now_us(nap);
    for (uint32_t arm = 0; arm < TORTURE_ARMS; arm++)
        nap->arms[arm] = lie_down(nap, arm);
    nap->limit_us = nap->due_us[1]; /* of a timeout: the second moment */
}

/* ---- one sleep, perhaps with a limit ---------------------------------------------------- */

static enum mn_poll sleep_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_nap *nap = MN_FRAME(co, struct torture_nap);

    MN_CO_BEGIN;
    begin_nap(nap);
    MN_AWAIT(nap->arms[0]);
    look_at_clock(nap, nap->due_us[0]);
    MN_CO_END;
}

static struct mn_co *limited(struct torture_nap *nap)
{
    uint64_t now = now_us(nap);
    bool is_length =
        nap->limit_us >= now && mn_torture_draw(&nap->worker->chance, 2) == 0;
    return is_length ? mn_timeout(&nap->on.timeout, nap->limit_us - now, nap->arms[0])
                     : mn_deadline(&nap->on.timeout, nap->limit_us, nap->arms[0]);
}

static enum mn_poll limit_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_nap *nap = MN_FRAME(co, struct torture_nap);
    struct torture_yard *yard = nap->worker->yard;

    MN_CO_BEGIN;
    begin_nap(nap);
    MN_AWAIT(limited(nap));
    look_at_clock(nap, co->err == MN_OK ? nap->due_us[0] : nap->limit_us);
    mn_torture_expect(yard, "a limit that has come first tells so", co->err != MN_OK,
                      co->err == MN_ERR_TIMEOUT);
    mn_torture_expect(yard, "what is done in time beats a limit", nap->due_us[0] <= now_us(nap),
                      co->err == MN_OK);
    MN_CO_END;
}

/* ---- several ---------------------------------------------------------------------------- */

static enum mn_poll select_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_nap *nap = MN_FRAME(co, struct torture_nap);

    MN_CO_BEGIN;
    begin_nap(nap);
    MN_AWAIT(mn_select(&nap->on.select, nap->arms, TORTURE_ARMS));
    look_at_clock(nap, nap->due_us[nap->on.select.winner]);
    for (uint32_t arm = 0; arm < nap->on.select.winner; arm++)
        mn_torture_expect_at_most(nap->worker->yard, "of those that are done the first one wins",
                                  nap->due_us[arm] - 1, now_us(nap));
    MN_CO_END;
}

static enum mn_poll join_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_nap *nap = MN_FRAME(co, struct torture_nap);

    MN_CO_BEGIN;
    begin_nap(nap);
    MN_AWAIT(mn_join(&nap->on.join, nap->arms, TORTURE_ARMS));
    for (uint32_t arm = 1; arm < TORTURE_ARMS; arm++)
        if (nap->due_us[0] < nap->due_us[arm])
            nap->due_us[0] = nap->due_us[arm]; /* the last of them */
    look_at_clock(nap, nap->due_us[0]);
    MN_CO_END;
}

static const struct mn_co_type types[] = {
    {.name = "torture_sleep", .poll = sleep_poll},
    {.name = "torture_limit", .poll = limit_poll},
    {.name = "torture_select", .poll = select_poll},
    {.name = "torture_join", .poll = join_poll},
};

static struct mn_co *act_time(struct torture_worker *worker)
{
    struct torture_nap *nap = &worker->once.act.nap;
    nap->worker = worker;
    return mn_co_init(&nap->co, &types[mn_torture_draw(&worker->chance, MN_COUNT_OF(types))]);
}

const struct torture_part mn_torture_time = {
    .name = "time",
    .act = act_time,
};
