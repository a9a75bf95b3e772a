/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/gfx/bitmap.h"

static int32_t greater(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static int32_t lesser(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int64_t right_of(const struct mn_rect *rect)
{
    return (int64_t)rect->x + rect->width;
}

static int64_t bottom_of(const struct mn_rect *rect)
{
    return (int64_t)rect->y + rect->height;
}

/* How far it is from `begin` to the nearer of two ends. */
static int32_t length_to(int32_t begin, int64_t end_a, int64_t end_b)
{
    int64_t length = (end_a < end_b ? end_a : end_b) - begin;
    return length > 0 ? (int32_t)length : 0; /* no longer than either side */
}

struct mn_rect mn_rect_intersect(struct mn_rect a, struct mn_rect b)
{
    int32_t x = greater(a.x, b.x), y = greater(a.y, b.y);
    int32_t width = length_to(x, right_of(&a), right_of(&b));
    int32_t height = length_to(y, bottom_of(&a), bottom_of(&b));
    if (width == 0 || height == 0)
        return (struct mn_rect){0, 0, 0, 0};
    return (struct mn_rect){x, y, width, height};
}

static int32_t length_around(int32_t begin, int64_t end_a, int64_t end_b)
{
    int64_t length = (end_a > end_b ? end_a : end_b) - begin;
    return length < INT32_MAX ? (int32_t)length : INT32_MAX;
}

struct mn_rect mn_rect_unite(struct mn_rect a, struct mn_rect b)
{
    if (mn_rect_is_empty(&a))
        return b;
    if (mn_rect_is_empty(&b))
        return a;
    int32_t x = lesser(a.x, b.x), y = lesser(a.y, b.y);
    return (struct mn_rect){x, y, length_around(x, right_of(&a), right_of(&b)),
                            length_around(y, bottom_of(&a), bottom_of(&b))};
}
