/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "sound.h"

#include <unistd.h>

#include "mn/audit.h"
#include "options.h"
#include "recording.h"
#include "report.h"

#define LOOKS_CLOSE 2u /* so many sleeps after anything new */
#define LOOKS_APART 64u /* then one in so many */
#define LONGER 16u /* times as long as any other */

/* Whatever was done to it on purpose, its structures hold together. Where they do not it is not run
 * on, or it would break somewhere else and hide what is told here. */
void sound_look(struct run *run)
{
    char finding[MN_AUDIT_BYTES];
    if (!run->has_started || run->has_failed || !mn_list_is_empty(&run->board.kernel.ready) ||
        mn_audit(&run->board.kernel, finding, sizeof finding))
        return;
    run->step -= run->step == run->scenario->step_count;
    run_fail(run, "but", "the kernel is not sound: %s", finding);
    fflush(NULL); /* what follows looks at it, too */
    recording_say_failure(run);
    report_machine(run);
    fflush(NULL);
    _exit(MELPO_EXIT_SCRIPT);
}

/* How long the machine has nothing to do, if nothing comes. */
static uint64_t sleep_us(const struct run *run)
{
    const struct mn_kernel *kernel = &run->board.kernel;
    uint64_t due_us = kernel->wheel.soonest_us;
    return due_us > kernel->now_us ? due_us - kernel->now_us : 0;
}

static bool is_new(struct run *run)
{
    uint32_t faults = run->settings->list->count;
    bool is_new = faults != run->faults_seen;
    run->faults_seen = faults;
    return is_new;
}

/* A look takes as long as five sleeps of a machine that only waits: not all can have one. One that
 * is much longer than those before does: perhaps somebody was not woken. */
void sound_look_after_sleep(struct run *run)
{
    if (is_new(run))
        run->sleeps = run->longest_us = 0;
    run->sleeps++;
    bool is_long = sleep_us(run) / LONGER > run->longest_us;
    if (is_long)
        run->longest_us = sleep_us(run);
    if (is_long || run->sleeps <= LOOKS_CLOSE || run->sleeps % LOOKS_APART == 0)
        sound_look(run);
}
