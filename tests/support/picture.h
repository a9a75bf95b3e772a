/* picture.h — golden pictures: what is drawn is what stands in tests/pictures.
 *
 *     bitmap ──► the same as tests/pictures/NAME.png?  ──no──► BUILD/pictures/NAME.expected.png
 *                                                              BUILD/pictures/NAME.actual.png
 *                                                              BUILD/pictures/NAME.difference.png
 *
 * In the difference, what is missing is red, what should not be there is green, the rest is dim.
 * `scripts/dev pictures` takes what is drawn now for what is right; look at it before you commit.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef TEST_PICTURE_H
#define TEST_PICTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "devices/png_file.h"
#include "mn/gfx/bitmap.h"

struct picture_places {
    const char *golden; /* folder of what is expected */
    const char *output; /* folder, made if need be, for what is written about a mismatch */
    bool is_update;     /* write what came as what is expected */
};

/* Whether a grey picture is the golden one of that name. False: `why` says in a line what is wrong
 * and which files show it. */
bool picture_compare(const struct picture_places *places, const char *name,
                     const struct picture *actual, char *why, size_t why_bytes);

/* Fails the test unless the bitmap is the golden picture of that name: letters, digits and _. A
 * pixel that is not MN_PIXEL_OFF is white. */
#define assert_picture(name, bitmap) assert_picture_(name, bitmap, __FILE__, __LINE__)

void assert_picture_(const char *name, const struct mn_bitmap *bitmap, const char *file, int line);

#endif
