/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "host.h"

#include "hal-sim/chance.h"

#define DRAWS 64

static void draw(struct chance *chance, enum chance_stream stream, uint64_t drawn[DRAWS])
{
    for (unsigned i = 0; i < DRAWS; i++)
        drawn[i] = chance_draw(chance, stream);
}

static void one_more_draw_of_a_stream_changes_no_other(void **state)
{
    struct chance one, other;
    uint64_t left[DRAWS], right[DRAWS];
    (void)state;
    chance_init(&one, 7);
    chance_init(&other, 7);

    chance_draw(&other, CHANCE_ORDER);

    draw(&one, CHANCE_LINES, left);
    draw(&other, CHANCE_LINES, right);
    assert_memory_equal(left, right, sizeof left);
    draw(&one, CHANCE_ORDER, left);
    draw(&other, CHANCE_ORDER, right);
    assert_memory_not_equal(left, right, sizeof left);
}

static void streams_and_seeds_differ(void **state)
{
    struct chance one, other;
    uint64_t left[DRAWS], right[DRAWS];
    (void)state;
    chance_init(&one, 7);
    chance_init(&other, 8);

    draw(&one, CHANCE_ORDER, left);
    draw(&one, CHANCE_LINES, right);
    assert_memory_not_equal(left, right, sizeof left);
    draw(&other, CHANCE_ORDER, right);
    assert_memory_not_equal(left, right, sizeof left);
}

static void choices_are_about_equally_frequent(void **state)
{
    unsigned counts[5] = {0};
    struct chance chance;
    (void)state;
    chance_init(&chance, 1);

    for (unsigned i = 0; i < 50000; i++)
        counts[chance_below(&chance, CHANCE_ORDER, 5)]++;

    for (unsigned i = 0; i < 5; i++)
        assert_in_range(counts[i], 9500, 10500);
    assert_int_equal(chance_below(&chance, CHANCE_ORDER, 1), 0);
}

static void what_follows_from_a_number_needs_no_draw_before(void **state)
{
    (void)state;
    assert_true(chance_at(1, 2, 3) == chance_at(1, 2, 3));
    assert_true(chance_at(1, 2, 3) != chance_at(2, 2, 3));
    assert_true(chance_at(1, 2, 3) != chance_at(1, 3, 3));
    assert_true(chance_at(1, 2, 3) != chance_at(1, 2, 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_more_draw_of_a_stream_changes_no_other),
        cmocka_unit_test(streams_and_seeds_differ),
        cmocka_unit_test(choices_are_about_equally_frequent),
        cmocka_unit_test(what_follows_from_a_number_needs_no_draw_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
