/* display.h — the table of a screen: how large it is, and a way to show parts of a frame.
 *
 *     compositor ──► frame buffer (the kernel's) ──push──► glass, window, or nothing
 *
 * The frame buffer lives on the kernel's side, so that a machine without a screen has exactly the
 * same pixels. The kernel's driver paces itself: it pushes at most once every `frame_interval_us`,
 * and nothing when nothing has changed.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_HAL_DISPLAY_H
#define MN_HAL_DISPLAY_H

#include "mn/gfx/bitmap.h"

struct mn_hal_display;

struct mn_hal_display_ops {
    /* Shows what changed: `damage` is `count` rectangles, at least 1, all within `frame`, which is
     * as large as the display. Takes what it needs before it returns; never waits, and never
     * fails: a screen that has gone away shows nothing. */
    void (*push)(struct mn_hal_display *display, const struct mn_bitmap *frame,
                 const struct mn_rect *damage, uint32_t count);
};

struct mn_hal_display { /* embed it in the platform's own struct; constant while in use */
    const struct mn_hal_display_ops *ops;
    const char *name;           /* "display"; for people */
    int32_t width_px, height_px; /* 1 to MN_SIDE_MAX */
    enum mn_pixel_format format;
    uint64_t frame_interval_us; /* at least so long between two pushes; 0: no limit */
};

#endif
