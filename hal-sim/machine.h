/* machine.h — the simulated machine under the kernel: its clock, its interrupt lines, its entropy.
 *
 *     kernel ──sample──► [ time | raised lines ]       device ──raise──► a bit
 *            ──sleep──► libuv's loop, and machine time goes on
 *
 * The one seam through which time, chance and everything from outside reaches a kernel: a run can
 * therefore be virtual and seeded, and nothing else in the simulator asks the host what time it is.
 *
 * Real time     The machine's clock is the host's monotonic clock since the start. A sleep ends
 *               at libuv's precision, up to a millisecond late.
 * Virtual time  The clock stands still while anything is ready, and jumps to the next deadline
 *               when nothing is. With no deadline at all it stands until something comes from
 *               outside.
 * Alarms        Host code's own deadlines in machine time, kept here so that virtual time meets
 *               them too.
 * Context       One thread: the kernel's.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef HAL_SIM_MACHINE_H
#define HAL_SIM_MACHINE_H

#include <uv.h>

#include "devices/wallclock.h"
#include "hal-sim/chance.h"
#include "hal-sim/disturb.h"
#include "mn/hal/hal.h"
#include "mn/list.h"

struct sim_machine_settings {
    bool is_virtual;
    bool is_alone; /* no peer, no window, no signal: all that happens is rung by alarms */
    uint64_t seed; /* every random choice follows from it */
    struct disturb_plan plan;   /* what the seed decides beyond entropy; zeroed: nothing */
    struct disturb_list *list;  /* of what went wrong on purpose; NULL only if nothing does */
};

struct sim_alarm {
    struct mn_list link; /* in sim_machine::alarms while set */
    uint64_t due_us;
    void (*ring)(struct sim_alarm *alarm); /* from the loop, never from inside a tick */
    void *context;
    bool is_late; /* what it rings for has happened already: the machine is not quiet before */
    uint64_t due_sample; /* of a late one: it rings after so many samples even if no time passes */
};

struct sim_watcher {
    struct mn_list link; /* in sim_machine::watchers, as long as the machine is open */
    void (*slept)(struct sim_watcher *watcher); /* between ticks, after each sleep */
    void *context;
};

struct sim_machine {
    struct mn_hal hal;
    struct mn_hal_ops ops;
    uv_loop_t *loop;
    uv_timer_t timer;       /* the kernel's deadline, in real time */
    uv_async_t keep_alive;  /* so that an idle loop waits instead of returning */
    struct wallclock clock; /* since the machine was opened */
    uint64_t now_us;        /* the clock itself in virtual time; else the latest sample */
    struct chance chance;
    struct disturb disturb;
    /* Looks around before each sleep, and may shorten it; or NULL. */
    uint64_t (*look)(void *context, uint64_t due_us);
    void *look_context;
    struct mn_list watchers; /* sim_watcher::link, who came first is first */
    uint64_t samples;       /* ticks of the kernel */
    uint32_t raised_lines;
    uint32_t late_lines;    /* raised by their devices, to be seen when `late` rings */
    uint32_t lines_used;    /* bits of lines handed out */
    struct mn_list alarms;  /* sim_alarm::link, soonest first */
    struct sim_alarm late;
    uint64_t sleeps;
    bool is_virtual;
    bool is_alone; /* virtual, and nothing comes from outside: the host is seldom asked */
};

/* Prepares a machine at time 0. Borrows `loop` until sim_machine_close. */
void sim_machine_open(struct sim_machine *machine, uv_loop_t *loop,
                      const struct sim_machine_settings *settings);

/* Closes its handles; they are gone when the loop has run once more. */
void sim_machine_close(struct sim_machine *machine);

/* Hands out an interrupt line; panics when all are taken. */
uint8_t sim_machine_line(struct sim_machine *machine);

/* Raises a line: the next tick turns it into wakes, or a later one where the seed decides. */
void sim_machine_raise(struct sim_machine *machine, uint8_t line);

/* Sets a late alarm to ring when so many microseconds have passed, or, on a machine that is never
 * idle, so many ticks. */
void sim_machine_delay(struct sim_machine *machine, struct sim_alarm *alarm, uint32_t length_us);

/* How late something comes where the seed decides: a few microseconds, as the stream has it. */
uint32_t sim_machine_lateness_us(struct sim_machine *machine, enum chance_stream stream);

/* Calls `watcher->slept` after each sleep from now on. Borrows `watcher` until the machine is
 * closed. */
void sim_machine_watch(struct sim_machine *machine, struct sim_watcher *watcher);

/* Whether everything that has happened outside has reached the kernel's lines and been sampled. */
bool sim_machine_is_quiet(const struct sim_machine *machine);

/* Machine time as of now, which may be later than the kernel's latest tick. */
uint64_t sim_machine_now_us(const struct sim_machine *machine);

/* Lets the host's time pass and hears what is outside, until `wall_us` after the start or until
 * something came. False: that moment is there, or nearer than libuv can tell. */
bool sim_machine_wait(struct sim_machine *machine, uint64_t wall_us);

/* The host's time since the start. */
uint64_t sim_machine_wall_us(const struct sim_machine *machine);

/* Moves the clock of a virtual machine that nothing else moves, and rings what is due by then. */
void sim_machine_move(struct sim_machine *machine, uint64_t now_us);

/* Makes `alarm` one that is not set. */
void sim_alarm_init(struct sim_alarm *alarm, void (*ring)(struct sim_alarm *alarm), void *context);

/* Rings once at `due_us`; setting it again moves it. Clearing one that is not set is harmless. */
void sim_alarm_set(struct sim_machine *machine, struct sim_alarm *alarm, uint64_t due_us);
void sim_alarm_clear(struct sim_alarm *alarm);

#endif
