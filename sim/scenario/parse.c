/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tools/common/quote.h"
#include "scenario.h"
#include "step.h"

bool scenario_refuse(const struct scenario *scenario, uint32_t line, uint32_t column,
                     struct melpo_problems *problems, const char *format, ...)
{
    char message[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    melpo_problems_add(problems, "melpo: %s:%u:%u: %s", scenario->name, line, column, message);
    return false;
}

/* Finds the step that the line begins with, of one word or two; `name` keeps all it looked for. */
static const struct step_kind *take_kind(struct words *words, char name[2 * WORD_BYTES])
{
    char next[WORD_BYTES];
    const struct step_kind *kind = step_find(name);
    struct words ahead = *words;
    struct melpo_problems unheard = MELPO_PROBLEMS_NONE;
    ahead.problems = &unheard;
    if (!kind && !words_are_over(&ahead) && words_take(&ahead, next, "a word")) {
        size_t count = strlen(name);
        snprintf(name + count, 2 * WORD_BYTES - count, " %s", next);
        kind = step_find(name);
        if (kind)
            words->at = ahead.at;
        else if (!step_nearest(name))
            name[count] = '\0';
    }
    melpo_problems_finish(&unheard);
    return kind;
}

static bool refuse_unknown(struct words *words, const char *at, char *name)
{
    char quoted[HOST_QUOTE_SHORT_BYTES];
    const char *nearest = step_nearest(name);
    if (nearest && !strchr(nearest, ' '))
        name[strcspn(name, " ")] = '\0';
    host_quote_short(name, quoted);
    if (nearest)
        return words_refuse(words, at, "unknown step %s; did you mean \"%s\"?", quoted, nearest);
    return words_refuse(words, at, "unknown step %s; melpo test --list-steps has them all", quoted);
}

/* The line from its first word to its last. */
static char *copy_source(const struct words *words)
{
    size_t count = (size_t)(words->end - words->at);
    while (count > 0 && strchr(" \t\r", words->at[count - 1]))
        count--;
    char *copy = malloc(count + 1); /* no strndup: nothing ends what it would copy from */
    if (copy) {
        memcpy(copy, words->at, count);
        copy[count] = '\0';
    }
    return copy;
}

static bool is_in_place(struct step_parsing *parsing, const struct step_kind *kind, const char *at)
{
    if (kind->group == STEP_SETTING && parsing->scenario->has_begun)
        return words_refuse(&parsing->words, at,
                            "`%s` is about how the machine starts: it stands before all that talks "
                            "to it", kind->name);
    if (kind->group != STEP_SETTING)
        parsing->scenario->has_begun = true;
    return true;
}

static bool parse_step(struct step_parsing *parsing, struct scenario_step *step)
{
    struct words *words = &parsing->words;
    char name[2 * WORD_BYTES], quoted[HOST_QUOTE_SHORT_BYTES];
    const char *begin = words_next(words);
    step->line = words->line;
    step->column = (uint32_t)(begin - words->begin) + 1; /* blanks are one column each */
    step->note = UINT32_MAX;
    step->source = copy_source(words);
    if (!words_take(words, name, "a step"))
        return false;
    step->kind = take_kind(words, name);
    while (step->kind && step->kind->group == STEP_MARK) {
        step->is_must = true;
        begin = words_next(words);
        if (!words_take(words, name, "a step"))
            return false;
        step->kind = take_kind(words, name);
    }
    if (!step->kind)
        return refuse_unknown(words, begin, name);
    if (!is_in_place(parsing, step->kind, begin) || !step->kind->parse(parsing, step))
        return false;
    if (words_are_over(words))
        return true;
    snprintf(name, sizeof name, "%.*s", (int)(words->end - words->at), words->at);
    host_quote_short(name, quoted);
    return words_refuse(words, words->at, "unexpected %s; the step is: %s%s%s", quoted,
                        step->kind->name, *step->kind->form ? " " : "", step->kind->form);
}

static void finish_step(struct scenario_step *step)
{
    pattern_finish(&step->pattern);
    free(step->source);
    free(step->file);
}

static bool make_room(struct scenario *scenario)
{
    size_t room = scenario->step_room ? 2 * scenario->step_room : 16;
    if (scenario->step_count < scenario->step_room)
        return true;
    struct scenario_step *steps = realloc(scenario->steps, room * sizeof *steps);
    if (!steps)
        return false;
    scenario->steps = steps;
    scenario->step_room = room;
    return true;
}

static void parse_line(struct step_parsing *parsing)
{
    struct scenario *scenario = parsing->scenario;
    struct words *words = &parsing->words;
    struct scenario_step step = {.kind = NULL};
    if (words_are_over(words))
        return;
    if (words->end - words->begin > (ptrdiff_t)TEXT_BYTES_MAX) {
        words_refuse(words, words->begin, "a line of more than %u bytes", TEXT_BYTES_MAX);
        return;
    }
    if (scenario->step_count == SCENARIO_STEPS_MAX) {
        words_refuse(words, words->begin, "more than %u steps", SCENARIO_STEPS_MAX);
        words->begin = words->end = NULL; /* no need to say so of every line that follows */
        return;
    }
    bool is_kept = parse_step(parsing, &step) && step.kind->run;
    if (is_kept && !make_room(scenario))
        is_kept = words_refuse(words, words->begin, "out of memory");
    if (is_kept)
        scenario->steps[scenario->step_count++] = step;
    else
        finish_step(&step);
}

/* Some editors begin a file with a byte order mark. */
static const char *behind_mark(const char *text, size_t count)
{
    return count >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text;
}

/* A zero byte says that the file is no text, or UTF-16: then every line of it would be told of. */
static bool is_text(const char *text, size_t count, struct words words)
{
    const char *zero = memchr(text, '\0', count);
    words.begin = text;
    words.line = 1;
    for (const char *at = text; zero && at < zero; at++) {
        if (*at == '\n') {
            words.begin = at + 1;
            words.line++;
        }
    }
    return !zero || words_refuse(&words, zero, "a zero byte: a scenario is plain text in UTF-8");
}

bool scenario_parse(struct scenario *scenario, const char *name, const char *text, size_t count,
                    struct melpo_problems *problems)
{
    size_t before = problems->count;
    const char *end = text + count;
    struct step_parsing parsing = {.scenario = scenario};
    *scenario = (struct scenario){.name = strdup(name), .peer_count = 1};
    strcpy(scenario->peers[SCENARIO_LOG].name, "log");
    scenario->peers[SCENARIO_LOG].port = -1;
    parsing.words = (struct words){.name = name, .problems = problems};
    if (!is_text(text, count, parsing.words))
        return false;
    for (const char *at = behind_mark(text, count); at < end;) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        parsing.words.begin = parsing.words.at = at;
        parsing.words.end = line_end ? line_end : end;
        parsing.words.line++;
        parse_line(&parsing);
        if (!parsing.words.end)
            break;
        at = line_end ? line_end + 1 : end;
    }
    if (scenario->step_count == 0 && problems->count == before)
        melpo_problems_add(problems, "melpo: %s: no step in it; melpo test --list-steps has them "
                                     "all", name);
    return problems->count == before;
}

void scenario_finish(struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->step_count; i++)
        finish_step(&scenario->steps[i]);
    for (uint32_t i = 0; i < scenario->set_count; i++)
        free(scenario->sets[i]);
    for (uint32_t i = 0; i < scenario->note_count; i++)
        free(scenario->notes[i]);
    free(scenario->steps);
    free(scenario->name);
    free(scenario->machine);
    free(scenario->log_filter);
    memset(scenario, 0, sizeof *scenario);
}
