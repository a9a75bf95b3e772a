/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "options.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "tools/common/bad_option.h"
#include "tools/common/nearest.h"
#include "tools/common/quote.h"
#include "number.h"
#include "trace_print.h"

#define PROGRAM "crowtty"
#define TCP_PORT_DEFAULT 9999u
#define BAUD_DEFAULT 115200u
#define TCP_BASE_DEFAULT 10000u
#define KEYBOARD_PORT_DEFAULT 2u

enum { /* options without a letter */
    OPTION_IP = 256,
    OPTION_TCP_BASE,
    OPTION_PORTS,
    OPTION_SHOW,
    OPTION_KEYBOARD_PORT,
    OPTION_NO_KEYBOARD,
    OPTION_TRACE,
    OPTION_PERFETTO,
    OPTION_COLOR,
    OPTION_ONCE,
    OPTION_SORT,
    OPTION_PORT,
    OPTIONS_END,
};

static const char short_options[] = ":hvV"; /* words may stand anywhere among them */

static const struct option long_options[] = {
    {"ip", required_argument, NULL, OPTION_IP},
    {"tcp-port-base", required_argument, NULL, OPTION_TCP_BASE},
    {"ports", required_argument, NULL, OPTION_PORTS},
    {"show", required_argument, NULL, OPTION_SHOW},
    {"keyboard-port", required_argument, NULL, OPTION_KEYBOARD_PORT},
    {"no-keyboard", no_argument, NULL, OPTION_NO_KEYBOARD},
    {"trace", required_argument, NULL, OPTION_TRACE},
    {"perfetto", required_argument, NULL, OPTION_PERFETTO},
    {"verbose", no_argument, NULL, 'v'},
    {"color", required_argument, NULL, OPTION_COLOR},
    {"once", no_argument, NULL, OPTION_ONCE},
    {"sort", required_argument, NULL, OPTION_SORT},
    {"port", required_argument, NULL, OPTION_PORT},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

/* Which commands an option is for: bit n is command n. Those not named here are for all. */
enum { ATTACH = 1 << COMMAND_ATTACH, TOP = 1 << COMMAND_TOP, DECODE = 1 << COMMAND_DECODE };
static const unsigned commands_of[OPTIONS_END] = {
    [OPTION_IP] = ATTACH | TOP,
    [OPTION_TCP_BASE] = ATTACH,
    [OPTION_PORTS] = ATTACH,
    [OPTION_SHOW] = ATTACH,
    [OPTION_KEYBOARD_PORT] = ATTACH,
    [OPTION_NO_KEYBOARD] = ATTACH,
    [OPTION_TRACE] = ATTACH | DECODE,
    [OPTION_PERFETTO] = ATTACH | DECODE,
    [OPTION_ONCE] = TOP,
    [OPTION_SORT] = TOP,
    [OPTION_PORT] = DECODE,
};

struct reading { /* what has been read so far */
    struct options *options;
    const char *trace;        /* the filter's text */
    const char *trace_source; /* where it comes from, for a message */
    bool has_ip;
    FILE *out, *err;
};

static int refuse(FILE *err)
{
    fputs(PROGRAM ": '" PROGRAM " --help' lists the options\n", err);
    return EXIT_USAGE;
}

static int refuse_value(struct reading *reading, const char *option, const char *expected)
{
    host_bad_option_value(PROGRAM, option, expected, optarg, reading->err);
    return refuse(reading->err);
}

static int take_number(struct reading *reading, const char *option, uint32_t max, uint16_t *value)
{
    char expected[48];
    uint32_t number;
    snprintf(expected, sizeof expected, "a number from 0 to %u", max);
    if (!number_parse(optarg, max, &number))
        return refuse_value(reading, option, expected);
    *value = (uint16_t)number;
    return OPTIONS_GO_ON;
}

static int take_list(struct reading *reading, const char *option, uint64_t *bits)
{
    if (!number_list_parse(optarg, bits))
        return refuse_value(reading, option, "ports from 0 to 63 such as 0,1,10-13, or none");
    return OPTIONS_GO_ON;
}

/* One of the words: its index, or a refusal. */
static int take_choice(struct reading *reading, const char *option, const char *expected,
                       const char *const *words, unsigned count, unsigned *choice)
{
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(optarg, words[i]) == 0) {
            *choice = i;
            return OPTIONS_GO_ON;
        }
    }
    return refuse_value(reading, option, expected);
}

