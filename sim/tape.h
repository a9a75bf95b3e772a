/* tape.h — recordings, as melpo's command lines have them: made, and run again.
 *
 *     --record FILE ──► recorder, with configuration, seed and filter in its head
 *     --replay FILE ──► the same as options and configuration ──► a run ──► was it the same?
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_TAPE_H
#define MELPO_TAPE_H

#include "board.h"
#include "options.h"

struct tape_settings { /* what a recording says of its run */
    const char *path;
    const char *config;  /* the configuration's name */
    const char *filter;  /* the log's */
    uint64_t seed;
    bool is_virtual;
    bool has_choices;    /* the machine is asked which task goes first */
};

/* Begins a recording; it hears what `log` does. False: `error` says why not, in half a sentence. */
bool tape_begin(struct recorder *recorder, const struct tape_settings *settings,
                const struct melpo_config *config, struct log_text *log,
                struct device_error *error);

/* Reads the recording that is asked for, and makes the options those of its run; the texts are
 * borrowed from `reading`. False after a message. */
bool tape_read(struct record_reading *reading, struct melpo_options *options);

/* The configuration in the recording of that path. False after adding to `problems`. */
bool tape_config(const struct record_reading *reading, const char *path,
                 struct melpo_config *config, struct melpo_problems *problems);

/* Says how the replay of a closed board has ended. Returns the exit status in place of `code`. */
int tape_conclude(const struct board *board, const char *path, int code);

#endif
