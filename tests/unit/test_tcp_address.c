/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "host.h"

#include <stdio.h>
#include <string.h>

#include "devices/tcp_address.h"

static bool parses(const char *text, struct sockaddr_storage *address)
{
    struct device_error error = {""};
    bool parsed = tcp_address_parse(text, address, &error);
    assert_int_equal(error.text[0] != '\0', !parsed);
    return parsed;
}

static void what_it_writes_is_what_it_read(void **state)
{
    static const char *const texts[] = {"127.0.0.1:9999", "0.0.0.0:0", "[::1]:65535", "[::]:1",
                                        "[2001:db8::7]:80"};
    (void)state;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct sockaddr_storage address;
        char text[TCP_ADDRESS_TEXT_BYTES];
        assert_true(parses(texts[i], &address));
        tcp_address_format(&address, text);
        assert_string_equal(text, texts[i]);
    }
}

static void what_is_no_address_is_refused_and_quoted(void **state)
{
    static const char *const texts[] = {
        "", ":", "9999", ":9999", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
        "127.0.0.1:-1", "127.0.0.1: 1", "127.0.0.1:4294967297", "127.0.0.256:1", "localhost:9999",
        "::1:9999", "[::1]", "[::1]9999", "[::1:9999", "[]:1", "[:1", "[127.0.0.1]:1",
        "[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]:1",
        "1111111111111111111111111111111111111111111111111111111111111111111111111111111111:1"};
    (void)state;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct sockaddr_storage address;
        struct device_error error;
        char quoted[16];
        assert_false(parses(texts[i], &address));
        tcp_address_parse(texts[i], &address, &error);
        snprintf(quoted, sizeof quoted, "\"%.10s", texts[i]);
        assert_ptr_equal(strstr(error.text, quoted), error.text);
    }
}

static void loopback_is_told_from_the_rest(void **state)
{
    struct sockaddr_storage address;
    (void)state;

    assert_true(parses("127.0.0.1:1", &address) && tcp_address_is_loopback(&address));
    assert_true(parses("127.9.9.9:1", &address) && tcp_address_is_loopback(&address));
    assert_true(parses("[::1]:1", &address) && tcp_address_is_loopback(&address));
    assert_true(parses("0.0.0.0:1", &address) && !tcp_address_is_loopback(&address));
    assert_true(parses("[::]:1", &address) && !tcp_address_is_loopback(&address));
    assert_true(parses("192.168.0.1:1", &address) && !tcp_address_is_loopback(&address));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_writes_is_what_it_read),
        cmocka_unit_test(what_is_no_address_is_refused_and_quoted),
        cmocka_unit_test(loopback_is_told_from_the_rest),
    };
    return cmocka_run_group_tests_name("tcp_address", tests, NULL, NULL);
}
