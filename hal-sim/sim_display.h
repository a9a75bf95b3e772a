/* sim_display.h — the kernel's display table, and whoever looks at it: a window, or nobody.
 *
 *     compositor ──push──► sim_display ──show──► window         headless: counted, and no more
 *
 * The frame itself is the kernel's, so that a machine that nobody looks at has the same pixels.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef HAL_SIM_SIM_DISPLAY_H
#define HAL_SIM_SIM_DISPLAY_H

#include "mn/hal/display.h"

/* Shows `count` parts of a frame, as mn_hal_display_ops::push says. `pixels` is the frame's upper
 * left one, of one byte each: 0 is off, everything else on. */
typedef void sim_display_show(void *context, const uint8_t *pixels, uint32_t stride_bytes,
                              const struct mn_rect *damage, uint32_t count);

struct sim_display_settings {
    int32_t width_px, height_px;
    uint32_t frames_per_second; /* at most, 1 to 1000000 */
};

struct sim_display {
    struct mn_hal_display hal;
    uint64_t pushes;
    sim_display_show *show; /* NULL: nobody looks */
    void *context;
};

/* Makes a display that nobody looks at. */
void sim_display_init(struct sim_display *display, const struct sim_display_settings *settings);

/* From now on pushes go to `show`, too; NULL: not any more. Between ticks only. */
void sim_display_watch(struct sim_display *display, sim_display_show *show, void *context);

#endif
