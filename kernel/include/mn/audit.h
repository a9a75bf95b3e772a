/* audit.h — looks whether everything a kernel knows is as it must be, and says what is not.
 *
 *     platform, about to sleep ──mn_audit──► lists, tasks, timers, heap, services, futures
 *                              ◄── false: "task 7 (shell) in serve > bbq_read: bytes are there,
 *                                          and nobody has woken it"
 *
 * For tests and for a port that behaves strangely: a wake that was lost, a place in a line that was
 * left in memory since freed, or a timer in a frame that is over goes unnoticed until somebody
 * stumbles over it, often much later and somewhere else. Here it is found at the next look.
 *
 * What it finds
 *     a wait that ought to be over        nothing is ready, and what it waits for is there
 *     a place in line that is nobody's    freed, of a task that has ended, or no future's any more
 *     a wait that nobody can end          it is in no line, has no timer, or wakes another task
 *     a timer that is nobody's            likewise, or due before now
 *     lists that do not agree             links, counts, and what is in them
 *     an arena that is damaged            headers, sizes and the lists of what is free
 *
 * Futures  It reaches a future as `co->child` of another, beginning with the root of its task. One
 *          that polls others by hand names them in its type's `audit` (mn/co.h), or their places
 *          and timers are taken for left behind.
 * Cost     One walk over the arena, then some dozen nanoseconds for each future, place and timer:
 *          3 us on a desk for a machine with two shells. It needs about 1 KiB of stack. It panics
 *          nowhere, allocates nothing and changes nothing.
 * Without  Compiled with -DMN_AUDIT_COMPILED=0 the kernel carries nothing of this, and mn_audit
 *          says so as its finding.
 * Context  The platform's loop, between ticks.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_AUDIT_H
#define MN_AUDIT_H

#include "mn/kernel.h"
#include "mn/text.h"

#define MN_AUDIT_BYTES 240u /* enough for any finding */
#define MN_AUDIT_DEPTH 24u /* futures in each other */

/* Looks through all that can be reached from `kernel`. True if it is sound; else the first finding
 * is written to `finding`, one sentence, cut to `finding_bytes` including the final zero. */
MN_MUST_USE bool mn_audit(const struct mn_kernel *kernel, char *finding, uint32_t finding_bytes);

/* ---- for a type's `audit` (mn/co.h) ------------------------------------------------------ */

struct mn_audit { /* touch nothing */
    const struct mn_kernel *kernel;
    struct mn_audit_at {
        const struct mn_task *task; /* whose futures are looked at; NULL: those of nobody */
        const void *sought; /* not NULL: nothing is told, only whether it is met */
        bool is_met;
        uint32_t resting;
        uint32_t depth;
        const struct mn_co *path[MN_AUDIT_DEPTH]; /* outermost first */
    } at;
    bool is_idle; /* nothing is ready: whoever could go on was not woken */
    bool has_finding;
    struct mn_text text;
    struct mn_heap_map map;
};

/* A future that this one polls by hand, beside its child. One that was never polled may be named,
 * one whose frame was never filled may not. */
void mn_audit_future(struct mn_audit *audit, const struct mn_co *co);

/* The same for one that stands in line, but is not polled at present whatever happens. */
void mn_audit_resting(struct mn_audit *audit, const struct mn_co *co);

/* Something is not as it must be, whatever else happens. */
void mn_audit_wrong(struct mn_audit *audit, const char *what);

/* This wait ought to be over, half a sentence says why. Told when nothing is ready. */
void mn_audit_late(struct mn_audit *audit, const char *why);

/* The place by which this future stands in the line of `head`, to be woken through `task`. True if
 * there is more to look at: what owns the line can be asked whether the wait ought to be over. */
bool mn_audit_place(struct mn_audit *audit, const struct mn_list *head,
                    const struct mn_list *link, const struct mn_task *task);

/* A whole line, `what` in the plural, whose places all have the task to be woken right behind their
 * links, as MN_AUDIT_PLACE says of each type. */
void mn_audit_line(struct mn_audit *audit, const struct mn_list *head, const char *what);
#define MN_AUDIT_PLACE(type) \
    _Static_assert(offsetof(type, task) == offsetof(type, link) + sizeof(struct mn_list), \
                   "the audit finds the task behind the link")

/* A list of anything, `what` in the plural. False, and told, when it is not sound. */
bool mn_audit_list(struct mn_audit *audit, const struct mn_list *head, const char *what);

/* Two lists that must be equally long, each as mn_audit_list says. */
void mn_audit_same_count(struct mn_audit *audit, const struct mn_list *left, const char *lefts,
                         const struct mn_list *right, const char *rights);

/* Whether a node of a list has two neighbors, and they agree. */
bool mn_audit_is_linked(struct mn_audit *audit, const struct mn_list *node);

/* A timer of this future's. */
void mn_audit_timer(struct mn_audit *audit, const struct mn_timer *timer);

/* Whom this future has asked to be woken through. */
void mn_audit_task(struct mn_audit *audit, const struct mn_task *task);

/* Whether `memory` can be looked at: it is not NULL, and no freed part of the arena. */
bool mn_audit_is_live(struct mn_audit *audit, const void *memory);

#endif
