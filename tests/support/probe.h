/* probe.h — futures that do as they are told, and a trail of what was done to them.
 *
 *     trail    "a a -a"     polled twice, then dropped
 *     probe    a leaf: answers MN_PENDING so many times, then ends as told
 *     wrap     a coroutine that awaits one future and ends as it did
 *     runner   a task that awaits one future and keeps how and when it ended
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef PROBE_H
#define PROBE_H

#include "bench.h"

struct trail {
    char text[1024]; /* words with a space between them */
    uint32_t length;
};

/* Adds a word; fails the test when there is no more room. */
void trail_add(struct trail *trail, const char *prefix, const char *word);

#define PROBE_FOREVER UINT32_MAX

struct probe { /* frame */
    struct mn_co co;
    const char *name;
    struct trail *trail; /* gets `name` for a poll and `-name` for a drop; or NULL */
    uint32_t waits;      /* polls still to be answered with MN_PENDING, or PROBE_FOREVER */
    enum mn_err result;
    uint32_t polls, drops;
    struct mn_task *task; /* of the latest poll */
};

struct mn_co *probe(struct probe *frame, const char *name, struct trail *trail, uint32_t waits,
                    enum mn_err result);

struct wrap { /* frame */
    struct mn_co co;
    const char *name;
    struct trail *trail; /* gets `-name` for a drop; or NULL */
    struct mn_co *inner;
    uint32_t drops;
};

struct mn_co *wrap(struct wrap *frame, const char *name, struct trail *trail,
                   struct mn_co *inner);

struct runner { /* frame */
    struct mn_co co;
    struct mn_task task;
    const char *name;
    struct trail *trail; /* gets `name` when the future has ended; or NULL */
    struct mn_co *inner;
    bool returned; /* the future ended by itself, and the following two are valid */
    enum mn_err err;
    uint64_t returned_us;
};

/* Spawns `runner` with the future `inner`. */
void runner_spawn(struct runner *runner, struct mn_kernel *kernel, const char *name,
                  struct trail *trail, struct mn_co *inner);

#endif
