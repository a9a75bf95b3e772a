/* fuzz_config.c — any bytes as a configuration: refused with a reason, or printed and read again.
 *
 * With clang, an entry for libFuzzer (-fsanitize=fuzzer). With FUZZ_ROUNDS defined, a program of
 * its own: that many mutations of the files given, from a fixed seed.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t count);

/* A broken promise ends the program, whatever it was built with. */
static void demand(bool kept, const char *what)
{
    if (kept)
        return;
    fprintf(stderr, "fuzz_config: %s\n", what);
    abort();
}

static char *print(const struct melpo_config *config, size_t *count)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, count);
    demand(out != NULL, "no memory to print into");
    melpo_config_print(config, out);
    fclose(out);
    return text;
}

static void demand_same_again(const struct melpo_config *config)
{
    struct melpo_config again;
    struct melpo_problems problems = MELPO_PROBLEMS_NONE;
    size_t count, again_count;
    char *text = print(config, &count);
    demand(melpo_config_read_text(&again, "printed", text, count, NULL, 0, &problems),
           "what was printed is refused");
    char *again_text = print(&again, &again_count);
    demand(strcmp(text, again_text) == 0, "what was printed prints otherwise");
    free(text);
    free(again_text);
}

/* The text, and behind its first NUL a --set. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    struct melpo_config config;
    struct melpo_problems problems = MELPO_PROBLEMS_NONE;
    char *text = malloc(count + 1);
    demand(text != NULL, "no memory");
    memcpy(text, data, count);
    text[count] = '\0';
    size_t first = strlen(text);
    const char *set = first < count ? text + first + 1 : NULL;
    bool good = melpo_config_read_text(&config, "fuzz", text, first, &set, set != NULL, &problems);
    demand(good == (problems.count == 0), "accepted with problems, or refused without");
    if (good)
        demand_same_again(&config);
    melpo_problems_finish(&problems);
    free(text);
    return 0;
}

#ifdef FUZZ_ROUNDS
#define ROOM 65536u

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Replaces a short stretch of the text by one of the pieces JSON is made of, or by any byte. */
static size_t mutate(uint8_t *text, size_t count, uint64_t *state)
{
    static const char *const pieces[] = {
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "0", "-", "1e999", "true",
        "null", "\"enabled\"", "\"serial_mux\"", "\"uarts\"", "\"127.0.0.1:0\"",
        "\"1s\"", "\xc3\xa4", "{}", "",
    };
    size_t at = next(state) % (count + 1);
    size_t gone = next(state) % 8;
    char any[2] = {(char)next(state), '\0'};
    size_t choice = next(state) % (sizeof pieces / sizeof pieces[0] + 4);
    const char *piece = choice < sizeof pieces / sizeof pieces[0] ? pieces[choice] : any;
    size_t length = strlen(piece);
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
    static uint8_t seedling[ROOM], text[ROOM];
    uint64_t state = 88172645463325252u;
    demand(argc > 1, "give me files to mutate");
    for (unsigned round = 0; round < FUZZ_ROUNDS; round++) {
        size_t seed_count = load(argv[1 + round % (unsigned)(argc - 1)], seedling);
        memcpy(text, seedling, seed_count);
        size_t count = seed_count;
        for (uint64_t i = next(&state) % 8; i > 0; i--)
            count = mutate(text, count, &state);
        LLVMFuzzerTestOneInput(text, count);
    }
    return 0;
}
#endif
