/* recording.h — a run of a scenario that is kept, to be seen on a desk.
 *
 *     run ──► lossy.melpo ──► melpo --replay lossy.melpo
 *
 * Each step stands in the recording's log at the moment it began, so that whoever replays it reads
 * what was sent and expected beside what the machine did. Nothing in the run itself is another for
 * being recorded.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_RECORDING_H
#define MELPO_RECORDING_H

#include "run.h"

#define RECORDING_PATH_BYTES 4096u

/* Begins the recording that the settings ask for, if they do. False after telling the report. */
bool recording_begin(struct run *run);

/* Keeps that the present step begins; that it has failed. Harmless where nothing is recorded. */
void recording_say_step(struct run *run);
void recording_say_failure(struct run *run);

/* The file for a recording of the scenario at `index`: for "tests/lossy.scenario" it is
 * "FOLDER/lossy.melpo", and for another of that name behind it "FOLDER/lossy-2.melpo". `path` has
 * room for RECORDING_PATH_BYTES. */
void recording_name(const struct scenario *scenarios, size_t index, const char *folder,
                    char *path);

/* The same for what is left of a failure under a seed: "FOLDER/lossy.seed-8.melpo". */
void recording_name_seed(const struct scenario *scenario, uint64_t seed, const char *folder,
                         char *path);

#endif
