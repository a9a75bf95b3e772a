/* fuzz_main.c — random inputs for a fuzz entry, where there is no libFuzzer: KIND SEED COUNT.
 *
 * The first byte of an input says what kind it is; KIND settles it: `bytes`, `words` or `both`.
 * Input number n of a seed is the same every time, so a failure is found again with its seed.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "random.h"

#define INPUT_BYTES 400u

/* Whether the first byte of an input is odd: 0 or 1, or 2 for either. */
static int kind_of(const char *name)
{
    if (strcmp(name, "bytes") == 0)
        return 0;
    return strcmp(name, "words") == 0 ? 1 : 2;
}

int main(int count, char **arguments)
{
    if (count != 4) {
        fprintf(stderr, "usage: %s bytes|words|both SEED COUNT\n", arguments[0]);
        return 2;
    }
    int kind = kind_of(arguments[1]);
    uint64_t seed = strtoull(arguments[2], NULL, 10);
    uint64_t inputs = strtoull(arguments[3], NULL, 10);
    printf("%s: seed %llu\n", arguments[1], (unsigned long long)seed);
    fflush(stdout);
    for (uint64_t i = 0; i < inputs; i++) {
        uint8_t input[INPUT_BYTES];
        uint64_t state = seed * UINT64_C(1000000007) + i;
        size_t size = 1 + test_random(&state) % (INPUT_BYTES - 1);
        for (size_t at = 0; at < size; at++)
            input[at] = (uint8_t)test_random(&state);
        if (kind < 2)
            input[0] = (uint8_t)((input[0] & 0xfe) | kind);
        LLVMFuzzerTestOneInput(input, size);
    }
    printf("%s: %llu inputs, nothing found\n", arguments[1], (unsigned long long)inputs);
    return 0;
}
