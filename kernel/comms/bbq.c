/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/bbq.h"

#include "mn/audit.h"
#include "mn/mem.h"
#include "mn/trace.h"

void mn_bbq_init(struct mn_bbq *bbq, uint8_t *bytes, uint32_t capacity)
{
    MN_ASSERT(bytes);
    MN_ASSERT(capacity > 0);
    *bbq = (struct mn_bbq){.bytes = bytes, .capacity = capacity};
    mn_turnq_init(&bbq->writers);
    mn_turnq_init(&bbq->readers);
}

/* Keeps the bits that the short road looks at true to the lines. */
static void note_lines(struct mn_bbq *bbq)
{
    bbq->special &= MN_BBQ_CLOSED_;
    if (!mn_turnq_is_empty(&bbq->writers))
        bbq->special |= MN_BBQ_WRITERS_;
    if (!mn_turnq_is_empty(&bbq->readers))
        bbq->special |= MN_BBQ_READERS_;
}

void mn_bbq_close(struct mn_bbq *bbq)
{
    bbq->special |= MN_BBQ_CLOSED_;
    mn_turnq_dismiss_all(&bbq->writers);
    mn_bbq_serve_(bbq);
}

void mn_bbq_reset(struct mn_bbq *bbq)
{
    MN_ASSERT(!bbq->writing);
    MN_ASSERT(!bbq->reading);
    bbq->head = bbq->tail = bbq->last = 0;
    mn_bbq_serve_(bbq); /* who waited for the end of a closed queue gets to know it */
    bbq->special &= ~MN_BBQ_CLOSED_;
}

uint32_t mn_bbq_room(const struct mn_bbq *bbq)
{
    if (mn_bbq_is_empty(bbq))
        return bbq->capacity;
    if (bbq->last)
        return bbq->head - bbq->tail;
    uint32_t at_end = bbq->capacity - bbq->tail;
    return bbq->head > at_end ? bbq->head : at_end;
}

void mn_bbq_serve_(struct mn_bbq *bbq)
{
    if (!mn_turnq_is_empty(&bbq->writers) && !bbq->writing &&
        mn_bbq_room(bbq) >= mn_turnq_first(&bbq->writers)->amount)
        mn_turnq_wake_first(&bbq->writers);
    if (!mn_bbq_is_empty(bbq)) {
        if (!bbq->reading)
            mn_turnq_wake_first(&bbq->readers);
    } else if (mn_bbq_is_closed(bbq)) {
        mn_turnq_dismiss_all(&bbq->readers);
    }
    note_lines(bbq);
}

/* Whether trying again later can help. */
static bool is_passing(enum mn_err err)
{
    return err == MN_ERR_FULL || err == MN_ERR_EMPTY || err == MN_ERR_BUSY;
}

static void stay(struct mn_turn *turn, struct mn_bbq *bbq, struct mn_turnq *line,
                 struct mn_task *task)
{
    mn_turn_stay(turn, line, task);
    note_lines(bbq);
}

static void stay_for_room(struct mn_turn *turn, struct mn_bbq *bbq, struct mn_task *task)
{
    if (mn_trace_wants(task->kernel, MN_LEVEL_DEBUG) && !mn_list_is_linked(&turn->link))
        mn_trace_full(task, bbq->name, bbq->capacity);
    stay(turn, bbq, &bbq->writers, task);
}

static void leave(struct mn_turn *turn, struct mn_bbq *bbq)
{
    if (mn_turn_leave(turn))
        mn_bbq_serve_(bbq); /* a wake that was not used is for the next one */
}

/* ---- looking from outside --------------------------------------------------------------- */

void mn_bbq_audit(const struct mn_bbq *bbq, struct mn_audit *audit)
{
    mn_audit_line(audit, &bbq->writers.turns, "writers of a queue");
    mn_audit_line(audit, &bbq->readers.turns, "readers of a queue");
}

