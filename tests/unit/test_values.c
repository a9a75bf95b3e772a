/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "random.h"
#include "tools/common/nearest.h"
#include "tools/common/quote.h"
#include "tools/common/utf8.h"
#include "values.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void a_duration_is_digits_and_a_unit(void **state)
{
    static const struct {
        const char *text;
        uint64_t us;
    } cases[] = {
        {"0us", 0},           {"20us", 20},          {"100ms", 100000},
        {"1s", 1000000},      {"90s", 90000000},     {"2m", 120000000},
        {"1h", 3600000000},   {"3650d", UINT64_C(315360000000000)},
        {"18446744073709551615us", UINT64_MAX},
    };
    (void)state;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint64_t us = 1;
        assert_true(melpo_parse_duration(cases[i].text, &us));
        assert_int_equal(us, cases[i].us);
    }
}

static void what_is_no_duration_is_refused_and_leaves_the_value(void **state)
{
    static const char *const texts[] = {
        "",     "s",     "1",    "-1s",  "+1s",  " 1s",  "1 s",  "1s ",
        "01s",  "1.5s",  "1e3s", "1S",   "1sec", "1us1", "1ns",  "0x1s",
        "18446744073709551616us", "18446744073709552s", "213503983d", "99999999999999999999999d",
    };
    (void)state;

    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        uint64_t us = 7;
        assert_false(melpo_parse_duration(texts[i], &us));
        assert_int_equal(us, 7);
    }
}

static void durations_and_sizes_print_in_the_largest_whole_unit(void **state)
{
    char text[MELPO_VALUE_BYTES];
    (void)state;

    melpo_print_duration(0, text);
    assert_string_equal(text, "0us");
    melpo_print_duration(1500000, text);
    assert_string_equal(text, "1500ms");
    melpo_print_duration(60000000, text);
    assert_string_equal(text, "1m");
    melpo_print_duration(UINT64_MAX, text);
    assert_string_equal(text, "18446744073709551615us");
    melpo_print_size(1048576, text);
    assert_string_equal(text, "1MiB");
    melpo_print_size(1048577, text);
    assert_string_equal(text, "1048577B");
}

static void what_is_printed_reads_back_the_same(void **state)
{
    char text[MELPO_VALUE_BYTES];
    uint64_t seed = 1, again;
    (void)state;

    for (int i = 0; i < 2000; i++) {
        uint64_t some = test_random_bits(&seed, 64);
        melpo_print_duration(some, text);
        assert_true(melpo_parse_duration(text, &again));
        assert_int_equal(again, some);
        melpo_print_size(some, text);
        assert_true(melpo_parse_size(text, &again));
        assert_int_equal(again, some);
    }
}

static void a_size_is_digits_and_a_binary_unit(void **state)
{
    uint64_t bytes = 0;
    (void)state;

    assert_true(melpo_parse_size("64KiB", &bytes));
    assert_int_equal(bytes, 65536);
    assert_true(melpo_parse_size("17179869183GiB", &bytes));
    assert_int_equal(bytes, UINT64_C(17179869183) << 30);
    assert_false(melpo_parse_size("17179869184GiB", &bytes));
    assert_false(melpo_parse_size("64KB", &bytes));
    assert_false(melpo_parse_size("64kib", &bytes));
    assert_false(melpo_parse_size("64", &bytes));
}

static void an_address_reads_to_its_usual_form_and_prints_it(void **state)
{
    static const char *const cases[][2] = {
        {"127.0.0.1:9999", "127.0.0.1:9999"},
        {"[::1]:0", "[::1]:0"},
        {"[0:0:0:0:0:0:0:1]:65535", "[::1]:65535"},
        {"[2001:DB8::0]:1", "[2001:db8::]:1"},
        {"[::ffff:127.0.0.1]:1", "[::ffff:127.0.0.1]:1"},
    };
    char text[MELPO_ADDRESS_BYTES];
    (void)state;

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct melpo_address address;
        assert_true(melpo_parse_address(cases[i][0], &address));
        melpo_print_address(&address, text);
        assert_string_equal(text, cases[i][1]);
    }
}