static int take_color(struct reading *reading)
{
    static const char *const words[] = {"auto", "always", "never"};
    unsigned choice = 0;
    int status = take_choice(reading, "color", "auto, always or never", words, 3, &choice);
    reading->options->color = (enum color)choice;
    return status;
}

static int take_sort(struct reading *reading)
{
    unsigned choice = 0;
    int status = take_choice(reading, "sort", "share, polls, waited, name or id",
                             top_order_names, TOP_ORDERS, &choice);
    reading->options->order = (enum top_order)choice;
    return status;
}

static int take_ip(struct reading *reading)
{
    struct in6_addr address;
    reading->has_ip = true;
    reading->options->target.ip = optarg;
    if (inet_pton(AF_INET, optarg, &address) == 1 || inet_pton(AF_INET6, optarg, &address) == 1)
        return OPTIONS_GO_ON;
    return refuse_value(reading, "ip", "a numeric address such as 127.0.0.1 or ::1");
}

static int take_option(struct reading *reading, int option)
{
    struct options *options = reading->options;
    switch (option) {
    case OPTION_IP: return take_ip(reading);
    case OPTION_TCP_BASE:
        return take_number(reading, "tcp-port-base", 65535 - (MUX_PORTS_MAX - 1),
                           &options->tcp_port_base);
    case OPTION_PORTS: return take_list(reading, "ports", &options->ports);
    case OPTION_SHOW: return take_list(reading, "show", &options->shown);
    case OPTION_KEYBOARD_PORT:
        return take_number(reading, "keyboard-port", 65535, &options->keyboard_port);
    case OPTION_NO_KEYBOARD: options->has_keyboard = false; break;
    case OPTION_TRACE:
        reading->trace = optarg;
        reading->trace_source = "--trace";
        break;
    case OPTION_PERFETTO: options->perfetto = optarg; break;
    case OPTION_COLOR: return take_color(reading);
    case OPTION_ONCE: options->is_once = true; break;
    case OPTION_SORT: return take_sort(reading);
    case OPTION_PORT:
        options->has_port = true;
        return take_number(reading, "port", 65535, &options->port);
    case 'v': options->is_verbose = true; break;
    case 'h': options_print_help(reading->out); return EXIT_ENDED;
    default: fputs(PROGRAM " " CROWTTY_VERSION "\n", reading->out); return EXIT_ENDED;
    }
    return OPTIONS_GO_ON;
}

static const char *name_of(int option)
{
    const struct option *known = long_options;
    while (known->val != option)
        known++;
    return known->name;
}

static int read_options(struct reading *reading, int argc, char *const argv[],
                        unsigned used[OPTIONS_END])
{
    optind = 0; /* begins anew */
    opterr = 0;
    for (;;) {
        int before = optind ? optind : 1;
        int option = getopt_long(argc, argv, short_options, long_options, NULL);
        if (option == -1)
            return OPTIONS_GO_ON;
        if (option == '?') {
            int at = optind > before ? optind - 1 : before;
            host_bad_option_unknown(PROGRAM, long_options, argv, at, reading->err);
            return refuse(reading->err);
        }
        if (option == ':') {
            host_bad_option_missing(PROGRAM, argv, optind - 1, reading->err);
            return refuse(reading->err);
        }
        used[option]++;
        int status = take_option(reading, option);
        if (status != OPTIONS_GO_ON)
            return status;
    }
}

/* ---- words --------------------------------------------------------------------------------- */

static int refuse_word(struct reading *reading, const char *what, const char *word)
{
    char quoted[HOST_QUOTE_SHORT_BYTES];
    host_quote_short(word, quoted);
    fprintf(reading->err, PROGRAM ": %s %s\n", what, quoted);
    return refuse(reading->err);
}

static int take_tcp(struct reading *reading, int count, char *const words[])
{
    uint32_t port = TCP_PORT_DEFAULT;
    if (count > 1)
        return refuse_word(reading, "after PORT nothing more is expected, got", words[1]);
    if (count == 1 && (!number_parse(words[0], 65535, &port) || port == 0))
        return refuse_word(reading, "expected a TCP port from 1 to 65535, got", words[0]);
    reading->options->target.port = (uint16_t)port;
    return OPTIONS_GO_ON;
}

