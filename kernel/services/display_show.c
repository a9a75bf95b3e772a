/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/kernel.h"
#include "services/display_parts.h"

/* When the damage that there is now may be shown. */
static uint64_t next_show_us(const struct mn_display *display)
{
    uint64_t interval_us = display->hal->frame_interval_us;
    uint64_t gathered_us = display->kernel->now_us + (interval_us < MN_DISPLAY_GATHER_US
                                                          ? interval_us
                                                          : MN_DISPLAY_GATHER_US);
    uint64_t paced_us = display->shown_us + interval_us;
    return display->counts.frames_shown > 0 && paced_us > gathered_us ? paced_us : gathered_us;
}

static void push(struct mn_display *display)
{
    display->hal->ops->push(display->hal, &display->frame, display->damage.rects,
                            display->damage.count);
    mn_damage_clear(&display->damage);
    display->counts.frames_shown++;
    display->shown_us = display->kernel->now_us;
}

void mn_display_show(struct mn_display *display, struct mn_task *task)
{
    struct mn_wheel *wheel = &display->kernel->wheel;
    if (mn_damage_is_empty(&display->damage))
        return;
    if (display->due_us == MN_TIME_NEVER)
        display->due_us = next_show_us(display);
    if (display->kernel->now_us < display->due_us) {
        if (!mn_timer_is_armed(&display->timer))
            mn_timer_arm(wheel, &display->timer, display->due_us, task);
        return;
    }
    mn_timer_cancel(wheel, &display->timer);
    display->due_us = MN_TIME_NEVER;
    push(display);
}
