/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/chance.h"

#define STEP UINT64_C(0x9e3779b97f4a7c15)

static uint64_t mix(uint64_t bits)
{
    bits = (bits ^ (bits >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94d049bb133111eb);
    return bits ^ (bits >> 31);
}

void chance_init(struct chance *chance, uint64_t seed)
{
    for (uint32_t i = 0; i < CHANCE_STREAMS; i++)
        chance->states[i] = i == CHANCE_ENTROPY ? seed : chance_at(seed, i, 0);
}

uint64_t chance_draw(struct chance *chance, enum chance_stream stream)
{
    return mix(chance->states[stream] += STEP);
}

uint32_t chance_below(struct chance *chance, enum chance_stream stream, uint32_t count)
{
    return (uint32_t)((chance_draw(chance, stream) >> 32) * count >> 32);
}

uint64_t chance_at(uint64_t seed, uint64_t kind, uint64_t nth)
{
    return mix(mix(mix(seed + STEP) + (kind + 1) * STEP) + nth * STEP);
}
