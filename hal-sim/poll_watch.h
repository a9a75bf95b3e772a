/* poll_watch.h — finds the task that does not give the processor back.
 *
 *     processor time of the machine's thread ──every limit──► the same poll as last time?
 *                                                               once   it is kept, to be taken
 *                                                               twice  one line on standard error,
 *                                                                      for it may never return
 *
 * It counts processor time, so neither a busy host nor a debugger makes a poll long, and a machine
 * that sleeps is not woken. What it finds depends on the host: the kernel never hears of it, and a
 * recording keeps it like a line from outside.
 *
 * Context  The machine's thread. One machine at a time.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef HAL_SIM_POLL_WATCH_H
#define HAL_SIM_POLL_WATCH_H

#include <signal.h>
#include <time.h>

#include "mn/kernel.h"

#define POLL_WATCH_LEAST_US 10000u /* shorter limits are taken for this one */
#define POLL_WATCH_TEXT_BYTES 200u

struct poll_watch { /* zeroed: off */
    const struct mn_kernel *kernel;
    uint64_t limit_us;
    timer_t timer;
    struct sigaction before; /* of the signal it uses */
    const struct mn_task *task; /* seen last time, in its `polls`th poll */
    uint32_t polls;
    uint32_t strikes;           /* times it was the same poll */
    volatile sig_atomic_t has_found;
    char name[64], at[POLL_WATCH_TEXT_BYTES]; /* what was found */
    uint32_t found;             /* how many */
};

/* Watches until poll_watch_stop. False: this host has no such timers. */
bool poll_watch_start(struct poll_watch *watch, const struct mn_kernel *kernel, uint64_t limit_us);
void poll_watch_stop(struct poll_watch *watch);

/* Between ticks: whether a poll has taken longer than the limit since the last time; then `name` is
 * its task and `at` what that was in. */
bool poll_watch_take(struct poll_watch *watch);

#endif
