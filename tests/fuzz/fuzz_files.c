/* fuzz_files.c — mutations of files for a fuzz entry, where there is no libFuzzer: ROUNDS FILE...
 *
 * A mutation replaces short stretches of a file by one of the target's pieces, or by any byte. The
 * same rounds of the same files are the same every time.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "random.h"

#define ROOM 65536u
#define FILES_MAX 128
#define STRETCH_MAX 7u
#define STRETCHES_MAX 11u
#define ANY_BYTE 8u /* as many choices are any byte */

static size_t mutate(uint8_t *text, size_t count, uint64_t *random)
{
    size_t at = test_random(random) % (count + 1);
    size_t gone = test_random(random) % (STRETCH_MAX + 1);
    size_t choice = test_random(random) % (fuzz_piece_count + ANY_BYTE);
    char any = (char)test_random(random);
    const char *piece = choice < fuzz_piece_count ? fuzz_pieces[choice] : &any;
    size_t length = choice < fuzz_piece_count ? strlen(piece) : 1;
    if (gone > count - at)
        gone = count - at;
    if (count - gone + length > ROOM)
        return count;
    memmove(text + at + length, text + at + gone, count - at - gone);
    memcpy(text + at, piece, length);
    return count - gone + length;
}

static size_t load(const char *path, uint8_t *text)
{
    FILE *file = fopen(path, "rb");
    demand(file != NULL, path);
    size_t count = fread(text, 1, ROOM, file);
    fclose(file);
    return count;
}

int main(int argc, char **argv)
{
    static uint8_t files[FILES_MAX][ROOM], text[ROOM];
    size_t counts[FILES_MAX];
    int file_count = argc - 2;
    uint64_t random = 1;
    if (file_count < 1 || file_count > FILES_MAX) {
        fprintf(stderr, "usage: %s ROUNDS FILE... (at most %d)\n", argv[0], FILES_MAX);
        return 2;
    }
    uint64_t rounds = strtoull(argv[1], NULL, 10);
    for (int i = 0; i < file_count; i++)
        counts[i] = load(argv[2 + i], files[i]);
    for (uint64_t round = 0; round < rounds; round++) {
        size_t choice = round % (uint64_t)file_count, count = counts[choice];
        memcpy(text, files[choice], count);
        for (uint64_t left = test_random(&random) % (STRETCHES_MAX + 1); left > 0; left--)
            count = mutate(text, count, &random);
        LLVMFuzzerTestOneInput(text, count);
    }
    return 0;
}
