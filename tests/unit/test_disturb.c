/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "host.h"

#include <string.h>

#include "hal-sim/disturb.h"

#define OPPORTUNITIES 20000u

static struct disturb_plan plan_of(const char *text)
{
    struct disturb_plan plan;
    char error[256] = "";
    if (!disturb_parse(&plan, text, error, sizeof error))
        fail_msg("%s: %s", text, error);
    return plan;
}

static void assert_printed(const char *text, const char *expected)
{
    char printed[DISTURB_PLAN_BYTES];
    struct disturb_plan plan = plan_of(text);
    disturb_print(&plan, printed, sizeof printed);
    assert_string_equal(printed, expected);
}

static void a_plan_is_printed_as_it_is_read(void **state)
{
    (void)state;
    assert_printed("none", "none");
    assert_printed("timing", "timing");
    assert_printed("faults", "faults");
    assert_printed("cut,lose", "none,lose,cut");
    assert_printed("timing,kill:3,lose:57", "timing,kill:3,lose:57");
    assert_printed("lose:18446744073709551615", "none,lose:18446744073709551615");
}

static void a_plan_that_is_none_is_refused(void **state)
{
    static const char *const bad[] = {"", "loose", "lose:", "lose:0", "lose:x", "lose:1x",
                                      "timing,", ",timing", "lose:-1", "none:1", "faults:2",
                                      "a word that is far longer than any that is known"};
    char error[256];
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct disturb_plan plan;
        assert_false(disturb_parse(&plan, bad[i], error, sizeof error));
        assert_non_null(strstr(error, "expected none, timing"));
    }
}

static uint32_t strike(struct disturb *disturb, enum disturb_kind kind)
{
    uint32_t count = 0;
    uint64_t value;
    for (uint32_t i = 0; i < OPPORTUNITIES; i++) {
        if (disturb_strikes(disturb, kind, &value)) {
            disturb_note(disturb, kind, i, i, "number %u", i);
            count++;
        }
    }
    return count;
}

static void a_moment_strikes_once_and_is_in_the_list(void **state)
{
    struct disturb disturb;
    struct disturb_list list;
    struct disturb_plan plan = plan_of("flip:100");
    (void)state;
    disturb_init(&disturb, &plan, 1, &list);

    assert_int_equal(strike(&disturb, DISTURB_LOSE), 0);
    assert_int_equal(strike(&disturb, DISTURB_FLIP), 1);

    assert_int_equal(list.count, 1);
    assert_int_equal(list.entries[0].moment.kind, DISTURB_FLIP);
    assert_int_equal(list.entries[0].moment.nth, 100);
    assert_int_equal(list.entries[0].tick, 99);
    assert_string_equal(list.entries[0].what, "number 99");
    assert_false(list.is_broken);
}

static void no_more_strike_than_the_list_has_room_for(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct disturb disturb;
        struct disturb_list list;
        struct disturb_plan plan = plan_of("faults");
        disturb_init(&disturb, &plan, seed, &list);
        for (int kind = 0; kind < DISTURB_KINDS; kind++)
            strike(&disturb, (enum disturb_kind)kind);
        assert_in_range(list.count, 1, DISTURB_MAX);
    }
}

static void what_struck_strikes_again_where_it_is_named(void **state)
{
    struct disturb disturb;
    struct disturb_list list, again;
    struct disturb_plan plan = plan_of("lose"), named = plan_of("none");
    (void)state;
    disturb_init(&disturb, &plan, 3, &list);
    strike(&disturb, DISTURB_LOSE);
    assert_true(list.count > 2);

    for (uint32_t i = 0; i < list.count; i += 2) /* every second of them */
        named.moments[named.moment_count++] = list.entries[i].moment;
    disturb_init(&disturb, &named, 3, &again);
    strike(&disturb, DISTURB_LOSE);

    assert_int_equal(again.count, named.moment_count);
    for (uint32_t i = 0; i < again.count; i++)
        assert_int_equal(again.entries[i].moment.nth, list.entries[2 * i].moment.nth);
}

static void nothing_strikes_when_it_is_calm(void **state)
{
    struct disturb disturb;
    struct disturb_list list;
    struct disturb_plan plan = plan_of("lose:1,kill:2");
    (void)state;
    disturb_init(&disturb, &plan, 1, &list);

    disturb.is_calm = true;
    assert_int_equal(strike(&disturb, DISTURB_LOSE), 0);
    assert_int_equal(strike(&disturb, DISTURB_KILL), 0);
}

static void who_was_killed_keeps_no_promise(void **state)
{
    struct disturb disturb;
    struct disturb_list list;
    struct disturb_plan plan = plan_of("kill:1");
    (void)state;
    disturb_init(&disturb, &plan, 1, &list);
    strike(&disturb, DISTURB_KILL);
    assert_true(list.is_broken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_is_printed_as_it_is_read),
        cmocka_unit_test(a_plan_that_is_none_is_refused),
        cmocka_unit_test(a_moment_strikes_once_and_is_in_the_list),
        cmocka_unit_test(no_more_strike_than_the_list_has_room_for),
        cmocka_unit_test(what_struck_strikes_again_where_it_is_named),
        cmocka_unit_test(nothing_strikes_when_it_is_calm),
        cmocka_unit_test(who_was_killed_keeps_no_promise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
