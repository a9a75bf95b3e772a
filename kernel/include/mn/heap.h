/* heap.h — memory in constant time, out of one arena.
 *
 *     arena  [ index of size classes | head payload | head payload | head free ... | end ]
 *                  │                                                 ▲
 *                  └─ first free block of each class ────────────────┘
 *
 * A two-level segregated fit. Sizes are cut in 8 classes per doubling, a bit map says which have
 * a free block. Allocating takes the first block of the lowest class whose blocks are all large
 * enough and files the rest again; freeing merges with both neighbors at once. Neither searches:
 * both are O(1), with the same few steps whatever the state of the heap.
 *
 * Cost     A block of n bytes takes n + 4 rounded up to 8, at least 16 (24 on 64 bits), and up to
 *          32 bytes more when no useful rest could be cut off. Payloads are aligned to 8. The
 *          arena loses 8 bytes, up to 7 at each end where it is not aligned, and an index of 8
 *          bytes a class (16 on 64 bits): 328 bytes of 1 KiB, 712 of 64 KiB, 968 of 1 MiB.
 *          struct mn_heap is 88 bytes on 32 bits, whatever the arena, which may have up to 4 GiB.
 * Order    Who waits is served first come, first served, and mn_heap_try does not overtake: it
 *          returns NULL while anybody waits, or small requests would starve a large one for good.
 * Memory   The caller owns the heap and the arena until mn_heap_finish. Memory handed out is the
 *          caller's until mn_heap_free.
 * Context  Tasks and the platform's loop. Interrupts do not allocate.
 * Checks   Freeing twice, freeing what is not ours, and headers or links overwritten panic where
 *          that is cheap to see. Under AddressSanitizer all but the live payload is poisoned, so
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
#define MN_HEAP_ARENA_MIN 1024u /* bytes, at any alignment */
#define MN_HEAP_STEP_BITS 3u    /* 8 size classes for each doubling of the size */
#define MN_HEAP_CLASSES ((30u - MN_HEAP_STEP_BITS) << MN_HEAP_STEP_BITS)
#define MN_HEAP_WORDS ((MN_HEAP_CLASSES + 63u) / 64u)

struct mn_heap_block;

struct mn_heap_stats {
    uint32_t capacity_bytes; /* what a heap with nothing live has to give, headers included */
    uint32_t live_bytes;     /* handed out, headers and rounding included */
    uint32_t live_blocks;    /* handed out and not yet freed */
    uint32_t peak_bytes;     /* the most that live_bytes ever was */
    uint32_t largest_bytes;  /* so many can be had right now; perhaps up to 1/8 more */
    uint32_t failed_tries;   /* how often mn_heap_try returned NULL */
    uint32_t refusals;       /* how often mn_heap_fail_after has struck */
    uint32_t waiters;        /* futures waiting now */
};

struct mn_heap { /* read it through mn_heap_stats */
    struct mn_heap_block *nobody; /* the arena from its first multiple of 8 on; see blocks.h */
    struct mn_heap_block *first;  /* the first block; the index of size classes lies before it */
    uint32_t most_bytes;     /* the most that one request could ever get */
    uint32_t span_bytes;     /* from `first` to the header that closes the arena */
    uint32_t obstacles;      /* waiters, and 1 while a refusal is armed; 0: the short way */
    uint32_t live_bytes, live_blocks, peak_bytes;
    uint32_t failed_tries, refusals;
    uint32_t refuse_in;      /* allocations until one is refused, or 0 */
    struct mn_list waiters;  /* mn_heap_alloc::link, longest waiting first */
    uint64_t classes_in_use[MN_HEAP_WORDS]; /* bit n of word w: class 64 * w + n has a block */
};

#define MN_HEAP_STRUCT_BYTES 88u
_Static_assert(sizeof(void *) > 4 || sizeof(struct mn_heap) <= MN_HEAP_STRUCT_BYTES,
               "the header states the size of a heap on 32 bits");

/* Makes a heap of `arena`, at any address.
 *
 * Borrows  `arena` until mn_heap_finish.
 * Returns  MN_OK
 *          MN_ERR_NO_MEMORY  fewer than MN_HEAP_ARENA_MIN bytes; the heap has nothing to
 *                            give, but may be used and finished */
MN_MUST_USE enum mn_err mn_heap_init(struct mn_heap *heap, void *arena, uint32_t arena_bytes);

/* Gives the arena back to its owner, whatever is still live. Panics when somebody waits. The
 * statistics stay readable. */
void mn_heap_finish(struct mn_heap *heap);

/* Takes `bytes` without waiting. Returns memory of unknown content aligned to 8 (for 0 bytes an
 * address of its own), or NULL when no block fits or somebody has been waiting longer. */
MN_MUST_USE void *mn_heap_try(struct mn_heap *heap, uint32_t bytes);

/* Gives memory back; it is merged with free neighbors at once. NULL is allowed.
 *
 * Wakes  the longest waiting, if what it asked for fits now; it owns the memory from here on. The
 *        one after it is looked at when that one has run or is dropped, so a free stays O(1). */
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

/* For tests and disturbance: refuses the `nth` allocation from now on (1: the next), once, as if
 * memory were short; 0 takes that back. Each mn_heap_try and each first poll of mn_heap_alloc is an
 * allocation, handing over to a waiter is none. A refused try returns NULL; a refused future waits,
 * and is tried again in the next tick even if nothing is freed: refused, never stuck. */
void mn_heap_fail_after(struct mn_heap *heap, uint32_t nth);

/* Whether a waiter that is served now would get so much. */
bool mn_heap_has_room(const struct mn_heap *heap, uint32_t bytes);

#define MN_HEAP_MARKS 32u

struct mn_heap_map { /* where blocks begin, at a moment; touch nothing */
    const struct mn_heap *heap;
    uint32_t stride; /* blocks from one mark to the next */
    uint32_t blocks; /* seen */
    uint32_t marks[MN_HEAP_MARKS]; /* bytes from the first block to each of these */
    uintptr_t begin, end; /* the block that was asked for last: one is seldom asked for alone */
    bool is_free;
};

/* Walks all of the arena and all lists. Returns what does not agree, half a sentence, or NULL if
 * all does; then `map` is filled, and good until the next change. `map` may be NULL. O(n). */
const char *mn_heap_fault(const struct mn_heap *heap, struct mn_heap_map *map);

/* Whether `memory` is in the arena, and not in a block that is handed out. */
bool mn_heap_is_freed(struct mn_heap_map *map, const void *memory);

/* For tests: panics where mn_heap_fault finds something. O(n). */
void mn_heap_check(const struct mn_heap *heap);

#endif
