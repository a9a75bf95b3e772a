/* fuzz_main.c — random inputs for a fuzz entry, where there is no libFuzzer: SEED COUNT.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

#define INPUT_BYTES 400u

static uint64_t next(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t mixed = (*state ^ *state >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

int main(int count, char **arguments)
{
    uint64_t seed = count > 1 ? strtoull(arguments[1], NULL, 10) : 1;
    uint64_t inputs = count > 2 ? strtoull(arguments[2], NULL, 10) : 100000;
    for (uint64_t i = 0; i < inputs; i++) {
        uint8_t input[INPUT_BYTES];
        uint64_t state = seed * UINT64_C(1000000007) + i;
        size_t size = next(&state) % INPUT_BYTES;
        for (size_t at = 0; at < size; at++)
            input[at] = (uint8_t)next(&state);
        LLVMFuzzerTestOneInput(input, size);
    }
    printf("%llu inputs\n", (unsigned long long)inputs);
    return 0;
}
