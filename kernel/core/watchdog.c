/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/watchdog.h"

#include "mn/text.h"

#define MN_LOG_TARGET "kernel::watchdog"

#define LOOKS 4u      /* in the length of its patience */
#define RING_MAX 32u  /* tasks that may wait for each other in a ring */
#define AT_BYTES 200u
#define CHAIN_BYTES 200u
#define LENGTH_BYTES 24u

void mn_watchdog_init(struct mn_watchdog *watchdog, struct mn_kernel *kernel,
                      const struct mn_watchdog_settings *settings)
{
    MN_ASSERT(settings->patience_us > 0);
    *watchdog = (struct mn_watchdog){.kernel = kernel, .settings = *settings};
    watchdog->still_us = kernel->now_us;
    watchdog->still_since = kernel->ticks;
}

/* ---- telling ---------------------------------------------------------------------------- */

/* Makes sure that it is told once: false when it was. */
static bool note(struct mn_watchdog *watchdog, const struct mn_task *task)
{
    for (uint32_t i = 0; i < MN_WATCHDOG_TOLD; i++) {
        if (watchdog->told[i].id == task->id &&
            watchdog->told[i].since_us == task->waits_since_us)
            return false;
    }
    uint32_t place = watchdog->told_count++ % MN_WATCHDOG_TOLD;
    watchdog->told[place].id = task->id;
    watchdog->told[place].since_us = task->waits_since_us;
    return true;
}

/* "shell > console > ...": each waits for the one behind it. */
static void write_chain(const struct mn_task *task, char *chain)
{
    struct mn_text text = {.bytes = chain, .room = CHAIN_BYTES - 1};
    const struct mn_task *at = task;
    for (uint32_t i = 0; at && i < MN_WATCHDOG_CHAIN; i++) {
        mn_text_str(&text, i > 0 ? " > " : "");
        mn_text_str(&text, at->name);
        at = i > 0 && at == task ? NULL : mn_task_waits_for(at);
    }
    mn_text_str(&text, at ? " > ..." : "");
    chain[text.count] = '\0';
}

static void write_length(uint64_t length_us, char *length)
{
    struct mn_text text = {.bytes = length, .room = LENGTH_BYTES - 1};
    mn_text_time(&text, length_us);
    length[text.count] = '\0';
}

static void tell(struct mn_watchdog *watchdog, const struct mn_task *task, const char *what)
{
    struct mn_kernel *kernel = watchdog->kernel;
    char at[AT_BYTES], chain[CHAIN_BYTES], length[LENGTH_BYTES];
    if (!note(watchdog, task))
        return;
    mn_task_describe(task, at, sizeof at);
    write_chain(task, chain);
    write_length(kernel->now_us - task->waits_since_us, length);
    MN_WARN(&kernel->log, "a task is stuck", MN_FIELD_STR("because", what),
            MN_FIELD_STR("task", task->name), MN_FIELD_STR("waits_in", at),
            MN_FIELD_STR("chain", chain), MN_FIELD_DEBUG("for", length));
}

/* ---- looking ---------------------------------------------------------------------------- */

/* Whether who waits for whom comes back to `task`, the eldest of those in the ring. */
static bool is_in_ring(const struct mn_task *task)
{
    const struct mn_task *at = mn_task_waits_for(task);
    for (uint32_t i = 0; at && i < RING_MAX; i++, at = mn_task_waits_for(at)) {
        if (at == task)
            return true;
        if (at->id < task->id)
            return false; /* it is told of that one, or leads into a ring without us */
    }
    return false;
}

/* Why the task ought not to wait for long, or NULL. */
static const char *reason(const struct mn_task *task)
{
    const struct mn_co *leaf = mn_co_leaf(task->root);
    const char *why = leaf->type->stalls ? leaf->type->stalls(leaf) : NULL;
    return is_in_ring(task) ? "tasks wait for each other" : why;
}

/* When the task will have waited for too long, telling of it if it has; MN_TIME_NEVER: it may. */
static uint64_t look_at(struct mn_watchdog *watchdog, const struct mn_task *task)
{
    const char *why = task->queued ? NULL : reason(task);
    uint64_t patience_us = watchdog->settings.patience_us;
    if (!why)
        return MN_TIME_NEVER;
    if (watchdog->kernel->now_us - task->waits_since_us < patience_us)
        return task->waits_since_us + patience_us;
    tell(watchdog, task, why);
    return MN_TIME_NEVER;
}

static uint64_t look_at_all(struct mn_watchdog *watchdog)
{
    uint64_t soonest_us = MN_TIME_NEVER;
    watchdog->next_look_us = watchdog->kernel->now_us + watchdog->settings.patience_us / LOOKS;
    MN_LIST_EACH (link, &watchdog->kernel->tasks) {
        uint64_t due_us = look_at(watchdog, MN_CONTAINER(link, struct mn_task, link));
        if (due_us < soonest_us)
            soonest_us = due_us;
    }
    return soonest_us;
}

static void tell_still(struct mn_watchdog *watchdog)
{
    struct mn_kernel *kernel = watchdog->kernel;
    const struct mn_task *task = MN_CONTAINER(kernel->ready.next, struct mn_task, ready);
    char at[AT_BYTES];
    watchdog->still_is_told = true;
    watchdog->told_count++;
    mn_task_describe(task, at, sizeof at);
    MN_WARN(&kernel->log, "time does not move on: a task is always ready",
            MN_FIELD_U64("ticks", kernel->ticks - watchdog->still_since),
            MN_FIELD_STR("task", task->name), MN_FIELD_STR("waits_in", at),
            MN_FIELD_U64("polls", task->polls));
}

static void look_at_time(struct mn_watchdog *watchdog)
{
    const struct mn_kernel *kernel = watchdog->kernel;
    if (kernel->now_us != watchdog->still_us) {
        watchdog->still_us = kernel->now_us;
        watchdog->still_since = kernel->ticks;
        watchdog->still_is_told = false;
    } else if (!watchdog->still_is_told && watchdog->settings.still_ticks > 0 &&
               kernel->ticks - watchdog->still_since >= watchdog->settings.still_ticks &&
               !mn_list_is_empty(&kernel->ready)) {
        tell_still(watchdog);
    }
}

uint64_t mn_watchdog_look(struct mn_watchdog *watchdog, uint64_t due_us)
{
    uint64_t now_us = watchdog->kernel->now_us;
    uint64_t pause_us = watchdog->settings.patience_us / LOOKS;
    look_at_time(watchdog);
    bool is_long = due_us > now_us && due_us - now_us > pause_us;
    if (now_us < watchdog->next_look_us && !is_long)
        return due_us;
    uint64_t soonest_us = look_at_all(watchdog);
    return soonest_us < due_us ? soonest_us : due_us;
}
