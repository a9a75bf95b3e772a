/* heap.h — memory in constant time, out of one arena.
 *
 *     arena   ─[size|payload ......][size|free ........ size][size|payload ..][end]
 *                                    │
 *     classes   16 per doubling ─────┘  two bit maps find the first class that fits
 *
 * A two-level segregated fit: every free block hangs in the list of its size class. Allocating
 * takes the head of the smallest class whose blocks are all large enough and gives the rest of
 * that block back; freeing merges with both neighbours at once. Neither loops: both are O(1)
 * whatever the state of the heap.
 *
 * Cost     4 bytes in front of each block; payloads are aligned to 8 bytes, and the smallest block
 *          holds 12. So a request of n bytes takes n + 4 rounded up to 8, at least 16. The arena
 *          loses 8 bytes, and up to 7 at each end when it is not aligned.
 *          struct mn_heap is MN_HEAP_STRUCT_BYTES on 32 bits, for any arena up to 4 GiB.
 * Order    Who waits is served first come, first served, and mn_heap_try does not overtake: it
 *          returns NULL while anybody waits, or small requests would starve a large one for good.
 * Memory   The caller owns the heap and the arena until mn_heap_finish. Memory handed out is the
 *          caller's until mn_heap_free.
 * Context  Tasks and the platform's loop. Interrupts do not allocate.
 * Checks   Freeing twice, freeing what is not ours, and headers or free lists overwritten panic
 *          where they are met. Under AddressSanitizer everything but live payload is poisoned, so
 *          that one byte too many is reported at once.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_HEAP_H
#define MN_HEAP_H

#include "mn/list.h"
#include "mn/task.h"

#define MN_HEAP_HEADER_BYTES 4u
#define MN_HEAP_ALIGN_BYTES 8u
#define MN_HEAP_ARENA_MIN 256u /* bytes, after aligning */
#define MN_HEAP_STEP_BITS 4u   /* 16 size classes for each doubling of the size */
#define MN_HEAP_CLASSES ((30u - MN_HEAP_STEP_BITS) << MN_HEAP_STEP_BITS)
#define MN_HEAP_WORDS ((MN_HEAP_CLASSES + 31u) / 32u)

struct mn_heap_stats {
    uint32_t capacity_bytes; /* what a heap with nothing live has to give, headers included */
    uint32_t live_bytes;     /* handed out, headers and rounding included */
    uint32_t live_blocks;    /* handed out and not yet freed */
    uint32_t peak_bytes;     /* the most live_bytes ever was */
    uint32_t largest_bytes;  /* a request of so many bytes fits right now; it is a lower bound,
                              * short of the largest that fits by less than 1/16 */
    uint32_t failed_tries;   /* how often mn_heap_try returned NULL */
    uint32_t refusals;       /* how often mn_heap_fail_after has struck */
    uint32_t waiters;        /* futures waiting now */
};

struct mn_heap { /* read nothing but through mn_heap_stats */
    unsigned char *base;     /* the arena from its first multiple of 8 on */
    uint32_t end_at;         /* offset from base of the header that closes the arena */
    uint32_t obstacles;      /* waiters, and 1 while a refusal is armed; 0: the short way */
    uint32_t live_bytes, live_blocks, peak_bytes;
    uint32_t failed_tries, refusals;
    uint32_t refuse_in;      /* allocations until one is refused, or 0 */
    struct mn_list waiters;  /* mn_heap_alloc::link, longest waiting first */
    uint32_t words_in_use;   /* bit n: classes_in_use[n] is not 0 */
    uint32_t classes_in_use[MN_HEAP_WORDS]; /* bit n of word w: class 32 * w + n has a block */
    uint32_t free[MN_HEAP_CLASSES]; /* offset of the first free block of each class, or 0 */
};

#define MN_HEAP_STRUCT_BYTES 1764u
_Static_assert(sizeof(void *) > 4 || sizeof(struct mn_heap) == MN_HEAP_STRUCT_BYTES,
               "the header states the size of a heap on 32 bits");

/* Makes a heap of `arena`, at any address.
 *
 * Borrows  `arena` until mn_heap_finish.
 * Returns  MN_OK
 *          MN_ERR_NO_MEMORY  fewer than MN_HEAP_ARENA_MIN bytes; the heap is empty but valid */
MN_MUST_USE enum mn_err mn_heap_init(struct mn_heap *heap, void *arena, uint32_t arena_bytes);

/* Gives the arena back to its owner, whatever is still live. Panics when somebody waits. The
 * statistics stay readable. */
void mn_heap_finish(struct mn_heap *heap);

/* Takes `bytes` without waiting. Returns memory of unknown content aligned to 8 (for 0 bytes an
 * address of its own), or NULL when no block fits or somebody has been waiting longer. */
MN_MUST_USE void *mn_heap_try(struct mn_heap *heap, uint32_t bytes);

/* Gives memory back; it is merged with free neighbours at once. NULL is allowed.
 *
 * Wakes  the longest waiting, when what it asked for fits now. The one after it is looked at when
 *        that one has taken its memory: a free serves one waiter, and stays O(1). */
void mn_heap_free(struct mn_heap *heap, void *memory);

struct mn_heap_alloc { /* frame; read `memory` when it ended with MN_OK */
    struct mn_co co;
    struct mn_heap *heap;
    struct mn_list link;
    struct mn_task *task;
    void *memory;   /* the caller's after MN_OK, else NULL */
    uint32_t bytes;
    bool granted;   /* `memory` is ours, not yet seen by our caller */
};

/* Future: takes `bytes` (0 counts as 1), waiting until they fit and nobody waits longer.
 *
 * Borrows    `heap` until the future ends or is dropped.
 * Ends with  MN_OK           `frame->memory` is the caller's
 *            MN_ERR_TOO_BIG  not even a heap with nothing live could give so much; known at once
 * Dropped    leaves the queue; memory granted but not yet seen goes back. Either way the next in
 *            line is woken if it fits now. */
struct mn_co *mn_heap_alloc(struct mn_heap_alloc *frame, struct mn_heap *heap, uint32_t bytes);

/* What there is and what has happened so far, at this moment. O(1). */
struct mn_heap_stats mn_heap_stats(const struct mn_heap *heap);

/* For tests and disturbance: refuses the `nth` allocation from now on (1: the next), once; 0 takes
 * that back. mn_heap_try returns NULL. A future waits as if memory were short, until the next
 * tick: it is refused, never stuck. Handing over to a waiter does not count as an allocation. */
void mn_heap_fail_after(struct mn_heap *heap, uint32_t nth);

/* For tests: walks all of the arena and all lists, and panics where they do not agree. O(n). */
void mn_heap_check(const struct mn_heap *heap);

#endif
