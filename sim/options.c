/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "tools/common/bad_option.h"
#include "tools/common/quote.h"
#include "values.h"

#ifndef MELPO_VERSION
#error "MELPO_VERSION: the version's text"
#endif

enum { /* options without a letter */
    OPTION_CHECK_CONFIG = 256,
    OPTION_PRINT_CONFIG,
    OPTION_TIME,
    OPTION_UNTIL,
    OPTION_SEED,
    OPTION_DISTURB,
    OPTION_TRACE,
    OPTION_SET,
    OPTION_HEADLESS,
    OPTION_SCREENSHOT,
    OPTION_SCREENSHOT_AT,
    OPTION_RECORD,
    OPTION_REPLAY,
    OPTION_FROM,
    OPTION_UART_LOG,
    OPTION_UART_OUTPUT,
};

static const char short_options[] = "+:c:hV"; /* '+': stop at the first word that is no option */

static const struct option long_options[] = {
    {"config", required_argument, NULL, 'c'},
    {"check-config", required_argument, NULL, OPTION_CHECK_CONFIG},
    {"print-config", no_argument, NULL, OPTION_PRINT_CONFIG},
    {"set", required_argument, NULL, OPTION_SET},
    {"time", required_argument, NULL, OPTION_TIME},
    {"until", required_argument, NULL, OPTION_UNTIL},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"disturb", required_argument, NULL, OPTION_DISTURB},
    {"trace", required_argument, NULL, OPTION_TRACE},
    {"record", required_argument, NULL, OPTION_RECORD},
    {"replay", required_argument, NULL, OPTION_REPLAY},
    {"from", required_argument, NULL, OPTION_FROM},
    {"uart-log", no_argument, NULL, OPTION_UART_LOG},
    {"uart-output", required_argument, NULL, OPTION_UART_OUTPUT},
    {"headless", no_argument, NULL, OPTION_HEADLESS},
    {"screenshot", required_argument, NULL, OPTION_SCREENSHOT},
    {"screenshot-at", required_argument, NULL, OPTION_SCREENSHOT_AT},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

static int refuse(FILE *err)
{
    fputs("melpo: 'melpo --help' lists the options\n", err);
    return MELPO_EXIT_USAGE;
}

static int refuse_value(FILE *err, const char *option, const char *expected, const char *got)
{
    host_bad_option_value("melpo", option, expected, got, err);
    return refuse(err);
}

static int refuse_unknown(char *const argv[], int before, FILE *err)
{
    host_bad_option_unknown("melpo", long_options, argv, before, err);
    return refuse(err);
}

static int refuse_missing(char *const argv[], int before, FILE *err)
{
    host_bad_option_missing("melpo", argv, before, err);
    return refuse(err);
}

/* The latest of --config and --check-config names the file; the two do not mix. */
static int take_file(struct melpo_options *options, bool check, FILE *err)
{
    if (options->has_file && options->check_only != check) {
        fputs("melpo: --config and --check-config: give one of them\n", err);
        return refuse(err);
    }
    options->has_file = true;
    options->check_only = check;
    options->config = optarg;
    return MELPO_OPTIONS_GO_ON;
}

static int take_time(struct melpo_options *options, FILE *err)
{
    bool is_virtual = strcmp(optarg, "virtual") == 0;
    if (!is_virtual && strcmp(optarg, "real") != 0)
        return refuse_value(err, "time", "real or virtual", optarg);
    options->time = is_virtual ? MELPO_TIME_VIRTUAL : MELPO_TIME_REAL;
    options->has_time = true;
    return MELPO_OPTIONS_GO_ON;
}

static int take_moment(const char *option, uint64_t *moment_us, FILE *err)
{
    if (!melpo_parse_duration(optarg, moment_us) || *moment_us == UINT64_MAX)
        return refuse_value(err, option, "a duration such as 90s, 100ms or 2h", optarg);
    return MELPO_OPTIONS_GO_ON;
}

static bool parse_hex(const char *text, uint64_t *value)
{
    size_t count = strspn(text, "0123456789abcdefABCDEF");
    if (count < 1 || count > 16 || text[count])
        return false;
    *value = strtoull(text, NULL, 16);
    return true;
}

static int take_seed(struct melpo_options *options, FILE *err)
{
    bool is_hex = strncmp(optarg, "0x", 2) == 0;
    if (is_hex ? !parse_hex(optarg + 2, &options->seed) : !melpo_parse_u64(optarg, &options->seed))
        return refuse_value(err, "seed", "a number below 2^64, decimal or after 0x", optarg);
    options->has_seed = true;
    return MELPO_OPTIONS_GO_ON;
}

static int take_set(struct melpo_options *options, FILE *err)
{
    if (options->set_count == MELPO_SETS_MAX) {
        fprintf(err, "melpo: --set: more than %u of them\n", MELPO_SETS_MAX);
        return refuse(err);
    }
    if (!strchr(optarg, '='))
        return refuse_value(err, "set", "PATH=VALUE, such as kernel.heap_size=64KiB", optarg);
    options->sets[options->set_count++] = optarg;
    return MELPO_OPTIONS_GO_ON;
}

