/* chan.h — a bounded queue of messages of one size, many senders to many receivers.
 *
 *     mn_chan_send ──► [ message | message | . . . ] ──► mn_chan_recv
 *      waits while full                                   waits while empty
 *
 * Messages are copied in and out. One that carries a buffer gives it: whoever receives the message
 * owns the buffer.
 *
 * Order    Messages leave in the order in which they came in. Senders are served in order of
 *          arrival, and so are receivers; the `now` forms do not overtake those who wait.
 * Policy   What happens to a message that finds the channel full, by mn_chan::policy:
 *              MN_CHAN_WAIT         nothing is lost: mn_chan_send waits, mn_chan_post refuses
 *              MN_CHAN_DROP_OLDEST  the oldest inside makes room for it
 *              MN_CHAN_REFUSE       it is turned away
 *          `dropped` counts what the last two have lost. Only messages that own nothing may be
 *          dropped that way. So one who publishes to many awaits mn_chan_send on each, and it is
 *          the subscriber's queue that decides whether it may hold up the publisher.
 * Closing  Either side may close. Messages already inside can still be received.
 * Memory   The caller owns the channel and its slots; both outlive every future made from them,
 *          except those that a close has sent away. Nothing allocates.
 * Context  Tasks only.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_CHAN_H
#define MN_CHAN_H

#include "mn/turn.h"

enum mn_chan_policy { MN_CHAN_WAIT, MN_CHAN_DROP_OLDEST, MN_CHAN_REFUSE };

struct mn_chan {
    uint8_t *slots;       /* [capacity * slot_bytes] */
    uint32_t slot_bytes;  /* size of a message, at least 1 */
    uint32_t capacity;    /* messages, at least 1 */
    uint32_t head;        /* index of the oldest message */
    uint32_t count;       /* messages inside, at most capacity */
    uint32_t dropped;     /* messages lost by policy */
    const char *name;     /* for the trace; yours to set after mn_chan_init, or NULL */
    enum mn_chan_policy policy; /* set after mn_chan_init, before use */
    bool closed;
    struct mn_turnq senders;   /* mn_chan_send::turn */
    struct mn_turnq receivers; /* mn_chan_recv::turn */
};

struct mn_chan_send { /* frame */
    struct mn_co co;
    struct mn_chan *chan;
    const void *message;
    struct mn_turn turn;
};

struct mn_chan_recv { /* frame */
    struct mn_co co;
    struct mn_chan *chan;
    void *message;
    struct mn_turn turn;
};

/* Makes an empty, open channel for `capacity` messages of `slot_bytes`, both at least 1. Its
 * policy is MN_CHAN_WAIT.
 *
 * Borrows  `slots`, capacity * slot_bytes of any alignment, for the life of the channel. */
void mn_chan_init(struct mn_chan *chan, void *slots, uint32_t slot_bytes, uint32_t capacity);

/* Forbids further sending.
 *
 * Wakes  everybody: senders end with MN_ERR_CLOSED, receivers when nothing is left inside. */
void mn_chan_close(struct mn_chan *chan);

static inline bool mn_chan_is_closed(const struct mn_chan *chan)
{
    return chan->closed;
}

/* Messages inside. */
static inline uint32_t mn_chan_count(const struct mn_chan *chan)
{
    return chan->count;
}

/* Future: puts a copy of `message` in the channel; when it is full, follows the policy.
 *
 * Borrows    `chan` and `message` until the future ends or is dropped.
 * Gives      what the message owns, if it ends with MN_OK; otherwise it stays the caller's.
 * Wakes      the first receiver.
 * Ends with  MN_OK          the message is inside
 *            MN_ERR_CLOSED  the channel closed first
 *            MN_ERR_FULL    it was turned away and counted (MN_CHAN_REFUSE only)
 * Dropped    leaves the line; nothing was sent. */
struct mn_co *mn_chan_send(struct mn_chan_send *frame, struct mn_chan *chan,
                           const void *message);

/* As mn_chan_send, but never waits: with MN_CHAN_WAIT, one that finds the channel full gets
 * MN_ERR_FULL, and is not counted, since the caller can still send it. */
MN_MUST_USE enum mn_err mn_chan_post(struct mn_chan *chan, const void *message);

