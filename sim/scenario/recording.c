/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "recording.h"

#include <inttypes.h>
#include <string.h>

#include "tape.h"

#define TARGET "sim::scenario"
#define SUFFIX ".scenario"

bool recording_begin(struct run *run)
{
    const struct scenario *scenario = run->scenario;
    struct device_error error;
    const struct tape_settings settings = {
        .path = run->settings->record,
        .config = scenario->machine ? scenario->machine : "default.json",
        .filter = scenario_log_filter(scenario),
        .seed = run->seed,
        .is_virtual = !scenario->is_real,
        .has_choices = run->plan.is_timed,
    };
    if (!settings.path ||
        tape_begin(&run->recorder, &settings, &scenario->config, &run->log, &error))
        return true;
    fprintf(run->told, "%s: it cannot be recorded\n  but       %s: %s\n", scenario->name,
            settings.path, error.text);
    return false;
}

static void say(struct run *run, enum mn_level level, const char *text)
{
    const struct scenario_step *step = &run->scenario->steps[run->step];
    const struct mn_field fields[] = {
        MN_FIELD_U64("line", step->line),
        MN_FIELD_STR("step", step->source),
    };
    log_text_hear(&run->log, level, TARGET, text, fields, MN_COUNT_OF(fields));
}

void recording_say_step(struct run *run)
{
    say(run, MN_LEVEL_INFO, "step");
}

void recording_say_failure(struct run *run)
{
    if (run->step < run->scenario->step_count)
        say(run, MN_LEVEL_ERROR, "here it fails");
}

/* ---- files ------------------------------------------------------------------------------ */

/* The name without folder and suffix; returns its length. */
static size_t stem(const char *name, const char **begin)
{
    const char *slash = strrchr(name, '/');
    *begin = slash ? slash + 1 : name;
    size_t count = strlen(*begin), suffix = strlen(SUFFIX);
    bool has_suffix = count > suffix && strcmp(*begin + count - suffix, SUFFIX) == 0;
    return has_suffix ? count - suffix : count;
}

void recording_name(const struct scenario *scenarios, size_t index, const char *folder, char *path)
{
    const char *name, *other;
    size_t count = stem(scenarios[index].name, &name), same = 1;
    for (size_t i = 0; i < index; i++)
        same += stem(scenarios[i].name, &other) == count && memcmp(name, other, count) == 0;
    char number[24] = "";
    if (same > 1)
        snprintf(number, sizeof number, "-%zu", same);
    snprintf(path, RECORDING_PATH_BYTES, "%s/%.*s%s.melpo", folder, (int)count, name, number);
}

void recording_name_seed(const struct scenario *scenario, uint64_t seed, const char *folder,
                         char *path)
{
    const char *name;
    size_t count = stem(scenario->name, &name);
    snprintf(path, RECORDING_PATH_BYTES, "%s/%.*s.seed-%" PRIu64 ".melpo", folder, (int)count, name,
             seed);
}
