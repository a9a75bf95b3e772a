/* fuzz_scenario.c — any bytes as a scenario: refused with a reason, or steps that are whole.
 *
 * With clang, an entry for libFuzzer (-fsanitize=fuzzer). With FUZZ_ROUNDS defined, a program of
 * its own: ROUNDS mutations (FUZZ_ROUNDS unless given) of the files given, from a fixed seed.
 *
 *     fuzz_scenario [--rounds N] FILE...
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario.h"
#include "step.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t count);

/* A broken promise ends the program, whatever it was built with. */
static void demand(bool kept, const char *what)
{
    if (kept)
        return;
    fprintf(stderr, "fuzz_scenario: %s\n", what);
    abort();
}

static void demand_whole(const struct scenario *scenario, const struct scenario_step *step)
{
    const struct pattern *pattern = &step->pattern;
    regmatch_t match;
    demand(step->kind && step->kind->run, "a step that cannot be run");
    demand(step->line > 0 && step->column > 0 && step->source, "a step without a place");
    demand(step->peer < scenario->peer_count, "a step of nobody");
    demand(step->note == UINT32_MAX || step->note < scenario->note_count, "no such figure");
    demand(!pattern->text.bytes || pattern->text.bytes[pattern->text.count] == '\0',
           "a text without an end");
    if (pattern->is_regex)
        regexec(&pattern->regex, "3 ok.\r\n", 1, &match, 0);
}

/* Each problem begins with the file, a line and a column in it, except that there is no step. */
static void demand_places(const struct melpo_problems *problems)
{
    unsigned line, column;
    for (size_t i = 0; i < problems->line_count; i++)
        demand(sscanf(problems->lines[i], "melpo: fuzz:%u:%u: ", &line, &column) == 2 ||
                   strstr(problems->lines[i], "no step in it"),
               problems->lines[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t count)
{
    struct melpo_problems problems = MELPO_PROBLEMS_NONE;
    struct scenario *scenario = malloc(sizeof *scenario);
    char *text = malloc(count ? count : 1); /* of its very size, so that a sanitizer sees its end */
    demand(scenario && text, "no memory");
    if (count > 0)
        memcpy(text, data, count);
    bool is_good = scenario_parse(scenario, "fuzz", text, count, &problems);
    free(text);
    demand(is_good == (problems.count == 0), "accepted with problems, or refused without");
    demand_places(&problems);
    for (size_t i = 0; i < scenario->step_count; i++)
        demand_whole(scenario, &scenario->steps[i]);
    scenario_finish(scenario);
    melpo_problems_finish(&problems);
    free(scenario);
    return 0;
}

#ifdef FUZZ_ROUNDS
#define ROOM 65536u
#define FILES_MAX 128

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Replaces a short stretch of the text by one of the pieces lines are made of, or by any byte. */
static size_t mutate(uint8_t *text, size_t count, uint64_t *state)
{
    static const char *const pieces[] = {
        "\n", " ", "\t", "\r\n", "#", "\"", "\\", "\\x4", "\\x00", "\\r\\n", "/", "(", ")", "[",
        "]", "{2,300}", "*", "+", "|", "^", "$", "\\1", "machine ", "set ", "time real\n", "log ",
        "connect console", "connect mux:10", " as ", "busy ", "send ", "slowly ", "paste ",
        "expect ", "next ", "refuse ", "finish ", "gone ", "cut ", "wait ", "advance ", "power\n",
        "exit ", "check ", "remember ", " within ", " for ", "5s", "366d", "18446744073709551616",
        "64KiB", "tasks", "uart.console.sent_bytes", "heap.live_bytes", " = ", " <= ", "console ",
        "type ", "press ", "Ctrl+", "F5", "screen shows ", "screen matches ", " region ",
        "\xc3\xa4", "\xff", "",
    };
    size_t at = next(state) % (count + 1);
    size_t gone = next(state) % 8;
    char any[2] = {(char)next(state), '\0'};
    size_t choice = next(state) % (sizeof pieces / sizeof pieces[0] + 8);
    const char *piece = choice < sizeof pieces / sizeof pieces[0] ? pieces[choice] : any;
    size_t length = strlen(piece);
    if (piece == any)
        length = 1; /* also a zero */
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
    static size_t counts[FILES_MAX];
    uint64_t state = 88172645463325252u, rounds = FUZZ_ROUNDS;
    int first = argc > 2 && strcmp(argv[1], "--rounds") == 0 ? 3 : 1;
    if (first == 3)
        rounds = strtoull(argv[2], NULL, 10);
    int file_count = argc - first;
    demand(file_count > 0 && file_count <= FILES_MAX, "give me files to mutate, not too many");
    for (int i = 0; i < file_count; i++)
        counts[i] = load(argv[first + i], files[i]);
    for (uint64_t round = 0; round < rounds; round++) {
        size_t choice = round % (uint64_t)file_count, count = counts[choice];
        memcpy(text, files[choice], count);
        for (uint64_t i = next(&state) % 12; i > 0; i--)
            count = mutate(text, count, &state);
        LLVMFuzzerTestOneInput(text, count);
    }
    return 0;
}
#endif