/* Puts a copy of `message` in the channel if there is room, whatever the policy. Counts nothing.
 *
 * Wakes    the first receiver.
 * Returns  MN_OK
 *          MN_ERR_CLOSED  the channel is closed
 *          MN_ERR_FULL    no room, or the room is for those who wait to send */
MN_MUST_USE enum mn_err mn_chan_send_now(struct mn_chan *chan, const void *message);

/* Future: takes the oldest message.
 *
 * Borrows    `chan` and `message` until the future ends or is dropped.
 * Wakes      the first sender.
 * Ends with  MN_OK          `message` has been filled
 *            MN_ERR_CLOSED  the channel is closed and empty
 * Dropped    leaves the line; no message is lost, also when one was there for it already. */
struct mn_co *mn_chan_recv(struct mn_chan_recv *frame, struct mn_chan *chan, void *message);

/* Takes the oldest message if there is one.
 *
 * Wakes    the first sender.
 * Returns  MN_OK
 *          MN_ERR_EMPTY   nothing inside, or what is inside is for those who wait to receive
 *          MN_ERR_CLOSED  the channel is closed and empty */
MN_MUST_USE enum mn_err mn_chan_recv_now(struct mn_chan *chan, void *message);

/* MN_CHAN_TYPE(log_chan, struct log_line); makes `struct log_chan` and, on the model of the
 * functions above, typed ones that take it: log_chan_init(chan, slots, capacity), log_chan_send,
 * log_chan_post, log_chan_send_now, log_chan_recv, log_chan_recv_now, log_chan_close. The slots
 * are the caller's: `struct log_line slots[8]`. The rest goes through its member `chan`.
 *
 * MN_CHAN_TYPE_OF(log_chan, struct log_line, 8); is the same with 8 slots inside the struct, and
 * log_chan_init(chan) takes nothing else. Such a struct may not be moved. */
#define MN_CHAN_TYPE(name, type)                                                            \
    struct name {                                                                           \
        struct mn_chan chan;                                                                \
    };                                                                                      \
    MN_CHAN_FN_ void name##_init(struct name *chan, type *slots, uint32_t capacity)         \
    {                                                                                       \
        mn_chan_init(&chan->chan, slots, (uint32_t)sizeof(type), capacity);                 \
    }                                                                                       \
    MN_CHAN_FUNCTIONS_(name, type)

#define MN_CHAN_TYPE_OF(name, type, capacity_)                                              \
    struct name {                                                                           \
        struct mn_chan chan;                                                                \
        type slots[capacity_];                                                              \
    };                                                                                      \
    MN_CHAN_FN_ void name##_init(struct name *chan)                                         \
    {                                                                                       \
        mn_chan_init(&chan->chan, chan->slots, (uint32_t)sizeof(type), (capacity_));        \
    }                                                                                       \
    MN_CHAN_FUNCTIONS_(name, type)

#define MN_CHAN_FN_ __attribute__((unused)) static inline

#define MN_CHAN_FUNCTIONS_(name, type)                                                      \
    MN_CHAN_FN_ struct mn_co *name##_send(struct mn_chan_send *frame, struct name *chan,    \
                                          const type *message)                              \
    {                                                                                       \
        return mn_chan_send(frame, &chan->chan, message);                                   \
    }                                                                                       \
    MN_MUST_USE MN_CHAN_FN_ enum mn_err name##_post(struct name *chan, const type *message) \
    {                                                                                       \
        return mn_chan_post(&chan->chan, message);                                          \
    }                                                                                       \
    MN_MUST_USE MN_CHAN_FN_ enum mn_err name##_send_now(struct name *chan,                  \
                                                        const type *message)                \
    {                                                                                       \
        return mn_chan_send_now(&chan->chan, message);                                      \
    }                                                                                       \
    MN_CHAN_FN_ struct mn_co *name##_recv(struct mn_chan_recv *frame, struct name *chan,    \
                                          type *message)                                    \
    {                                                                                       \
        return mn_chan_recv(frame, &chan->chan, message);                                   \
    }                                                                                       \
    MN_MUST_USE MN_CHAN_FN_ enum mn_err name##_recv_now(struct name *chan, type *message)   \
    {                                                                                       \
        return mn_chan_recv_now(&chan->chan, message);                                      \
    }                                                                                       \
    MN_CHAN_FN_ void name##_close(struct name *chan)                                        \
    {                                                                                       \
        mn_chan_close(&chan->chan);                                                         \
    }                                                                                       \
    struct name /* takes the semicolon */

#endif