static void what_is_no_address_is_refused(void **state)
{
    static const char *const texts[] = {
        "", ":", ":1", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
        "127.0.0.1:1x", "localhost:1", "::1:1", "[::1]", "[::1:1", "::1]:1", "[127.0.0.1]:1",
        "[]:1", "[::1]x:1", "127.0.0.01:1", "1.2.3:1", "[fe80::1%lo]:1",
        "127.0.0.1:18446744073709551617", "[::::::::::::::::::::::::::::::::::::::::::::::::]:1",
    };
    struct melpo_address address;
    (void)state;

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_false(melpo_parse_address(texts[i], &address));
}

static struct melpo_address address_of(const char *text)
{
    struct melpo_address address;
    assert_true(melpo_parse_address(text, &address));
    return address;
}

static bool clash(const char *one, const char *other)
{
    struct melpo_address first = address_of(one), second = address_of(other);
    assert_int_equal(melpo_address_clashes(&first, &second),
                     melpo_address_clashes(&second, &first));
    return melpo_address_clashes(&first, &second);
}

static void two_addresses_clash_only_if_both_cannot_be_listened_on(void **state)
{
    (void)state;

    assert_true(clash("127.0.0.1:1", "127.0.0.1:1"));
    assert_true(clash("0.0.0.0:1", "127.0.0.1:1"));
    assert_true(clash("[::]:1", "[::1]:1"));
    assert_false(clash("127.0.0.1:0", "127.0.0.1:0"));
    assert_false(clash("127.0.0.1:1", "127.0.0.1:2"));
    assert_false(clash("127.0.0.1:1", "127.0.0.2:1"));
    assert_false(clash("127.0.0.1:1", "[::1]:1"));
}

static bool is_loopback(const char *text)
{
    struct melpo_address address = address_of(text);
    return melpo_address_is_loopback(&address);
}

static void a_loopback_address_is_known(void **state)
{
    (void)state;

    assert_true(is_loopback("127.0.0.1:1"));
    assert_true(is_loopback("127.255.0.9:1"));
    assert_true(is_loopback("[::1]:1"));
    assert_true(is_loopback("[::ffff:127.0.0.1]:1"));
    assert_false(is_loopback("0.0.0.0:1"));
    assert_false(is_loopback("12.7.0.1:1"));
    assert_false(is_loopback("[::]:1"));
    assert_false(is_loopback("[::ffff:10.0.0.1]:1"));
}

static void an_edit_is_one_character_in_out_other_or_swapped(void **state)
{
    (void)state;

    assert_int_equal(host_edit_distance("port", "port"), 0);
    assert_int_equal(host_edit_distance("port", "PORT"), 0);
    assert_int_equal(host_edit_distance("port", "ports"), 1);
    assert_int_equal(host_edit_distance("port", "prt"), 1);
    assert_int_equal(host_edit_distance("port", "pert"), 1);
    assert_int_equal(host_edit_distance("port", "prot"), 1);
    assert_int_equal(host_edit_distance("", "port"), 4);
    assert_int_equal(host_edit_distance("kitten", "sitting"), 3);
}

