/* bbq.h — a byte queue that hands out pieces of itself: written and read in place.
 *
 *     producer ── grant ──► write in place ── commit ──►┐
 *                                                       ▼
 *        0         tail            head          last       capacity
 *        [ b y t e s ]............[ b y t e s   b y t ]..........]
 *          read after              read first     ▲       left unused: too short for the
 *                                                 │       grant that then began at 0
 *     consumer ◄── release ◄── read in place ◄── read
 *
 * A grant is always one contiguous piece. When what is left before the end of the memory is too
 * short for an exact grant, the queue begins anew at the front, and the end stays unused until
 * the reader has passed it (a *bip buffer*).
 *
 * Limits   An exact grant may be as large as the capacity. One larger than half the capacity may
 *          have to wait until the queue has been read empty, for an empty queue is contiguous
 *          from end to end; whatever its size, reading on is enough for it to be had in the end.
 * Order    One write grant and one read grant may be out at a time. Futures are served strictly
 *          in order of arrival, on either side: one that wants more than there is room for keeps
 *          those behind it waiting, also if they want less, and the `now` forms do not overtake
 *          (MN_ERR_BUSY). So any number of producers and consumers may share a queue.
 * Debt     Who has a grant owes it back: mn_bbq_commit or mn_bbq_release, with 0 to give up, also
 *          when dropped. Both clear the grant, so a frame's drop may test `grant.bytes`.
 * Closing  Either side may close. Writers learn of it at once; readers first get what is inside.
 *          A write grant that is out stays valid, but what it commits goes nowhere.
 * Memory   The caller owns the queue and its bytes; both outlive every future made from them,
 *          except those that a close has sent away. Nothing allocates.
 * Context  Tasks only.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_BBQ_H
#define MN_BBQ_H

#include "mn/turn.h"

struct mn_grant {
    uint8_t *bytes; /* [count], or NULL: no grant */
    uint32_t count;
};

#define MN_BBQ_CLOSED_ 1u
#define MN_BBQ_WRITERS_ 2u /* somebody is in the line of writers */
#define MN_BBQ_READERS_ 4u /* somebody is in the line of readers */

struct mn_bbq {
    uint8_t *bytes;           /* [capacity] */
    uint32_t capacity;        /* bytes, at least 1 */
    const char *name;         /* for the trace; yours to set after mn_bbq_init, or NULL */
    uint32_t head;            /* index of the oldest byte */
    uint32_t tail;            /* index behind the youngest byte */
    uint32_t last;            /* not 0: what begins at head ends here and goes on at 0 */
    uint32_t special;         /* MN_BBQ_..._ bits; 0 all along the short road */
    uint8_t *writing;         /* where the write grant that is out begins, or NULL */
    uint8_t *reading;         /* where the read grant that is out begins, or NULL */
    struct mn_turnq writers;  /* mn_bbq_grant::turn and mn_bbq_write::turn */
    struct mn_turnq readers;  /* mn_bbq_read::turn */
};

struct mn_bbq_grant { /* frame */
    struct mn_co co;
    struct mn_bbq *bbq;
    struct mn_grant *grant;
    uint32_t count_max; /* bytes; at least turn.amount of them */
    struct mn_turn turn;
};

struct mn_bbq_read { /* frame */
    struct mn_co co;
    struct mn_bbq *bbq;
    struct mn_grant *grant;
    struct mn_turn turn;
};

struct mn_bbq_write { /* frame; read `written` at will, touch nothing else */
    struct mn_co co;
    struct mn_bbq *bbq;
    const uint8_t *data;
    uint32_t count, written; /* bytes */
    struct mn_turn turn;
};

/* Makes an empty, open queue of `capacity` bytes, at least 1.
 *
 * Borrows  `bytes` for the life of the queue. */
void mn_bbq_init(struct mn_bbq *bbq, uint8_t *bytes, uint32_t capacity);

/* Forbids further writing.
 *
 * Wakes  everybody: writers end with MN_ERR_CLOSED, readers when nothing is left to read. */
void mn_bbq_close(struct mn_bbq *bbq);

/* Empties and reopens the queue. No grant may be out (asserted).
 *
 * Wakes  after a close, everybody it found waiting, who end with MN_ERR_CLOSED; otherwise the
 *        first writer. */
void mn_bbq_reset(struct mn_bbq *bbq);

/* For whoever looks whether all is sound (mn/audit.h): both lines. */
void mn_bbq_audit(const struct mn_bbq *bbq, struct mn_audit *audit);

static inline bool mn_bbq_is_closed(const struct mn_bbq *bbq)
{
    return bbq->special & MN_BBQ_CLOSED_;
}

/* Bytes inside, with those of a read grant that is out. */
static inline uint32_t mn_bbq_count(const struct mn_bbq *bbq)
{
    return bbq->last - bbq->head + bbq->tail;
}

static inline bool mn_bbq_is_empty(const struct mn_bbq *bbq)
{
    return bbq->head == bbq->tail && bbq->last == 0;
}

