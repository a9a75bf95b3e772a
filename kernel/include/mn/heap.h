/* heap.h — memory in constant time.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_HEAP_H
#define MN_HEAP_H

#include "mn/wait.h"

struct mn_heap {
    struct mn_waitq waiters;
};

/* MN_ERR_NO_MEMORY: fewer than 256 bytes. */
MN_MUST_USE enum mn_err mn_heap_init(struct mn_heap *heap, void *arena, uint32_t arena_bytes);
void mn_heap_finish(struct mn_heap *heap);

#endif
