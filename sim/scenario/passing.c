/* passing.c — the steps in which time passes, to the end.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <inttypes.h>

#include "tools/common/quote.h"
#include "run.h"
#include "values.h"

#define STATUS_MAX 255u

bool wait_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    return words_take_duration(&parsing->words, &step->limit_us);
}

bool advance_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    if (parsing->scenario->is_real)
        return words_refuse(&parsing->words, parsing->words.begin,
                            "real time cannot be advanced; `wait` waits");
    return wait_parse(parsing, step);
}

enum step_result wait_run(struct run *run, const struct scenario_step *step)
{
    (void)step;
    if (run_has_passed(run))
        return STEP_DONE;
    return run->has_halted ? run_fail(run, "but", "the machine has halted with status %d",
                                      run->halt_code)
                           : STEP_WAITS;
}

bool calm_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    (void)parsing;
    (void)step;
    return true;
}

enum step_result calm_run(struct run *run, const struct scenario_step *step)
{
    (void)step;
    if (run->has_started)
        board_calm(&run->board);
    return STEP_DONE;
}

bool power_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    (void)parsing;
    (void)step;
    return true;
}

enum step_result power_run(struct run *run, const struct scenario_step *step)
{
    (void)step;
    if (run->has_started)
        board_press_power(&run->board);
    return STEP_DONE;
}

bool exit_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    char word[WORD_BYTES], quoted[HOST_QUOTE_SHORT_BYTES];
    const char *at = words_next(&parsing->words);
    step->limit_us = STEP_LIMIT_US;
    if (!words_take(&parsing->words, word, "an exit status"))
        return false;
    host_quote_short(word, quoted);
    if (!melpo_parse_u64(word, &step->value) || step->value > STATUS_MAX)
        return words_refuse(&parsing->words, at, "expected an exit status, 0 to %u, got %s",
                            STATUS_MAX, quoted);
    return words_take_limit(&parsing->words, "within", &step->limit_us);
}

enum step_result exit_run(struct run *run, const struct scenario_step *step)
{
    if (!run->has_halted)
        return run_is_late(run) ? run_fail(run, "but", "the machine has not halted") : STEP_WAITS;
    if ((uint64_t)run->halt_code == step->value)
        return STEP_DONE;
    return run_fail(run, "but", "the machine has halted with status %d", run->halt_code);
}
