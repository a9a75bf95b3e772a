/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "gfx/pixels.h"
#include "mn/gfx/canvas.h"

/* A line as steps along the axis in which it is longer, from its lower end there. At step i it is
 *
 *     (2 * i * rise + run) / (2 * run)      rounded down: that is i * rise / run, to the nearest
 *
 * away from where it began, across. Both are at most 2 * MN_LINE_MAX, so all is below 2^62. */
struct line {
    int32_t along, across; /* where it begins */
    uint32_t run, rise;    /* how far it goes; rise is at most run */
    bool is_steep;         /* along is y, and across is x */
    bool is_falling;       /* across grows less, not more */
};

static int32_t limited(int32_t coordinate)
{
    if (coordinate > MN_LINE_MAX)
        return MN_LINE_MAX;
    return coordinate < -MN_LINE_MAX ? -MN_LINE_MAX : coordinate;
}

static uint32_t distance(int32_t a, int32_t b)
{
    return a < b ? (uint32_t)b - (uint32_t)a : (uint32_t)a - (uint32_t)b;
}

static struct line line_between(int32_t x0, int32_t y0, int32_t x1, int32_t y1)
{
    bool is_steep = distance(y0, y1) > distance(x0, x1);
    int32_t along0 = is_steep ? y0 : x0, across0 = is_steep ? x0 : y0;
    int32_t along1 = is_steep ? y1 : x1, across1 = is_steep ? x1 : y1;
    bool is_swapped = along0 > along1;
    int32_t begin = is_swapped ? across1 : across0, end = is_swapped ? across0 : across1;
    return (struct line){
        .along = is_swapped ? along1 : along0,
        .across = begin,
        .run = distance(along0, along1),
        .rise = distance(across0, across1),
        .is_steep = is_steep,
        .is_falling = end < begin,
    };
}

/* The first step, at most run + 1, at which the line is `across` or more away from its beginning.
 * A search: 32-bit machines have no division of such numbers. */
static uint32_t step_at(const struct line *line, uint32_t across)
{
    uint32_t low = 0, high = line->run + 1;
    if (across == 0)
        return 0;
    if (across > line->rise)
        return high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (2 * (uint64_t)middle * line->rise + line->run >= 2 * (uint64_t)across * line->run)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Steps from `first` up to `end`, which is not one of them. */
struct span {
    uint32_t first, end;
};

static uint32_t lesser(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* How far a coordinate lies behind where something begins; 0 if before. */
static uint32_t behind(int32_t begin, int32_t coordinate)
{
    return coordinate > begin ? distance(begin, coordinate) : 0;
}

/* The steps that are in a clip of [along_min, along_end) and [across_min, across_end). */
static struct span seen_steps(const struct line *line, int32_t along_min, int32_t along_end,
                              int32_t across_min, int32_t across_end)
{
    struct span span = {behind(line->along, along_min), behind(line->along, along_end)};
    uint32_t near, far; /* across, away from the beginning: the first seen, the first no more */
    if (line->is_falling) {
        near = behind(across_end - 1, line->across);
        far = behind(across_min - 1, line->across);
    } else {
        near = behind(line->across, across_min);
        far = behind(line->across, across_end);
    }
    uint32_t first = step_at(line, near), end = far ? step_at(line, far) : 0;
    span.first = span.first > first ? span.first : first;
    span.end = lesser(lesser(span.end, end), line->run + 1);
    return span;
}

/* How far across the line is at a step. `over` is what the rounding left: below 2 * run. */
static uint32_t across_at(const struct line *line, uint32_t step, uint64_t *over)
{
    uint64_t sum = 2 * (uint64_t)step * line->rise + line->run;
    uint32_t low = 0, high = line->rise + 1;
    while (low + 1 < high) {
        uint32_t middle = low + (high - low) / 2;
        if (2 * (uint64_t)middle * line->run <= sum)
            low = middle;
        else
            high = middle;
    }
    *over = sum - 2 * (uint64_t)low * line->run;
    return low;
}

static uint8_t *pixel_of(const struct mn_bitmap *bitmap, const struct line *line, uint32_t step,
                         uint64_t *over)
{
    int32_t away = (int32_t)across_at(line, step, over);
    int32_t along = line->along + (int32_t)step;
    int32_t across = line->is_falling ? line->across - away : line->across + away;
    return line->is_steep ? pixel_at(bitmap, across, along) : pixel_at(bitmap, along, across);
}

static void draw_steps(const struct mn_bitmap *bitmap, const struct line *line, struct span span,
                       uint8_t ink)
{
    ptrdiff_t stride = (ptrdiff_t)bitmap->stride_bytes;
    ptrdiff_t along_bytes = line->is_steep ? stride : 1;
    ptrdiff_t across_bytes = (line->is_steep ? 1 : stride) * (line->is_falling ? -1 : 1);
    uint64_t over;
    uint8_t *pixel = pixel_of(bitmap, line, span.first, &over);
    *pixel = ink;
    for (uint32_t step = span.first + 1; step < span.end; step++) {
        pixel += along_bytes;
        over += 2 * (uint64_t)line->rise;
        if (over >= 2 * (uint64_t)line->run) {
            over -= 2 * (uint64_t)line->run;
            pixel += across_bytes;
        }
        *pixel = ink;
    }
}

void mn_canvas_line(const struct mn_canvas *canvas, int32_t x0, int32_t y0, int32_t x1, int32_t y1,
                    uint32_t ink)
{
    const struct mn_rect *clip = &canvas->clip;
    struct line line = line_between(limited(x0), limited(y0), limited(x1), limited(y1));
    int32_t right = clip->x + clip->width, bottom = clip->y + clip->height;
    struct span span = line.is_steep ? seen_steps(&line, clip->y, bottom, clip->x, right)
                                     : seen_steps(&line, clip->x, right, clip->y, bottom);
    if (!mn_rect_is_empty(clip) && span.first < span.end)
        draw_steps(&canvas->bitmap, &line, span, (uint8_t)ink);
}
