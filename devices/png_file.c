/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "devices/png_file.h"

#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool fail(struct device_error *error, const char *verb, const char *path, const char *why)
{
    snprintf(error->text, sizeof error->text, "cannot %s the picture \"%.90s\": %.70s", verb, path,
             why);
    return false;
}

static bool is_side(uint32_t side_px)
{
    return side_px >= 1 && side_px <= PICTURE_SIDE_MAX;
}

static png_uint_32 png_format_of(enum picture_format format)
{
    return format == PICTURE_RGB ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
}

static bool write_bytes(const char *path, const void *bytes, size_t count,
                        struct device_error *error)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return fail(error, "write", path, strerror(errno));
    errno = 0;
    bool is_written = fwrite(bytes, 1, count, file) == count;
    int why = errno;
    if (fclose(file) != 0 && is_written) {
        is_written = false;
        why = errno;
    }
    return is_written || fail(error, "write", path, strerror(why));
}

/* Encoded in memory first, so that a picture libpng refuses does no harm to a file. */
bool png_file_write(const char *path, const struct picture *picture, struct device_error *error)
{
    png_image image = {.version = PNG_IMAGE_VERSION, .width = picture->width_px,
                       .height = picture->height_px, .format = png_format_of(picture->format)};
    if (!is_side(picture->width_px) || !is_side(picture->height_px))
        return fail(error, "write", path, "a side is not of 1 to 16384 pixels");
    png_alloc_size_t count = PNG_IMAGE_PNG_SIZE_MAX(image);
    void *bytes = malloc(count);
    if (!bytes)
        return fail(error, "write", path, "no memory");
    bool is_good = png_image_write_to_memory(&image, bytes, &count, 0, picture->pixels, 0, NULL);
    if (is_good)
        is_good = write_bytes(path, bytes, count, error);
    else
        fail(error, "write", path, image.message);
    free(bytes);
    return is_good;
}

/* Reads what is behind the head, which `image` holds, into pixels of its own. */
static bool read_pixels(png_image *image, const char *path, struct picture *picture,
                        struct device_error *error)
{
    static const png_color black = {0, 0, 0};
    if (!is_side(image->width) || !is_side(image->height))
        return fail(error, "read", path, "a side is not of 1 to 16384 pixels");
    picture->pixels = malloc(picture_bytes(picture));
    if (!picture->pixels)
        return fail(error, "read", path, "no memory");
    if (png_image_finish_read(image, &black, picture->pixels, 0, NULL))
        return true;
    picture_free(picture);
    return fail(error, "read", path, image->message);
}

bool png_file_read(const char *path, enum picture_format format, struct picture *picture,
                   struct device_error *error)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    *picture = (struct picture){.format = format};
    FILE *file = fopen(path, "rb");
    if (!file)
        return fail(error, "read", path, strerror(errno));
    bool is_good = png_image_begin_read_from_stdio(&image, file) != 0;
    if (is_good) {
        picture->width_px = image.width;
        picture->height_px = image.height;
        image.format = png_format_of(format);
        is_good = read_pixels(&image, path, picture, error);
    } else {
        fail(error, "read", path, image.message);
    }
    png_image_free(&image);
    fclose(file);
    return is_good;
}

void picture_free(struct picture *picture)
{
    free(picture->pixels);
    picture->pixels = NULL;
}
