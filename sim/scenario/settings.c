/* settings.c — the lines that say which machine it is.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/common/quote.h"
#include "step.h"
#include "tools/common/trace_filter.h"
#include "values.h"

bool machine_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    struct scenario *scenario = parsing->scenario;
    char name[WORD_BYTES];
    const char *at = words_next(&parsing->words);
    (void)step;
    if (!words_take(&parsing->words, name, "the file of a configuration"))
        return false;
    if (scenario->machine)
        return words_refuse(&parsing->words, at, "the machine was chosen in line %u",
                            scenario->machine_line);
    scenario->machine = strdup(name);
    scenario->machine_line = parsing->words.line;
    scenario->machine_column = (uint32_t)(at - parsing->words.begin) + 1;
    return true;
}

bool set_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    struct scenario *scenario = parsing->scenario;
    char path[WORD_BYTES];
    struct text value;
    const char *at = words_next(&parsing->words);
    (void)step;
    if (!words_take(&parsing->words, path, "the path of a key, such as kernel.heap_size"))
        return false;
    if (strchr(path, '='))
        return words_refuse(&parsing->words, at, "expected a blank, not '=', behind the path");
    if (!words_take_rest(&parsing->words, &value, "a value"))
        return false;
    if (scenario->set_count == SCENARIO_SETS_MAX) {
        free(value.bytes);
        return words_refuse(&parsing->words, at, "more than %u of them", SCENARIO_SETS_MAX);
    }
    size_t room = strlen(path) + 1 + value.count + 1;
    char *set = malloc(room);
    if (set) {
        snprintf(set, room, "%s=%s", path, value.bytes);
        scenario->set_lines[scenario->set_count] = parsing->words.line;
        scenario->sets[scenario->set_count++] = set;
    }
    free(value.bytes);
    return set || words_refuse(&parsing->words, at, "out of memory");
}

bool time_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    struct scenario *scenario = parsing->scenario;
    char word[WORD_BYTES], quoted[HOST_QUOTE_SHORT_BYTES];
    const char *at = words_next(&parsing->words);
    (void)step;
    if (!words_take(&parsing->words, word, "virtual or real"))
        return false;
    bool is_real = strcmp(word, "real") == 0;
    host_quote_short(word, quoted);
    if (!is_real && strcmp(word, "virtual") != 0)
        return words_refuse(&parsing->words, at, "expected virtual or real, got %s", quoted);
    if (scenario->has_time)
        return words_refuse(&parsing->words, at, "the time was chosen before");
    scenario->has_time = true;
    scenario->is_real = is_real;
    return true;
}

bool watchdog_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    char word[WORD_BYTES], quoted[HOST_QUOTE_SHORT_BYTES];
    const char *at = words_next(&parsing->words);
    (void)step;
    if (!words_take(&parsing->words, word, "errors or warns"))
        return false;
    parsing->scenario->is_watched = strcmp(word, "errors") == 0;
    host_quote_short(word, quoted);
    return parsing->scenario->is_watched || strcmp(word, "warns") == 0 ||
           words_refuse(&parsing->words, at, "expected errors or warns, got %s", quoted);
}

bool seed_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    struct scenario *scenario = parsing->scenario;
    char word[WORD_BYTES], quoted[HOST_QUOTE_SHORT_BYTES];
    const char *at = words_next(&parsing->words);
    (void)step;
    if (!words_take(&parsing->words, word, "a number"))
        return false;
    host_quote_short(word, quoted);
    if (!melpo_parse_u64(word, &scenario->seed))
        return words_refuse(&parsing->words, at, "expected a number below 2^64, got %s", quoted);
    if (scenario->has_seed)
        return words_refuse(&parsing->words, at, "the seed was chosen before");
    scenario->has_seed = true;
    return true;
}

bool disturb_plan_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    struct scenario *scenario = parsing->scenario;
    char word[WORD_BYTES], error[256];
    const char *at = words_next(&parsing->words);
    (void)step;
    if (!words_take(&parsing->words, word, "what goes wrong, such as timing, faults or lose,cut"))
        return false;
    if (scenario->has_plan)
        return words_refuse(&parsing->words, at, "what goes wrong was chosen before");
    if (!disturb_parse(&scenario->plan, word, error, sizeof error))
        return words_refuse(&parsing->words, at, "%s", error);
    scenario->has_plan = true;
    return true;
}

bool log_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    struct scenario *scenario = parsing->scenario;
    char word[WORD_BYTES], error[256];
    struct trace_filter filter;
    const char *at = words_next(&parsing->words);
    (void)step;
    if (!words_take(&parsing->words, word, "a filter such as debug or info,kernel::comms=trace"))
        return false;
    if (!trace_filter_parse(&filter, word, error, sizeof error))
        return words_refuse(&parsing->words, at, "%s", error);
    if (scenario->log_filter)
        return words_refuse(&parsing->words, at, "the log's filter was chosen before");
    scenario->log_filter = strdup(word);
    return true;
}
