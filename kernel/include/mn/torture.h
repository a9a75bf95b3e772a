/* torture.h — a daemon that puts the kernel to the test, on the machine that it runs on.
 *
 *     worker 0 ─┐  semaphore, mutex, byte queues, channels, one-shots,
 *     worker 1 ─┼─►   a heap, a service, wait queues, timers          ──► every promise of theirs
 *     ...      ─┘     used at random, and given up at random              is looked at, all along
 *
 * A few tasks share one of each primitive. In each round each of them draws what to do and how long
 * to bear with it: to its end, for so many polls, until it is woken, until a moment, as one of
 * several futures, or in a task of its own that is cancelled. It is for whoever ports the kernel to
 * a machine, and it lets a simulator that tries many orders find what ordinary programs never meet.
 *
 * Told     A broken promise is an ERROR of the log, with what was expected; so is a task that does
 *          not end. When all rounds are done and all is as it was, one INFO says so.
 * Chance   Everything follows from one seed, and from the order in which tasks are run.
 * Memory   One block of the kernel's heap: on 32 bits 3 KiB and 1 KiB for each task, on 64 bits
 *          half as much again.
 * Service  One of its own, of which nobody else needs to know.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_TORTURE_H
#define MN_TORTURE_H

#include "mn/heap.h"
#include "mn/time.h"

#define MN_TORTURE_TASKS_MAX 16u

struct mn_torture_settings {
    uint32_t tasks;       /* workers, 1 to MN_TORTURE_TASKS_MAX */
    uint32_t rounds;      /* that each of them makes, at least 1 */
    uint32_t seed;        /* of all that is drawn; 0: one from the machine's entropy */
    uint64_t late_max_us; /* so much later than it is due may a timer end here */
};

struct mn_torture_counts { /* may be read when the daemon has ended */
    uint32_t seed;    /* the one in use */
    uint32_t rounds;  /* done, by all workers */
    uint32_t dropped; /* of them, those whose future was given up */
    uint32_t killed;  /* workers that somebody else has cancelled */
    uint32_t broken;  /* promises found broken; not each of them is told */
};

struct torture_yard;

struct mn_torture { /* frame */
    struct mn_co co;
    struct mn_kernel *kernel;
    struct mn_torture_settings settings;
    struct mn_torture_counts counts;
    struct torture_yard *yard; /* NULL while there is none */
    uint32_t seen;             /* rounds done at the latest look */
    uint32_t still;            /* looks at which no more were done */
    union {
        struct mn_heap_alloc alloc;
        struct mn_sleep sleep;
    } on;
};

/* Future: lets the workers do their rounds, and looks whether the kernel keeps its promises.
 *
 * Ends with  MN_OK          all rounds are done, and no promise was found broken
 *            MN_ERR_FAILED  the log says which was
 *            MN_ERR_TOO_BIG the kernel's heap could never hold it
 * Dropped    its tasks are cancelled, and its memory goes back. */
struct mn_co *mn_torture(struct mn_torture *frame, struct mn_kernel *kernel,
                         const struct mn_torture_settings *settings);

#endif
