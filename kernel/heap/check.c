/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "heap/inner.h"

struct tally {
    uint32_t free_blocks, live_blocks, live_bytes;
};

/* What is wrong with the block at `at`, or NULL. */
RAW static const char *block_fault(const struct mn_heap *heap, uint32_t at, bool after_free)
{
    struct mn_heap_block *block = block_after(heap->first, at);
    uint32_t size = block->head & ~BLOCK_FLAGS;
    bool is_free = block->head & BLOCK_FREE;
    if (size < BLOCK_MIN || size > heap->span_bytes - at)
        return "the header of a block has no such size";
    if (after_free != !!(block->head & BLOCK_AFTER_FREE))
        return "the header of a block is wrong about the one before it";
    if (is_free && after_free)
        return "two free blocks touch each other";
    if (is_free && block_after(block, size)->before != size)
        return "the end of a free block was written to";
    return NULL;
}

/* Walks the arena from end to end: sizes, flags and tails agree, no free blocks touch. */
RAW static const char *walk_arena(const struct mn_heap *heap, struct tally *tally,
                                  struct mn_heap_map *map)
{
    bool after_free = false;
    for (uint32_t at = 0; at < heap->span_bytes;) {
        const char *fault = block_fault(heap, at, after_free);
        if (fault)
            return fault;
        uint32_t head = block_after(heap->first, at)->head;
        uint32_t size = head & ~BLOCK_FLAGS;
        bool is_free = head & BLOCK_FREE;
        uint32_t index = tally->free_blocks + tally->live_blocks;
        if (map && index % map->stride == 0 && map->mark_count < MN_HEAP_MARKS)
            map->marks[map->mark_count++] = at;
        tally->free_blocks += is_free;
        tally->live_blocks += !is_free;
        tally->live_bytes += is_free ? 0 : size;
        after_free = is_free;
        at += size;
    }
    uint32_t end = block_after(heap->first, heap->span_bytes)->head;
    return end == (after_free ? BLOCK_AFTER_FREE : 0) ? NULL : "the header that closes the arena "
                                                               "was written to";
}

/* Whether the link of a free block leads to where one can be. */
static bool is_inside(const struct mn_heap *heap, const struct mn_heap_block *block)
{
    uintptr_t at = (uintptr_t)block - (uintptr_t)heap->nobody;
    uintptr_t index_bytes = (uintptr_t)heap->first - (uintptr_t)heap->nobody;
    return at % MN_HEAP_ALIGN_BYTES == 0 && at < index_bytes + heap->span_bytes;
}

/* Walks one list: its blocks are free, of its class, and linked both ways. Adds how many. */
RAW static const char *walk_class(const struct mn_heap *heap, uint32_t class, uint32_t *listed)
{
    const struct mn_heap_block *root = class_root(heap, class);
    const struct mn_heap_block *prev = root;
    for (const struct mn_heap_block *block = root->next; block != root; block = block->next) {
        if (!is_inside(heap, block) || block->prev != prev)
            return "the links of a free block were written to";
        if ((block->head & BLOCK_FLAGS) != BLOCK_FREE || class_of(block->head) != class)
            return "a block is in a list of free ones where it does not belong";
        prev = block;
        (*listed)++;
    }
    if (root->prev != prev || class_is_empty(heap, class) != (prev == root))
        return "a list of free blocks does not end where it should";
    return NULL;
}

RAW const char *mn_heap_fault(const struct mn_heap *heap, struct mn_heap_map *map)
{
    struct tally tally = {0};
    uint32_t listed = 0;
    if (map) /* at most one free block before each live one, and one at the end */
        *map = (struct mn_heap_map){.heap = heap,
                                    .stride = (2 * heap->live_blocks + 1) / MN_HEAP_MARKS + 1};
    if (!heap->first)
        return NULL;
    const char *fault = walk_arena(heap, &tally, map);
    if (!fault && (tally.live_blocks != heap->live_blocks || tally.live_bytes != heap->live_bytes))
        fault = "the counts of what is handed out are wrong";
    uint32_t classes = class_of(heap->span_bytes) + 1;
    for (uint32_t class = NOBODY_CLASS + 1; !fault && class < classes; class ++)
        fault = walk_class(heap, class, &listed);
    if (!fault && listed != tally.free_blocks)
        fault = "a free block is in no list";
    return fault;
}

/* Where the last block with a mark begins that does not begin behind `offset`. */
static uint32_t mark_before(const struct mn_heap_map *map, uint32_t offset)
{
    uint32_t index = 0;
    for (uint32_t step = MN_HEAP_MARKS / 2; step > 0; step /= 2) {
        if (index + step < map->mark_count && map->marks[index + step] <= offset)
            index += step;
    }
    return map->marks[index];
}

RAW bool mn_heap_is_freed(const struct mn_heap_map *map, const void *memory)
{
    const struct mn_heap *heap = map->heap;
    uintptr_t index_bytes = (uintptr_t)heap->first - (uintptr_t)heap->nobody;
    uintptr_t in_arena = (uintptr_t)memory - (uintptr_t)heap->nobody;
    if (!heap->first || in_arena >= index_bytes + heap->span_bytes + PAYLOAD_AT)
        return false;
    if (in_arena < index_bytes + PAYLOAD_AT || in_arena >= index_bytes + heap->span_bytes)
        return true; /* the index, or a header: never handed out */
    uint32_t offset = (uint32_t)(in_arena - index_bytes);
    uint32_t at = mark_before(map, offset);
    const struct mn_heap_block *block = block_after(heap->first, at);
    while (offset - at >= (block->head & ~BLOCK_FLAGS)) {
        at += block->head & ~BLOCK_FLAGS;
        block = block_after(heap->first, at);
    }
    return block->head & BLOCK_FREE;
}

void mn_heap_check(const struct mn_heap *heap)
{
    const char *fault = mn_heap_fault(heap, NULL);
    if (fault)
        mn_panic(__FILE__, __LINE__, fault);
}
