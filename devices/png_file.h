/* png_file.h — pictures in files.
 *
 *     pixels ──png_file_write──► FILE.png ──png_file_read──► pixels
 *
 * The one place that knows libpng.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef DEVICES_PNG_FILE_H
#define DEVICES_PNG_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devices/device_log.h"

#define PICTURE_SIDE_MAX 16384u

enum picture_format { /* its number is that of bytes in a pixel */
    PICTURE_GREY = 1, /* 0 black, 255 white */
    PICTURE_RGB = 3,  /* red, green, blue; each 0 to 255 */
};

struct picture {
    uint8_t *pixels; /* upper left first, row by row with nothing between */
    uint32_t width_px, height_px; /* 1 to PICTURE_SIDE_MAX */
    enum picture_format format;
};

/* How many bytes all its pixels take. */
static inline size_t picture_bytes(const struct picture *picture)
{
    return (size_t)picture->width_px * picture->height_px * picture->format;
}

/* Writes a picture to a file, in place of what is there. The same picture gives the same bytes.
 * False: `error` says which file it was and why; if the disk was full, part of it may be there. */
bool png_file_write(const char *path, const struct picture *picture, struct device_error *error);

/* Reads any PNG file as a picture of the given format; colours become greys by their brightness,
 * and what is transparent is drawn upon black. True: `picture_free` releases it. False: `error`
 * says which file it was and why, and there is nothing to release. */
bool png_file_read(const char *path, enum picture_format format, struct picture *picture,
                   struct device_error *error);

/* Releases the pixels of a picture that was read. */
void picture_free(struct picture *picture);

#endif
