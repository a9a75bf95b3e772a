/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "daemons/torture_parts.h"

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

static enum mn_poll send_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_post *post = MN_FRAME(co, struct torture_post);
    struct torture_mail *mail = &post->worker->yard->mail;

    MN_CO_BEGIN;
    post->letter = ++mail->numbers;
    if (post->tries) {
        if (mn_chan_send_now(&mail->chan, &post->letter) == MN_OK)
            put(post->worker->yard, post->letter);
        MN_RETURN(MN_OK);
    }
    MN_TRY(mn_chan_send(&post->on.send, &mail->chan, &post->letter));
    put(post->worker->yard, post->letter);
    MN_CO_END;
}

static const struct mn_co_type send_type = {.name = "torture_send", .poll = send_poll};

static enum mn_poll recv_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_post *post = MN_FRAME(co, struct torture_post);
    struct torture_mail *mail = &post->worker->yard->mail;

    MN_CO_BEGIN;
    if (post->tries) {
        if (mn_chan_recv_now(&mail->chan, &post->letter) == MN_OK)
            take(post->worker->yard, post->letter);
        MN_RETURN(MN_OK);
    }
    MN_TRY(mn_chan_recv(&post->on.recv, &mail->chan, &post->letter));
    take(post->worker->yard, post->letter);
    MN_CO_END;
}

static const struct mn_co_type recv_type = {.name = "torture_recv", .poll = recv_poll};

static struct mn_co *act_mail(struct torture_worker *worker)
{
    struct torture_post *post = &worker->once.act.post;
    bool sends = mn_torture_draw(&worker->chance, 2) == 0;
    post->worker = worker;
    post->tries = mn_torture_draw(&worker->chance, 6) == 0;
    return mn_co_init(&post->co, sends ? &send_type : &recv_type);
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
    uint32_t letter;
    while (mn_chan_recv_now(&yard->mail.chan, &letter) == MN_OK)
        take(yard, letter);
}

static void help_mail(struct torture_yard *yard)
{
    struct torture_mail *mail = &yard->mail;
    uint32_t letter = mail->numbers + 1;
    if (!mn_turnq_is_empty(&mail->chan.senders)) {
        drain(yard);
    } else if (!mn_turnq_is_empty(&mail->chan.receivers) &&
               mn_chan_send_now(&mail->chan, &letter) == MN_OK) {
        mail->numbers = letter;
        put(yard, letter);
    }
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
