/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "torture/parts.h"

#define ANSWER_TO(number) ((number) * UINT32_C(2654435761))

static void begin_asker(struct torture_asker *asker)
{
    *asker = (struct torture_asker){0};
    mn_oneshot_init(&asker->slot, &asker->answer, sizeof asker->answer);
}

static void begin_asks(struct torture_yard *yard)
{
    torture_questions_init(&yard->asks.questions);
    yard->asks.numbers = 0;
    begin_asker(&yard->asks.helper);
    for (uint32_t i = 0; i < yard->worker_count; i++)
        begin_asker(&yard->workers[i].asker);
}

/* Makes a question. Its sender is the caller's, and so is the round of the asker's slot. */
static bool arm(struct torture_yard *yard, struct torture_asker *asker,
                struct torture_question *question)
{
    enum mn_err err = mn_oneshot_arm(&asker->slot, &question->sender);
    if (!mn_torture_expect(yard, "a slot whose round is over can be used again", 0, err != MN_OK))
        return false;
    question->asker = asker;
    question->number = asker->number = ++yard->asks.numbers;
    return true;
}

/* Answers a question, and looks whether that was known to be in vain. */
static void answer(struct torture_yard *yard, struct torture_question *question)
{
    uint32_t text = ANSWER_TO(question->number);
    bool is_wanted = question->asker->number == question->number;
    mn_torture_expect(yard, "a sender knows whether it is wanted", is_wanted,
                      mn_oneshot_is_wanted(&question->sender));
    mn_torture_expect(yard, "an answer is taken when it is wanted", is_wanted,
                      mn_oneshot_send(&question->sender, &text) == MN_OK);
}

static void refuse(struct torture_question *question)
{
    if (question->asker->number == question->number)
        question->asker->refused = question->number;
    mn_oneshot_drop(&question->sender);
}

/* ---- asking ----------------------------------------------------------------------------- */

static void hear(struct torture_ask *ask, enum mn_err err)
{
    struct torture_asker *asker = &ask->worker->asker;
    struct torture_yard *yard = ask->worker->yard;
    bool is_refused = asker->refused == asker->number;
    ask->is_armed = false;
    mn_torture_expect(yard, "a question ends without an answer when it was refused", is_refused,
                      err == MN_ERR_CLOSED);
    if (err == MN_OK)
        mn_torture_expect(yard, "an answer is that to the question", ANSWER_TO(asker->number),
                          asker->answer);
    asker->number = 0;
}

static enum mn_poll ask_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_ask *ask = MN_FRAME(co, struct torture_ask);
    struct torture_questions *questions = &ask->worker->yard->asks.questions;

    MN_CO_BEGIN;
    ask->is_armed = arm(ask->worker->yard, &ask->worker->asker, &ask->question);
    if (!ask->is_armed)
        MN_RETURN(MN_OK);
    MN_TRY(torture_questions_send(&ask->on.send, questions, &ask->question));
    ask->question.sender.oneshot = NULL; /* it was given away */
    MN_AWAIT(mn_oneshot_recv(&ask->on.answer, &ask->worker->asker.slot));
    hear(ask, co->err);
    MN_CO_END;
}

static void ask_drop(struct mn_co *co)
{
    struct torture_ask *ask = MN_FRAME(co, struct torture_ask);
    mn_oneshot_drop(&ask->question.sender);
    if (!ask->is_armed)
        return;
    mn_oneshot_cancel(&ask->worker->asker.slot);
    ask->worker->asker.number = 0;
}

static const struct mn_co_type ask_type = {
    .name = "torture_ask",
    .poll = ask_poll,
    .drop = ask_drop,
};

/* ---- answering -------------------------------------------------------------------------- */

static enum mn_poll answer_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_ask *ask = MN_FRAME(co, struct torture_ask);
    struct torture_questions *questions = &ask->worker->yard->asks.questions;

    MN_CO_BEGIN;
    MN_TRY(torture_questions_recv(&ask->on.recv, questions, &ask->question));
    MN_AWAIT(mn_torture_hold(&ask->on.hold, &ask->worker->chance));
    if (mn_torture_draw(&ask->worker->chance, 4) > 0)
        answer(ask->worker->yard, &ask->question);
    MN_CO_END;
}

static void answer_drop(struct mn_co *co)
{
    struct torture_ask *ask = MN_FRAME(co, struct torture_ask);
    if (ask->question.sender.oneshot)
        refuse(&ask->question);
}

static const struct mn_co_type answer_type = {
    .name = "torture_answer",
    .poll = answer_poll,
    .drop = answer_drop,
};

static struct mn_co *act_ask(struct torture_worker *worker)
{
    struct torture_ask *ask = &worker->once.act.ask;
    bool asks = mn_torture_draw(&worker->chance, 2) == 0;
    ask->worker = worker;
    ask->is_armed = false;
    ask->question = (struct torture_question){0};
    return mn_co_init(&ask->co, asks ? &ask_type : &answer_type);
}

/* ---- looking ---------------------------------------------------------------------------- */

static void look_at_asks(struct torture_yard *yard)
{
    struct mn_chan *chan = &yard->asks.questions.chan;
    if (!mn_turnq_is_empty(&chan->receivers))
        mn_torture_expect(yard, "nobody waits for a question that is there", 0,
                          mn_chan_count(chan));
    if (!mn_turnq_is_empty(&chan->senders))
        mn_torture_expect(yard, "nobody waits for room that is there", chan->capacity,
                          mn_chan_count(chan));
    for (uint32_t i = 0; i < yard->worker_count; i++) {
        const struct mn_oneshot *slot = &yard->workers[i].asker.slot;
        if (slot->receiver)
            mn_torture_expect(yard, "nobody waits for an answer that is there", MN_ONESHOT_ARMED,
                              slot->state);
    }
}

/* One more question, for who waits to answer one; nobody listens to the answer for long. */
static void ask_one(struct torture_yard *yard)
{
    struct torture_asks *asks = &yard->asks;
    struct torture_question question;
    mn_oneshot_cancel(&asks->helper.slot);
    asks->helper.number = 0;
    if (!arm(yard, &asks->helper, &question))
        return;
    if (torture_questions_send_now(&asks->questions, &question) != MN_OK)
        refuse(&question);
}

static void help_asks(struct torture_yard *yard)
{
    struct torture_asks *asks = &yard->asks;
    struct torture_question question;
    if (torture_questions_recv_now(&asks->questions, &question) == MN_OK)
        answer(yard, &question);
    else if (!mn_turnq_is_empty(&asks->questions.chan.receivers))
        ask_one(yard);
}

static void end_asker(struct torture_yard *yard, struct torture_asker *asker)
{
    mn_torture_expect(yard, "nobody is left at a slot", 0, asker->slot.receiver != NULL);
    mn_torture_expect(yard, "all senders have come back", 0, asker->slot.senders);
    mn_torture_expect(yard, "a slot is idle when nobody asks", MN_ONESHOT_IDLE, asker->slot.state);
}

static void end_asks(struct torture_yard *yard)
{
    struct torture_asks *asks = &yard->asks;
    struct torture_question question;
    while (torture_questions_recv_now(&asks->questions, &question) == MN_OK)
        refuse(&question);
    mn_oneshot_cancel(&asks->helper.slot);
    end_asker(yard, &asks->helper);
    for (uint32_t i = 0; i < yard->worker_count; i++)
        end_asker(yard, &yard->workers[i].asker);
}

const struct torture_part mn_torture_asks = {
    .name = "asks",
    .begin = begin_asks,
    .act = act_ask,
    .look = look_at_asks,
    .help = help_asks,
    .end = end_asks,
};
