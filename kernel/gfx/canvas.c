/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/gfx/canvas.h"

#include "gfx/pixels.h"
#include "mn/mem.h"

struct mn_canvas mn_canvas_of(const struct mn_bitmap *bitmap)
{
    MN_ASSERT(bitmap->format == MN_PIXEL_MONO8);
    MN_ASSERT(bitmap->width_px >= 0 && bitmap->width_px <= MN_SIDE_MAX);
    MN_ASSERT(bitmap->height_px >= 0 && bitmap->height_px <= MN_SIDE_MAX);
    MN_ASSERT(bitmap->stride_bytes >= (uint32_t)bitmap->width_px);
    struct mn_rect all = mn_bitmap_area(bitmap);
    return (struct mn_canvas){.bitmap = *bitmap, .clip = mn_rect_intersect(all, all)};
}

struct mn_canvas mn_canvas_clip(const struct mn_canvas *canvas, struct mn_rect area)
{
    return (struct mn_canvas){.bitmap = canvas->bitmap,
                              .clip = mn_rect_intersect(canvas->clip, area)};
}

void mn_canvas_dot(const struct mn_canvas *canvas, int32_t x, int32_t y, uint32_t ink)
{
    const struct mn_rect *clip = &canvas->clip;
    if (x >= clip->x && x < clip->x + clip->width && y >= clip->y && y < clip->y + clip->height)
        *pixel_at(&canvas->bitmap, x, y) = (uint8_t)ink;
}

void mn_canvas_fill(const struct mn_canvas *canvas, struct mn_rect rect, uint32_t ink)
{
    struct mn_rect seen = mn_rect_intersect(canvas->clip, rect);
    for (int32_t y = seen.y; y < seen.y + seen.height; y++)
        memset(pixel_at(&canvas->bitmap, seen.x, y), (uint8_t)ink, (size_t)seen.width);
}

void mn_canvas_hline(const struct mn_canvas *canvas, int32_t x, int32_t y, int32_t width,
                     uint32_t ink)
{
    mn_canvas_fill(canvas, (struct mn_rect){x, y, width, 1}, ink);
}

void mn_canvas_vline(const struct mn_canvas *canvas, int32_t x, int32_t y, int32_t height,
                     uint32_t ink)
{
    mn_canvas_fill(canvas, (struct mn_rect){x, y, 1, height}, ink);
}

/* Right and bottom are drawn only where they are numbers at all: beyond there is no pixel. */
void mn_canvas_outline(const struct mn_canvas *canvas, struct mn_rect rect, uint32_t ink)
{
    if (mn_rect_is_empty(&rect))
        return;
    int64_t right = (int64_t)rect.x + rect.width - 1, bottom = (int64_t)rect.y + rect.height - 1;
    mn_canvas_hline(canvas, rect.x, rect.y, rect.width, ink);
    mn_canvas_vline(canvas, rect.x, rect.y, rect.height, ink);
    if (bottom <= INT32_MAX)
        mn_canvas_hline(canvas, rect.x, (int32_t)bottom, rect.width, ink);
    if (right <= INT32_MAX)
        mn_canvas_vline(canvas, (int32_t)right, rect.y, rect.height, ink);
}
