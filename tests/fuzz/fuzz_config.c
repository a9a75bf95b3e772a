/* fuzz_config.c — any bytes as a configuration: refused with a reason, or printed and read again.
 *
 * With clang, an entry for libFuzzer (-fsanitize=fuzzer). With fuzz_files.c instead:
 * fuzz_config ROUNDS FILE...
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "fuzz.h"

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

const char *const fuzz_pieces[] = {
    "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "0", "-", "1e999", "true",
    "null", "\"enabled\"", "\"serial_mux\"", "\"uarts\"", "\"127.0.0.1:0\"",
    "\"1s\"", "\xc3\xa4", "{}", "",
};
const size_t fuzz_piece_count = sizeof fuzz_pieces / sizeof *fuzz_pieces;
