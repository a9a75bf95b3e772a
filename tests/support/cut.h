/* cut.h — a life cut off after 0, 1, 2, ... ticks, until it is over before the cut.
 *
 *     for each number of ticks:   bench ─► setup ─► act, tick, act, tick, ... ─► cut ─► check
 *                                                                                 │
 *                                   bench finished, nothing waits anywhere ◄──────┘
 *
 * Whatever holds after every one of these cuts holds wherever a service is stopped: every client
 * answered, nothing leaked, nothing waiting. A scene is a struct of the test: its frames, tasks
 * and replies, zeroed before each life. When a tick leaves nothing ready and no line raised, the
 * clock moves on to the next deadline, so a life goes through its timeouts too.
 *
 *     static const struct cut echo_life = {
 *         .scene_bytes = sizeof(struct scene), .ticks_max = 40,
 *         .setup = setup, .act = act, .cut = cancel_server, .check = every_client_is_answered,
 *     };
 *     assert_in_range(cut_everywhere(&echo_life), 8, 40);
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CUT_H
#define CUT_H

#include "bench.h"

struct cut {
    uint32_t scene_bytes; /* at least 1 */
    uint32_t ticks_max;   /* a life that is not over after so many ticks fails the test */

    /* Spawns what the scene needs. */
    void (*setup)(struct bench *bench, void *scene);

    /* What the world does just before tick `tick`, counted from 0: a peer types, a line is
     * raised, a client asks. NULL: nothing. */
    void (*act)(struct bench *bench, void *scene, uint32_t tick);

    /* Whether the life ended by itself. NULL: when no task is left. */
    bool (*is_over)(struct bench *bench, void *scene);

    /* How it is cut: cancels a server, say, whose clients live on and run until nothing is ready.
     * NULL: the whole kernel finishes. */
    void (*cut)(struct bench *bench, void *scene);

    /* Asserts what must hold however the life ended, `ticks` ticks after it began. Comes after
     * the cut; with `cut` NULL after the kernel has finished, and then `bench` is NULL. */
    void (*check)(struct bench *bench, void *scene, uint32_t ticks);
};

/* Lives and cuts until a life is over before the cut. Returns how many ticks that one had. */
uint32_t cut_everywhere(const struct cut *cut);

#endif
