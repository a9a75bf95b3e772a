/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "heap/inner.h"

struct tally {
    uint32_t free_blocks, live_blocks, live_bytes;
};

/* Walks the arena from end to end: sizes, flags and tails agree, no free blocks touch. */
RAW static struct tally walk_arena(const struct mn_heap *heap)
{
    struct tally tally = {0};
    bool after_free = false;
    uint32_t at = FIRST_AT;
    while (at < heap->end_at) {
        uint32_t head = block_at(heap, at)->head;
        uint32_t size = head & ~BLOCK_FLAGS;
        bool is_free = head & BLOCK_FREE;
        MN_ASSERT(size >= BLOCK_MIN && size <= heap->end_at - at);
        MN_ASSERT(after_free == !!(head & BLOCK_AFTER_FREE));
        MN_ASSERT(!(is_free && after_free));
        MN_ASSERT(!is_free || *tail_before(heap, at + size) == size);
        tally.free_blocks += is_free;
        tally.live_blocks += !is_free;
        tally.live_bytes += is_free ? 0 : size;
        after_free = is_free;
        at += size;
    }
    MN_ASSERT(block_at(heap, at)->head == (after_free ? BLOCK_AFTER_FREE : 0));
    return tally;
}

/* Walks one list: its blocks are free, of its class, and linked both ways. Returns how many. */
RAW static uint32_t walk_class(const struct mn_heap *heap, uint32_t class)
{
    uint32_t count = 0;
    uint32_t prev = 0;
    for (uint32_t at = heap->free[class]; at; at = block_at(heap, at)->next) {
        const struct block *block = block_at(heap, at);
        MN_ASSERT(at < heap->end_at && block->prev == prev);
        MN_ASSERT((block->head & BLOCK_FLAGS) == BLOCK_FREE);
        MN_ASSERT(class_of(block->head & ~BLOCK_FLAGS) == class);
        prev = at;
        count++;
    }
    bool is_in_use = heap->classes_in_use[class / 32u] >> class % 32u & 1u;
    MN_ASSERT(is_in_use == (count > 0));
    return count;
}

void mn_heap_check(const struct mn_heap *heap)
{
    if (!heap->end_at)
        return;
    struct tally tally = walk_arena(heap);
    MN_ASSERT(tally.live_blocks == heap->live_blocks && tally.live_bytes == heap->live_bytes);

    uint32_t listed = 0;
    for (uint32_t class = 0; class < MN_HEAP_CLASSES; class++)
        listed += walk_class(heap, class);
    MN_ASSERT(listed == tally.free_blocks);
    for (uint32_t word = 0; word < MN_HEAP_WORDS; word++)
        MN_ASSERT((heap->words_in_use >> word & 1u) == (heap->classes_in_use[word] != 0));
}
