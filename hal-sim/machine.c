/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/machine.h"

#define OUTSIDE_EVERY 64u /* sleeps, where nothing but the host's own limits is outside */
#define LATE_US 40u /* the most that what has happened comes late, where the seed decides */

static struct sim_machine *machine_of(struct mn_hal *hal)
{
    return MN_CONTAINER(hal, struct sim_machine, hal);
}

uint64_t sim_machine_now_us(const struct sim_machine *machine)
{
    return machine->is_virtual ? machine->now_us : wallclock_us(&machine->clock);
}

static struct mn_hal_sample sample(struct mn_hal *hal)
{
    struct sim_machine *machine = machine_of(hal);
    struct mn_hal_sample sample = {.lines = machine->raised_lines};
    if (machine->disturb.plan.is_timed && sample.lines != 0) /* some come a few ticks later */
        sample.lines &= (uint32_t)(chance_draw(&machine->chance, CHANCE_LINES) |
                                   chance_draw(&machine->chance, CHANCE_LINES));
    machine->now_us = sample.now_us = sim_machine_now_us(machine);
    machine->raised_lines &= ~sample.lines;
    machine->samples++;
    return sample;
}

static uint64_t next_alarm_us(const struct sim_machine *machine)
{
    if (mn_list_is_empty(&machine->alarms))
        return MN_TIME_NEVER;
    return MN_CONTAINER(machine->alarms.next, struct sim_alarm, link)->due_us;
}

static void ring_alarm(struct sim_alarm *alarm)
{
    mn_list_remove(&alarm->link);
    alarm->ring(alarm);
}

/* The first late alarm that has waited for enough ticks, or NULL. */
static struct sim_alarm *find_overdue(const struct sim_machine *machine)
{
    MN_LIST_EACH (link, &machine->alarms) {
        struct sim_alarm *alarm = MN_CONTAINER(link, struct sim_alarm, link);
        if (alarm->is_late && alarm->due_sample <= machine->samples)
            return alarm;
    }
    return NULL;
}

static void ring_alarms(struct sim_machine *machine)
{
    while (next_alarm_us(machine) <= sim_machine_now_us(machine))
        ring_alarm(MN_CONTAINER(machine->alarms.next, struct sim_alarm, link));
    for (struct sim_alarm *alarm; (alarm = find_overdue(machine)) != NULL;)
        ring_alarm(alarm);
}

static void deadline_came(uv_timer_t *timer)
{
    /* Older libuvs run due timers before they wait, and would then wait for something else. */
    uv_stop(timer->loop);
}

/* Waits until something comes from outside, and at most about so long. */
static void hear_outside(struct sim_machine *machine, uint64_t length_ms)
{
    uv_update_time(machine->loop);
    uv_timer_start(&machine->timer, deadline_came, length_ms, 0);
    uv_run(machine->loop, UV_RUN_ONCE);
    uv_timer_stop(&machine->timer);
}

static void sleep_real(struct sim_machine *machine, uint64_t due_us)
{
    uint64_t now_us = sim_machine_now_us(machine);
    if (machine->raised_lines != 0 || due_us <= now_us) {
        uv_run(machine->loop, UV_RUN_NOWAIT);
        return;
    }
    if (due_us == MN_TIME_NEVER)
        uv_run(machine->loop, UV_RUN_ONCE);
    else
        hear_outside(machine, (due_us - now_us + 999) / 1000);
}

static void sleep_virtual(struct sim_machine *machine, uint64_t due_us)
{
    if (!machine->is_alone || ++machine->sleeps % OUTSIDE_EVERY == 0)
        uv_run(machine->loop, UV_RUN_NOWAIT); /* what is outside happens before time moves on */
    if (machine->raised_lines != 0)
        return;
    if (due_us == MN_TIME_NEVER)
        uv_run(machine->loop, UV_RUN_ONCE);
    else if (due_us > machine->now_us)
        machine->now_us = due_us;
}

static void sleep_until(struct mn_hal *hal, uint64_t due_us)
{
    struct sim_machine *machine = machine_of(hal);
    uint64_t alarm_us = next_alarm_us(machine);
    if (machine->look)
        due_us = machine->look(machine->look_context, due_us);
    if (alarm_us < due_us)
        due_us = alarm_us;
    if (machine->is_virtual)
        sleep_virtual(machine, due_us);
    else
        sleep_real(machine, due_us);
    ring_alarms(machine);
    MN_LIST_EACH (link, &machine->watchers) {
        struct sim_watcher *watcher = MN_CONTAINER(link, struct sim_watcher, link);
        watcher->slept(watcher);
    }
}

void sim_machine_watch(struct sim_machine *machine, struct sim_watcher *watcher)
{
    mn_list_insert_before(&machine->watchers, &watcher->link);
}

uint64_t sim_machine_wall_us(const struct sim_machine *machine)
{
    return wallclock_us(&machine->clock);
}

bool sim_machine_wait(struct sim_machine *machine, uint64_t wall_us)
{
    uint64_t now_us = sim_machine_wall_us(machine);
    if (wall_us < now_us + 1000)
        return false;
    hear_outside(machine, (wall_us - now_us) / 1000);
    return true;
}

