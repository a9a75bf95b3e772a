/* watchdog.h — says who is stuck, once, in the log.
 *
 *     platform, about to sleep ──look──► [ tasks ] ──► WARN a queue stays full task=shell ...
 *                              ◄── until then at most
 *
 * What it tells of
 *     a request that nobody takes      sent, and its server has not asked for it
 *     a request that is not answered   its server has it in hand, and has not said that this may
 *                                      last (mn_job_may_last): a wait for a key or a carrier
 *     a queue that stays full          somebody waits for room, and nobody makes any
 *     tasks that wait for each other   each for another, in a ring
 *     time that does not move on       a task is always ready; only where the clock stands still
 *                                      meanwhile, as in a simulator's virtual time
 *
 * All but the last once they have lasted as long as its patience; each once, until the task has
 * gone on. A hello is a request, too.
 *
 * Idle     It wakes nobody for nothing: a machine with nobody stuck sleeps as long as without
 *          it. Where somebody may be, it asks for one look more, when the patience is over.
 * Cost     One comparison a sleep; once in a quarter of its patience a walk over the tasks.
 * Memory   The caller's struct. It remembers MN_WATCHDOG_TOLD cases; with more at once some are
 *          told again.
 * Context  The platform's loop, between ticks.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_WATCHDOG_H
#define MN_WATCHDOG_H

#include "mn/kernel.h"

#define MN_WATCHDOG_TOLD 16u
#define MN_WATCHDOG_CHAIN 8u /* tasks of a chain that are named */

struct mn_watchdog_settings {
    uint64_t patience_us;  /* at least 1 */
    uint64_t still_ticks;  /* ticks in which time should have moved; 0: it need not */
};

struct mn_watchdog {
    struct mn_kernel *kernel;
    struct mn_watchdog_settings settings;
    uint64_t next_look_us;
    uint64_t still_us, still_since; /* the time, and the first tick that began then */
    bool still_is_told;
    uint32_t told_count;            /* warnings so far */
    struct {
        uint32_t id;                /* of a task; 0: none */
        uint64_t since_us;
    } told[MN_WATCHDOG_TOLD];
};

/* Begins to watch. Borrows `kernel` as long as the watchdog is used. */
void mn_watchdog_init(struct mn_watchdog *watchdog, struct mn_kernel *kernel,
                      const struct mn_watchdog_settings *settings);

/* For a HAL's sleep_until, before it sleeps until `due_us`: looks if it is time to. Returns until
 * when to sleep at most, which is `due_us` or earlier. */
uint64_t mn_watchdog_look(struct mn_watchdog *watchdog, uint64_t due_us);

#endif
