/* random.h — numbers that look random, and are the same ones each time for the same seed.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef TEST_RANDOM_H
#define TEST_RANDOM_H

#include <stdint.h>

/* The next number of a seed; any seed is a good one. */
static inline uint64_t test_random(uint64_t *seed)
{
    *seed += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t mixed = (*seed ^ *seed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

/* One of 0 to `limit` - 1. */
static inline uint32_t test_random_below(uint64_t *seed, uint32_t limit)
{
    return (uint32_t)(test_random(seed) % limit);
}

/* One of at most `bits_max` bits, 1 to 64, every length from 0 as likely. */
static inline uint64_t test_random_bits(uint64_t *seed, uint32_t bits_max)
{
    uint32_t bits = test_random_below(seed, bits_max + 1);
    return bits == 0 ? 0 : test_random(seed) >> (64 - bits);
}

#endif
