/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/heap.h"

enum mn_err mn_heap_init(struct mn_heap *heap, void *arena, uint32_t arena_bytes)
{
    (void)arena;
    mn_waitq_init(&heap->waiters);
    return arena_bytes < 256 ? MN_ERR_NO_MEMORY : MN_OK;
}

void mn_heap_finish(struct mn_heap *heap)
{
    MN_ASSERT(mn_waitq_is_empty(&heap->waiters));
}
