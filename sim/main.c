/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "board.h"
#include "config.h"
#include "host/color.h"
#include "log_text.h"
#include "options.h"

#define TARGET "sim::main"
#define TRACE_DEFAULT "info"

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

/* ---- what halts the machine from outside ------------------------------------------------ */

struct outside {
    struct board *board;
    uv_signal_t signals[2];
    struct sim_alarm until;
};

static void signal_came(uv_signal_t *signal, int number)
{
    struct outside *outside = signal->data;
    const struct mn_field field = MN_FIELD_STR("signal", number == SIGINT ? "SIGINT" : "SIGTERM");
    log_text_write(outside->board->log, MN_LEVEL_INFO, TARGET, "halting", &field, 1);
    board_press_power(outside->board);
}

static void until_came(struct sim_alarm *alarm)
{
    struct outside *outside = alarm->context;
    board_press_power(outside->board);
}

static const int numbers[] = {SIGINT, SIGTERM};

/* Makes both signals wait until the mask that was is restored. */
static void hold_signals(sigset_t *before)
{
    sigset_t held;
    sigemptyset(&held);
    for (size_t i = 0; i < MN_COUNT_OF(numbers); i++)
        sigaddset(&held, numbers[i]);
    pthread_sigmask(SIG_BLOCK, &held, before);
}

static void release_signals(const sigset_t *before)
{
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

/* One shot each: a second signal finds the system's own handler, which ends a hung machine. */
static void listen_outside(struct outside *outside, const struct melpo_options *options)
{
    for (size_t i = 0; i < MN_COUNT_OF(numbers); i++) {
        MN_ASSERT(uv_signal_init(&outside->board->loop, &outside->signals[i]) == 0);
        outside->signals[i].data = outside;
        uv_signal_start_oneshot(&outside->signals[i], signal_came, numbers[i]);
    }
    sim_alarm_init(&outside->until, until_came, outside);
    if (options->until_us != MN_TIME_NEVER)
        sim_alarm_set(&outside->board->machine, &outside->until, options->until_us);
}

static volatile sig_atomic_t halt_code;

static void leave_at_once(int number)
{
    (void)number;
    _exit(halt_code);
}

/* The machine has halted in order: a signal that comes now only hurries the rest along. */
static void ignore_outside(struct outside *outside, int code)
{
    sigset_t before;
    halt_code = code;
    sim_alarm_clear(&outside->until);
    hold_signals(&before);
    for (size_t i = 0; i < MN_COUNT_OF(numbers); i++) {
        uv_close((uv_handle_t *)&outside->signals[i], NULL);
        signal(numbers[i], leave_at_once);
    }
    release_signals(&before);
}

static int run(const struct melpo_options *options, const struct melpo_config *config,
               struct log_text *log)
{
    static struct board board; /* too large for a stack, needed once */
    sigset_t before;
    uint64_t seed = seed_of(options);
    struct board_settings settings = {options->time == MELPO_TIME_VIRTUAL, seed};
    hold_signals(&before); /* from the first line of the log on it can be told to halt */
    signal(SIGPIPE, SIG_IGN); /* a log that nobody reads any more is no reason to stop */
    say_hello(log, options, seed);
    if (!board_open(&board, config, log, &settings, stderr))
        return MELPO_EXIT_FAILED;

    struct outside outside = {.board = &board};
    listen_outside(&outside, options);
    release_signals(&before);
    int code = board_run(&board);
    ignore_outside(&outside, code);
    const struct mn_field field = MN_FIELD_I64("code", code);
    log_text_write(log, MN_LEVEL_INFO, TARGET, "halted", &field, 1);
    board_close(&board);
    return code;
}

static bool open_log(struct log_text *log, const struct melpo_options *options)
{
    struct trace_filter filter;
    char error[256];
    const char *text = options->trace ? options->trace : TRACE_DEFAULT;
    if (!trace_filter_parse(&filter, text, error, sizeof error)) {
        bool is_variable = options->trace == getenv("MELPOMENE_TRACE"); /* the very same text */
        fprintf(stderr, "melpo: %s: %s\n", is_variable ? "MELPOMENE_TRACE" : "--trace", error);
        return false;
    }
    log_text_init(log, stderr, host_color_is_wanted(stderr), &filter);
    return true;
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
    struct log_text log;
    int status = melpo_options_parse(argc, argv, &options, stdout, stderr);
    if (status != MELPO_OPTIONS_GO_ON)
        return status;
    if (!open_log(&log, &options))
        return MELPO_EXIT_USAGE;

    struct melpo_problems problems = MELPO_PROBLEMS_NONE;
    bool is_good = melpo_config_read_file(&config, options.config, options.sets,
                                          options.set_count, &problems);
    melpo_problems_print(&problems, stderr);
    melpo_problems_finish(&problems);
    if (!is_good)
        return MELPO_EXIT_USAGE;
    if (options.print_only)
        melpo_config_print(&config, stdout);
    if (options.check_only)
        printf("%s: good\n", options.config);
    if (options.print_only || options.check_only)
        return MELPO_EXIT_OK;
    return run(&options, &config, &log);
}

int main(int argc, char *argv[])
{
    static char line[BUFSIZ];
    open_standard_streams();
    setvbuf(stderr, line, _IOLBF, sizeof line); /* or lines of two machines would mix */
    int status = prepare_and_run(argc, argv);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fputs("melpo: standard output cannot be written to\n", stderr);
    return status == MELPO_EXIT_OK ? MELPO_EXIT_FAILED : status;
}