static void the_nearest_name_is_near_or_none(void **state)
{
    static const char *const names[] = {"max_ports", "max_frame", "enabled"};
    char longest[HOST_NEAREST_BYTES_MAX + 2];
    (void)state;
    memset(longest, 'm', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';

    assert_string_equal(host_nearest("max_port", names, 3), "max_ports");
    assert_string_equal(host_nearest("maxframe", names, 3), "max_frame");
    assert_string_equal(host_nearest("enable", names, 3), "enabled");
    assert_null(host_nearest("address", names, 3));
    assert_null(host_nearest("", names, 3));
    assert_null(host_nearest(longest, names, 3));
    assert_null(host_nearest("max_ports", names, 0));
}

static void only_the_shortest_form_of_a_character_is_utf8(void **state)
{
    static const struct {
        const char *text;
        size_t count, valid;
    } cases[] = {
        {"abc", 3, 3},           {"\xc3\xa4", 2, 2},         {"\xe2\x82\xac", 3, 3},
        {"\xf0\x9f\x98\x80", 4, 4}, {"\xf4\x8f\xbf\xbf", 4, 4}, {"a\x80", 2, 1},
        {"\xc0\x80", 2, 0},      {"\xc1\xbf", 2, 0},         {"\xe0\x9f\xbf", 3, 0},
        {"\xed\xa0\x80", 3, 0},  {"\xf0\x8f\xbf\xbf", 4, 0}, {"\xf4\x90\x80\x80", 4, 0},
        {"\xf5\x80\x80\x80", 4, 0}, {"ab\xe2\x82", 4, 2},    {"\xc3(", 2, 0},
    };
    (void)state;

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(host_utf8_valid_bytes(cases[i].text, cases[i].count), cases[i].valid);
}

static void a_quoted_text_is_harmless_and_bounded(void **state)
{
    char quoted[HOST_QUOTE_SHORT_BYTES], worst[100];
    (void)state;
    memset(worst, '\x01', sizeof worst - 1);
    worst[sizeof worst - 1] = '\0';

    host_quote_short("a\"\\\n\x1b[31m\x7f\xc2\x9b", quoted);
    assert_string_equal(quoted, "\"a\\\"\\\\\\n\\u001b[31m\\u007f\\u009b\"");
    host_quote_short(worst, quoted);
    assert_int_equal(strlen(quoted), 6 * HOST_QUOTE_SHORT_CHARS + 5);
    host_quote_short("", quoted);
    assert_string_equal(quoted, "\"\"");
}

static void a_color_is_six_hexadecimal_digits_and_prints_small(void **state)
{
    char text[MELPO_VALUE_BYTES];
    uint32_t color = 0;
    (void)state;

    assert_true(melpo_parse_color("#00D2ff", &color));
    assert_int_equal(color, 0x00d2ff);
    melpo_print_color(color, text);
    assert_string_equal(text, "#00d2ff");
}

static void what_is_no_color_is_refused_and_leaves_the_value(void **state)
{
    static const char *const texts[] = {"",         "#",        "00d2ff",   "#00d2f",   "#00d2ff0",
                                        "#00d2fg",  "# 0d2ff",  "#-0d2ff",  "#0x0000",  "blue"};
    uint32_t color = 7;
    (void)state;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_false(melpo_parse_color(texts[i], &color));

    assert_int_equal(color, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_duration_is_digits_and_a_unit),
        cmocka_unit_test(what_is_no_duration_is_refused_and_leaves_the_value),
        cmocka_unit_test(durations_and_sizes_print_in_the_largest_whole_unit),
        cmocka_unit_test(what_is_printed_reads_back_the_same),
        cmocka_unit_test(a_size_is_digits_and_a_binary_unit),
        cmocka_unit_test(an_address_reads_to_its_usual_form_and_prints_it),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(two_addresses_clash_only_if_both_cannot_be_listened_on),
        cmocka_unit_test(a_loopback_address_is_known),
        cmocka_unit_test(a_color_is_six_hexadecimal_digits_and_prints_small),
        cmocka_unit_test(what_is_no_color_is_refused_and_leaves_the_value),
        cmocka_unit_test(an_edit_is_one_character_in_out_other_or_swapped),
        cmocka_unit_test(the_nearest_name_is_near_or_none),
        cmocka_unit_test(only_the_shortest_form_of_a_character_is_utf8),
        cmocka_unit_test(a_quoted_text_is_harmless_and_bounded),
    };
    return cmocka_run_group_tests_name("values", tests, NULL, NULL);
}
