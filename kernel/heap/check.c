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

/* Remembers one block in so many; more than there is room for only where the counts are wrong. */
static void note(struct mn_heap_map *map, uint32_t at)
{
    uint32_t mark = map->blocks / map->stride;
    if (map->blocks % map->stride == 0 && mark < MN_HEAP_MARKS)
        map->marks[mark] = at;
    map->blocks++;
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
        tally->free_blocks += is_free;
        tally->live_blocks += !is_free;
        tally->live_bytes += is_free ? 0 : size;
        after_free = is_free;
        if (map)
            note(map, at);
        at += size;
    }
    uint32_t end = block_after(heap->first, heap->span_bytes)->head;
    if (end != (after_free ? BLOCK_AFTER_FREE : 0))
        return "the header that closes the arena was written to";
    return NULL;
}

/* Whether the link of a free block leads to where one can be. */
static bool is_inside(const struct mn_heap *heap, const struct mn_heap_block *block)
{
    uintptr_t at = (uintptr_t)block - (uintptr_t)heap->nobody;
    uintptr_t index_bytes = (uintptr_t)heap->first - (uintptr_t)heap->nobody;
    return at % MN_HEAP_ALIGN_BYTES == 0 && at < index_bytes + heap->span_bytes;
}

/* Walks one list that is marked as in use: its blocks are free, of its class, and linked both ways.
 * Adds how many. */
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
    if (root->prev != prev || prev == root)
        return "a list of free blocks does not end where it should";
    return NULL;
}

RAW const char *mn_heap_fault(const struct mn_heap *heap, struct mn_heap_map *map)
{
    struct tally tally = {0};
    uint32_t listed = 0;
    if (map)
        *map = (struct mn_heap_map){.heap = heap,
                                    .stride = (heap->live_blocks * 2 + 1) / MN_HEAP_MARKS + 1};
    if (!heap->first)
        return NULL;
    const char *fault = walk_arena(heap, &tally, map);
    if (!fault && (tally.live_blocks != heap->live_blocks || tally.live_bytes != heap->live_bytes))
        fault = "the counts of what is handed out are wrong";
    uint32_t classes = class_of(heap->span_bytes) + 1;
    uint32_t class = class_from(heap, NOBODY_CLASS + 1);
    for (; !fault && class != 0 && class < classes; class = class_from(heap, class + 1))
        fault = walk_class(heap, class, &listed);
    if (!fault && listed != tally.free_blocks)
        fault = "a free block is in no list";
    return fault;
}

/* The last mark at or before `offset`. */
static uint32_t mark_of(const struct mn_heap_map *map, uint32_t offset)
{
    uint32_t low = 0, high = (map->blocks - 1) / map->stride;
    while (low < high) {
        uint32_t middle = (low + high + 1) / 2;
        if (map->marks[middle] <= offset)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* Remembers the block around `offset`. */
RAW static void find_block(struct mn_heap_map *map, uint32_t offset)
{
    const struct mn_heap *heap = map->heap;
    uint32_t at = map->marks[mark_of(map, offset)];
    uint32_t head = block_after(heap->first, at)->head;
    while (offset - at >= (head & ~BLOCK_FLAGS)) {
        at += head & ~BLOCK_FLAGS;
        head = block_after(heap->first, at)->head;
    }
    map->begin = (uintptr_t)heap->first + at;
    map->end = map->begin + (head & ~BLOCK_FLAGS);
    map->is_free = head & BLOCK_FREE;
}

bool mn_heap_is_freed(struct mn_heap_map *map, const void *memory)
{
    const struct mn_heap *heap = map->heap;
    uintptr_t at = (uintptr_t)memory, first = (uintptr_t)heap->first;
    if (at >= map->begin && at < map->end)
        return map->is_free;
    if (at < (uintptr_t)heap->nobody || at >= first + heap->span_bytes + PAYLOAD_AT)
        return false;
    if (at < first + PAYLOAD_AT || at >= first + heap->span_bytes)
        return true; /* the index, or a header: never handed out */
    find_block(map, (uint32_t)(at - first));
    return map->is_free;
}

void mn_heap_check(const struct mn_heap *heap)
{
    const char *fault = mn_heap_fault(heap, NULL);
    if (fault)
        mn_panic(__FILE__, __LINE__, fault);
}
