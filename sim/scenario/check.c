/* check.c — the steps that look at the machine's figures.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "tools/common/nearest.h"
#include "tools/common/quote.h"
#include "run.h"
#include "values.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define POLL_US 1000u /* figures tell nobody that they have changed */

static const char *const relations[] = {
    [RELATION_EQ] = "=", [RELATION_NE] = "!=", [RELATION_LT] = "<",
    [RELATION_LE] = "<=", [RELATION_GT] = ">", [RELATION_GE] = ">=",
};

static bool take_relation(struct words *words, enum relation *relation)
{
    char word[WORD_BYTES], quoted[HOST_QUOTE_SHORT_BYTES];
    const char *at = words_next(words);
    if (!words_take(words, word, "one of = != < <= > >="))
        return false;
    for (size_t i = 0; i < COUNT_OF(relations); i++) {
        if (strcmp(relations[i], word) == 0) {
            *relation = (enum relation)i;
            return true;
        }
    }
    host_quote_short(word, quoted);
    return words_refuse(words, at, "expected one of = != < <= > >=, got %s", quoted);
}

static uint32_t find_note(const struct scenario *scenario, const char *name)
{
    for (uint32_t i = 0; i < scenario->note_count; i++)
        if (strcmp(scenario->notes[i], name) == 0)
            return i;
    return UINT32_MAX;
}

static bool take_value(struct step_parsing *parsing, struct scenario_step *step)
{
    static const char expected[] = "a number, a size such as 64KiB, or the name of a figure "
                                   "remembered";
    char word[WORD_BYTES], quoted[HOST_QUOTE_SHORT_BYTES];
    struct scenario *scenario = parsing->scenario;
    const char *at = words_next(&parsing->words);
    if (!words_take(&parsing->words, word, expected))
        return false;
    if (melpo_parse_u64(word, &step->value) || melpo_parse_size(word, &step->value))
        return true;
    step->note = find_note(scenario, word);
    if (step->note != UINT32_MAX)
        return true;
    host_quote_short(word, quoted);
    const char *nearest = host_nearest(word, (const char *const *)scenario->notes,
                                       scenario->note_count);
    if (nearest)
        return words_refuse(&parsing->words, at, "no figure %s was remembered; did you mean "
                                                 "\"%s\"?", quoted, nearest);
    return words_refuse(&parsing->words, at, "expected %s, got %s", expected, quoted);
}

bool check_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    return counter_take(&parsing->words, &step->counter) &&
           take_relation(&parsing->words, &step->relation) && take_value(parsing, step) &&
           words_take_limit(&parsing->words, "within", &step->limit_us);
}

bool remember_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    char word[WORD_BYTES], quoted[HOST_QUOTE_SHORT_BYTES];
    struct scenario *scenario = parsing->scenario;
    if (!counter_take(&parsing->words, &step->counter))
        return false;
    const char *at = words_next(&parsing->words);
    if (!words_skip(&parsing->words, "as"))
        return words_refuse(&parsing->words, at, "expected `as NAME`");
    at = words_next(&parsing->words);
    if (!words_take(&parsing->words, word, "a name for the figure"))
        return false;
    host_quote_short(word, quoted);
    if (!melpo_name_is_valid(word) || (*word >= '0' && *word <= '9'))
        return words_refuse(&parsing->words, at, "expected a name of a-z 0-9 _ -, no digit first, "
                                                 "got %s", quoted);
    step->note = find_note(scenario, word);
    if (step->note != UINT32_MAX)
        return true; /* remembered anew */
    if (scenario->note_count == SCENARIO_NOTES_MAX)
        return words_refuse(&parsing->words, at, "more than %u figures", SCENARIO_NOTES_MAX);
    step->note = scenario->note_count;
    scenario->notes[step->note] = strdup(word);
    scenario->note_count += scenario->notes[step->note] != NULL;
    return scenario->notes[step->note] || words_refuse(&parsing->words, at, "out of memory");
}

/* ---- running ---------------------------------------------------------------------------- */

static uint64_t read_counter(const struct run *run, const struct scenario_step *step)
{
    return step->counter.counter->read(&run->board, step->counter.number);
}

static bool holds(uint64_t left, enum relation relation, uint64_t right)
{
    const bool truths[] = {
        [RELATION_EQ] = left == right, [RELATION_NE] = left != right,
        [RELATION_LT] = left < right, [RELATION_LE] = left <= right,
        [RELATION_GT] = left > right, [RELATION_GE] = left >= right,
    };
    return truths[relation];
}

enum step_result check_run(struct run *run, const struct scenario_step *step)
{
    if (!run_has_settled(run))
        return STEP_WAITS;
    if (!run->has_started)
        return run_fail(run, "but", "the machine could not start");
    uint64_t wanted = step->note == UINT32_MAX ? step->value : run->notes[step->note];
    uint64_t found = read_counter(run, step);
    if (holds(found, step->relation, wanted))
        return STEP_DONE;
    if (!run_is_late(run)) {
        run_look_again(run, POLL_US);
        return STEP_WAITS;
    }
    run_fail(run, "but", "it is %" PRIu64, found);
    if (step->note != UINT32_MAX)
        run_say(run, "expected", "%s %" PRIu64, relations[step->relation], wanted);
    return STEP_FAILED;
}

enum step_result remember_run(struct run *run, const struct scenario_step *step)
{
    if (!run_has_settled(run))
        return STEP_WAITS;
    if (!run->has_started)
        return run_fail(run, "but", "the machine could not start");
    run->notes[step->note] = read_counter(run, step);
    return STEP_DONE;
}
