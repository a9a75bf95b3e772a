/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "command.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "explore.h"
#include "options.h"
#include "report.h"
#include "test_options.h"

#define SUFFIX ".scenario"

struct files { /* what was found, each to be freed */
    char **paths;
    size_t count, room;
};

/* ---- which files ------------------------------------------------------------------------ */

static bool add_file(struct files *files, const char *folder, const char *name)
{
    if (files->count == files->room) {
        size_t room = files->room ? 2 * files->room : 32;
        char **paths = realloc(files->paths, room * sizeof *paths);
        if (!paths)
            return false;
        files->paths = paths;
        files->room = room;
    }
    size_t slash = folder && folder[strlen(folder) - 1] != '/';
    size_t bytes = (folder ? strlen(folder) : 0) + slash + strlen(name) + 1;
    char *path = malloc(bytes);
    if (!path)
        return false;
    snprintf(path, bytes, "%s%s%s", folder ? folder : "", slash ? "/" : "", name);
    files->paths[files->count++] = path;
    return true;
}

static int is_scenario(const struct dirent *entry)
{
    size_t count = strlen(entry->d_name), suffix = strlen(SUFFIX);
    return count > suffix && strcmp(entry->d_name + count - suffix, SUFFIX) == 0;
}

static void add_folder(struct files *files, const char *folder, struct melpo_problems *problems)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_scenario, alphasort);
    if (count <= 0)
        melpo_problems_add(problems, "melpo: %s: %s", folder,
                           count < 0 ? strerror(errno) : "no *" SUFFIX " in this folder");
    for (int i = 0; i < count; i++) {
        if (!add_file(files, folder, entries[i]->d_name))
            melpo_problems_add(problems, "melpo: out of memory");
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

static void find_files(struct files *files, const struct test_options *options,
                       struct melpo_problems *problems)
{
    struct stat status;
    for (size_t i = 0; i < options->file_count; i++) {
        const char *name = options->files[i];
        if (*name && stat(name, &status) == 0 && S_ISDIR(status.st_mode))
            add_folder(files, name, problems);
        else if (!add_file(files, NULL, name))
            melpo_problems_add(problems, "melpo: out of memory");
    }
}

static void forget_files(struct files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->paths[i]);
    free(files->paths);
}

/* ---- TAP -------------------------------------------------------------------------------- */

static void print_verdict(const char *name, size_t index, const struct verdict *verdict)
{
    printf("%s %zu - ", verdict->has_held ? "ok" : "not ok", index + 1);
    report_tap_name(name, stdout);
    putchar('\n');
    for (const char *at = verdict->text; at && *at;) {
        size_t count = strcspn(at, "\n");
        printf("# %.*s\n", (int)count, at);
        at += count + (at[count] == '\n');
    }
    fflush(stdout);
}

static size_t count_held(const struct verdict *verdicts, size_t count)
{
    size_t held = 0;
    for (size_t i = 0; i < count; i++)
        held += verdicts[i].has_held;
    return held;
}

/* ---- recordings ------------------------------------------------------------------------- */

/* Makes sure that the folder is there to be written to. Returns why not, an errno, or 0. */
static int open_folder(const char *path)
{
    struct stat status;
    if (mkdir(path, 0777) == 0)
        return 0;
    if (errno != EEXIST || stat(path, &status) != 0)
        return errno;
    return !S_ISDIR(status.st_mode) ? ENOTDIR : access(path, W_OK | X_OK) != 0 ? errno : 0;
}

/* The same for a file. */
static int open_file(const char *path)
{
    FILE *out = fopen(path, "ae");
    return !out || fclose(out) != 0 ? errno : 0;
}

static bool prepare_recordings(const struct job_settings *settings)
{
    const char *file = settings->run.record, *folder = settings->recordings;
    int error = file ? open_file(file) : folder ? open_folder(folder) : 0;
    if (error != 0)
        fprintf(stderr, "melpo: %s: %s: %s\n", file ? "--record" : "--recordings",
                file ? file : folder, strerror(error));
    return error == 0;
}

static bool is_recordable(const struct test_options *options, size_t count)
{
    if (!options->job.run.record || options->seeds > 0 || count == 1)
        return true;
    fprintf(stderr, "melpo: --record: one run has room in a file, and these are %zu scenarios; "
                    "--recordings FOLDER keeps those that fail\n", count);
    return false;
}

/* ---- running ---------------------------------------------------------------------------- */

static bool write_junit(const char *path, const struct scenario *scenarios,
                        const struct verdict *verdicts, size_t count)
{
    FILE *out = fopen(path, "w");
    if (out)
        junit_write(scenarios, verdicts, count, out);
    bool is_written = out && !ferror(out);
    if (out && fclose(out) == 0 && is_written)
        return true;
    fprintf(stderr, "melpo: --junit %s: cannot be written: %s\n", path, strerror(errno));
    return false;
}

static int run(const struct test_options *options, const struct scenario *scenarios, size_t count)
{
    struct verdict *verdicts = calloc(count, sizeof *verdicts);
    if (!verdicts)
        return MELPO_EXIT_FAILED;
    printf("1..%zu\n", count);
    jobs_run(scenarios, verdicts, count, &options->job, print_verdict);
    size_t held = count_held(verdicts, count);
    printf("# %zu of %zu scenarios hold\n", held, count);
    int status = held == count ? MELPO_EXIT_OK : MELPO_EXIT_SCRIPT;
    if (options->junit && !write_junit(options->junit, scenarios, verdicts, count))
        status = MELPO_EXIT_FAILED;
    for (size_t i = 0; i < count; i++)
        free(verdicts[i].text);
    free(verdicts);
    return status;
}

/* All files are read before anything is run, and all that is wrong is told at once. */
static int read_and_run(const struct test_options *options, const struct files *files,
                        struct melpo_problems *problems)
{
    int status = MELPO_EXIT_USAGE;
    struct scenario *scenarios = calloc(files->count ? files->count : 1, sizeof *scenarios);
    if (!scenarios)
        return MELPO_EXIT_FAILED;
    for (size_t i = 0; i < files->count; i++) {
        scenario_read(&scenarios[i], files->paths[i], problems);
        if (scenarios[i].name) /* there is such a file; all that is wrong with it, in one go */
            scenario_configure(&scenarios[i], options->job.run.is_update, problems);
    }
    melpo_problems_print(problems, stderr);
    if (problems->count > 0 || !is_recordable(options, files->count))
        status = MELPO_EXIT_USAGE;
    else if (options->check_only)
        status = MELPO_EXIT_OK;
    else if (!prepare_recordings(&options->job))
        status = MELPO_EXIT_FAILED;
    else
        status = options->seeds > 0
                     ? explore(scenarios, files->count, &options->job, options->seeds)
                     : run(options, scenarios, files->count);
    for (size_t i = 0; i < files->count; i++)
        scenario_finish(&scenarios[i]);
    free(scenarios);
    return status;
}

int scenario_command(int argc, char *argv[])
{
    struct test_options options;
    struct files files = {.paths = NULL};
    struct melpo_problems problems = MELPO_PROBLEMS_NONE;
    int status = test_options_parse(argc, argv, &options, stdout, stderr);
    if (status != MELPO_OPTIONS_GO_ON)
        return status;
    find_files(&files, &options, &problems);
    status = read_and_run(&options, &files, &problems);
    melpo_problems_finish(&problems);
    forget_files(&files);
    return status;
}
