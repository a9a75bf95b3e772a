/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/time.h"

#include "mn/audit.h"
#include "mn/kernel.h"

static uint64_t due_time(const struct mn_sleep *sleep, uint64_t now_us)
{
    if (!sleep->is_length)
        return sleep->time_us;
    uint64_t due_us = now_us + sleep->time_us;
    return due_us < now_us ? MN_TIME_NEVER : due_us; /* saturates */
}

static enum mn_poll sleep_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_sleep *sleep = MN_FRAME(co, struct mn_sleep);
    uint64_t now_us = task->kernel->now_us;
    if (co->at == 0) {
        co->at = 1;
        sleep->time_us = due_time(sleep, now_us);
        sleep->wheel = &task->kernel->wheel;
        if (sleep->time_us > now_us && sleep->time_us != MN_TIME_NEVER)
            mn_timer_arm(sleep->wheel, &sleep->timer, sleep->time_us, task);
    }
    return sleep->time_us <= now_us ? MN_READY : MN_PENDING;
}

static void sleep_drop(struct mn_co *co)
{
    struct mn_sleep *sleep = MN_FRAME(co, struct mn_sleep);
    if (sleep->wheel)
        mn_timer_cancel(sleep->wheel, &sleep->timer);
}

static void sleep_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_sleep *sleep = MN_CONTAINER(co, const struct mn_sleep, co);
    if (co->at == 0)
        return;
    mn_audit_timer(audit, &sleep->timer);
    if (sleep->time_us <= audit->kernel->now_us)
        mn_audit_late(audit, "its time has come");
    else if (sleep->time_us != MN_TIME_NEVER && !mn_timer_is_armed(&sleep->timer))
        mn_audit_late(audit, "its timer is gone");
}

static const struct mn_co_type sleep_type = {
    .name = "sleep",
    .poll = sleep_poll,
    .drop = sleep_drop,
    .audit = MN_AUDIT_BY(sleep_audit),
};

static struct mn_co *sleep_init(struct mn_sleep *frame, uint64_t time_us, bool is_length)
{
    mn_timer_init(&frame->timer);
    frame->wheel = NULL;
    frame->time_us = time_us;
    frame->is_length = is_length;
    return mn_co_init(&frame->co, &sleep_type);
}

struct mn_co *mn_sleep(struct mn_sleep *frame, uint64_t length_us)
{
    return sleep_init(frame, length_us, true);
}

struct mn_co *mn_sleep_until(struct mn_sleep *frame, uint64_t due_us)
{
    return sleep_init(frame, due_us, false);
}