/* The largest exact grant that there is room for now, in bytes, if no write grant is out. */
uint32_t mn_bbq_room(const struct mn_bbq *bbq);

/* Private: wakes whoever stands first in line and can be served. */
void mn_bbq_serve_(struct mn_bbq *bbq);

static inline void mn_bbq_look_(struct mn_bbq *bbq)
{
    if (MN_UNLIKELY(bbq->special))
        mn_bbq_serve_(bbq);
}

static inline enum mn_err mn_bbq_fail_(struct mn_grant *grant, enum mn_err err)
{
    *grant = (struct mn_grant){0};
    return err;
}

/* Private: as mn_bbq_grant_up_to_now with a least size, on an open queue, past the line. */
static inline enum mn_err mn_bbq_take_(struct mn_bbq *bbq, uint32_t least, uint32_t most,
                                       struct mn_grant *grant)
{
    if (MN_UNLIKELY(bbq->writing != NULL))
        return mn_bbq_fail_(grant, MN_ERR_BUSY);
    if (mn_bbq_is_empty(bbq))
        bbq->head = bbq->tail = 0; /* so that all of it is contiguous */
    uint32_t start = bbq->tail;
    uint32_t room = (bbq->last ? bbq->head : bbq->capacity) - start;
    if (room < least) {
        if (bbq->last || bbq->head < least)
            return mn_bbq_fail_(grant, MN_ERR_FULL);
        start = 0;
        room = bbq->head;
    }
    grant->bytes = bbq->bytes + start;
    grant->count = room < most ? room : most;
    bbq->writing = grant->bytes;
    return MN_OK;
}

/* Private: takes the write grant back with `used` bytes in it; wakes nobody. */
static inline void mn_bbq_put_(struct mn_bbq *bbq, uint32_t used)
{
    uint32_t start = (uint32_t)(bbq->writing - bbq->bytes);
    bbq->writing = NULL;
    if (used == 0 || MN_UNLIKELY(mn_bbq_is_closed(bbq)))
        return;
    if (start != bbq->tail) { /* it begins anew at the front */
        if (bbq->head == bbq->tail)
            bbq->head = 0; /* all the rest has been read meanwhile */
        else
            bbq->last = bbq->tail;
    }
    bbq->tail = start + used;
}

/* Private: as mn_bbq_read_now, past the line. */
static inline enum mn_err mn_bbq_look_inside_(struct mn_bbq *bbq, struct mn_grant *grant)
{
    uint32_t end = bbq->last ? bbq->last : bbq->tail;
    if (bbq->head == end)
        return mn_bbq_fail_(grant, mn_bbq_is_closed(bbq) ? MN_ERR_CLOSED : MN_ERR_EMPTY);
    if (MN_UNLIKELY(bbq->reading != NULL))
        return mn_bbq_fail_(grant, MN_ERR_BUSY);
    grant->bytes = bbq->bytes + bbq->head;
    grant->count = end - bbq->head;
    bbq->reading = grant->bytes;
    return MN_OK;
}

/* Private: takes the read grant back without its first `taken` bytes; wakes nobody. */
static inline void mn_bbq_forget_(struct mn_bbq *bbq, uint32_t taken)
{
    bbq->reading = NULL;
    bbq->head += taken;
    if (bbq->head == bbq->last)
        bbq->head = bbq->last = 0; /* on to what begins at the front; or both were 0 */
}

/* Grants exactly `count` contiguous bytes to write to, at least 1, without waiting. `grant` is
 * cleared on errors. The caller owes mn_bbq_commit.
 *
 * Returns  MN_OK
 *          MN_ERR_TOO_BIG  `count` exceeds the capacity
 *          MN_ERR_CLOSED   the queue is closed
 *          MN_ERR_BUSY     a write grant is out, or somebody waits for one
 *          MN_ERR_FULL     no room of that size now */
MN_MUST_USE static inline enum mn_err mn_bbq_grant_now(struct mn_bbq *bbq, uint32_t count,
                                                       struct mn_grant *grant)
{
    MN_ASSERT(count > 0);
    if (MN_UNLIKELY(count > bbq->capacity))
        return mn_bbq_fail_(grant, MN_ERR_TOO_BIG);
    if (MN_UNLIKELY(bbq->special & (MN_BBQ_CLOSED_ | MN_BBQ_WRITERS_)))
        return mn_bbq_fail_(grant, mn_bbq_is_closed(bbq) ? MN_ERR_CLOSED : MN_ERR_BUSY);
    return mn_bbq_take_(bbq, count, count, grant);
}

/* As mn_bbq_grant_now, but grants what is contiguous now: at least 1 byte, at most `count_max`,
 * which is at least 1. Never wastes the end of the memory, so it may grant 1 byte where there is
 * more room at the front. There is no MN_ERR_TOO_BIG. */
