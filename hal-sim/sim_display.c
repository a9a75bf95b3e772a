/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/sim_display.h"

static void push(struct mn_hal_display *hal, const struct mn_bitmap *frame,
                 const struct mn_rect *damage, uint32_t count)
{
    struct sim_display *display = MN_CONTAINER(hal, struct sim_display, hal);
    display->pushes++;
    if (display->show)
        display->show(display->context, frame->pixels, frame->stride_bytes, damage, count);
}

static const struct mn_hal_display_ops ops = {.push = push};

void sim_display_init(struct sim_display *display, const struct sim_display_settings *settings)
{
    MN_ASSERT(settings->frames_per_second > 0);
    *display = (struct sim_display){.hal = {
        .ops = &ops,
        .name = "display",
        .width_px = settings->width_px,
        .height_px = settings->height_px,
        .format = MN_PIXEL_MONO8,
        .frame_interval_us = MN_S / settings->frames_per_second,
    }};
}

void sim_display_watch(struct sim_display *display, sim_display_show *show, void *context)
{
    display->show = show;
    display->context = context;
}
