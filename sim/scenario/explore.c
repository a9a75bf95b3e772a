/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "explore.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "options.h"
#include "recording.h"
#include "report.h"

#define GRACE_S 5u
#define NONE UINT64_MAX

struct worker {
    struct probe probe;
    uint64_t run;      /* the one it is at, of all seeds and scenarios; NONE: it is done */
    uint64_t done;     /* how many held */
};

struct board_of_work { /* shared by all workers */
    uint64_t next;     /* run that nobody has begun */
    bool is_stopped;
    struct worker workers[];
};

struct exploring {
    const struct scenario **scenarios; /* those to be explored */
    size_t count;
    const struct job_settings *settings;
    uint64_t seeds;
    struct board_of_work *work;
};

/* ---- which run is which ----------------------------------------------------------------- */

static const struct scenario *scenario_of(const struct exploring *exploring, uint64_t run)
{
    return exploring->scenarios[run % exploring->count];
}

static struct run_settings settings_of(const struct exploring *exploring, uint64_t run)
{
    struct run_settings settings = exploring->settings->run;
    uint64_t first = settings.has_seed ? settings.seed : 1;
    settings.seed = first + run / exploring->count;
    settings.has_seed = true;
    settings.pictures = NULL;
    settings.record = NULL;
    if (!settings.has_plan && !scenario_of(exploring, run)->has_plan) {
        settings.has_plan = true;
        settings.plan.is_timed = true;
        settings.plan.kinds = settings.seed % 2 == 0 ? (1u << DISTURB_KINDS) - 1u : 0;
    }
    return settings;
}

/* ---- workers ---------------------------------------------------------------------------- */

/* Runs until there is nothing left to do or something has failed. */
static bool work(const struct exploring *exploring, struct worker *worker, FILE *nowhere)
{
    struct board_of_work *all = exploring->work;
    uint64_t runs = exploring->seeds * exploring->count;
    while (!__atomic_load_n(&all->is_stopped, __ATOMIC_RELAXED)) {
        uint64_t run = __atomic_fetch_add(&all->next, 1, __ATOMIC_RELAXED);
        if (run >= runs)
            break;
        struct run_settings settings = settings_of(exploring, run);
        settings.list = &worker->probe.list;
        settings.line = &worker->probe.line;
        worker->run = run;
        alarm((unsigned)(settings.ceiling_us / 1000000) + GRACE_S);
        if (scenario_run(scenario_of(exploring, run), &settings, nowhere) != MELPO_EXIT_OK)
            return false;
        worker->done++;
    }
    worker->run = NONE;
    return true;
}

_Noreturn static void be_worker(const struct exploring *exploring, struct worker *worker)
{
    FILE *nowhere = fopen("/dev/null", "w");
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* who explores has been ended: nobody wants to know */
    if (nowhere) {
        dup2(fileno(nowhere), STDOUT_FILENO);
        dup2(fileno(nowhere), STDERR_FILENO);
    }
    bool has_held = nowhere && work(exploring, worker, nowhere);
    if (nowhere)
        fclose(nowhere);
    exit(has_held ? MELPO_EXIT_OK : MELPO_EXIT_SCRIPT);
}

static unsigned start_workers(const struct exploring *exploring)
{
    unsigned started = 0;
    fflush(NULL); /* or all of us would write what is in there */
    for (unsigned i = 0; i < exploring->settings->jobs_max; i++) {
        struct worker *worker = &exploring->work->workers[i];
        worker->run = NONE;
        pid_t pid = fork();
        if (pid == 0)
            be_worker(exploring, worker);
        started += pid > 0;
    }
    return started;
}

/* Waits for all of them. False if one has failed: then the others stop behind their present run. */
static bool wait_for_workers(const struct exploring *exploring, unsigned started)
{
    bool has_held = true;
    while (started > 0) {
        int status;
        pid_t pid = wait(&status);
        if (pid < 0 && errno == EINTR)
            continue;
        started--;
        if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == MELPO_EXIT_OK)
            continue;
        has_held = false;
        __atomic_store_n(&exploring->work->is_stopped, true, __ATOMIC_RELAXED);
    }
    return has_held;
}

/* ---- telling ---------------------------------------------------------------------------- */

/* The first of the runs that failed: who failed is still at it. */
static uint64_t first_failed(const struct exploring *exploring)
{
    uint64_t first = NONE;
    for (unsigned i = 0; i < exploring->settings->jobs_max; i++)
        if (exploring->work->workers[i].run < first)
            first = exploring->work->workers[i].run;
    return first;
}

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
    char text[65536];
    FILE *out = tmpfile();
    if (!out)
        return;
    if (probe_run(scenario, settings, probe, out))
        fputs("  but       it holds when it is run again: it does not only follow from the seed\n",
              out);
    fflush(out);
    rewind(out);
    text[fread(text, 1, sizeof text - 1, out)] = '\0';
    fclose(out);
    say_comment(text);
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

static void say_failure(const struct exploring *exploring, uint64_t run)
{
    const struct scenario *scenario = scenario_of(exploring, run);
    char path[RECORDING_PATH_BYTES];
    struct run_settings settings = settings_of(exploring, run);
    struct probe *probe = probe_map(sizeof *probe);
    if (!probe)
        return;
    settings.plan = run_plan(scenario, &settings);
    printf("not ok 1 - %s: seed %llu\n", scenario->name, (unsigned long long)settings.seed);
    const char *record = recording_of(exploring->settings, scenario, settings.seed, path);
    bool is_to_reduce = settings.plan.is_timed || disturb_is_faulty(&settings.plan);
    settings.record = is_to_reduce ? NULL : record;
    say_run(scenario, &settings, probe);
    uint32_t before = probe->list.count;
    if (is_to_reduce) {
        uint32_t runs = reduce(scenario, &settings, probe);
        printf("#\n# reduced from %u disturbances to %u, in %u runs:\n", before,
               settings.plan.moment_count, runs);
        settings.record = record;
        say_run(scenario, &settings, probe);
    }
    munmap(probe, sizeof *probe);
}

static int conclude(const struct exploring *exploring, bool has_held)
{
    uint64_t done = 0, failed = first_failed(exploring);
    puts("1..1");
    for (unsigned i = 0; i < exploring->settings->jobs_max; i++)
        done += exploring->work->workers[i].done;
    if (!has_held && failed != NONE)
        say_failure(exploring, failed);
    else
        printf("%s 1 - %llu seeds of %zu scenarios\n", has_held ? "ok" : "not ok",
               (unsigned long long)exploring->seeds, exploring->count);
    printf("# %llu runs hold\n", (unsigned long long)done);
    return has_held ? MELPO_EXIT_OK : MELPO_EXIT_SCRIPT;
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
    size_t bytes = sizeof *exploring.work + settings->jobs_max * sizeof(struct worker);
    exploring.scenarios = calloc(count, sizeof *exploring.scenarios);
    exploring.work = probe_map(bytes);
    for (size_t i = 0; i < count && exploring.scenarios; i++)
        if (is_to_be_explored(&scenarios[i]))
            exploring.scenarios[exploring.count++] = &scenarios[i];
    if (exploring.count == 0 || !exploring.work) {
        fputs("melpo: --seeds: nothing to explore: real time, or `disturb none`\n", stderr);
    } else {
        unsigned started = start_workers(&exploring);
        bool has_held = wait_for_workers(&exploring, started) && started > 0;
        status = conclude(&exploring, has_held);
    }
    if (exploring.work)
        munmap(exploring.work, bytes);
    free(exploring.scenarios);
    return status;
}
