/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "board.h"
#include "config.h"
#include "tools/common/color.h"
#include "log_text.h"
#include "options.h"
#include "outside.h"
#include "scenario/command.h"
#include "tape.h"
#include "window_thread.h"

#define TARGET "sim::main"
#define TRACE_DEFAULT "info"
#define IDLE_US 2000000u /* of a replay in a window; longer ones are cut short */

/* A run with no seed of its own takes a new one, and says which, so that it can be repeated. */
static uint64_t seed_of(const struct melpo_options *options)
{
    uint64_t seed = options->seed;
    if (!options->has_seed && getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        seed = uv_hrtime();
    return seed;
}

static void say_hello(struct log_text *log, const struct melpo_options *options, uint64_t seed)
{
    char text[24];
    snprintf(text, sizeof text, "0x%llx", (unsigned long long)seed);
    const struct mn_field fields[] = {
        MN_FIELD_STR("config", options->config),
        MN_FIELD_STR("time", options->time == MELPO_TIME_VIRTUAL ? "virtual" : "real"),
        MN_FIELD_STR("seed", text),
    };
    log_text_write(log, MN_LEVEL_INFO, TARGET, "mnemOS " MELPO_VERSION, fields,
                   MN_COUNT_OF(fields));
}

static const char *log_filter(const struct melpo_options *options)
{
    return options->trace ? options->trace : TRACE_DEFAULT;
}

/* ---- one life --------------------------------------------------------------------------- */

struct life {
    const struct melpo_options *options;
    struct log_text *log;
    struct board *board;
    sigset_t signals; /* the mask that was */
};

/* The machine, from the moment it is open to its end, in a thread of its own if there is a
 * window. */
static int live(void *context)
{
    struct life *life = context;
    struct outside outside;
    outside_listen(&outside, life->board, life->options);
    outside_release_signals(&life->signals);
    int code = board_run(life->board);
    board_hold(life->board);
    code = outside_ignore(&outside, code);
    const struct mn_field field = MN_FIELD_I64("code", code);
    board_say_disturbances(life->board);
    log_text_write(life->log, MN_LEVEL_INFO, TARGET, "halted", &field, 1);
    board_close(life->board);
    return life->options->replay ? tape_conclude(life->board, life->options->replay, code) : code;
}

/* What is typed in a window does not come again, so where a run is to be repeatable there is
 * none. A replay does not listen to what is typed, and what it logs is what was logged then. */
static void open_window(struct window_thread *window, const struct melpo_options *options,
                        const struct melpo_display_config *config, struct log_text *log)
{
    struct device_error error = {{0}};
    bool is_repeatable = options->time == MELPO_TIME_VIRTUAL && !options->replay;
    const char *title = options->replay ? "mnemOS, a replay" : "mnemOS";
    if (!config->enabled || options->headless || is_repeatable ||
        window_thread_open(window, config, title, &error) || options->replay)
        return;
    const struct mn_field field = MN_FIELD_STR("why", error.text);
    log_text_outside(log, MN_LEVEL_WARN, TARGET, "no window; the machine is headless", &field, 1);
}

static bool begin_recording(struct recorder *recorder, const struct melpo_options *options,
                            const struct melpo_config *config, struct log_text *log,
                            const struct board_settings *board)
{
    struct device_error error;
    const struct tape_settings settings = {
        .path = options->record,
        .config = options->config,
        .filter = log_filter(options),
        .seed = board->seed,
        .is_virtual = board->is_virtual,
        .has_choices = board->plan.is_timed,
    };
    if (tape_begin(recorder, &settings, config, log, &error))
        return true;
    fprintf(stderr, "melpo: --record: %s: %s\n", options->record, error.text);
    return false;
}

static int run(const struct melpo_options *options, const struct melpo_config *config,
               const struct disturb_plan *plan, struct log_text *log,
               struct record_reading *reading)
{
    static struct board board; /* too large for a stack, needed once */
    static struct window_thread window;
    static struct recorder recorder;
    struct life life = {options, log, &board, {{0}}};
    static struct disturb_list disturbances;
    uint64_t seed = seed_of(options);
    struct board_settings settings = {
        .is_virtual = options->time == MELPO_TIME_VIRTUAL,
        .seed = seed,
        .plan = *plan,
        .list = &disturbances,
        .recorder = options->record ? &recorder : NULL,
        .reading = reading,
        .outputs = options->uart_output,
        .says_talk = options->uart_log,
    };
    outside_hold_signals(&life.signals); /* from the first line of the log on it can be halted */
    signal(SIGPIPE, SIG_IGN); /* a log that nobody reads any more is no reason to stop */
    signal(SIGXFSZ, SIG_IGN); /* nor is a recording that may not grow */
    if (options->record && !begin_recording(&recorder, options, config, log, &settings))
        return MELPO_EXIT_FAILED;
    say_hello(log, options, seed);
    open_window(&window, options, &config->platform.display, log);
    if (window.window)
        settings.window = &window.mail;
    settings.pace = (struct board_pace){
        .is_on = window.window || options->is_paced,
        .from_us = options->from_us,
        .idle_us = options->is_paced ? MN_TIME_NEVER : IDLE_US,
    };
    bool is_open = board_open(&board, config, log, &settings, stderr);
    int code = is_open ? window_thread_run(&window, live, &life) : MELPO_EXIT_FAILED;
    window_thread_close(&window);
    return code;
}

static bool open_log(struct log_text *log, const struct melpo_options *options)
{
    struct trace_filter filter;
    char error[256];
    const char *text = log_filter(options);
    if (!trace_filter_parse(&filter, text, error, sizeof error)) {
        bool is_variable = options->trace == getenv("MELPOMENE_TRACE"); /* the very same text */
        fprintf(stderr, "melpo: %s: %s\n", is_variable ? "MELPOMENE_TRACE" : "--trace", error);
        return false;
    }
    log_text_init(log, stderr, host_color_is_wanted(stderr), &filter);
    return true;
}

/* A recording has what the seed decided, and what came of it. */
static bool read_plan(struct disturb_plan *plan, const struct melpo_options *options)
{
    char error[256];
    bool is_chosen = options->has_seed && !options->replay;
    const char *text = options->disturb ? options->disturb : is_chosen ? "timing" : "none";
    if (disturb_parse(plan, text, error, sizeof error))
        return true;
    fprintf(stderr, "melpo: --disturb: %s\n", error);
    return false;
}

static bool read_config(struct melpo_config *config, const struct melpo_options *options,
                        const struct record_reading *reading)
{
    struct melpo_problems problems = MELPO_PROBLEMS_NONE;
    bool is_good = options->replay
                       ? tape_config(reading, options->replay, config, &problems)
                       : melpo_config_read_file(config, options->config, options->sets,
                                                options->set_count, &problems);
    melpo_problems_print(&problems, stderr);
    melpo_problems_finish(&problems);
    return is_good;
}

/* Descriptors 0 to 2 that came closed would be given to sockets, and the log written to a peer. */
static void open_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF && open("/dev/null", O_RDWR) != fd)
            abort(); /* the lowest one that is free: cannot be another */
    }
}

