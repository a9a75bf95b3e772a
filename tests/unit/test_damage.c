/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "bench.h"

#include <string.h>

#include "mn/gfx/damage.h"
#include "random.h"

#define SIDE 64

struct model { /* which pixels have changed */
    bool is_changed[SIDE][SIDE];
};

static bool holds(const struct mn_damage *damage, int32_t x, int32_t y)
{
    for (uint32_t i = 0; i < damage->count; i++) {
        const struct mn_rect *rect = &damage->rects[i];
        if (x >= rect->x && x < rect->x + rect->width && y >= rect->y &&
            y < rect->y + rect->height)
            return true;
    }
    return false;
}

static void assert_is(const struct mn_rect *rect, int32_t x, int32_t y, int32_t width,
                      int32_t height)
{
    assert_int_equal(rect->x, x);
    assert_int_equal(rect->y, y);
    assert_int_equal(rect->width, width);
    assert_int_equal(rect->height, height);
}

static void nothing_is_added_by_a_rectangle_without_pixels(void **state)
{
    struct mn_damage damage = {0};
    (void)state;

    mn_damage_add(&damage, (struct mn_rect){3, 4, 0, 9});
    mn_damage_add(&damage, (struct mn_rect){3, 4, 9, 0});

    assert_true(mn_damage_is_empty(&damage));
}

static void rectangles_apart_stay_apart(void **state)
{
    struct mn_damage damage = {0};
    (void)state;

    mn_damage_add(&damage, (struct mn_rect){0, 0, 2, 2});
    mn_damage_add(&damage, (struct mn_rect){10, 10, 2, 2});

    assert_int_equal(damage.count, 2);
    assert_is(&damage.rects[0], 0, 0, 2, 2);
    assert_is(&damage.rects[1], 10, 10, 2, 2);
}

static void one_inside_another_adds_nothing_and_one_around_replaces(void **state)
{
    struct mn_damage damage = {0};
    (void)state;

    mn_damage_add(&damage, (struct mn_rect){10, 10, 10, 10});
    mn_damage_add(&damage, (struct mn_rect){12, 12, 3, 3});
    assert_int_equal(damage.count, 1);
    assert_is(&damage.rects[0], 10, 10, 10, 10);

    mn_damage_add(&damage, (struct mn_rect){30, 30, 1, 1});
    mn_damage_add(&damage, (struct mn_rect){5, 5, 40, 40});
    assert_int_equal(damage.count, 1);
    assert_is(&damage.rects[0], 5, 5, 40, 40);
}

static void neighbors_become_one_and_then_fit_with_others(void **state)
{
    struct mn_damage damage = {0};
    (void)state;

    mn_damage_add(&damage, (struct mn_rect){0, 0, 8, 8});
    mn_damage_add(&damage, (struct mn_rect){8, 8, 8, 8});
    mn_damage_add(&damage, (struct mn_rect){8, 0, 8, 8}); /* the row above is whole */
    assert_int_equal(damage.count, 2);

    mn_damage_add(&damage, (struct mn_rect){0, 8, 8, 8}); /* and now all */
    assert_int_equal(damage.count, 1);
    assert_is(&damage.rects[0], 0, 0, 16, 16);
}

static void a_full_list_merges_those_that_waste_least(void **state)
{
    struct mn_damage damage = {0};
    (void)state;

    for (int32_t i = 0; i < (int32_t)MN_DAMAGE_RECTS_MAX; i++)
        mn_damage_add(&damage, (struct mn_rect){100 * i, 100 * i, 2, 2});
    mn_damage_add(&damage, (struct mn_rect){3, 0, 2, 2}); /* a gap of one column from the first */

    assert_int_equal(damage.count, MN_DAMAGE_RECTS_MAX);
    assert_true(holds(&damage, 2, 0));
    assert_false(holds(&damage, 50, 50));
    for (int32_t i = 1; i < (int32_t)MN_DAMAGE_RECTS_MAX; i++)
        assert_false(holds(&damage, 100 * i + 2, 100 * i));
}

