/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "glass.h"

#include <stdlib.h>

#include "mn/gfx/canvas.h"

bool glass_open(struct glass *glass, const struct mn_hal_display *display)
{
    glass->bitmap = (struct mn_bitmap){
        .width_px = display->width_px,
        .height_px = display->height_px,
        .stride_bytes = (uint32_t)display->width_px,
        .format = display->format,
    };
    glass->bitmap.pixels = calloc((size_t)display->height_px, glass->bitmap.stride_bytes);
    return glass->bitmap.pixels != NULL;
}

void glass_show(struct glass *glass, const uint8_t *pixels, uint32_t stride_bytes,
                const struct mn_rect *parts, uint32_t count)
{
    struct mn_canvas canvas = mn_canvas_of(&glass->bitmap);
    struct mn_bitmap frame = glass->bitmap;
    frame.pixels = (uint8_t *)(uintptr_t)pixels; /* only read */
    frame.stride_bytes = stride_bytes;
    for (uint32_t i = 0; i < count; i++)
        mn_canvas_blit(&canvas, parts[i].x, parts[i].y, &frame, parts[i]);
}

void glass_close(struct glass *glass)
{
    free(glass->bitmap.pixels);
    *glass = (struct glass){0};
}
