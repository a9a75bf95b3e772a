/* fake_display.h — a screen made of memory: shows exactly what was pushed to it, and nothing else.
 *
 * It fails the test when a push says what no push may: no rectangle, one outside the frame, one too
 * soon after the last.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef FAKE_DISPLAY_H
#define FAKE_DISPLAY_H

#include "bench.h"
#include "mn/gfx/damage.h"
#include "mn/hal/display.h"

#define FAKE_DISPLAY_WIDTH 50
#define FAKE_DISPLAY_HEIGHT 30
#define FAKE_DISPLAY_PIXELS ((size_t)(FAKE_DISPLAY_WIDTH * FAKE_DISPLAY_HEIGHT))
#define FAKE_DISPLAY_INTERVAL_US (50 * MN_MS)

struct fake_display {
    struct mn_hal_display hal;
    struct bench *bench;
    uint8_t glass[FAKE_DISPLAY_PIXELS];
    uint32_t pushes;
    uint64_t pushed_us;       /* the latest */
    struct mn_damage latest;  /* what it said */
};

/* A dark screen of FAKE_DISPLAY_WIDTH by FAKE_DISPLAY_HEIGHT. */
void fake_display_init(struct fake_display *display, struct bench *bench);

/* Whether the glass shows exactly this frame. */
bool fake_display_shows(const struct fake_display *display, const struct mn_bitmap *frame);

#endif
