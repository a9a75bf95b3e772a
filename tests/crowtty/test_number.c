/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "number.h"

static void a_number_is_digits_and_nothing_else(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "x", "1x", " 1", "+1", "-1", "1.", "65536", "9999999999"};
    uint32_t value = 42;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(number_parse(bad[i], 65535, &value));
    assert_int_equal(value, 42);
    assert_true(number_parse("65535", 65535, &value));
    assert_int_equal(value, 65535);
}

static void a_list_is_numbers_and_ranges(void **state)
{
    (void)state;
    static const char *const bad[] = {"", ",", "1,", ",1", "1-", "-1", "2-1", "64", "1-64", "1,,2",
                                      "a", "1 2", "nonesuch"};
    uint64_t bits = 42;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(number_list_parse(bad[i], &bits));
    assert_int_equal(bits, 42);
    assert_true(number_list_parse("0,2-4,63", &bits));
    assert_true(bits == (UINT64_C(1) << 63 | 0x1d));
    assert_true(number_list_parse("none", &bits));
    assert_true(bits == 0);
    assert_true(number_list_parse("0-63", &bits));
    assert_true(bits == UINT64_MAX);
}

static void rates_are_the_usual_ones(void **state)
{
    (void)state;

    assert_true(number_is_baud(9600) && number_is_baud(115200) && number_is_baud(4000000));
    assert_false(number_is_baud(0) || number_is_baud(115201));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_digits_and_nothing_else),
        cmocka_unit_test(a_list_is_numbers_and_ranges),
        cmocka_unit_test(rates_are_the_usual_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
