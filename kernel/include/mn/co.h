/* co.h — functions that can wait, without a stack to wait on.
 *
 * A coroutine keeps what it must remember in a *frame*: a struct its caller owns, with
 * `struct mn_co co` as first member. Frames nest by value, so one struct holds a whole chain of
 * calls, and its size is known at compile time.
 *
 *     struct echo               at 19, waiting
 *      └─ on.say.limit           timeout
 *          ├─ on.say.write        at 41, waiting
 *          │   └─ wait ─ ─ ─ ─ ─► pipe->writable
 *          └─ sleep ─ ─ ─ ─ ─ ─ ─► kernel->timers
 *
 * Life     A constructor (mn_sleep, mn_chan_send, ...) fills a frame in place and returns its
 *          `co`: that is a *future*. From the first poll on the frame must not move.
 * Ending   Finishing and being dropped take the same road: mn_co_drop, exactly once, innermost
 *          frame first. Whatever a frame holds (a place in a queue, a borrowed buffer, a client
 *          awaiting an answer) is released there and nowhere else.
 * Rules    The poll function's parameters are named `co` and `task`.
 *          Before MN_CO_BEGIN stands what finds the frame; it runs on every poll.
 *          A local may not live across an await (gcc -Wjump-misses-init, clang
 *          -Wconditional-uninitialized). An await may not stand inside a switch (both compilers
 *          refuse it: keys are wider than int on purpose).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_CO_H
#define MN_CO_H

#include "mn/base.h"

struct mn_audit;
struct mn_co;
struct mn_task;

enum mn_poll { MN_PENDING, MN_READY };

struct mn_co_type {
    const char *name; /* for the task dump */
    /* Goes on from co->at until the frame waits or ends. May be polled without cause. */
    enum mn_poll (*poll)(struct mn_co *co, struct mn_task *task);
    /* Releases what the frame holds; also called on a frame never polled. The frame counts as ended
     * already: `at` is MN_CO_ENDED. NULL: holds nothing. */
    void (*drop)(struct mn_co *co);
    /* The task whose action would end this wait, or NULL when nobody can tell. NULL: same. */
    const struct mn_task *(*waits_for)(const struct mn_co *co);
    /* Why somebody should look if this wait lasts long, in half a sentence, or NULL when it may.
     * NULL: it always may (mn/watchdog.h). */
    const char *(*stalls)(const struct mn_co *co);
    /* Tells what the frame stands in and what it polls beside its child, for whoever looks whether
     * all of it is sound (mn/audit.h): MN_AUDIT_BY(its function). NULL: nothing. */
    void (*audit)(const struct mn_co *co, struct mn_audit *audit);
};

/* 0: a kernel that cannot be audited, and is smaller for it. */
#ifndef MN_AUDIT_COMPILED
#define MN_AUDIT_COMPILED 1
#endif
#define MN_AUDIT_BY(function) (MN_AUDIT_COMPILED ? (function) : NULL)

struct mn_co {
    const struct mn_co_type *type;
    struct mn_co *child; /* frame being awaited, or NULL; it lives inside ours */
    uint32_t at;         /* 0 before the first poll, MN_CO_ENDED at last, else a source line */
    enum mn_err err;     /* how the latest await ended; in the end, how we ended */
};

#define MN_CO_ENDED UINT32_MAX
#define MN_FRAME(co, type) MN_CONTAINER(co, type, co)

/* Makes `co` a future of `type` that has not been polled. Returns `co`. */
static inline struct mn_co *mn_co_init(struct mn_co *co, const struct mn_co_type *type)
{
    co->type = type;
    co->child = NULL;
    co->at = 0;
    co->err = MN_OK;
    return co;
}

static inline bool mn_co_is_ended(const struct mn_co *co)
{
    return co->at == MN_CO_ENDED;
}

/* Ends `co` now, wherever it is. Harmless when it has ended already. */
void mn_co_drop(struct mn_co *co);

/* Runs `co` until it waits or ends. Panics if it ended before. */
static inline enum mn_poll mn_co_poll(struct mn_co *co, struct mn_task *task)
{
    MN_ASSERT(!mn_co_is_ended(co));
    if (co->type->poll(co, task) == MN_PENDING)
        return MN_PENDING;
    if (!mn_co_is_ended(co))
        mn_co_drop(co);
    return MN_READY;
}

/* The frame that really waits: the end of the chain of children that starts at `co`. */
const struct mn_co *mn_co_leaf(const struct mn_co *co);

#define MN_CO_KEY_(line) (UINT64_C(1) << 32 | (line)) /* no int-sized switch can hold it */

#define MN_CO_BEGIN                                                                         \
    switch (MN_CO_KEY_(co->at)) {                                                           \
    case MN_CO_KEY_(0):

#define MN_CO_END                                                                           \
        MN_RETURN(MN_OK);                                                                   \
    default:                                                                                \
        break;                                                                              \
    }                                                                                       \
    mn_panic(__FILE__, co->at, "resumed where nothing awaits")

/* Waits for `child_`; afterwards co->err says how it went. */
#define MN_AWAIT(child_) MN_AWAIT_(child_, __LINE__)
#define MN_AWAIT_(child_, line)                                                             \
    do {                                                                                    \
        co->child = (child_);                                                               \
        co->at = (line);                                                                    \
        if (0) { /* first time past, skip; resumed, land here */                            \
        case MN_CO_KEY_(line):;                                                             \
        }                                                                                   \
        if (mn_co_poll(co->child, task) == MN_PENDING)                                      \
            return MN_PENDING;                                                              \
        co->err = co->child->err;                                                           \
        co->child = NULL;                                                                   \
    } while (0)

/* As MN_AWAIT, but hands any error straight to our own caller. */
#define MN_TRY(child)                                                                       \
    do {                                                                                    \
        MN_AWAIT(child);                                                                    \
        if (co->err != MN_OK)                                                               \
            return MN_READY;                                                                \
    } while (0)

#define MN_RETURN(err_)                                                                     \
    do {                                                                                    \
        co->err = (err_);                                                                   \
        return MN_READY;                                                                    \
    } while (0)

/* As MN_RETURN, from a leaf that holds nothing any more: its drop need not run. */
#define MN_RETURN_EMPTY(err_)                                                               \
    do {                                                                                    \
        co->err = (err_);                                                                   \
        co->at = MN_CO_ENDED;                                                               \
        return MN_READY;                                                                    \
    } while (0)

#endif
