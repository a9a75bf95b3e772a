/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/race.h"

#include "mn/audit.h"

static enum mn_poll timeout_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_timeout *timeout = MN_FRAME(co, struct mn_timeout);
    if (mn_co_poll(co->child, task) == MN_READY)
        MN_RETURN(co->child->err); /* an answer beats a deadline that ties with it */
    if (mn_co_poll(&timeout->sleep.co, task) == MN_READY)
        MN_RETURN(MN_ERR_TIMEOUT);
    return MN_PENDING;
}

static void timeout_drop(struct mn_co *co)
{
    mn_co_drop(&MN_FRAME(co, struct mn_timeout)->sleep.co);
}

static void timeout_audit(const struct mn_co *co, struct mn_audit *audit)
{
    mn_audit_future(audit, &MN_CONTAINER(co, const struct mn_timeout, co)->sleep.co);
}

static const struct mn_co_type timeout_type = {
    .name = "timeout",
    .poll = timeout_poll,
    .drop = timeout_drop,
    .audit = MN_AUDIT_BY(timeout_audit),
};

static struct mn_co *limit(struct mn_timeout *frame, struct mn_co *inner)
{
    mn_co_init(&frame->co, &timeout_type);
    frame->co.child = inner; /* so that dropping us drops it */
    return &frame->co;
}

struct mn_co *mn_timeout(struct mn_timeout *frame, uint64_t length_us, struct mn_co *inner)
{
    mn_sleep(&frame->sleep, length_us);
    return limit(frame, inner);
}

struct mn_co *mn_deadline(struct mn_timeout *frame, uint64_t due_us, struct mn_co *inner)
{
    mn_sleep_until(&frame->sleep, due_us);
    return limit(frame, inner);
}

static void drop_arms(struct mn_co **arms, uint32_t count)
{
    for (uint32_t arm = 0; arm < count; arm++)
        mn_co_drop(arms[arm]);
}

static void audit_arms(struct mn_co *const *arms, uint32_t count, struct mn_audit *audit)
{
    for (uint32_t arm = 0; arm < count; arm++)
        mn_audit_future(audit, arms[arm]);
}

static enum mn_poll select_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_select *select = MN_FRAME(co, struct mn_select);
    for (uint32_t arm = 0; arm < select->count; arm++) {
        if (mn_co_poll(select->arms[arm], task) == MN_PENDING)
            continue;
        select->winner = arm;
        MN_RETURN(select->arms[arm]->err);
    }
    return MN_PENDING;
}

static void select_drop(struct mn_co *co)
{
    struct mn_select *select = MN_FRAME(co, struct mn_select);
    drop_arms(select->arms, select->count);
}

static void select_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_select *select = MN_CONTAINER(co, const struct mn_select, co);
    audit_arms(select->arms, select->count, audit);
}

static const struct mn_co_type select_type = {
    .name = "select",
    .poll = select_poll,
    .drop = select_drop,
    .audit = MN_AUDIT_BY(select_audit),
};

struct mn_co *mn_select(struct mn_select *frame, struct mn_co **arms, uint32_t count)
{
    MN_ASSERT(count > 0);
    frame->arms = arms;
    frame->count = count;
    frame->winner = count;
    return mn_co_init(&frame->co, &select_type);
}

static enum mn_poll join_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_join *join = MN_FRAME(co, struct mn_join);
    uint32_t pending = 0;
    for (uint32_t arm = 0; arm < join->count; arm++) {
        struct mn_co *future = join->arms[arm];
        if (!mn_co_is_ended(future) && mn_co_poll(future, task) == MN_PENDING)
            pending++;
    }
    if (pending > 0)
        return MN_PENDING;
    for (uint32_t arm = 0; arm < join->count; arm++) {
        if (join->arms[arm]->err != MN_OK)
            MN_RETURN(join->arms[arm]->err);
    }
    MN_RETURN(MN_OK);
}

static void join_drop(struct mn_co *co)
{
    struct mn_join *join = MN_FRAME(co, struct mn_join);
    drop_arms(join->arms, join->count);
}

static void join_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_join *join = MN_CONTAINER(co, const struct mn_join, co);
    audit_arms(join->arms, join->count, audit);
}

static const struct mn_co_type join_type = {
    .name = "join",
    .poll = join_poll,
    .drop = join_drop,
    .audit = MN_AUDIT_BY(join_audit),
};

struct mn_co *mn_join(struct mn_join *frame, struct mn_co **arms, uint32_t count)
{
    frame->arms = arms;
    frame->count = count;
    return mn_co_init(&frame->co, &join_type);
}
