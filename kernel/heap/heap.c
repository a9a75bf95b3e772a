/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "heap/inner.h"

RAW enum mn_err mn_heap_init(struct mn_heap *heap, void *arena, uint32_t arena_bytes)
{
    *heap = (struct mn_heap){.base = arena};
    mn_list_init(&heap->waiters);
    uint32_t skip = (uint32_t)(-(uintptr_t)arena % MN_HEAP_ALIGN_BYTES);
    if (arena_bytes < MN_HEAP_ARENA_MIN + skip)
        return MN_ERR_NO_MEMORY;

    uint32_t usable = (arena_bytes - skip) / MN_HEAP_ALIGN_BYTES * MN_HEAP_ALIGN_BYTES;
    heap->base += skip;
    heap->end_at = usable - MN_HEAP_HEADER_BYTES;
    poison(heap->base, usable);
    block_at(heap, heap->end_at)->head = BLOCK_AFTER_FREE; /* live, and of no size */
    block_link(heap, FIRST_AT, heap->end_at - FIRST_AT);
    return MN_OK;
}

void mn_heap_finish(struct mn_heap *heap)
{
    MN_ASSERT(mn_list_is_empty(&heap->waiters));
    if (heap->end_at)
        unpoison(heap->base, heap->end_at + MN_HEAP_HEADER_BYTES);
}

/* The size of the block that `bytes` need; they are at most mn_heap_most. */
static inline uint32_t size_for(uint32_t bytes)
{
    uint32_t size = (bytes + MN_HEAP_HEADER_BYTES + MN_HEAP_ALIGN_BYTES - 1u) & ~BLOCK_FLAGS;
    return size < BLOCK_MIN ? BLOCK_MIN : size;
}

/* A class whose first block has at least `size`, or 0. All blocks of the classes above that of the
 * next smaller size do. When there are none, the first of its own class may do: so nothing that
 * fits an empty heap is ever refused by one. */
RAW static inline uint32_t class_for(const struct mn_heap *heap, uint32_t size)
{
    uint32_t class = class_from(heap, class_of(size - MN_HEAP_ALIGN_BYTES) + 1u);
    if (MN_LIKELY(class != 0))
        return class;
    class = class_of(size);
    uint32_t at = heap->free[class];
    return at && (block_at(heap, at)->head & ~BLOCK_FLAGS) >= size ? class : 0;
}

static inline void count_taken(struct mn_heap *heap, uint32_t size)
{
    heap->live_blocks++;
    heap->live_bytes += size;
    if (heap->live_bytes > heap->peak_bytes)
        heap->peak_bytes = heap->live_bytes;
}

RAW void *mn_heap_take(struct mn_heap *heap, uint32_t bytes)
{
    if (bytes > mn_heap_most(heap))
        return NULL;
    uint32_t size = size_for(bytes);
    uint32_t class = class_for(heap, size);
    if (!class)
        return NULL;

    uint32_t at = block_pop(heap, class);
    struct block *block = block_at(heap, at);
    uint32_t found = block->head & ~BLOCK_FLAGS;
    MN_ASSERT(found >= size);
    if (found - size >= BLOCK_MIN) {
        block_link(heap, at + size, found - size);
        found = size;
    } else {
        block_at(heap, at + found)->head &= ~BLOCK_AFTER_FREE;
    }
    block->head = found;
    count_taken(heap, found);
    void *memory = heap->base + at + MN_HEAP_HEADER_BYTES;
    unpoison(memory, bytes);
    return memory;
}

void *mn_heap_try(struct mn_heap *heap, uint32_t bytes)
{
    void *memory = NULL;
    if (MN_LIKELY(heap->obstacles == 0) || mn_heap_is_open(heap))
        memory = mn_heap_take(heap, bytes);
    if (MN_UNLIKELY(!memory))
        heap->failed_tries++;
    return memory;
}

/* The block whose payload is `memory`, having made sure that it is live and ours. */
RAW static inline uint32_t block_of(const struct mn_heap *heap, const void *memory)
{
    uintptr_t offset = (uintptr_t)memory - (uintptr_t)heap->base;
    MN_ASSERT(offset < heap->end_at && offset % MN_HEAP_ALIGN_BYTES == 0); /* ours */
    uint32_t at = (uint32_t)offset - MN_HEAP_HEADER_BYTES;
    uint32_t head = block_at(heap, at)->head;
    MN_ASSERT(!(head & BLOCK_FREE)); /* not freed twice */
    MN_ASSERT(head >= BLOCK_MIN && (head & ~BLOCK_FLAGS) <= heap->end_at - at);
    return at;
}

RAW void mn_heap_free(struct mn_heap *heap, void *memory)
{
    if (!memory)
        return;
    uint32_t at = block_of(heap, memory);
    uint32_t head = block_at(heap, at)->head;
    uint32_t size = head & ~BLOCK_FLAGS;
    uint32_t next = at + size;
    uint32_t next_head = block_at(heap, next)->head;
    MN_ASSERT(!(next_head & BLOCK_AFTER_FREE));
    poison(memory, size - MN_HEAP_HEADER_BYTES);
    heap->live_blocks--;
    heap->live_bytes -= size;

    block_at(heap, at)->head = head | BLOCK_FREE; /* stays behind to catch a second free */
    if (next_head & BLOCK_FREE) {
        block_unlink(heap, next, next_head & ~BLOCK_FLAGS);
        size += next_head & ~BLOCK_FLAGS;
    } else {
        block_at(heap, next)->head = next_head | BLOCK_AFTER_FREE;
    }
    if (head & BLOCK_AFTER_FREE) {
        uint32_t before = *tail_before(heap, at);
        at -= before;
        MN_ASSERT(block_at(heap, at)->head == (before | BLOCK_FREE));
        block_unlink(heap, at, before);
        size += before;
    }
    block_link(heap, at, size);
    if (MN_UNLIKELY(heap->obstacles != 0))
        mn_heap_serve(heap);
}

/* The payload of the smallest block that the topmost class in use may hold. */
static uint32_t largest_bytes(const struct mn_heap *heap)
{
    if (!heap->words_in_use)
        return 0;
    uint32_t word = 31u - (uint32_t)__builtin_clz(heap->words_in_use);
    uint32_t class = word * 32u + 31u - (uint32_t)__builtin_clz(heap->classes_in_use[word]);
    return class_floor(class) - MN_HEAP_HEADER_BYTES;
}

struct mn_heap_stats mn_heap_stats(const struct mn_heap *heap)
{
    struct mn_heap_stats stats = {
        .capacity_bytes = heap->end_at ? heap->end_at - FIRST_AT : 0,
        .live_bytes = heap->live_bytes,
        .live_blocks = heap->live_blocks,
        .peak_bytes = heap->peak_bytes,
        .largest_bytes = largest_bytes(heap),
        .failed_tries = heap->failed_tries,
        .refusals = heap->refusals,
        .waiters = heap->obstacles - (heap->refuse_in ? 1u : 0u),
    };
    return stats;
}
