/* inner.h — what the files of the heap share, and nobody else calls.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_HEAP_INNER_H
#define MN_HEAP_INNER_H

#include "heap/blocks.h"

/* Whether a newcomer may take memory: nobody waits, and it is not the one to be refused. Counts
 * an armed refusal down, so ask once for each allocation. */
bool mn_heap_is_open(struct mn_heap *heap);

/* Hands memory to the longest waiting if it fits. */
void mn_heap_serve(struct mn_heap *heap);

#endif