static void audit_writer(const struct mn_bbq *bbq, const struct mn_turn *turn,
                         struct mn_audit *audit)
{
    if (!mn_turn_audit(turn, &bbq->writers, audit))
        return;
    if (mn_bbq_is_closed(bbq))
        mn_audit_late(audit, "the queue is closed");
    else if (!bbq->writing && mn_bbq_room(bbq) >= turn->amount)
        mn_audit_late(audit, "there is room");
    mn_audit_line(audit, &bbq->readers.turns, "readers of that queue");
}

static void audit_reader(const struct mn_bbq *bbq, const struct mn_turn *turn,
                         struct mn_audit *audit)
{
    if (!mn_turn_audit(turn, &bbq->readers, audit))
        return;
    if (!mn_bbq_is_empty(bbq) && !bbq->reading)
        mn_audit_late(audit, "bytes are there");
    else if (mn_bbq_is_empty(bbq) && mn_bbq_is_closed(bbq))
        mn_audit_late(audit, "the queue is closed");
    mn_audit_line(audit, &bbq->writers.turns, "writers of that queue");
}

/* ---- waiting ---------------------------------------------------------------------------- */

static enum mn_poll grant_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_bbq_grant *frame = MN_FRAME(co, struct mn_bbq_grant);
    if (frame->turn.is_over)
        MN_RETURN(MN_ERR_CLOSED);
    struct mn_bbq *bbq = frame->bbq;
    if (frame->turn.amount > bbq->capacity)
        MN_RETURN(MN_ERR_TOO_BIG);
    if (mn_bbq_is_closed(bbq))
        MN_RETURN(MN_ERR_CLOSED);
    if (mn_turn_is_first(&frame->turn, &bbq->writers)) {
        enum mn_err err = mn_bbq_take_(bbq, frame->turn.amount, frame->count_max, frame->grant);
        if (!is_passing(err))
            MN_RETURN(err);
    }
    stay_for_room(&frame->turn, bbq, task);
    return MN_PENDING;
}

static void grant_drop(struct mn_co *co)
{
    struct mn_bbq_grant *frame = MN_FRAME(co, struct mn_bbq_grant);
    leave(&frame->turn, frame->bbq);
}

static void grant_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_bbq_grant *frame = MN_CONTAINER(co, const struct mn_bbq_grant, co);
    audit_writer(frame->bbq, &frame->turn, audit);
}

static const struct mn_co_type grant_type = {
    .name = "bbq_grant",
    .poll = grant_poll,
    .drop = grant_drop,
    .stalls = mn_turn_stalls,
    .audit = MN_AUDIT_BY(grant_audit),
};

static struct mn_co *grant_init(struct mn_bbq_grant *frame, struct mn_bbq *bbq, uint32_t least,
                                uint32_t most, struct mn_grant *grant)
{
    MN_ASSERT(most > 0);
    *grant = (struct mn_grant){0};
    frame->bbq = bbq;
    frame->grant = grant;
    frame->count_max = most;
    mn_turn_init(&frame->turn, least);
    return mn_co_init(&frame->co, &grant_type);
}

struct mn_co *mn_bbq_grant(struct mn_bbq_grant *frame, struct mn_bbq *bbq, uint32_t count,
                           struct mn_grant *grant)
{
    return grant_init(frame, bbq, count, count, grant);
}

struct mn_co *mn_bbq_grant_up_to(struct mn_bbq_grant *frame, struct mn_bbq *bbq,
                                 uint32_t count_max, struct mn_grant *grant)
{
    return grant_init(frame, bbq, 1, count_max, grant);
}

static enum mn_poll read_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_bbq_read *frame = MN_FRAME(co, struct mn_bbq_read);
    if (frame->turn.is_over)
        MN_RETURN(MN_ERR_CLOSED);
    struct mn_bbq *bbq = frame->bbq;
    if (mn_turn_is_first(&frame->turn, &bbq->readers)) {
        enum mn_err err = mn_bbq_look_inside_(bbq, frame->grant);
        if (!is_passing(err))
            MN_RETURN(err);
    }
    stay(&frame->turn, bbq, &bbq->readers, task);
    return MN_PENDING;
}

static void read_drop(struct mn_co *co)
{
    struct mn_bbq_read *frame = MN_FRAME(co, struct mn_bbq_read);
    leave(&frame->turn, frame->bbq);
}

