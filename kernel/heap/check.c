/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "heap/inner.h"

struct tally {
    uint32_t free_blocks, live_blocks, live_bytes;
};

/* Walks the arena from end to end: sizes, flags and tails agree, no free blocks touch. */
RAW static struct tally walk_arena(const struct mn_heap *heap)
{
    struct tally tally = {0};
    struct mn_heap_block *block = heap->first;
    bool after_free = false;
    for (uint32_t left = heap->span_bytes; left > 0;) {
        uint32_t size = block->head & ~BLOCK_FLAGS;
        bool is_free = block->head & BLOCK_FREE;
        MN_ASSERT(size >= BLOCK_MIN && size <= left);
        MN_ASSERT(after_free == !!(block->head & BLOCK_AFTER_FREE));
        MN_ASSERT(!(is_free && after_free));
        MN_ASSERT(!is_free || block_after(block, size)->before == size);
        tally.free_blocks += is_free;
        tally.live_blocks += !is_free;
        tally.live_bytes += is_free ? 0 : size;
        after_free = is_free;
        left -= size;
        block = block_after(block, size);
    }
    MN_ASSERT(block->head == (after_free ? BLOCK_AFTER_FREE : 0));
    return tally;
}

/* Walks one list: its blocks are free, of its class, and linked both ways. Returns how many. */
RAW static uint32_t walk_class(const struct mn_heap *heap, uint32_t class)
{
    const struct mn_heap_block *root = class_root(heap, class);
    const struct mn_heap_block *prev = root;
    uint32_t count = 0;
    for (const struct mn_heap_block *block = root->next; block != root; block = block->next) {
        MN_ASSERT(block->prev == prev);
        MN_ASSERT((block->head & BLOCK_FLAGS) == BLOCK_FREE);
        MN_ASSERT(class_of(block->head) == class);
        prev = block;
        count++;
    }
    MN_ASSERT(root->prev == prev);
    MN_ASSERT(class_is_empty(heap, class) == (count == 0));
    return count;
}

void mn_heap_check(const struct mn_heap *heap)
{
    if (!heap->first)
        return;
    struct tally tally = walk_arena(heap);
    MN_ASSERT(tally.live_blocks == heap->live_blocks && tally.live_bytes == heap->live_bytes);

    uint32_t listed = 0;
    uint32_t classes = class_of(heap->span_bytes) + 1;
    for (uint32_t class = NOBODY_CLASS + 1; class < classes; class++)
        listed += walk_class(heap, class);
    MN_ASSERT(listed == tally.free_blocks);
}
