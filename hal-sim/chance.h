/* chance.h — every random choice of a machine, out of one seed.
 *
 *     seed ──┬─ entropy ── 91 07 c4 ...          a stream for each purpose: one more draw in one
 *            ├─ order ──── 3 0 1 ...             of them changes none of the others
 *            └─ ...
 *
 * The generator is SplitMix64: every seed gives another sequence, from the first number on.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef HAL_SIM_CHANCE_H
#define HAL_SIM_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

enum chance_stream {
    CHANCE_ENTROPY, /* what the machine itself asks for */
    CHANCE_ORDER,   /* who of the ready tasks is first */
    CHANCE_LINES,   /* when interrupts come */
    CHANCE_CHUNKS,  /* in what pieces received bytes are handed over */
    CHANCE_SENT,    /* when a span is told to have been sent */
    CHANCE_KEYS,    /* how fast the typist types */
    CHANCE_STREAMS,
};

struct chance {
    uint64_t states[CHANCE_STREAMS];
};

void chance_init(struct chance *chance, uint64_t seed);

/* The next 64 bits of a stream. */
uint64_t chance_draw(struct chance *chance, enum chance_stream stream);

/* 0 to count - 1; `count` is at least 1. */
uint32_t chance_below(struct chance *chance, enum chance_stream stream, uint32_t count);

/* True once in `count` draws. */
static inline bool chance_one_in(struct chance *chance, enum chance_stream stream, uint32_t count)
{
    return chance_below(chance, stream, count) == 0;
}

/* 64 bits that follow from all three, and from nothing that was drawn before. */
uint64_t chance_at(uint64_t seed, uint64_t kind, uint64_t nth);

#endif
