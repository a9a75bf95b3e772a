/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "test_options.h"

#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "counters.h"
#include "options.h"
#include "tools/common/bad_option.h"
#include "values.h"

#define JOBS_MAX 256u
#define SEEDS_MAX 1000000000u

enum {
    OPTION_JUNIT = 256,
    OPTION_SEED,
    OPTION_SEEDS,
    OPTION_DISTURB,
    OPTION_TIMEOUT,
    OPTION_UPDATE,
    OPTION_PICTURES,
    OPTION_RECORD,
    OPTION_RECORDINGS,
    OPTION_CHECK,
    OPTION_LIST_STEPS,
};

static const struct option long_options[] = {
    {"jobs", required_argument, NULL, 'j'},
    {"junit", required_argument, NULL, OPTION_JUNIT},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"seeds", required_argument, NULL, OPTION_SEEDS},
    {"disturb", required_argument, NULL, OPTION_DISTURB},
    {"timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"update", no_argument, NULL, OPTION_UPDATE},
    {"pictures", required_argument, NULL, OPTION_PICTURES},
    {"record", required_argument, NULL, OPTION_RECORD},
    {"recordings", required_argument, NULL, OPTION_RECORDINGS},
    {"check", no_argument, NULL, OPTION_CHECK},
    {"list-steps", no_argument, NULL, OPTION_LIST_STEPS},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char *const help[] = {
    "usage: melpo test [options] FILE...",
    "",
    "Runs scenarios: each line of such a file is one step in the life of a machine,",
    "which is talked to, waited for and looked at without a port being opened. A",
    "folder stands for all *.scenario in it, not for those in folders below it.",
    "",
    "  -j, --jobs N            so many at once (default: one for each processor)",
    "      --junit FILE        write what came of it as JUnit XML too (default: none)",
    "      --seed N            every choice that a machine may make this way or that",
    "                          follows from it; below 2^64 (default: the scenario's,",
    "                          or none: first come, first served)",
    "      --disturb LIST      what goes wrong on purpose: none, timing, faults, a",
    "                          kind such as lose or cut, or one of a kind: lose:57",
    "                          (default: the scenario's, or timing with a seed)",
    "      --seeds N           runs each file under so many seeds, from --seed (1)",
    "                          on, half of them with faults unless --disturb says",
    "                          otherwise; stops at the first that fails, reduces it",
    "      --timeout DURATION  the most that one file may take of the host's time",
    "                          (default: 60s)",
    "      --update            make the golden pictures anew, do not compare",
    "      --pictures FOLDER   where pictures of what differs go; it is made for",
    "                          the first of them (default: here)",
    "      --record FILE       keep the run of the one scenario, or with --seeds of",
    "                          what is left of the failure; melpo --replay FILE",
    "                          shows it (default: none)",
    "      --recordings FOLDER keep the run of each scenario that fails, in",
    "                          FOLDER/NAME.melpo (default: none)",
    "      --check             read the files, report what is wrong, run nothing",
    "      --list-steps        print every step and every counter, run nothing",
    "  -h, --help              print this, run nothing",
    "",
    "Standard output is TAP: a line for each file, and what was wrong behind '#'.",
    "",
    "Exit status",
    "  0  everything holds",
    "  1  the results could not be written",
    "  2  bad command line or scenario; nothing was run",
    "  3  something does not hold",
    "",
    "Example",
    "  machine default.json",
    "  connect console",
    "  expect console \"mnemOS Forth\"",
    "  send console \"1 2 + .\\n\"",
    "  expect console next \"3 ok.\" within 2s",
};

static int refuse(FILE *err)
{
    fputs("melpo: 'melpo test --help' lists the options\n", err);
    return MELPO_EXIT_USAGE;
}

static int refuse_value(FILE *err, const char *option, const char *expected)
{
    host_bad_option_value("melpo", option, expected, optarg, err);
    return refuse(err);
}

static int take_jobs(struct test_options *options, FILE *err)
{
    uint64_t jobs;
    if (!melpo_parse_u64(optarg, &jobs) || jobs < 1 || jobs > JOBS_MAX)
        return refuse_value(err, "jobs", "a number from 1 to 256");
    options->job.jobs_max = (unsigned)jobs;
    return MELPO_OPTIONS_GO_ON;
}

static int take_timeout(struct test_options *options, FILE *err)
{
    uint64_t *ceiling_us = &options->job.run.ceiling_us;
    if (!melpo_parse_duration(optarg, ceiling_us) || *ceiling_us == 0)
        return refuse_value(err, "timeout", "a duration such as 60s or 5m");
    return MELPO_OPTIONS_GO_ON;
}

static int take_seed(struct test_options *options, FILE *err)
{
    if (!melpo_parse_u64(optarg, &options->job.run.seed))
        return refuse_value(err, "seed", "a number below 2^64");
    options->job.run.has_seed = true;
    return MELPO_OPTIONS_GO_ON;
}

static int take_seeds(struct test_options *options, FILE *err)
{
    if (!melpo_parse_u64(optarg, &options->seeds) || options->seeds < 1 ||
        options->seeds > SEEDS_MAX)
        return refuse_value(err, "seeds", "a number from 1 to 1000000000");
    return MELPO_OPTIONS_GO_ON;
}

static int take_plan(struct test_options *options, FILE *err)
{
    char error[256];
    struct run_settings *run = &options->job.run;
    if (!disturb_parse(&run->plan, optarg, error, sizeof error)) {
        fprintf(err, "melpo: --disturb: %s\n", error);
        return refuse(err);
    }
    run->has_plan = true;
    return MELPO_OPTIONS_GO_ON;
}

static int print_help(FILE *out)
{
    for (size_t i = 0; i < sizeof help / sizeof help[0]; i++)
        fprintf(out, "%s\n", help[i]);
    return MELPO_EXIT_OK;
}

static int print_steps(FILE *out)
{
    step_print_all(out);
    counter_print_all(out);
    return MELPO_EXIT_OK;
}

static int take_option(int option, struct test_options *options, FILE *out, FILE *err)
{
    switch (option) {
    case 'j':
        return take_jobs(options, err);
    case OPTION_JUNIT:
        options->junit = optarg;
        return MELPO_OPTIONS_GO_ON;
    case OPTION_SEED:
        return take_seed(options, err);
    case OPTION_SEEDS:
        return take_seeds(options, err);
    case OPTION_DISTURB:
        return take_plan(options, err);
    case OPTION_TIMEOUT:
        return take_timeout(options, err);
    case OPTION_UPDATE:
        options->job.run.is_update = true;
        return MELPO_OPTIONS_GO_ON;
    case OPTION_PICTURES:
        options->job.run.pictures = optarg;
        return MELPO_OPTIONS_GO_ON;
    case OPTION_RECORD:
        options->job.run.record = optarg;
        return MELPO_OPTIONS_GO_ON;
    case OPTION_RECORDINGS:
        options->job.recordings = optarg;
        return MELPO_OPTIONS_GO_ON;
    case OPTION_CHECK:
        options->check_only = true;
        return MELPO_OPTIONS_GO_ON;
    case OPTION_LIST_STEPS:
        return print_steps(out);
    default:
        return print_help(out);
    }
}

/* Options that say nothing where runs are explored, rather than one run of each file told of. */
static int check_together(const struct test_options *options, FILE *err)
{
    if (options->job.run.record && options->job.recordings) {
        fputs("melpo: --record and --recordings: give one of them\n", err);
        return refuse(err);
    }
    if (options->seeds == 0 || (!options->junit && !options->job.run.is_update))
        return MELPO_OPTIONS_GO_ON;
    fputs(options->junit ? "melpo: --junit does not go with --seeds: what came of it is told on "
                           "standard output\n"
                         : "melpo: --update does not go with --seeds: pictures are made without "
                           "disturbances\n", err);
    return refuse(err);
}

static unsigned processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > (long)JOBS_MAX ? JOBS_MAX : (unsigned)count;
}

int test_options_parse(int argc, char *argv[], struct test_options *options, FILE *out, FILE *err)
{
    int status = MELPO_OPTIONS_GO_ON;
    *options = (struct test_options){
        .job = {.run = {.program = argv[0], .ceiling_us = RUN_CEILING_US,
                        .pictures = "."},
                .jobs_max = processors()}};
    optind = 2; /* behind "melpo test" */
    opterr = 0;
    while (status == MELPO_OPTIONS_GO_ON) {
        int before = optind;
        int option = getopt_long(argc, argv, ":j:h", long_options, NULL);
        if (option == -1)
            break;
        if (option == '?')
            host_bad_option_unknown("melpo", long_options, argv, before, err);
        if (option == ':')
            host_bad_option_missing("melpo", argv, before, err);
        if (option == '?' || option == ':')
            return refuse(err);
        status = take_option(option, options, out, err);
    }
    options->files = argv + optind;
    options->file_count = (size_t)(argc - optind);
    if (status == MELPO_OPTIONS_GO_ON)
        status = check_together(options, err);
    if (status != MELPO_OPTIONS_GO_ON || options->file_count > 0)
        return status;
    fputs("melpo: test: expected a scenario or more\n", err);
    return refuse(err);
}
