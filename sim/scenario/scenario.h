/* scenario.h — a scenario file as data: a machine, who talks to it, and the steps, in order.
 *
 *     text ──scenario_parse──► steps, peers, settings ──scenario_configure──► the machine's
 *                  │                                          │               configuration
 *                  └────────── every problem, with its place ─┘
 *
 * What a line may say is the table in steps.c. The first half touches nothing but its text, the
 * second reads the files that the scenario names.
 *
 * Memory   The struct owns everything until scenario_finish.
 * Bounds   SCENARIO_BYTES_MAX, SCENARIO_STEPS_MAX, SCENARIO_PEERS_MAX; TEXT_BYTES_MAX for a line.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_SCENARIO_H
#define MELPO_SCENARIO_H

#include "config.h"
#include "hal-sim/disturb.h"
#include "words.h"

#define SCENARIO_BYTES_MAX (1024u * 1024u)
#define SCENARIO_STEPS_MAX 10000u
#define SCENARIO_PEERS_MAX 32u
#define SCENARIO_SETS_MAX 64u
#define SCENARIO_NOTES_MAX 32u

struct step_kind;
struct counter;

struct scenario_peer {
    char name[2 * MELPO_NAME_BYTES]; /* "console", "mux:10", or what `as` says */
    char uart_name[MELPO_NAME_BYTES];
    uint32_t uart;      /* index in the configuration, once configured */
    int32_t port;       /* of the mux on that UART, or -1: the UART as it is */
    bool is_connected;  /* as far as the file is read */
    bool is_finished;   /* has said its last byte: makes way for the next */
    uint32_t line, column;
};

#define SCENARIO_LOG 0u /* the peer that is the machine's log; the others follow */

enum relation { RELATION_EQ, RELATION_NE, RELATION_LT, RELATION_LE, RELATION_GT, RELATION_GE };

struct counter_name { /* which figure of the machine; see counters.h */
    const struct counter *counter;
    char uart_name[MELPO_NAME_BYTES]; /* "" for those that are no UART's */
    uint32_t number;                  /* of the UART, once configured, or of the mux port */
};

struct scenario_region { /* pixels; a width of 0: all of the screen */
    uint32_t x, y, width, height;
};

struct scenario_step {
    const struct step_kind *kind;
    uint32_t line, column;
    char *source;             /* the line as it stands, for people */
    uint32_t peer;            /* index in scenario::peers */
    struct pattern pattern;   /* or the text to send */
    bool is_next;             /* expect: nothing else may come before it */
    bool is_slow;             /* send: key by key */
    bool is_must;             /* holds under disturbances, too */
    uint64_t limit_us;        /* within or for so long */
    struct counter_name counter;
    enum relation relation;
    uint64_t value;           /* a number, or the exit status */
    uint32_t note;            /* index in scenario::notes, or UINT32_MAX: `value` counts */
    char *file;               /* what it names, a path from here */
    bool sends_file;          /* its text is that of the file, once configured */
    bool is_picture;          /* the file is a golden picture */
    bool needs_screen, needs_keyboard;
    struct scenario_region region;
};

struct scenario {
    char *name;                /* the file's, as given */
    struct scenario_step *steps;
    size_t step_count, step_room;
    struct scenario_peer peers[SCENARIO_PEERS_MAX];
    uint32_t peer_count;
    char *sets[SCENARIO_SETS_MAX];
    uint32_t set_lines[SCENARIO_SETS_MAX];
    uint32_t set_count;
    char *notes[SCENARIO_NOTES_MAX]; /* names of figures that were remembered */
    uint32_t note_count;
    char *machine;             /* the configuration's file, or NULL: default.json */
    uint32_t machine_line, machine_column;
    bool is_real;              /* time real */
    bool has_time;
    bool is_watched;           /* what the watchdog finds is a failure */
    char *log_filter;          /* or NULL: info */
    bool has_seed, has_plan;
    uint64_t seed;
    struct disturb_plan plan;
    bool has_begun;            /* a step was read that needs the machine to run */
    bool is_doubtful;          /* a line about a peer could not be read: less is known of them */
    struct melpo_config config; /* once configured; all its UARTs are in memory */
};

/* Reads `count` bytes. False after adding to `problems` everything that is wrong; then too,
 * scenario_finish is called. Borrows nothing. */
bool scenario_parse(struct scenario *scenario, const char *name, const char *text, size_t count,
                    struct melpo_problems *problems);

/* Reads the file `name` and parses it. */
bool scenario_read(struct scenario *scenario, const char *name, struct melpo_problems *problems);

/* Reads the configuration and the other files that the scenario names, and looks whether there are
 * the UARTs and the screen it talks of. With `makes_pictures` golden ones need not be there. */
bool scenario_configure(struct scenario *scenario, bool makes_pictures,
                        struct melpo_problems *problems);

void scenario_finish(struct scenario *scenario);

/* The path of a file that the scenario names: from the folder it is in, unless absolute. To be
 * freed; NULL: no memory. */
char *scenario_path(const struct scenario *scenario, const char *name);

/* What the machine logs. */
const char *scenario_log_filter(const struct scenario *scenario);

/* Adds a problem at a place of the file. Always false. */
bool scenario_refuse(const struct scenario *scenario, uint32_t line, uint32_t column,
                     struct melpo_problems *problems, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
