/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "torture/parts.h"

static void begin_mail(struct torture_yard *yard)
{
    struct torture_mail *mail = &yard->mail;
    *mail = (struct torture_mail){0};
    mn_chan_init(&mail->chan, mail->slots, sizeof mail->slots[0], TORTURE_LETTERS);
}

/* ---- the model -------------------------------------------------------------------------- */

static void put(struct torture_yard *yard, uint32_t letter)
{
    struct torture_mail *mail = &yard->mail;
    if (mn_torture_expect(yard, "a channel takes what it has room for", 1,
                          mail->count < TORTURE_LETTERS))
        mail->model[(mail->first + mail->count++) % TORTURE_LETTERS] = letter;
}

static void take(struct torture_yard *yard, uint32_t letter)
{
    struct torture_mail *mail = &yard->mail;
    if (!mn_torture_expect(yard, "a channel gives what was sent", 1, mail->count > 0))
        return;
    mn_torture_expect(yard, "messages come once each, in order", mail->model[mail->first], letter);
    mail->first = (mail->first + 1) % TORTURE_LETTERS;
    mail->count--;
}

/* ---- acts ------------------------------------------------------------------------------- */

static void send_now(struct torture_yard *yard, uint32_t letter)
{
    if (mn_chan_send_now(&yard->mail.chan, &letter) != MN_OK)
        return;
    put(yard, letter);
    mn_torture_served_now(yard, TORTURE_SENDER_LINE);
}

static bool recv_now(struct torture_yard *yard)
{
    uint32_t letter;
    if (mn_chan_recv_now(&yard->mail.chan, &letter) != MN_OK)
        return false;
    take(yard, letter);
    mn_torture_served_now(yard, TORTURE_RECEIVER_LINE);
    return true;
}

static enum mn_poll send_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_post *post = MN_FRAME(co, struct torture_post);
    struct torture_mail *mail = &post->worker->yard->mail;

    MN_CO_BEGIN;
    post->letter = ++mail->numbers;
    mn_torture_line_up(post->worker, TORTURE_SENDER_LINE);
    MN_TRY(mn_chan_send(&post->on.send, &mail->chan, &post->letter));
    put(post->worker->yard, post->letter);
    mn_torture_served(post->worker);
    MN_CO_END;
}

static enum mn_poll recv_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_post *post = MN_FRAME(co, struct torture_post);
    struct torture_mail *mail = &post->worker->yard->mail;

    MN_CO_BEGIN;
    mn_torture_line_up(post->worker, TORTURE_RECEIVER_LINE);
    MN_TRY(mn_chan_recv(&post->on.recv, &mail->chan, &post->letter));
    take(post->worker->yard, post->letter);
    mn_torture_served(post->worker);
    MN_CO_END;
}

static enum mn_poll send_now_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_yard *yard = MN_FRAME(co, struct torture_post)->worker->yard;
    (void)task;
    send_now(yard, ++yard->mail.numbers);
    MN_RETURN(MN_OK);
}

static enum mn_poll recv_now_poll(struct mn_co *co, struct mn_task *task)
{
    (void)task;
    recv_now(MN_FRAME(co, struct torture_post)->worker->yard);
    MN_RETURN(MN_OK);
}

static const struct mn_co_type types[] = {
    /* three times the first two */
    {.name = "torture_send", .poll = send_poll},
    {.name = "torture_recv", .poll = recv_poll},
    {.name = "torture_send", .poll = send_poll},
    {.name = "torture_recv", .poll = recv_poll},
    {.name = "torture_send", .poll = send_poll},
    {.name = "torture_recv", .poll = recv_poll},
    {.name = "torture_send_now", .poll = send_now_poll},
    {.name = "torture_recv_now", .poll = recv_now_poll},
};

static struct mn_co *act_mail(struct torture_worker *worker)
{
    struct torture_post *post = &worker->once.act.post;
    post->worker = worker;
    return mn_co_init(&post->co, &types[mn_torture_draw(&worker->chance, MN_COUNT_OF(types))]);
}

/* ---- looking ---------------------------------------------------------------------------- */

static void look_at_mail(struct torture_yard *yard)
{
    struct torture_mail *mail = &yard->mail;
    mn_torture_expect(yard, "a channel has what was sent and not received", mail->count,
                      mn_chan_count(&mail->chan));
    if (!mn_turnq_is_empty(&mail->chan.receivers))
        mn_torture_expect(yard, "nobody waits for a message that is there", 0, mail->count);
    if (!mn_turnq_is_empty(&mail->chan.senders))
        mn_torture_expect(yard, "nobody waits for room that is there", TORTURE_LETTERS,
                          mail->count);
}

static void drain(struct torture_yard *yard)
{
    while (recv_now(yard))
        continue;
}

static void help_mail(struct torture_yard *yard)
{
    struct torture_mail *mail = &yard->mail;
    if (!mn_turnq_is_empty(&mail->chan.senders))
        drain(yard);
    else if (!mn_turnq_is_empty(&mail->chan.receivers))
        send_now(yard, ++mail->numbers);
}

static void end_mail(struct torture_yard *yard)
{
    struct mn_chan *chan = &yard->mail.chan;
    mn_torture_expect(yard, "nobody is left in the line of a channel", 0,
                      !mn_turnq_is_empty(&chan->senders) || !mn_turnq_is_empty(&chan->receivers));
    drain(yard);
    mn_torture_expect(yard, "all that was sent can be received", 0, yard->mail.count);
}

const struct torture_part mn_torture_mail = {
    .name = "mail",
    .begin = begin_mail,
    .act = act_mail,
    .look = look_at_mail,
    .help = help_mail,
    .end = end_mail,
};
