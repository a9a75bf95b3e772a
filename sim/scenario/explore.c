/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "explore.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "crew.h"
#include "options.h"
#include "recording.h"
#include "report.h"

struct exploring {
    const struct scenario **scenarios; /* those to be explored */
    size_t count;
    const struct job_settings *settings;
    uint64_t seeds;
};

/* ---- which run is which ----------------------------------------------------------------- */

static void give_run(const void *context, uint64_t run, struct crew_run *given)
{
    const struct exploring *exploring = context;
    struct run_settings *settings = &given->settings;
    given->scenario = (uint32_t)(run % exploring->count);
    *settings = exploring->settings->run;
    settings->seed = (settings->has_seed ? settings->seed : 1) + run / exploring->count;
    settings->has_seed = true;
    settings->pictures = NULL;
    settings->record = NULL;
    if (!settings->has_plan && !exploring->scenarios[given->scenario]->has_plan) {
        settings->has_plan = true;
        settings->plan.is_timed = true;
        settings->plan.kinds = settings->seed % 2 == 0 ? (1u << DISTURB_KINDS) - 1u : 0;
    }
}

/* ---- telling ---------------------------------------------------------------------------- */

static void say_comment(const char *text)
{
    for (const char *at = text; *at; at++) {
        if (at == text || at[-1] == '\n')
            fputs("# ", stdout);
        fputc(*at, stdout);
    }
}

static void say_run(const struct scenario *scenario, const struct run_settings *settings,
                    struct probe *probe)
{
    char said[PROBE_SAID_BYTES];
    bool has_held;
    if (!probe_hear(scenario, settings, probe, said, &has_held))
        return;
    say_comment(said);
    if (has_held)
        say_comment("  but       it holds when it is run again: it does not only follow from the "
                    "seed\n");
}

/* Where the run that is left in the end is kept; NULL: nowhere. `path` has room for
 * RECORDING_PATH_BYTES. */
static const char *recording_of(const struct job_settings *settings,
                                const struct scenario *scenario, uint64_t seed, char *path)
{
    if (!settings->recordings)
        return settings->run.record;
    recording_name_seed(scenario, seed, settings->recordings, path);
    return path;
}

static void say_reduced(const struct scenario *scenario, struct run_settings *settings,
                        struct probe *probe, const struct job_settings *job)
{
    char path[RECORDING_PATH_BYTES];
    uint32_t before = probe->list.count;
    uint64_t seed = settings->seed;
    bool is_other;
    uint32_t runs = reduce(scenario, settings, probe, job->jobs_max, &is_other);
    printf("#\n# reduced from %u disturbance%s to %u, ", before, before == 1 ? "" : "s",
           settings->plan.moment_count);
    if (settings->seed != seed)
        printf("under seed %llu, ", (unsigned long long)settings->seed);
    printf("in %u runs%s:\n", runs, is_other ? "; it fails in another way" : "");
    settings->record = recording_of(job, scenario, settings->seed, path);
    say_run(scenario, settings, probe);
}

static void say_failure(const struct exploring *exploring, uint64_t run)
{
    struct crew_run failed;
    char path[RECORDING_PATH_BYTES];
    struct probe *probe = probe_map(sizeof *probe);
    if (!probe)
        return;
    give_run(exploring, run, &failed);
    const struct scenario *scenario = exploring->scenarios[failed.scenario];
    struct run_settings *settings = &failed.settings;
    settings->plan = run_plan(scenario, settings);
    fputs("not ok 1 - ", stdout);
    report_tap_name(scenario->name, stdout);
    printf(": seed %llu\n", (unsigned long long)settings->seed);
    bool is_to_reduce = settings->plan.is_timed || disturb_is_faulty(&settings->plan);
    settings->record = is_to_reduce ? NULL
                                    : recording_of(exploring->settings, scenario,
                                                   settings->seed, path);
    say_run(scenario, settings, probe);
    fflush(stdout);
    if (is_to_reduce)
        say_reduced(scenario, settings, probe, exploring->settings);
    munmap(probe, sizeof *probe);
}

static void say_sums(const struct exploring *exploring, const struct crew *crew)
{
    struct crew_sums sums = crew_sums(crew);
    size_t slowest = 0;
    for (size_t i = 1; i < exploring->count; i++)
        if (crew_mean_us(crew, i) > crew_mean_us(crew, slowest))
            slowest = i;
    uint64_t mean_us = crew_mean_us(crew, slowest);
    printf("# %llu runs hold, %llu of them cut short\n# disturbed on purpose:",
           (unsigned long long)sums.runs, (unsigned long long)sums.cut_short);
    for (uint32_t kind = 0; kind < DISTURB_KINDS; kind++)
        printf("%s %llu %s", kind > 0 ? "," : "", (unsigned long long)sums.faults[kind],
               disturb_name(kind));
    printf("\n# slowest: %s, %llu.%llu ms a run\n", exploring->scenarios[slowest]->name,
           (unsigned long long)(mean_us / 1000), (unsigned long long)(mean_us % 1000 / 100));
}

static int conclude(const struct exploring *exploring, const struct crew *crew, uint64_t failed,
                    bool has_held)
{
    puts("1..1");
    if (failed != CREW_NONE)
        say_failure(exploring, failed);
    else
        printf("%s 1 - %llu seeds of %zu scenarios\n", has_held ? "ok" : "not ok",
               (unsigned long long)exploring->seeds, exploring->count);
    if (failed == CREW_NONE && !has_held)
        puts("# every run holds, but a process that ran them did not end in order");
    say_sums(exploring, crew);
    return has_held ? MELPO_EXIT_OK : MELPO_EXIT_SCRIPT;
}

static int explore_all(const struct exploring *exploring)
{
    struct crew crew;
    bool has_held;
    const struct crew_order order = {
        .scenarios = exploring->scenarios,
        .scenario_count = exploring->count,
        .end = exploring->seeds * exploring->count,
        .give = give_run,
        .context = exploring,
        .workers_max = exploring->settings->jobs_max,
        .doing = "exploring",
    };
    if (!crew_open(&crew, &order))
        return MELPO_EXIT_FAILED;
    uint64_t failed = crew_work(&crew, &has_held);
    int status = conclude(exploring, &crew, failed, has_held);
    crew_close(&crew);
    return status;
}

/* In real time nothing can be repeated, and with `disturb none` nothing differs. */
static bool is_to_be_explored(const struct scenario *scenario)
{
    bool is_still = scenario->has_plan && !scenario->plan.is_timed &&
                    !disturb_is_faulty(&scenario->plan);
    return !scenario->is_real && !is_still;
}

int explore(const struct scenario *scenarios, size_t count, const struct job_settings *settings,
            uint64_t seeds)
{
    int status = MELPO_EXIT_FAILED;
    struct exploring exploring = {.settings = settings, .seeds = seeds};
    exploring.scenarios = calloc(count, sizeof *exploring.scenarios);
    for (size_t i = 0; i < count && exploring.scenarios; i++)
        if (is_to_be_explored(&scenarios[i]))
            exploring.scenarios[exploring.count++] = &scenarios[i];
    if (exploring.count == 0)
        fputs("melpo: --seeds: nothing to explore: real time, or `disturb none`\n", stderr);
    else
        status = explore_all(&exploring);
    free(exploring.scenarios);
    return status;
}