static int take_serial(struct reading *reading, int count, char *const words[])
{
    struct target_place *target = &reading->options->target;
    target->is_serial = true;
    target->baud = BAUD_DEFAULT;
    if (count == 0) {
        fputs(PROGRAM ": serial: which device? Such as: " PROGRAM " serial /dev/ttyUSB0\n",
              reading->err);
        return refuse(reading->err);
    }
    if (count > 2)
        return refuse_word(reading, "after BAUD nothing more is expected, got", words[2]);
    target->path = words[0];
    if (count == 2 && (!number_parse(words[1], 4000000, &target->baud) ||
                       !number_is_baud(target->baud)))
        return refuse_word(reading, "expected a usual rate such as 9600, 115200 or 1000000, got",
                           words[1]);
    if (reading->has_ip) {
        fputs(PROGRAM ": --ip: only for tcp\n", reading->err);
        return refuse(reading->err);
    }
    return OPTIONS_GO_ON;
}

static int take_decode(struct reading *reading, int count, char *const words[])
{
    if (count != 1) {
        fputs(PROGRAM ": decode: expected one FILE, or - for standard input\n", reading->err);
        return refuse(reading->err);
    }
    reading->options->command = COMMAND_DECODE;
    reading->options->file = words[0];
    return OPTIONS_GO_ON;
}

static int refuse_command(struct reading *reading, const char *word)
{
    static const char *const commands[] = {"tcp", "serial", "top", "decode"};
    const char *nearest = host_nearest(word, commands, 4);
    char quoted[HOST_QUOTE_SHORT_BYTES];
    host_quote_short(word, quoted);
    fprintf(reading->err, PROGRAM ": expected tcp, serial, top or decode, got %s", quoted);
    if (nearest)
        fprintf(reading->err, "; did you mean \"%s\"?", nearest);
    fputc('\n', reading->err);
    return refuse(reading->err);
}

static int take_words(struct reading *reading, int count, char *const words[])
{
    if (count == 0) {
        fputs(PROGRAM ": where is the target? Such as: " PROGRAM " tcp 9998\n", reading->err);
        return refuse(reading->err);
    }
    if (strcmp(words[0], "tcp") == 0)
        return take_tcp(reading, count - 1, words + 1);
    if (strcmp(words[0], "serial") == 0)
        return take_serial(reading, count - 1, words + 1);
    bool is_top = strcmp(words[0], "top") == 0 && reading->options->command != COMMAND_TOP;
    if (is_top) {
        reading->options->command = COMMAND_TOP;
        return take_words(reading, count - 1, words + 1);
    }
    if (strcmp(words[0], "decode") == 0 && reading->options->command != COMMAND_TOP)
        return take_decode(reading, count - 1, words + 1);
    return refuse_command(reading, words[0]);
}

static int check_options(struct reading *reading, const unsigned used[OPTIONS_END])
{
    static const char *const names[] = {"tcp and serial", "top", "decode"};
    unsigned command = 1u << reading->options->command;
    for (int option = 0; option < OPTIONS_END; option++) {
        if (used[option] && commands_of[option] && !(commands_of[option] & command)) {
            fprintf(reading->err, PROGRAM ": --%s: not for %s\n", name_of(option),
                    names[reading->options->command]);
            return refuse(reading->err);
        }
    }
    return OPTIONS_GO_ON;
}

static int read_filter(struct reading *reading)
{
    char error[256];
    if (trace_print_filter(&reading->options->filter, reading->trace, error, sizeof error))
        return OPTIONS_GO_ON;
    fprintf(reading->err, PROGRAM ": %s: %s\n", reading->trace_source, error);
    return refuse(reading->err);
}

int options_parse(int argc, char *const argv[], struct options *options, FILE *out, FILE *err)
{
    unsigned used[OPTIONS_END] = {0};
    const char *variable = getenv("MNEMOS_TRACE");
    struct reading reading = {.options = options, .trace = variable ? variable : "",
                              .trace_source = "MNEMOS_TRACE", .out = out, .err = err};
    *options = (struct options){
        .target.ip = "127.0.0.1",
        .has_keyboard = true,
        .keyboard_port = KEYBOARD_PORT_DEFAULT,
        .tcp_port_base = TCP_BASE_DEFAULT,
        .ports = 0xffff,
        .shown = 1u << 1,
    };
    int status = read_options(&reading, argc, argv, used);
    if (status == OPTIONS_GO_ON)
        status = take_words(&reading, argc - optind, argv + optind);
    if (status == OPTIONS_GO_ON)
        status = check_options(&reading, used);
    if (status == OPTIONS_GO_ON)
        status = read_filter(&reading);
    return status;
}
