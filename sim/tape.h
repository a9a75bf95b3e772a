/* tape.h — recordings, as melpo's command line has them: made, and run again.
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

/* Begins the recording that is asked for; it hears what `log` does. False after a message. */
bool tape_begin(struct recorder *recorder, const struct melpo_options *options,
                const struct melpo_config *config, struct log_text *log, const char *filter,
                uint64_t seed, bool has_choices);

/* Reads the recording that is asked for, and makes the options those of its run; the texts are
 * borrowed from `reading`. False after a message. */
bool tape_read(struct record_reading *reading, struct melpo_options *options);

/* The configuration in it. False after adding to `problems`. */
bool tape_config(const struct record_reading *reading, struct melpo_config *config,
                 struct melpo_problems *problems);

/* Says how the replay of a closed board has ended. Returns the exit status in place of `code`. */
int tape_conclude(const struct board *board, const char *path, int code);

#endif
