/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "gfx/pixels.h"
#include "mn/gfx/canvas.h"
#include "mn/mem.h"

/* What is to be copied: pixels that the source has, and where they go, which the clip allows. */
struct copy {
    int32_t from_x, from_y;
    struct mn_rect to; /* empty: nothing */
};

static int32_t limited(int64_t coordinate)
{
    if (coordinate > INT32_MAX)
        return INT32_MAX;
    return coordinate < INT32_MIN ? INT32_MIN : (int32_t)coordinate;
}

/* `part`, all of which there is, moved by (dx, dy). What that takes beyond all coordinates is
 * beyond all clips, too. */
static struct copy plan(const struct mn_rect *clip, struct mn_rect part, int64_t dx, int64_t dy)
{
    struct mn_rect to = {limited(part.x + dx), limited(part.y + dy), part.width, part.height};
    struct copy copy = {.to = mn_rect_intersect(*clip, to)};
    copy.from_x = limited(copy.to.x - dx);
    copy.from_y = limited(copy.to.y - dy);
    return copy;
}

/* Row by row, in the order in which none is written before it is read. */
static void copy_rows(const struct mn_bitmap *target, const struct mn_bitmap *source,
                      const struct copy *copy)
{
    const uint8_t *from = pixel_at(source, copy->from_x, copy->from_y);
    uint8_t *to = pixel_at(target, copy->to.x, copy->to.y);
    size_t width = (size_t)copy->to.width, height = (size_t)copy->to.height;
    ptrdiff_t from_step = (ptrdiff_t)source->stride_bytes;
    ptrdiff_t to_step = (ptrdiff_t)target->stride_bytes;
    if (width == source->stride_bytes && width == target->stride_bytes) {
        memmove(to, from, width * height);
        return;
    }
    if ((uintptr_t)from < (uintptr_t)to) {
        from += (ptrdiff_t)(height - 1) * from_step;
        to += (ptrdiff_t)(height - 1) * to_step;
        from_step = -from_step;
        to_step = -to_step;
    }
    for (size_t row = 0; row < height; row++)
        memmove(to + (ptrdiff_t)row * to_step, from + (ptrdiff_t)row * from_step, width);
}

void mn_canvas_blit(const struct mn_canvas *canvas, int32_t x, int32_t y,
                    const struct mn_bitmap *source, struct mn_rect part)
{
    struct mn_rect had = mn_rect_intersect(part, mn_bitmap_area(source));
    struct copy copy = plan(&canvas->clip, had, (int64_t)x - part.x, (int64_t)y - part.y);
    MN_ASSERT(source->format == canvas->bitmap.format);
    if (!mn_rect_is_empty(&had) && !mn_rect_is_empty(&copy.to))
        copy_rows(&canvas->bitmap, source, &copy);
}

/* Without a branch for each pixel, so that compilers take many at a time. */
static void mask_row(uint8_t *restrict to, const uint8_t *restrict from,
                     const uint8_t *restrict opacity, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t taken = (uint8_t) - (opacity[i] >> 7);
        to[i] = (uint8_t)((from[i] & taken) | (to[i] & ~taken));
    }
}

void mn_canvas_blit_masked(const struct mn_canvas *canvas, int32_t x, int32_t y,
                           const struct mn_bitmap *source, const struct mn_bitmap *mask,
                           struct mn_rect part)
{
    struct mn_rect had = mn_rect_intersect(part, mn_bitmap_area(source));
    had = mn_rect_intersect(had, mn_bitmap_area(mask));
    struct copy copy = plan(&canvas->clip, had, (int64_t)x - part.x, (int64_t)y - part.y);
    MN_ASSERT(source->format == canvas->bitmap.format);
    MN_ASSERT(mask->format == MN_PIXEL_MONO8);
    if (mn_rect_is_empty(&had))
        return;
    for (int32_t row = 0; row < copy.to.height; row++)
        mask_row(pixel_at(&canvas->bitmap, copy.to.x, copy.to.y + row),
                 pixel_at(source, copy.from_x, copy.from_y + row),
                 pixel_at(mask, copy.from_x, copy.from_y + row), (size_t)copy.to.width);
}

/* What of `area` stays empty when `kept`, which is as wide or as high, was moved in it. */
static void fill_around(const struct mn_canvas *canvas, const struct mn_rect *area,
                        const struct mn_rect *kept, uint32_t ink)
{
    int32_t left = kept->x - area->x, above = kept->y - area->y;
    int32_t right = area->width - left - kept->width;
    int32_t below = area->height - above - kept->height;
    mn_canvas_fill(canvas, (struct mn_rect){area->x, area->y, area->width, above}, ink);
    mn_canvas_fill(canvas, (struct mn_rect){area->x, kept->y + kept->height, area->width, below},
                   ink);
    mn_canvas_fill(canvas, (struct mn_rect){area->x, kept->y, left, kept->height}, ink);
    mn_canvas_fill(canvas, (struct mn_rect){kept->x + kept->width, kept->y, right, kept->height},
                   ink);
}

void mn_canvas_scroll(const struct mn_canvas *canvas, struct mn_rect area, int32_t dx, int32_t dy,
                      uint32_t ink)
{
    struct mn_rect within = mn_rect_intersect(canvas->clip, area);
    struct copy copy = plan(&within, within, dx, dy);
    if (mn_rect_is_empty(&copy.to)) {
        mn_canvas_fill(canvas, within, ink);
        return;
    }
    copy_rows(&canvas->bitmap, &canvas->bitmap, &copy);
    fill_around(canvas, &within, &copy.to, ink);
}
