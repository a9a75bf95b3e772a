/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "picture.h"

#include <stdio.h>
#include <stdlib.h>

#define PALE 96u

static bool is_lit(const struct mn_bitmap *frame, const struct mn_rect *part, uint32_t x,
                   uint32_t y)
{
    size_t row = (size_t)part->y + y, column = (size_t)part->x + x;
    return frame->pixels[row * frame->stride_bytes + column] != MN_PIXEL_OFF;
}

static bool is_lit_in(const struct picture *picture, uint32_t x, uint32_t y)
{
    return picture->pixels[(size_t)y * picture->width_px + x] >= 128;
}

struct difference picture_compare(const struct mn_bitmap *frame, const struct mn_rect *part,
                                  const struct picture *golden)
{
    struct difference difference = {0, 0, 0};
    if (golden->width_px != (uint32_t)part->width || golden->height_px != (uint32_t)part->height)
        return (struct difference){UINT64_MAX, 0, 0};
    for (uint32_t y = 0; y < golden->height_px; y++) {
        for (uint32_t x = 0; x < golden->width_px; x++) {
            if (is_lit(frame, part, x, y) == is_lit_in(golden, x, y))
                continue;
            if (difference.pixels++ == 0) {
                difference.x = x;
                difference.y = y;
            }
        }
    }
    return difference;
}

static bool create(struct picture *picture, const struct mn_rect *part,
                   enum picture_format format, struct device_error *error)
{
    *picture = (struct picture){
        .width_px = (uint32_t)part->width,
        .height_px = (uint32_t)part->height,
        .format = format,
    };
    picture->pixels = malloc(picture_bytes(picture));
    if (!picture->pixels)
        snprintf(error->text, sizeof error->text, "no memory for a picture");
    return picture->pixels != NULL;
}

bool picture_write(const char *path, const struct mn_bitmap *frame, const struct mn_rect *part,
                   struct device_error *error)
{
    struct picture picture;
    if (!create(&picture, part, PICTURE_GREY, error))
        return false;
    for (uint32_t y = 0; y < picture.height_px; y++)
        for (uint32_t x = 0; x < picture.width_px; x++)
            picture.pixels[(size_t)y * picture.width_px + x] =
                is_lit(frame, part, x, y) ? 255 : 0;
    bool is_written = png_file_write(path, &picture, error);
    free(picture.pixels);
    return is_written;
}

static void paint(uint8_t *pixel, bool is_lit, bool should_be_lit)
{
    bool is_same = is_lit == should_be_lit;
    uint8_t same = is_lit ? PALE : 0;
    pixel[0] = is_same ? same : should_be_lit ? 255 : 0;
    pixel[1] = is_same ? same : is_lit ? 255 : 0;
    pixel[2] = is_same ? same : 0;
}

bool picture_write_difference(const char *path, const struct mn_bitmap *frame,
                              const struct mn_rect *part, const struct picture *golden,
                              struct device_error *error)
{
    struct picture picture;
    if (!create(&picture, part, PICTURE_RGB, error))
        return false;
    for (uint32_t y = 0; y < picture.height_px; y++)
        for (uint32_t x = 0; x < picture.width_px; x++)
            paint(&picture.pixels[((size_t)y * picture.width_px + x) * PICTURE_RGB],
                  is_lit(frame, part, x, y), is_lit_in(golden, x, y));
    bool is_written = png_file_write(path, &picture, error);
    free(picture.pixels);
    return is_written;
}
