/* blocks.h — blocks, their headers and the lists of the free ones.
 *
 *     block          + 4    + 8                         block + size
 *     │ before       │ head │ payload ..... .............│ ......... │ head │    live
 *     │ before       │ head │ next │ prev │              │ size      │ head │    free
 *
 * Blocks start at multiples of 8. A header is one word: the size, a multiple of 8, and two flags.
 * The word in front of it, `before`, is the last of the payload of the block in front; while that
 * one is free it holds its size, by which a block finds its neighbor to the left. Free blocks
 * never touch each other.
 *
 * Lists are circular, from a root per class that lies in the index at the front of the arena, so
 * unlinking has no ends to ask for. The first root is *nobody*: of a size no block has, and the
 * only one of its class, so that linking nobody changes nothing. What may or may not have to be
 * filed is filed as nobody when not, because that costs less than a branch taken at random.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_HEAP_BLOCKS_H
#define MN_HEAP_BLOCKS_H

#include "heap/poison.h"
#include "mn/heap.h"

#define BLOCK_FREE 1u
#define BLOCK_AFTER_FREE 2u /* the block in front of this one is free */
#define BLOCK_FLAGS 7u
#define NOBODY_SIZE 8u
#define NOBODY_CLASS 1u     /* class_of(NOBODY_SIZE) */

struct mn_heap_block {
    uint32_t before; /* size of the block in front while that is free, else its payload */
    uint32_t head;   /* size | flags */
    struct mn_heap_block *next, *prev; /* of its class, while free; else payload */
} __attribute__((may_alias)); /* what is a link now was somebody's payload before */

#define PAYLOAD_AT 8u /* where payload and links begin */
#define LINKS_BYTES ((uint32_t)sizeof(struct mn_heap_block) - PAYLOAD_AT)
#define BLOCK_MIN (MN_HEAP_HEADER_BYTES + LINKS_BYTES + 4u) /* and its size again */
#define BLOCK_REST_MIN 40u /* crumbs stay uncut: they serve few, and cost every free near them */

_Static_assert(offsetof(struct mn_heap_block, next) == PAYLOAD_AT, "no padding");
_Static_assert(BLOCK_MIN % MN_HEAP_ALIGN_BYTES == 0, "the smallest block is a block");
_Static_assert(BLOCK_MIN > NOBODY_SIZE && BLOCK_REST_MIN >= BLOCK_MIN, "a rest is a block");

static inline struct mn_heap_block *block_after(struct mn_heap_block *block, uint32_t size)
{
    return (struct mn_heap_block *)(void *)((unsigned char *)block + size);
}

static inline struct mn_heap_block *block_before(struct mn_heap_block *block, uint32_t size)
{
    return (struct mn_heap_block *)(void *)((unsigned char *)block - size);
}

/* The class that holds free blocks of `size`. Sizes are counted in units of 8; class c holds the
 * one size c up to 2 * 8 units, and from there on each doubling is cut in 8 equal steps. Numbers
 * grow with sizes and leave no gap. */
static inline uint32_t class_of(uint32_t size)
{
    uint32_t units = size / MN_HEAP_ALIGN_BYTES;
    uint32_t shift = (31u ^ (uint32_t)__builtin_clz(units | 1u << MN_HEAP_STEP_BITS)) -
                     MN_HEAP_STEP_BITS;
    return (shift << MN_HEAP_STEP_BITS) + (units >> shift);
}

/* The smallest size in `class`. */
static inline uint32_t class_floor(uint32_t class)
{
    uint32_t step = class >> MN_HEAP_STEP_BITS;
    uint32_t shift = step > 1 ? step - 1 : 0;
    return ((class - (shift << MN_HEAP_STEP_BITS)) << shift) * MN_HEAP_ALIGN_BYTES;
}

/* Where the list of `class` begins and ends: a block of which only the links are there. */
static inline struct mn_heap_block *class_root(const struct mn_heap *heap, uint32_t class)
{
    return block_after(heap->nobody, (class - NOBODY_CLASS) * LINKS_BYTES);
}

static inline bool class_is_empty(const struct mn_heap *heap, uint32_t class)
{
    return !(heap->classes_in_use[class / 64u] >> class % 64u & 1u);
}

/* The first class in use from `class` on, or 0. */
static inline uint32_t class_from(const struct mn_heap *heap, uint32_t class)
{
    uint32_t word = class / 64u;
    uint64_t classes = heap->classes_in_use[word] >> class % 64u;
    if (MN_LIKELY(classes != 0))
        return class + (uint32_t)__builtin_ctzll(classes);
    while (++word < MN_HEAP_WORDS) {
        classes = heap->classes_in_use[word];
        if (classes != 0)
            return word * 64u + (uint32_t)__builtin_ctzll(classes);
    }
    return 0;
}

static inline void class_clear(struct mn_heap *heap, uint32_t class)
{
    heap->classes_in_use[class / 64u] &= ~(UINT64_C(1) << class % 64u);
}

/* Files the block as free: header, tail and list. Its neighbors' headers are not touched. */
RAW static inline void block_link(struct mn_heap *heap, struct mn_heap_block *block,
                                  uint32_t size)
{
    uint32_t class = class_of(size);
    struct mn_heap_block *root = class_root(heap, class);
    struct mn_heap_block *next = root->next;
    block->head = size | BLOCK_FREE;
    block_after(block, size)->before = size; /* nobody's link is here: set right just below */
    block->next = next;
    block->prev = root;
    next->prev = block;
    root->next = block;
    heap->classes_in_use[class / 64u] |= UINT64_C(1) << class % 64u;
}

/* Takes a free block of `size` out of its list. */
RAW static inline void block_unlink(struct mn_heap *heap, struct mn_heap_block *block,
                                    uint32_t size)
{
    struct mn_heap_block *next = block->next;
    struct mn_heap_block *prev = block->prev;
    MN_ASSERT(next->prev == block && prev->next == block);
    next->prev = prev;
    prev->next = next;
    if (next == prev) /* then both are the root */
        class_clear(heap, class_of(size));
}

/* Takes the first block out of the list of `class`, which has one. */
RAW static inline struct mn_heap_block *block_pop(struct mn_heap *heap, uint32_t class)
{
    struct mn_heap_block *root = class_root(heap, class);
    struct mn_heap_block *block = root->next;
    struct mn_heap_block *next = block->next;
    MN_ASSERT(block->prev == root && next->prev == block);
    root->next = next;
    next->prev = root;
    uint64_t is_empty = next == root; /* half of the time: no branch */
    heap->classes_in_use[class / 64u] &= ~(is_empty << class % 64u);
    return block;
}

#endif
