/* options.h — melpo's command line.
 *
 *     argc, argv, MELPOMENE_TRACE ──► struct melpo_options ──► run, check or print
 *                                └──► or a text and an exit status
 *
 * The first thing wrong is reported, with the nearest known option, and ends the reading: later
 * words may mean something else than they seem to.
 *
 * Memory   Texts are borrowed from argv and the environment. Nothing is allocated.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_OPTIONS_H
#define MELPO_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MELPO_SETS_MAX 64u

enum melpo_exit { /* the program's exit statuses */
    MELPO_EXIT_OK = 0,     /* halted in order */
    MELPO_EXIT_FAILED = 1, /* could not run: port taken, no memory */
    MELPO_EXIT_USAGE = 2,  /* bad command line or configuration; nothing was started */
    MELPO_EXIT_SCRIPT = 3, /* an expectation failed: a script's, or a replay's */
    MELPO_EXIT_PANIC = 4,  /* kernel panic */
};

enum melpo_time {
    MELPO_TIME_REAL,
    MELPO_TIME_VIRTUAL, /* the clock jumps to the next deadline whenever the machine is idle */
};

struct melpo_options {
    const char *config;      /* the file, never NULL; "default.json" unless given */
    bool check_only;         /* --check-config: read it, report, run nothing */
    bool print_only;         /* --print-config: read it, print what is in force, run nothing */
    enum melpo_time time;
    uint64_t until_us;       /* halt in order at this machine time; UINT64_MAX: never */
    bool has_seed;           /* without one, the run takes a new one and says which */
    uint64_t seed;
    const char *disturb;     /* what goes wrong on purpose, not yet parsed; NULL: nothing */
    const char *record;      /* a file to record the run in; NULL: none */
    const char *replay;      /* a recording to run again; NULL: none */
    uint64_t from_us;        /* a replay is as fast as it can up to this machine time */
    bool is_paced;           /* and from then on as fast as it was lived, window or not */
    bool uart_log;           /* a replay logs what its UARTs hear and say */
    const char *uart_output; /* a folder for what a replay's UARTs send; NULL: none */
    bool headless;           /* never open a window */
    const char *screenshot;  /* a file for the picture of the display; NULL: none */
    uint64_t screenshot_at_us; /* take it at this machine time; UINT64_MAX: at halt */
    const char *trace;       /* a log filter, not yet parsed; NULL: neither option nor variable */
    bool has_trace;          /* it is the option's */
    bool has_time, has_file; /* given on the command line */
    const char *sets[MELPO_SETS_MAX]; /* "PATH=VALUE", in the order given */
    size_t set_count;
};

enum { MELPO_OPTIONS_GO_ON = -1 };

/* Reads the command line. Returns MELPO_OPTIONS_GO_ON, or the status to exit with: MELPO_EXIT_OK
 * after --help or --version, printed to `out`; MELPO_EXIT_USAGE after a message on `err`.
 * Uses getopt_long, so it is not to be called from two threads at once. */
int melpo_options_parse(int argc, char *const argv[], struct melpo_options *options, FILE *out,
                        FILE *err);

/* What --help prints: at most 80 columns, every option with its default. */
void melpo_options_print_help(FILE *out);

#endif
