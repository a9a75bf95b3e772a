/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "heap/inner.h"

/* Lays out the arena: index, one free block, the header that closes it. */
RAW static void lay_out(struct mn_heap *heap, uint32_t usable_bytes)
{
    uint32_t classes = class_of(usable_bytes) + 1;
    uint32_t index_bytes = PAYLOAD_AT + (classes - NOBODY_CLASS) * LINKS_BYTES;
    heap->first = block_after(heap->nobody, index_bytes);
    heap->span_bytes = usable_bytes - index_bytes - PAYLOAD_AT;
    heap->most_bytes = heap->span_bytes - MN_HEAP_HEADER_BYTES;
    for (uint32_t class = NOBODY_CLASS; class < classes; class++) {
        struct mn_heap_block *root = class_root(heap, class);
        root->next = root->prev = root;
    }
    block_after(heap->first, heap->span_bytes)->head = BLOCK_AFTER_FREE; /* live, of no size */
    block_link(heap, heap->first, heap->span_bytes);
}

enum mn_err mn_heap_init(struct mn_heap *heap, void *arena, uint32_t arena_bytes)
{
    *heap = (struct mn_heap){0};
    mn_list_init(&heap->waiters);
    if (arena_bytes < MN_HEAP_ARENA_MIN)
        return MN_ERR_NO_MEMORY;

    uint32_t skip = (uint32_t)(-(uintptr_t)arena % MN_HEAP_ALIGN_BYTES);
    uint32_t usable_bytes = (arena_bytes - skip) & ~BLOCK_FLAGS;
    heap->nobody = block_after(arena, skip);
    poison(heap->nobody, usable_bytes);
    lay_out(heap, usable_bytes);
    return MN_OK;
}

void mn_heap_finish(struct mn_heap *heap)
{
    MN_ASSERT(mn_list_is_empty(&heap->waiters));
    uintptr_t index_bytes = (uintptr_t)heap->first - (uintptr_t)heap->nobody;
    unpoison(heap->nobody, index_bytes + heap->span_bytes + PAYLOAD_AT);
}

/* The size of the block that `bytes` need; they are at most heap->most_bytes. */
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
    if (class_is_empty(heap, class))
        return 0;
    return (class_root(heap, class)->next->head & ~BLOCK_FLAGS) >= size ? class : 0;
}

static inline void count_taken(struct mn_heap *heap, uint32_t size)
{
    heap->live_blocks++;
    heap->live_bytes += size;
    if (heap->live_bytes > heap->peak_bytes)
        heap->peak_bytes = heap->live_bytes;
}

/* Cuts a block of `found` bytes to `size` and files the rest as free, or leaves it whole when the
 * rest would be a crumb. Returns its size. */
RAW static inline uint32_t block_cut(struct mn_heap *heap, struct mn_heap_block *block,
                                     uint32_t found, uint32_t size)
{
    uint32_t rest = found - size;
    uint32_t cuts = -(uint32_t)(rest >= BLOCK_REST_MIN); /* all ones, or 0 */
    uint32_t rest_at = (uint32_t)((uintptr_t)block - (uintptr_t)heap->nobody) + size;
    block_after(block, found)->head &= ~BLOCK_AFTER_FREE | cuts;
    block_link(heap, block_after(heap->nobody, rest_at & cuts),
               NOBODY_SIZE + ((rest - NOBODY_SIZE) & cuts)); /* the rest, or nobody */
    return found - (rest & cuts);
}

RAW static void *take(struct mn_heap *heap, uint32_t bytes)
{
    if (bytes > heap->most_bytes)
        return NULL;
    uint32_t size = size_for(bytes);
    uint32_t class = class_for(heap, size);
    if (!class)
        return NULL;

    struct mn_heap_block *block = block_pop(heap, class);
    uint32_t found = block->head & ~BLOCK_FLAGS;
    MN_ASSERT(found >= size);
    size = block_cut(heap, block, found, size);
    block->head = size;
    count_taken(heap, size);
    void *memory = (unsigned char *)block + PAYLOAD_AT;
    unpoison(memory, bytes);
    return memory;
}

