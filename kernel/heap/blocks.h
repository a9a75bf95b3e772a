/* blocks.h — blocks, their headers and the lists of the free ones.
 *
 * A block is named by the offset of its header from heap->base, which is 4 modulo 8. The header
 * is one word: the size of the block, a multiple of 8 that counts the header, and two flags. A
 * free block also holds its links and, in its last word, its size again, which is how the block
 * behind it finds its start. Free blocks never touch each other.
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
#define BLOCK_MIN 16u       /* header, two links, size again */
#define FIRST_AT 12u        /* behind block 0, which may be written but never read: it ends lists */

struct block {
    uint32_t head;       /* size | flags */
    uint32_t next, prev; /* of its class while free; offsets, 0 at the ends */
} __attribute__((may_alias)); /* what is a link now was somebody's payload before */

static inline struct block *block_at(const struct mn_heap *heap, uint32_t at)
{
    return (struct block *)(void *)(heap->base + at);
}

/* The last word of a free block that ends at `end_at`. */
static inline uint32_t *tail_before(const struct mn_heap *heap, uint32_t end_at)
{
    return &block_at(heap, end_at - (uint32_t)sizeof(uint32_t))->head;
}

/* The class that holds free blocks of `size`. Sizes are counted in units of 8; class c holds one
 * size up to 2 * 16 units, and from there on each doubling is cut in 16 equal steps. Without a
 * branch: numbers grow with sizes, and leave no gap. */
static inline uint32_t class_of(uint32_t size)
{
    uint32_t units = size / MN_HEAP_ALIGN_BYTES;
    uint32_t shift = 31u - MN_HEAP_STEP_BITS -
                     (uint32_t)__builtin_clz(units | 1u << MN_HEAP_STEP_BITS);
    return (shift << MN_HEAP_STEP_BITS) + (units >> shift);
}

/* The smallest size in `class`. */
static inline uint32_t class_floor(uint32_t class)
{
    uint32_t step = class >> MN_HEAP_STEP_BITS;
    uint32_t shift = step > 1 ? step - 1 : 0;
    return ((class - (shift << MN_HEAP_STEP_BITS)) << shift) * MN_HEAP_ALIGN_BYTES;
}

/* The first class in use from `class` on, or 0 (which is never in use). */
static inline uint32_t class_from(const struct mn_heap *heap, uint32_t class)
{
    uint32_t word = class / 32u;
    uint32_t classes = heap->classes_in_use[word] & (~UINT32_C(0) << class % 32u);
    if (classes == 0) {
        uint32_t words = heap->words_in_use & (~UINT32_C(1) << word);
        if (MN_UNLIKELY(words == 0))
            return 0;
        word = (uint32_t)__builtin_ctz(words);
        classes = heap->classes_in_use[word];
    }
    return word * 32u + (uint32_t)__builtin_ctz(classes);
}

static inline void class_fill(struct mn_heap *heap, uint32_t class)
{
    heap->classes_in_use[class / 32u] |= UINT32_C(1) << class % 32u;
    heap->words_in_use |= UINT32_C(1) << class / 32u;
}

static inline void class_empty(struct mn_heap *heap, uint32_t class, uint32_t is_empty)
{
    uint32_t classes = heap->classes_in_use[class / 32u] & ~(is_empty << class % 32u);
    heap->classes_in_use[class / 32u] = classes;
    heap->words_in_use &= ~((uint32_t)(classes == 0) << class / 32u);
}

/* Files the block as free: header, tail and list. Its neighbors are not touched. */
RAW static inline void block_link(struct mn_heap *heap, uint32_t at, uint32_t size)
{
    uint32_t class = class_of(size);
    struct block *block = block_at(heap, at);
    uint32_t next = heap->free[class];
    block->head = size | BLOCK_FREE;
    block->next = next;
    block->prev = 0;
    *tail_before(heap, at + size) = size;
    block_at(heap, next)->prev = at;
    heap->free[class] = at;
    class_fill(heap, class);
}

/* Takes a free block of `size` out of its list. */
RAW static inline void block_unlink(struct mn_heap *heap, uint32_t at, uint32_t size)
{
    uint32_t class = class_of(size);
    uint32_t next = block_at(heap, at)->next;
    uint32_t prev = block_at(heap, at)->prev;
    MN_ASSERT(next < heap->end_at && prev < heap->end_at);
    uint32_t *link = prev ? &block_at(heap, prev)->next : &heap->free[class];
    MN_ASSERT(*link == at);
    *link = next;
    block_at(heap, next)->prev = prev;
    class_empty(heap, class, (next | prev) == 0);
}

/* Takes the first block out of the list of `class`, which has one. */
RAW static inline uint32_t block_pop(struct mn_heap *heap, uint32_t class)
{
    uint32_t at = heap->free[class];
    uint32_t next = block_at(heap, at)->next;
    MN_ASSERT(next < heap->end_at);
    heap->free[class] = next;
    block_at(heap, next)->prev = 0;
    class_empty(heap, class, next == 0);
    return at;
}

#endif
