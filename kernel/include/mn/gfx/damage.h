/* damage.h — where a picture has changed since it was last shown: a short list of rectangles.
 *
 *     ┌──┐                      rectangles that fit together without a gap become one; when the
 *     └──┘ ┌────┐               list is full, the two become one that cost the fewest pixels
 *          └────┘  ┌─┐          more than needed
 *                  └─┘
 *
 * Every changed pixel lies in at least one of the rectangles. They may overlap.
 *
 * Memory   A plain struct; the caller owns it.
 * Context  Any.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_GFX_DAMAGE_H
#define MN_GFX_DAMAGE_H

#include "mn/gfx/bitmap.h"

#define MN_DAMAGE_RECTS_MAX 8u

struct mn_damage { /* zeroed: nothing has changed */
    struct mn_rect rects[MN_DAMAGE_RECTS_MAX]; /* none is empty, none lies within another */
    uint32_t count;
};

static inline bool mn_damage_is_empty(const struct mn_damage *damage)
{
    return damage->count == 0;
}

/* Adds what has changed; an empty rectangle adds nothing. */
void mn_damage_add(struct mn_damage *damage, struct mn_rect rect);

static inline void mn_damage_clear(struct mn_damage *damage)
{
    damage->count = 0;
}

#endif
