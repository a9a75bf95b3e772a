/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/poll_watch.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mn/text.h"
#include "mn/time.h"

#define SIGNAL SIGVTALRM

/* Formatted without printf, which may not be called from a signal. */
static void cry(const struct poll_watch *watch)
{
    char bytes[POLL_WATCH_TEXT_BYTES + 160];
    struct mn_text text = {.bytes = bytes, .room = sizeof bytes};
    mn_text_str(&text, "melpo: task ");
    mn_text_str(&text, watch->name);
    mn_text_str(&text, " has kept the processor for ");
    mn_text_time(&text, watch->limit_us * watch->strikes);
    mn_text_str(&text, " in one poll, at ");
    mn_text_str(&text, watch->at);
    mn_text_str(&text, "\n");
    if (write(STDERR_FILENO, bytes, text.count) < 0)
        return; /* nobody to tell */
}

static void keep(struct poll_watch *watch)
{
    struct mn_text name = {.bytes = watch->name, .room = sizeof watch->name - 1};
    mn_text_str(&name, watch->task->name);
    watch->name[name.count] = '\0';
    mn_task_describe(watch->task, watch->at, sizeof watch->at);
    watch->has_found = 1;
}

static void time_has_passed(int number, siginfo_t *info, void *context)
{
    struct poll_watch *watch = info->si_value.sival_ptr;
    const struct mn_task *task = watch->kernel->running;
    (void)number;
    (void)context;
    bool is_same = task && task == watch->task && task->polls == watch->polls;
    watch->task = task;
    watch->polls = task ? task->polls : 0;
    watch->strikes = is_same ? watch->strikes + 1 : 0;
    if (watch->strikes == 1)
        keep(watch);
    if (watch->strikes == 2)
        cry(watch);
}

static bool make_timer(struct poll_watch *watch)
{
    struct sigevent event;
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = SIGNAL;
    event.sigev_value.sival_ptr = watch;
    event._sigev_un._tid = gettid();
    return timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &watch->timer) == 0;
}

bool poll_watch_start(struct poll_watch *watch, const struct mn_kernel *kernel, uint64_t limit_us)
{
    struct sigaction action;
    uint64_t length_us = limit_us < POLL_WATCH_LEAST_US ? POLL_WATCH_LEAST_US : limit_us;
    struct timespec length = {
        .tv_sec = (time_t)(length_us / MN_S),
        .tv_nsec = (long)(length_us % MN_S * 1000),
    };
    const struct itimerspec pace = {.it_interval = length, .it_value = length};
    *watch = (struct poll_watch){.kernel = kernel, .limit_us = length_us};
    if (!make_timer(watch)) {
        watch->kernel = NULL;
        return false;
    }
    memset(&action, 0, sizeof action);
    action.sa_sigaction = time_has_passed;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    sigaction(SIGNAL, &action, &watch->before);
    timer_settime(watch->timer, 0, &pace, NULL);
    return true;
}

void poll_watch_stop(struct poll_watch *watch)
{
    if (!watch->kernel)
        return;
    timer_delete(watch->timer);
    sigaction(SIGNAL, &watch->before, NULL);
    watch->kernel = NULL;
}

bool poll_watch_take(struct poll_watch *watch)
{
    if (!watch->has_found)
        return false;
    watch->has_found = 0;
    watch->found++;
    return true;
}
