/* fuzz_scenario.c — any bytes as a scenario: refused with a reason, or steps that are whole.
 *
 * With clang, an entry for libFuzzer (-fsanitize=fuzzer). With fuzz_files.c instead:
 * fuzz_scenario ROUNDS FILE...
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "scenario.h"
#include "step.h"

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
    char *text = fuzz_alone(data, count);
    demand(scenario, "no memory");
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

const char *const fuzz_pieces[] = {
    "\n", " ", "\t", "\r\n", "#", "\"", "\\", "\\x4", "\\x00", "\\r\\n", "/", "(", ")", "[",
    "]", "{2,300}", "*", "+", "|", "^", "$", "\\1", "machine ", "set ", "time real\n", "log ",
    "connect console", "connect mux:10", " as ", "busy ", "send ", "slowly ", "paste ",
    "expect ", "next ", "refuse ", "finish ", "gone ", "cut ", "wait ", "advance ", "power\n",
    "exit ", "check ", "remember ", " within ", " for ", "5s", "366d", "18446744073709551616",
    "64KiB", "tasks", "uart.console.sent_bytes", "heap.live_bytes", " = ", " <= ", "console ",
    "type ", "press ", "Ctrl+", "F5", "screen shows ", "screen matches ", " region ",
    "\xc3\xa4", "\xff", "",
};
const size_t fuzz_piece_count = sizeof fuzz_pieces / sizeof *fuzz_pieces;