/* The options that are no more than a text. */
static const char **text_of(struct melpo_options *options, int option)
{
    return option == OPTION_RECORD       ? &options->record
           : option == OPTION_DISTURB    ? &options->disturb
           : option == OPTION_REPLAY     ? &options->replay
           : option == OPTION_SCREENSHOT ? &options->screenshot
                                         : &options->uart_output;
}

static int take_option(int option, struct melpo_options *options, FILE *out, FILE *err)
{
    switch (option) {
    case 'c':
    case OPTION_CHECK_CONFIG:
        return take_file(options, option != 'c', err);
    case OPTION_PRINT_CONFIG:
        options->print_only = true;
        return MELPO_OPTIONS_GO_ON;
    case OPTION_TIME:
        return take_time(options, err);
    case OPTION_UNTIL:
        return take_moment("until", &options->until_us, err);
    case OPTION_FROM:
        return take_moment("from", &options->from_us, err);
    case OPTION_SEED:
        return take_seed(options, err);
    case OPTION_SET:
        return take_set(options, err);
    case OPTION_HEADLESS:
        options->headless = true;
        return MELPO_OPTIONS_GO_ON;
    case OPTION_UART_LOG:
        options->uart_log = true;
        return MELPO_OPTIONS_GO_ON;
    case OPTION_SCREENSHOT_AT:
        return take_moment("screenshot-at", &options->screenshot_at_us, err);
    case OPTION_TRACE:
        options->has_trace = true;
        options->trace = optarg;
        return MELPO_OPTIONS_GO_ON;
    case OPTION_DISTURB:
    case OPTION_RECORD:
    case OPTION_REPLAY:
    case OPTION_SCREENSHOT:
    case OPTION_UART_OUTPUT:
        *text_of(options, option) = optarg;
        return MELPO_OPTIONS_GO_ON;
    case 'h':
        melpo_options_print_help(out);
        return MELPO_EXIT_OK;
    default:
        fputs("melpo " MELPO_VERSION "\n", out);
        return MELPO_EXIT_OK;
    }
}

static const char *trace_variable(void)
{
    const char *filter = getenv("MELPOMENE_TRACE");
    return filter && *filter ? filter : NULL;
}

/* What a recording brings along is not given a second time. */
static const char *replay_clash(const struct melpo_options *options)
{
    return !options->replay      ? NULL
           : options->check_only ? "--check-config"
           : options->has_file   ? "--config"
           : options->set_count  ? "--set"
           : options->has_seed   ? "--seed"
           : options->disturb    ? "--disturb"
           : options->record     ? "--record"
                                 : NULL;
}

/* What only a replay can do. */
static const char *replay_needed(const struct melpo_options *options)
{
    return options->replay         ? NULL
           : options->uart_output  ? "--uart-output"
           : options->uart_log     ? "--uart-log"
           : options->from_us > 0  ? "--from"
                                  : NULL;
}

static int check_together(const struct melpo_options *options, FILE *err)
{
    const char *clash = replay_clash(options);
    if (clash)
        fprintf(err, "melpo: --replay and %s: a recording has all that of its own; leave the "
                     "latter out\n", clash);
    else if (!options->screenshot && options->screenshot_at_us != UINT64_MAX)
        fputs("melpo: --screenshot-at needs --screenshot FILE\n", err);
    else if (replay_needed(options))
        fprintf(err, "melpo: %s needs --replay FILE\n", replay_needed(options));
    else
        return MELPO_OPTIONS_GO_ON;
    return refuse(err);
}

static int refuse_word(const char *word, FILE *err)
{
    char quoted[HOST_QUOTE_SHORT_BYTES];
    host_quote_short(word, quoted);
    fprintf(err, "melpo: unexpected %s; a configuration is given with --config FILE, a recording "
                 "with --replay FILE\n", quoted);
    return refuse(err);
}

int melpo_options_parse(int argc, char *const argv[], struct melpo_options *options, FILE *out,
                        FILE *err)
{
    int status = MELPO_OPTIONS_GO_ON;
    *options = (struct melpo_options){
        .config = "default.json",
        .until_us = UINT64_MAX,
        .screenshot_at_us = UINT64_MAX,
        .trace = trace_variable(),
    };
    optind = 0; /* begins anew */
    opterr = 0;
    while (status == MELPO_OPTIONS_GO_ON) {
        int before = optind ? optind : 1;
        int option = getopt_long(argc, argv, short_options, long_options, NULL);
        if (option == -1)
            break;
        if (option == '?')
            return refuse_unknown(argv, before, err);
        if (option == ':')
            return refuse_missing(argv, before, err);
        status = take_option(option, options, out, err);
    }
    if (status == MELPO_OPTIONS_GO_ON && optind < argc)
        return refuse_word(argv[optind], err);
    return status == MELPO_OPTIONS_GO_ON ? check_together(options, err) : status;
}
