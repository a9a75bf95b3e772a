/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mn/shell/bag.h"
#include "mn/text.h"

/* ---- the bag ---------------------------------------------------------------------------- */

static void let_go(void *thing)
{
    ++*(int *)thing;
}

static void a_token_finds_its_thing_until_it_is_forgotten(void **state)
{
    struct mn_bag bag;
    struct mn_bag_item items[2];
    int one = 0, two = 0;
    (void)state;
    mn_bag_init(&bag, items, 2);

    uint32_t first = mn_bag_put(&bag, "thing", &one, let_go);
    uint32_t second = mn_bag_put(&bag, "thing", &two, let_go);

    assert_ptr_equal(mn_bag_find(&bag, first)->thing, &one);
    assert_ptr_equal(mn_bag_find(&bag, second)->thing, &two);
    mn_bag_forget(&bag, first);
    mn_bag_forget(&bag, first);
    assert_null(mn_bag_find(&bag, first));
    assert_int_equal(bag.count, 1);
    assert_int_equal(one, 0);
}

static void a_full_bag_takes_nothing_more(void **state)
{
    struct mn_bag bag;
    struct mn_bag_item items[1];
    int thing = 0;
    (void)state;
    mn_bag_init(&bag, items, 1);

    assert_int_not_equal(mn_bag_put(&bag, "thing", &thing, let_go), 0);
    assert_int_equal(mn_bag_put(&bag, "thing", &thing, let_go), 0);
}

static void a_place_used_again_has_another_token(void **state)
{
    struct mn_bag bag;
    struct mn_bag_item items[3];
    int thing = 0;
    uint32_t former = 0;
    (void)state;
    mn_bag_init(&bag, items, 3);

    for (uint32_t i = 0; i < 1000; i++) {
        uint32_t token = mn_bag_put(&bag, "thing", &thing, let_go);
        assert_true(token > 0 && token != former);
        assert_null(mn_bag_find(&bag, former));
        mn_bag_forget(&bag, token);
        former = token;
    }
}

static void made_up_tokens_find_nothing(void **state)
{
    static const uint32_t tokens[] = {0, 2, 4, 1000, INT32_MAX, UINT32_MAX};
    struct mn_bag bag;
    struct mn_bag_item items[3];
    int thing = 0;
    (void)state;
    mn_bag_init(&bag, items, 3);
    assert_int_equal(mn_bag_put(&bag, "thing", &thing, let_go), 1);

    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
        assert_null(mn_bag_find(&bag, tokens[i]));
}

static void closing_a_bag_lets_go_of_everything_once(void **state)
{
    struct mn_bag bag;
    struct mn_bag_item items[3];
    int one = 0, two = 0;
    (void)state;
    mn_bag_init(&bag, items, 3);
    mn_bag_put(&bag, "thing", &one, let_go);
    mn_bag_put(&bag, "thing", &two, let_go);

    mn_bag_close(&bag);
    mn_bag_close(&bag);

    assert_int_equal(one, 1);
    assert_int_equal(two, 1);
    assert_int_equal(bag.count, 0);
}

/* ---- text ------------------------------------------------------------------------------- */

static const char *finished(struct mn_text *text)
{
    text->bytes[text->count] = 0;
    text->count = 0;
    return text->bytes;
}

static void numbers_are_written_in_full(void **state)
{
    char bytes[64];
    struct mn_text text = {.bytes = bytes, .room = sizeof bytes - 1};
    (void)state;

    mn_text_u64(&text, 0);
    assert_string_equal(finished(&text), "0");
    mn_text_u64(&text, UINT64_MAX);
    assert_string_equal(finished(&text), "18446744073709551615");
    mn_text_i32(&text, INT32_MIN);
    assert_string_equal(finished(&text), "-2147483648");
    mn_text_hex(&text, 0xbeef, 6);
    assert_string_equal(finished(&text), "00beef");
}

static void times_are_written_for_people(void **state)
{
    static const struct {
        uint64_t us;
        const char *text;
    } times[] = {
        {0, "0us"}, {999, "999us"}, {1000, "1.0ms"}, {12340, "12.3ms"}, {999999, "999.9ms"},
        {1000000, "1.0s"}, {59999999, "59.9s"}, {60000000, "00:01:00"},
        {UINT64_C(360000000000), "100:00:00"},
    };
    char bytes[64];
    struct mn_text text = {.bytes = bytes, .room = sizeof bytes - 1};
    (void)state;

    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        mn_text_time(&text, times[i].us);
        assert_string_equal(finished(&text), times[i].text);
    }
}

static void what_does_not_fit_is_left_out(void **state)
{
    char bytes[6] = "#####";
    struct mn_text text = {.bytes = bytes, .room = 4};
    (void)state;

    mn_text_str(&text, "abc");
    mn_text_str(&text, "def");
    mn_text_pad(&text, 0, 20);
    mn_text_u64(&text, 7);

    assert_int_equal(text.count, 4);
    assert_string_equal(bytes, "abcd#");
}

static void columns_are_padded_by_at_least_one_space(void **state)
{
    char bytes[64];
    struct mn_text text = {.bytes = bytes, .room = sizeof bytes - 1};
    (void)state;

    mn_text_str(&text, "a");
    mn_text_pad(&text, 0, 4);
    mn_text_str(&text, "longer");
    mn_text_pad(&text, 4, 3);
    mn_text_str(&text, "b");

    assert_string_equal(finished(&text), "a   longer b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_finds_its_thing_until_it_is_forgotten),
        cmocka_unit_test(a_full_bag_takes_nothing_more),
        cmocka_unit_test(a_place_used_again_has_another_token),
        cmocka_unit_test(made_up_tokens_find_nothing),
        cmocka_unit_test(closing_a_bag_lets_go_of_everything_once),
        cmocka_unit_test(numbers_are_written_in_full),
        cmocka_unit_test(times_are_written_for_people),
        cmocka_unit_test(what_does_not_fit_is_left_out),
        cmocka_unit_test(columns_are_padded_by_at_least_one_space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