static int prepare_and_run(int argc, char *argv[])
{
    static struct melpo_config config;
    struct melpo_options options;
    struct record_reading reading;
    struct disturb_plan plan;
    struct log_text log;
    int status = melpo_options_parse(argc, argv, &options, stdout, stderr);
    if (status != MELPO_OPTIONS_GO_ON)
        return status;
    if (options.replay && !tape_read(&reading, &options))
        return MELPO_EXIT_USAGE;
    if (!open_log(&log, &options) || !read_plan(&plan, &options) ||
        !read_config(&config, &options, &reading))
        return MELPO_EXIT_USAGE;
    if (options.print_only)
        melpo_config_print(&config, stdout);
    if (options.check_only)
        printf("%s: good\n", options.config);
    if (options.print_only || options.check_only)
        return MELPO_EXIT_OK;
    if (options.screenshot && !config.platform.display.enabled) {
        fprintf(stderr, "melpo: --screenshot: %s has no display: platform.display.enabled is "
                        "false\n", options.config);
        return MELPO_EXIT_USAGE;
    }
    return run(&options, &config, &plan, &log, options.replay ? &reading : NULL);
}

int main(int argc, char *argv[])
{
    static char line[BUFSIZ];
    open_standard_streams();
    setvbuf(stderr, line, _IOLBF, sizeof line); /* or lines of two machines would mix */
    bool is_test = argc > 1 && strcmp(argv[1], "test") == 0;
    int status = is_test ? scenario_command(argc, argv) : prepare_and_run(argc, argv);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fputs("melpo: standard output cannot be written to\n", stderr);
    return status == MELPO_EXIT_OK ? MELPO_EXIT_FAILED : status;
}
