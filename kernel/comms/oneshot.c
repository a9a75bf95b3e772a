/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/oneshot.h"

#include "mn/audit.h"
#include "mn/mem.h"

void mn_oneshot_init(struct mn_oneshot *oneshot, void *value, uint32_t bytes)
{
    MN_ASSERT(value || bytes == 0);
    *oneshot = (struct mn_oneshot){.value = value, .bytes = bytes};
}

enum mn_err mn_oneshot_arm(struct mn_oneshot *oneshot, struct mn_oneshot_sender *sender)
{
    if (oneshot->state != MN_ONESHOT_IDLE)
        return MN_ERR_BUSY;
    oneshot->state = MN_ONESHOT_ARMED;
    oneshot->round++;
    oneshot->senders++;
    *sender = (struct mn_oneshot_sender){.oneshot = oneshot, .round = oneshot->round};
    return MN_OK;
}

void mn_oneshot_cancel(struct mn_oneshot *oneshot)
{
    MN_ASSERT(!oneshot->receiver);
    oneshot->state = MN_ONESHOT_IDLE;
}

enum mn_err mn_oneshot_recv_now(struct mn_oneshot *oneshot)
{
    MN_ASSERT(oneshot->state != MN_ONESHOT_IDLE); /* nobody was asked */
    if (oneshot->state == MN_ONESHOT_ARMED)
        return MN_ERR_EMPTY;
    bool is_filled = oneshot->state == MN_ONESHOT_FILLED;
    oneshot->state = MN_ONESHOT_IDLE;
    return is_filled ? MN_OK : MN_ERR_CLOSED;
}

static enum mn_poll recv_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_oneshot_recv *recv = MN_FRAME(co, struct mn_oneshot_recv);
    struct mn_oneshot *oneshot = recv->oneshot;
    MN_ASSERT(recv->round == oneshot->round);
    MN_ASSERT(!oneshot->receiver || oneshot->receiver == recv);
    enum mn_err err = mn_oneshot_recv_now(oneshot);
    if (err != MN_ERR_EMPTY)
        MN_RETURN(err);
    recv->task = task;
    oneshot->receiver = recv;
    return MN_PENDING;
}

static void recv_drop(struct mn_co *co)
{
    struct mn_oneshot_recv *recv = MN_FRAME(co, struct mn_oneshot_recv);
    struct mn_oneshot *oneshot = recv->oneshot;
    if (oneshot->receiver == recv)
        oneshot->receiver = NULL;
    if (oneshot->round == recv->round) /* else the slot has moved on without us */
        mn_oneshot_cancel(oneshot);
}

static void recv_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_oneshot_recv *recv = MN_CONTAINER(co, const struct mn_oneshot_recv, co);
    if (!recv->task)
        return;
    mn_audit_task(audit, recv->task);
    if (!mn_audit_is_live(audit, recv->oneshot))
        mn_audit_late(audit, "the memory of its slot was freed");
    else if (recv->oneshot->state != MN_ONESHOT_ARMED || recv->oneshot->round != recv->round)
        mn_audit_late(audit, "the answer is there");
    else if (recv->oneshot->receiver != recv)
        mn_audit_late(audit, "whoever answers does not know of it");
}

static const struct mn_co_type recv_type = {
    .name = "oneshot_recv",
    .poll = recv_poll,
    .drop = recv_drop,
    .audit = MN_AUDIT_BY(recv_audit),
};

struct mn_co *mn_oneshot_recv(struct mn_oneshot_recv *frame, struct mn_oneshot *oneshot)
{
    MN_ASSERT(oneshot->state != MN_ONESHOT_IDLE);
    frame->oneshot = oneshot;
    frame->task = NULL;
    frame->round = oneshot->round;
    return mn_co_init(&frame->co, &recv_type);
}

bool mn_oneshot_is_wanted(const struct mn_oneshot_sender *sender)
{
    const struct mn_oneshot *oneshot = sender->oneshot;
    return oneshot && oneshot->round == sender->round && oneshot->state == MN_ONESHOT_ARMED;
}

/* Uses up the sender; ends its round with `state` if it is still on. */
static enum mn_err settle(struct mn_oneshot_sender *sender, enum mn_oneshot_state state)
{
    struct mn_oneshot *oneshot = sender->oneshot;
    bool is_wanted = mn_oneshot_is_wanted(sender);
    MN_ASSERT(oneshot->senders > 0);
    oneshot->senders--;
    sender->oneshot = NULL;
    if (!is_wanted)
        return MN_ERR_CLOSED;
    oneshot->state = state;
    if (oneshot->receiver)
        mn_task_wake(oneshot->receiver->task);
    return MN_OK;
}

enum mn_err mn_oneshot_send(struct mn_oneshot_sender *sender, const void *value)
{
    MN_ASSERT(sender->oneshot); /* one question, one answer */
    if (mn_oneshot_is_wanted(sender) && sender->oneshot->bytes > 0)
        memcpy(sender->oneshot->value, value, sender->oneshot->bytes);
    return settle(sender, MN_ONESHOT_FILLED);
}

void mn_oneshot_drop(struct mn_oneshot_sender *sender)
{
    if (sender->oneshot)
        settle(sender, MN_ONESHOT_CLOSED);
}