RAW bool mn_heap_has_room(const struct mn_heap *heap, uint32_t bytes)
{
    return bytes <= heap->most_bytes && class_for(heap, size_for(bytes)) != 0;
}

RAW void *mn_heap_try(struct mn_heap *heap, uint32_t bytes)
{
    void *memory = NULL;
    if (MN_LIKELY(heap->obstacles == 0) || mn_heap_is_open(heap))
        memory = take(heap, bytes);
    if (MN_UNLIKELY(!memory))
        heap->failed_tries++;
    return memory;
}

/* The block whose payload is `memory`, having made sure that it is live and ours. */
RAW static inline struct mn_heap_block *block_of(const struct mn_heap *heap, void *memory)
{
    struct mn_heap_block *block = block_before(memory, PAYLOAD_AT);
    uintptr_t offset = (uintptr_t)block - (uintptr_t)heap->first;
    MN_ASSERT(offset < heap->span_bytes && offset % MN_HEAP_ALIGN_BYTES == 0); /* ours */
    MN_ASSERT(!(block->head & BLOCK_FREE)); /* not freed twice */
    uint32_t size = block->head & ~BLOCK_FLAGS;
    MN_ASSERT(size >= BLOCK_MIN && size <= heap->span_bytes - (uint32_t)offset);
    return block;
}

RAW void mn_heap_free(struct mn_heap *heap, void *memory)
{
    if (!memory)
        return;
    struct mn_heap_block *block = block_of(heap, memory);
    uint32_t head = block->head;
    uint32_t size = head & ~BLOCK_FLAGS;
    struct mn_heap_block *next = block_after(block, size);
    uint32_t next_head = next->head;
    MN_ASSERT(!(next_head & BLOCK_AFTER_FREE));
    poison(memory, size - MN_HEAP_HEADER_BYTES);
    heap->live_blocks--;
    heap->live_bytes -= size;

    block->head = head | BLOCK_FREE; /* stays behind to catch a second free */
    if (next_head & BLOCK_FREE) {
        block_unlink(heap, next, next_head);
        size += next_head & ~BLOCK_FLAGS;
    } else {
        next->head = next_head | BLOCK_AFTER_FREE;
    }
    if (head & BLOCK_AFTER_FREE) {
        uint32_t before = block->before;
        block = block_before(block, before);
        MN_ASSERT(block->head == (before | BLOCK_FREE));
        block_unlink(heap, block, before);
        size += before;
    }
    block_link(heap, block, size);
    if (MN_UNLIKELY(heap->obstacles != 0))
        mn_heap_serve(heap);
}

/* What the smallest block of the topmost class in use gives. Looks at no memory of the arena, so
 * that it can be asked when that is gone. */
static uint32_t largest_bytes(const struct mn_heap *heap)
{
    for (uint32_t word = MN_HEAP_WORDS; word-- > 0;) {
        uint64_t classes = heap->classes_in_use[word];
        if (word == 0)
            classes &= ~(UINT64_C(1) << NOBODY_CLASS);
        if (classes == 0)
            continue;
        uint32_t class = word * 64u + 63u - (uint32_t)__builtin_clzll(classes);
        return class_floor(class) - MN_HEAP_HEADER_BYTES;
    }
    return 0;
}

struct mn_heap_stats mn_heap_stats(const struct mn_heap *heap)
{
    return (struct mn_heap_stats){
        .capacity_bytes = heap->span_bytes,
        .live_bytes = heap->live_bytes,
        .live_blocks = heap->live_blocks,
        .peak_bytes = heap->peak_bytes,
        .largest_bytes = largest_bytes(heap),
        .failed_tries = heap->failed_tries,
        .refusals = heap->refusals,
        .waiters = heap->obstacles - (heap->refuse_in ? 1u : 0u),
    };
}
