/* oneshot.h — a slot for one answer, which its owner uses again for every question.
 *
 *     idle ── arm ──► armed ── mn_oneshot_send ─► filled ──┐
 *      ▲                │ └─── mn_oneshot_drop ─► closed ──┤
 *      │                └ receiver dropped, or cancelled   │
 *      └────────────────┴──────────── received ◄───────────┘
 *
 * Arming begins a *round* and makes its *sender*, a small value that travels with the question in
 * a message. A sender knows its round: one whose round is over, because the answer came too late
 * or nobody waits any more, can neither fill nor close a later round.
 *
 * Debt     Who holds a sender owes mn_oneshot_send or mn_oneshot_drop, also when dropped. A sender
 *          may be moved; of its copies only one may be used.
 * Memory   The owner of the question owns the slot and its value. Both outlive every receiver, and
 *          every sender: mn_oneshot_is_lent tells whether one is still out. Nothing allocates.
 * Context  Tasks only.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_ONESHOT_H
#define MN_ONESHOT_H

#include "mn/task.h"

enum mn_oneshot_state {
    MN_ONESHOT_IDLE,   /* no round is on */
    MN_ONESHOT_ARMED,  /* an answer may come */
    MN_ONESHOT_FILLED, /* it came: `value` holds it */
    MN_ONESHOT_CLOSED, /* none will come */
};

struct mn_oneshot {
    void *value;           /* [bytes]; holds the latest answer until the next one comes */
    uint32_t bytes;        /* size of an answer, may be 0 */
    uint32_t round;        /* counts up when armed */
    uint32_t senders;      /* senders out, of this round and earlier ones */
    enum mn_oneshot_state state;
    struct mn_oneshot_recv *receiver; /* who waits, or NULL */
};

struct mn_oneshot_sender { /* a value */
    struct mn_oneshot *oneshot; /* NULL: used */
    uint32_t round;
};

struct mn_oneshot_recv { /* frame */
    struct mn_co co;
    struct mn_oneshot *oneshot;
    struct mn_task *task;
    uint32_t round;
};

/* Makes an idle slot for answers of `bytes` bytes.
 *
 * Borrows  `value`, for the life of the slot; may be NULL when `bytes` is 0. */
void mn_oneshot_init(struct mn_oneshot *oneshot, void *value, uint32_t bytes);

/* Begins a round and makes its sender.
 *
 * Gives    `sender` to the caller, who owes mn_oneshot_send or mn_oneshot_drop.
 * Returns  MN_OK
 *          MN_ERR_BUSY  the last round has not been received or cancelled */
MN_MUST_USE enum mn_err mn_oneshot_arm(struct mn_oneshot *oneshot,
                                       struct mn_oneshot_sender *sender);

/* Ends the round from the receiving side, whatever its state; an answer inside is forgotten. No
 * receiver may wait. Harmless when idle. */
void mn_oneshot_cancel(struct mn_oneshot *oneshot);

/* Whether a sender is out that will still touch the slot. */
static inline bool mn_oneshot_is_lent(const struct mn_oneshot *oneshot)
{
    return oneshot->senders > 0;
}

/* Future: waits for the answer of the round that is on; there must be one. One receiver at a time.
 *
 * Borrows    `oneshot` until the future ends or is dropped.
 * Ends with  MN_OK          the slot's `value` holds the answer; the slot is idle again
 *            MN_ERR_CLOSED  the sender was dropped; the slot is idle again
 * Dropped    ends the round: an answer that has come is forgotten, a later one is refused. So it
 *            also does before the first poll. */
struct mn_co *mn_oneshot_recv(struct mn_oneshot_recv *frame, struct mn_oneshot *oneshot);

/* Takes the answer if there is one: as mn_oneshot_recv, or MN_ERR_EMPTY when it may still come.
 * A round must be on. */
MN_MUST_USE enum mn_err mn_oneshot_recv_now(struct mn_oneshot *oneshot);

/* Copies the answer to the slot and uses up the sender, which must not be used up already.
 *
 * Gives    what the answer owns, if it returns MN_OK; otherwise it stays the caller's.
 * Wakes    the receiver.
 * Returns  MN_OK
 *          MN_ERR_CLOSED  nobody wants it any more */
enum mn_err mn_oneshot_send(struct mn_oneshot_sender *sender, const void *value);

/* Uses up the sender without an answer. Harmless when it is used up.
 *
 * Wakes  the receiver, which ends with MN_ERR_CLOSED. */
void mn_oneshot_drop(struct mn_oneshot_sender *sender);

/* Whether the sender's round is still on: false when it is used up. */
bool mn_oneshot_is_wanted(const struct mn_oneshot_sender *sender);

#endif