MN_MUST_USE static inline enum mn_err mn_bbq_grant_up_to_now(struct mn_bbq *bbq,
                                                             uint32_t count_max,
                                                             struct mn_grant *grant)
{
    MN_ASSERT(count_max > 0);
    if (MN_UNLIKELY(bbq->special & (MN_BBQ_CLOSED_ | MN_BBQ_WRITERS_)))
        return mn_bbq_fail_(grant, mn_bbq_is_closed(bbq) ? MN_ERR_CLOSED : MN_ERR_BUSY);
    return mn_bbq_take_(bbq, 1, count_max, grant);
}

/* Futures: as the two above, but wait for their turn and for room.
 *
 * Borrows    `bbq` and `grant` until the future ends or is dropped.
 * Ends with  MN_OK           the grant is the caller's, who owes mn_bbq_commit
 *            MN_ERR_TOO_BIG  `count` exceeds the capacity
 *            MN_ERR_CLOSED   the queue closed first
 *            `grant` is cleared on errors.
 * Dropped    leaves the line; no grant is out on its behalf. */
struct mn_co *mn_bbq_grant(struct mn_bbq_grant *frame, struct mn_bbq *bbq, uint32_t count,
                           struct mn_grant *grant);
struct mn_co *mn_bbq_grant_up_to(struct mn_bbq_grant *frame, struct mn_bbq *bbq,
                                 uint32_t count_max, struct mn_grant *grant);

/* Puts the first `used` bytes of `grant` in the queue and gives the grant back. 0 gives up the
 * grant. Clears `grant`. Panics unless `grant` is the write grant that is out.
 *
 * Wakes  the first reader, and the first writer if there is room for it. */
static inline void mn_bbq_commit(struct mn_bbq *bbq, struct mn_grant *grant, uint32_t used)
{
    MN_ASSERT(grant->bytes && grant->bytes == bbq->writing);
    MN_ASSERT(used <= grant->count);
    mn_bbq_put_(bbq, used);
    *grant = (struct mn_grant){0};
    mn_bbq_look_(bbq);
}

/* Grants the oldest bytes to read, as many as are contiguous, without waiting. `grant` is
 * cleared on errors. The caller owes mn_bbq_release.
 *
 * Returns  MN_OK
 *          MN_ERR_EMPTY   nothing inside
 *          MN_ERR_CLOSED  nothing inside, and nothing will be
 *          MN_ERR_BUSY    a read grant is out, or somebody waits for one */
MN_MUST_USE static inline enum mn_err mn_bbq_read_now(struct mn_bbq *bbq, struct mn_grant *grant)
{
    if (MN_UNLIKELY(bbq->special & MN_BBQ_READERS_) && !mn_bbq_is_empty(bbq))
        return mn_bbq_fail_(grant, MN_ERR_BUSY);
    return mn_bbq_look_inside_(bbq, grant);
}

/* Future: as mn_bbq_read_now, but waits for its turn and for bytes.
 *
 * Borrows    `bbq` and `grant` until the future ends or is dropped.
 * Ends with  MN_OK          the grant is the caller's, who owes mn_bbq_release
 *            MN_ERR_CLOSED  the queue is closed and has been read empty
 *            `grant` is cleared on errors.
 * Dropped    leaves the line; no byte is lost. */
struct mn_co *mn_bbq_read(struct mn_bbq_read *frame, struct mn_bbq *bbq, struct mn_grant *grant);

/* Removes the first `taken` bytes of `grant` from the queue and gives the grant back. 0 leaves
 * all of them inside. Clears `grant`. Panics unless `grant` is the read grant that is out.
 *
 * Wakes  the first writer if there is room for it, and the first reader. */
static inline void mn_bbq_release(struct mn_bbq *bbq, struct mn_grant *grant, uint32_t taken)
{
    MN_ASSERT(grant->bytes && grant->bytes == bbq->reading);
    MN_ASSERT(taken <= grant->count);
    mn_bbq_forget_(bbq, taken);
    *grant = (struct mn_grant){0};
    mn_bbq_look_(bbq);
}

/* Future: puts all `count` bytes in the queue, waiting for room as often as it must. It keeps its
 * turn meanwhile, so that nobody else's bytes get in between.
 *
 * Borrows    `bbq` and `data` until the future ends or is dropped.
 * Wakes      the first reader.
 * Ends with  MN_OK          every byte is in the queue
 *            MN_ERR_CLOSED  the queue closed first; `written` bytes went in
 * Dropped    leaves the line; written bytes stay written. */
struct mn_co *mn_bbq_write(struct mn_bbq_write *frame, struct mn_bbq *bbq, const void *data,
                           uint32_t count);

/* Puts as many of `count` bytes in the queue as go in without waiting; returns how many: 0 also
 * when it is closed, a write grant is out, or somebody waits to write. */
uint32_t mn_bbq_write_now(struct mn_bbq *bbq, const void *data, uint32_t count);

/* Moves up to `count` bytes out of the queue without waiting; returns how many: 0 also when a read
 * grant is out or somebody waits to read. */
uint32_t mn_bbq_read_bytes_now(struct mn_bbq *bbq, void *data, uint32_t count);

#endif
