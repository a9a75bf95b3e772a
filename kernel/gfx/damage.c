/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/gfx/damage.h"

static int64_t area(struct mn_rect rect)
{
    return (int64_t)rect.width * rect.height;
}

/* How many pixels one rectangle around both has that neither needs; 0 also if one holds the other,
 * or both together are a rectangle. */
static int64_t waste(struct mn_rect a, struct mn_rect b)
{
    return area(mn_rect_unite(a, b)) - (area(a) + area(b) - area(mn_rect_intersect(a, b)));
}

static void take_out(struct mn_damage *damage, uint32_t index)
{
    damage->rects[index] = damage->rects[--damage->count];
}

/* Takes out all that `rect` can take in for nothing. Having grown, it may take in more. */
static void absorb(struct mn_damage *damage, struct mn_rect *rect)
{
    for (uint32_t i = 0; i < damage->count;) {
        if (waste(damage->rects[i], *rect) > 0) {
            i++;
            continue;
        }
        *rect = mn_rect_unite(damage->rects[i], *rect);
        take_out(damage, i);
        i = 0;
    }
}

/* Makes room: of all there are, `rect` included, the two that waste least become one, which is
 * `rect` afterwards. */
static void merge_cheapest(struct mn_damage *damage, struct mn_rect *rect)
{
    struct mn_rect added = *rect;
    uint32_t first = 0, second = damage->count; /* that index stands for `added` */
    int64_t least = INT64_MAX;
    for (uint32_t i = 0; i < damage->count; i++) {
        for (uint32_t j = i + 1; j <= damage->count; j++) {
            int64_t cost = waste(damage->rects[i], j < damage->count ? damage->rects[j] : added);
            if (cost >= least)
                continue;
            least = cost;
            first = i;
            second = j;
        }
    }
    *rect = mn_rect_unite(damage->rects[first],
                          second < damage->count ? damage->rects[second] : added);
    if (second < damage->count)
        damage->rects[second] = added;
    take_out(damage, first);
}

void mn_damage_add(struct mn_damage *damage, struct mn_rect rect)
{
    if (mn_rect_is_empty(&rect))
        return;
    absorb(damage, &rect);
    while (damage->count == MN_DAMAGE_RECTS_MAX) {
        merge_cheapest(damage, &rect);
        absorb(damage, &rect);
    }
    damage->rects[damage->count++] = rect;
}
