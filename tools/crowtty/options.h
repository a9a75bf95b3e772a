/* options.h — crowtty's command line.
 *
 *     argc, argv, MNEMOS_TRACE ──► struct options ──► attach, top or decode
 *                             └──► or a text and an exit status
 *
 * The first thing wrong is reported, with what would be right, and ends the reading.
 *
 * Memory   Texts are borrowed from argv and the environment. Nothing is allocated.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_OPTIONS_H
#define CROWTTY_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "tools/common/trace_filter.h"
#include "top_model.h"

#define MUX_PORTS_MAX 64u /* ports of the mux that can be named here: 0 to 63 */

enum exit_status {
    EXIT_ENDED = 0,  /* by the user, or at the end of the file to decode */
    EXIT_FAILED = 1, /* could not run */
    EXIT_USAGE = 2,  /* bad command line */
};

enum command { COMMAND_ATTACH, COMMAND_TOP, COMMAND_DECODE };

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct target_place { /* where the target is */
    bool is_serial;
    const char *ip;   /* TCP */
    uint16_t port;
    const char *path; /* serial */
    uint32_t baud;
};

struct options {
    enum command command;
    struct target_place target;   /* of attach and top */
    bool is_verbose;
    enum color color;
    struct trace_filter filter;
    const char *perfetto;         /* a file, or NULL */
    bool has_keyboard;
    uint16_t keyboard_port;       /* of the mux */
    uint16_t tcp_port_base;       /* 0: the system chooses */
    uint64_t ports;               /* bit n: mux port n has a TCP port */
    uint64_t shown;               /* bit n: what comes from mux port n is printed */
    bool is_once;                 /* top */
    enum top_order order;         /* top */
    const char *file;             /* decode: "-" is standard input */
    bool has_port;                /* decode: only this port */
    uint16_t port;
};

enum { OPTIONS_GO_ON = -1 };

/* Reads the command line. Returns OPTIONS_GO_ON, or the status to exit with: EXIT_ENDED after
 * --help or --version, printed to `out`; EXIT_USAGE after a message on `err`. */
int options_parse(int argc, char *const argv[], struct options *options, FILE *out, FILE *err);

/* What --help prints: at most 80 columns, every option with its default. */
void options_print_help(FILE *out);

#endif