static void read_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_bbq_read *frame = MN_CONTAINER(co, const struct mn_bbq_read, co);
    audit_reader(frame->bbq, &frame->turn, audit);
}

static const struct mn_co_type read_type = {
    .name = "bbq_read",
    .poll = read_poll,
    .drop = read_drop,
    .audit = MN_AUDIT_BY(read_audit),
};

struct mn_co *mn_bbq_read(struct mn_bbq_read *frame, struct mn_bbq *bbq, struct mn_grant *grant)
{
    *grant = (struct mn_grant){0};
    frame->bbq = bbq;
    frame->grant = grant;
    mn_turn_init(&frame->turn, 1);
    return mn_co_init(&frame->co, &read_type);
}

/* Copies what goes in now, past the line, in at most two pieces; returns how much. */
static uint32_t copy_in(struct mn_bbq *bbq, const uint8_t *data, uint32_t count)
{
    struct mn_grant grant;
    uint32_t written = 0;
    while (written < count &&
           mn_bbq_take_(bbq, 1, count - written, &grant) == MN_OK) {
        memcpy(grant.bytes, data + written, grant.count);
        written += grant.count;
        mn_bbq_put_(bbq, grant.count);
    }
    return written;
}

static enum mn_poll write_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_bbq_write *frame = MN_FRAME(co, struct mn_bbq_write);
    if (frame->turn.is_over || mn_bbq_is_closed(frame->bbq))
        MN_RETURN(MN_ERR_CLOSED);
    struct mn_bbq *bbq = frame->bbq;
    if (mn_turn_is_first(&frame->turn, &bbq->writers)) {
        uint32_t more = copy_in(bbq, frame->data + frame->written, frame->count - frame->written);
        frame->written += more;
        if (frame->written == frame->count) {
            mn_turn_leave(&frame->turn); /* or we would wake ourselves */
            mn_bbq_look_(bbq);
            MN_RETURN(MN_OK);
        }
        if (more > 0)
            mn_bbq_look_(bbq);
    }
    stay_for_room(&frame->turn, bbq, task);
    return MN_PENDING;
}

static void write_drop(struct mn_co *co)
{
    struct mn_bbq_write *frame = MN_FRAME(co, struct mn_bbq_write);
    leave(&frame->turn, frame->bbq);
}

static void write_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_bbq_write *frame = MN_CONTAINER(co, const struct mn_bbq_write, co);
    audit_writer(frame->bbq, &frame->turn, audit);
}

static const struct mn_co_type write_type = {
    .name = "bbq_write",
    .poll = write_poll,
    .drop = write_drop,
    .stalls = mn_turn_stalls,
    .audit = MN_AUDIT_BY(write_audit),
};

struct mn_co *mn_bbq_write(struct mn_bbq_write *frame, struct mn_bbq *bbq, const void *data,
                           uint32_t count)
{
    frame->bbq = bbq;
    frame->data = data;
    frame->count = count;
    frame->written = 0;
    mn_turn_init(&frame->turn, 1);
    return mn_co_init(&frame->co, &write_type);
}

uint32_t mn_bbq_write_now(struct mn_bbq *bbq, const void *data, uint32_t count)
{
    if (bbq->special & (MN_BBQ_CLOSED_ | MN_BBQ_WRITERS_))
        return 0;
    uint32_t written = copy_in(bbq, data, count);
    mn_bbq_look_(bbq);
    return written;
}

uint32_t mn_bbq_read_bytes_now(struct mn_bbq *bbq, void *data, uint32_t count)
{
    struct mn_grant grant;
    uint32_t taken = 0;
    while (taken < count && mn_bbq_read_now(bbq, &grant) == MN_OK) {
        uint32_t left = count - taken;
        uint32_t piece = grant.count < left ? grant.count : left;
        memcpy((uint8_t *)data + taken, grant.bytes, piece);
        mn_bbq_forget_(bbq, piece);
        taken += piece;
    }
    mn_bbq_look_(bbq);
    return taken;
}
