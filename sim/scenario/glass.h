/* glass.h — what somebody sees who looks at the machine's screen.
 *
 *     frame (the kernel's) ── pushed: only what changed ──► glass
 *
 * The kernel says which parts of its frame have changed, and a screen shows no others. So it is
 * here that a change shows of which nobody was told.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_GLASS_H
#define MELPO_GLASS_H

#include "mn/hal/display.h"

struct glass {
    struct mn_bitmap bitmap; /* all off at first; zeroed: there is no screen */
};

/* Makes a dark one, as large as the display. False if there is no memory.
 *
 * Gives  the pixels, until glass_close. */
bool glass_open(struct glass *glass, const struct mn_hal_display *display);

/* Shows `count` parts of a frame that is as large as the glass. */
void glass_show(struct glass *glass, const uint8_t *pixels, uint32_t stride_bytes,
                const struct mn_rect *parts, uint32_t count);

/* Harmless on a zeroed one. */
void glass_close(struct glass *glass);

#endif
