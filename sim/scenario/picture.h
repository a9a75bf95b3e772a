/* picture.h — a machine's screen and a golden picture of it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_SCENARIO_PICTURE_H
#define MELPO_SCENARIO_PICTURE_H

#include "devices/png_file.h"
#include "mn/gfx/bitmap.h"

struct difference {
    uint64_t pixels;       /* how many differ; UINT64_MAX: the sizes do */
    uint32_t x, y;         /* the first of them, in the picture */
};

/* Compares a part of the frame with a grey picture. */
struct difference picture_compare(const struct mn_bitmap *frame, const struct mn_rect *part,
                                  const struct picture *golden);

/* Writes a part of the frame as black and white; false: `error` says why. */
bool picture_write(const char *path, const struct mn_bitmap *frame, const struct mn_rect *part,
                   struct device_error *error);

/* Writes where a part of the frame differs from a picture of the same size: what is the same is
 * pale, what is lit too much green, what is missing red. */
bool picture_write_difference(const char *path, const struct mn_bitmap *frame,
                              const struct mn_rect *part, const struct picture *golden,
                              struct device_error *error);

#endif
