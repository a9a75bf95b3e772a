/* instructions.h — how many instructions pieces of work take, exactly: a child runs them one at a
 * time, its parent steps through each instruction by instruction and counts.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef INSTRUCTIONS_H
#define INSTRUCTIONS_H

#include <stdbool.h>
#include <stdint.h>

/* One piece of work: the `index`th. */
typedef void (*instructions_piece)(void *context, uint32_t index);

struct instructions {
    uint32_t pieces;
    uint64_t most;
    double mean;
};

/* Counts pieces 0 to `count` - 1 in a copy of this process, so that `context` here stays as it is.
 * Before each, `prepare` is called uncounted. Returns false where a process may not trace its
 * child. */
bool instructions_count(instructions_piece prepare, instructions_piece piece, void *context,
                        uint32_t count, struct instructions *result);

#endif