static void two_in_the_list_make_room_for_one_far_away(void **state)
{
    struct mn_damage damage = {0};
    (void)state;

    mn_damage_add(&damage, (struct mn_rect){0, 0, 2, 2});
    for (int32_t i = 1; i < (int32_t)MN_DAMAGE_RECTS_MAX - 1; i++)
        mn_damage_add(&damage, (struct mn_rect){100 * i, 100 * i, 2, 2});
    mn_damage_add(&damage, (struct mn_rect){3, 0, 2, 2});
    assert_int_equal(damage.count, MN_DAMAGE_RECTS_MAX);
    mn_damage_add(&damage, (struct mn_rect){5000, 5000, 2, 2});

    assert_int_equal(damage.count, MN_DAMAGE_RECTS_MAX);
    assert_true(holds(&damage, 2, 0));
    assert_true(holds(&damage, 5001, 5001));
    assert_false(holds(&damage, 4999, 5000));
}

static void the_largest_rectangles_can_be_counted(void **state)
{
    struct mn_damage damage = {0};
    (void)state;

    for (int32_t i = 0; i < 20; i++)
        mn_damage_add(&damage, (struct mn_rect){i, 20 - i, MN_SIDE_MAX - 20, MN_SIDE_MAX - 20});

    assert_true(damage.count <= MN_DAMAGE_RECTS_MAX);
    assert_true(holds(&damage, 19, 1));
    assert_true(holds(&damage, 0, 20));
}

static void mark(struct model *model, struct mn_rect rect)
{
    for (int32_t y = rect.y; y < rect.y + rect.height; y++) {
        for (int32_t x = rect.x; x < rect.x + rect.width; x++)
            model->is_changed[y][x] = true;
    }
}

static void assert_covers(const struct mn_damage *damage, const struct model *model)
{
    for (int32_t y = 0; y < SIDE; y++) {
        for (int32_t x = 0; x < SIDE; x++)
            assert_true(!model->is_changed[y][x] || holds(damage, x, y));
    }
}

/* None lies within another, and none is empty. */
static void assert_is_tidy(const struct mn_damage *damage)
{
    assert_true(damage->count <= MN_DAMAGE_RECTS_MAX);
    for (uint32_t i = 0; i < damage->count; i++) {
        assert_false(mn_rect_is_empty(&damage->rects[i]));
        for (uint32_t j = 0; j < damage->count; j++) {
            struct mn_rect common = mn_rect_intersect(damage->rects[i], damage->rects[j]);
            assert_true(i == j || memcmp(&common, &damage->rects[i], sizeof common) != 0);
        }
    }
}

static void whatever_is_added_every_changed_pixel_is_covered(void **state)
{
    uint64_t seed = 1;
    (void)state;

    for (uint32_t round = 0; round < 400; round++) {
        struct mn_damage damage = {0};
        struct model model = {0};
        for (uint32_t i = 0; i < 30; i++) {
            int32_t longest = round % 2 ? 8 : SIDE / 2;
            struct mn_rect rect = {.x = (int32_t)test_random_below(&seed, SIDE / 2),
                                   .y = (int32_t)test_random_below(&seed, SIDE / 2),
                                   .width = (int32_t)test_random_below(&seed, (uint32_t)longest),
                                   .height = (int32_t)test_random_below(&seed, (uint32_t)longest)};
            mn_damage_add(&damage, rect);
            mark(&model, rect);
            assert_is_tidy(&damage);
        }
        assert_covers(&damage, &model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_added_by_a_rectangle_without_pixels),
        cmocka_unit_test(rectangles_apart_stay_apart),
        cmocka_unit_test(one_inside_another_adds_nothing_and_one_around_replaces),
        cmocka_unit_test(neighbors_become_one_and_then_fit_with_others),
        cmocka_unit_test(a_full_list_merges_those_that_waste_least),
        cmocka_unit_test(two_in_the_list_make_room_for_one_far_away),
        cmocka_unit_test(the_largest_rectangles_can_be_counted),
        cmocka_unit_test(whatever_is_added_every_changed_pixel_is_covered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