void sim_machine_move(struct sim_machine *machine, uint64_t now_us)
{
    MN_ASSERT(machine->is_virtual && now_us >= machine->now_us);
    machine->now_us = now_us;
    ring_alarms(machine);
}

static uint64_t stopwatch_ns(struct mn_hal *hal)
{
    (void)hal;
    return wallclock_stopwatch_ns();
}

static void entropy(struct mn_hal *hal, uint8_t *bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)(chance_draw(&machine_of(hal)->chance, CHANCE_ENTROPY) >> 56);
}

static uint32_t choose(struct mn_hal *hal, uint32_t count)
{
    return chance_below(&machine_of(hal)->chance, CHANCE_ORDER, count);
}

/* ---- lines ------------------------------------------------------------------------------ */

static void late_came(struct sim_alarm *alarm)
{
    struct sim_machine *machine = alarm->context;
    machine->raised_lines |= machine->late_lines;
    machine->late_lines = 0;
}

void sim_machine_raise(struct sim_machine *machine, uint8_t line)
{
    uint32_t bit = UINT32_C(1) << line;
    if (!machine->disturb.plan.is_timed || !chance_one_in(&machine->chance, CHANCE_LINES, 4)) {
        machine->raised_lines |= bit;
        return;
    }
    machine->late_lines |= bit;
    if (!mn_list_is_linked(&machine->late.link))
        sim_machine_delay(machine, &machine->late,
                          sim_machine_lateness_us(machine, CHANCE_LINES));
}

void sim_machine_delay(struct sim_machine *machine, struct sim_alarm *alarm, uint32_t length_us)
{
    sim_alarm_set(machine, alarm, sim_machine_now_us(machine) + length_us);
    alarm->due_sample = machine->samples + length_us;
}

uint32_t sim_machine_lateness_us(struct sim_machine *machine, enum chance_stream stream)
{
    return 1 + chance_below(&machine->chance, stream, LATE_US);
}

bool sim_machine_is_quiet(const struct sim_machine *machine)
{
    if (machine->raised_lines != 0)
        return false;
    MN_LIST_EACH (link, &machine->alarms)
        if (MN_CONTAINER(link, struct sim_alarm, link)->is_late)
            return false;
    return true;
}

/* ---- the whole -------------------------------------------------------------------------- */

void sim_machine_open(struct sim_machine *machine, uv_loop_t *loop,
                      const struct sim_machine_settings *settings)
{
    *machine = (struct sim_machine){
        .ops = {
            .sample = sample,
            .sleep_until = sleep_until,
            /* A virtual run is the same every time. */
            .stopwatch_ns = settings->is_virtual ? NULL : stopwatch_ns,
            .entropy = entropy,
            .choose = settings->plan.is_timed ? choose : NULL,
        },
        .loop = loop,
        .is_virtual = settings->is_virtual,
        .is_alone = settings->is_alone,
    };
    machine->hal.ops = &machine->ops;
    chance_init(&machine->chance, settings->seed);
    MN_ASSERT(settings->list || !disturb_is_faulty(&settings->plan));
    if (settings->list)
        disturb_init(&machine->disturb, &settings->plan, settings->seed, settings->list);
    machine->disturb.plan.is_timed = settings->plan.is_timed;
    sim_alarm_init(&machine->late, late_came, machine);
    machine->late.is_late = true;
    wallclock_open(&machine->clock);
    mn_list_init(&machine->alarms);
    mn_list_init(&machine->watchers);
    MN_ASSERT(uv_timer_init(loop, &machine->timer) == 0);
    MN_ASSERT(uv_async_init(loop, &machine->keep_alive, NULL) == 0);
}

void sim_machine_close(struct sim_machine *machine)
{
    uv_close((uv_handle_t *)&machine->timer, NULL);
    uv_close((uv_handle_t *)&machine->keep_alive, NULL);
}

uint8_t sim_machine_line(struct sim_machine *machine)
{
    MN_ASSERT(machine->lines_used != UINT32_MAX);
    uint8_t line = (uint8_t)__builtin_ctz(~machine->lines_used);
    machine->lines_used |= UINT32_C(1) << line;
    return line;
}

void sim_alarm_init(struct sim_alarm *alarm, void (*ring)(struct sim_alarm *alarm), void *context)
{
    *alarm = (struct sim_alarm){.ring = ring, .context = context};
    mn_list_init(&alarm->link);
}

void sim_alarm_set(struct sim_machine *machine, struct sim_alarm *alarm, uint64_t due_us)
{
    mn_list_remove(&alarm->link);
    alarm->due_us = due_us;
    struct mn_list *later = machine->alarms.next;
    while (later != &machine->alarms &&
           MN_CONTAINER(later, struct sim_alarm, link)->due_us <= due_us)
        later = later->next;
    mn_list_insert_before(later, &alarm->link);
}

void sim_alarm_clear(struct sim_alarm *alarm)
{
    mn_list_remove(&alarm->link);
}
