/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "host.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "devices/null_uart.h"
#include "peers.h"
#include "report.h"

/* ---- bytes ------------------------------------------------------------------------------ */

static void what_was_read_makes_room_for_what_comes(void **state)
{
    struct bytes bytes = {.data = NULL};
    (void)state;

    for (unsigned i = 0; i < 10000; i++) {
        assert_true(bytes_put(&bytes, "abc", 3, false));
        assert_memory_equal(bytes.data + bytes.read, "abc", 4); /* and the zero behind it */
        bytes_read_to(&bytes, bytes.count);
    }

    assert_true(bytes.room <= 1024);
    assert_int_equal(bytes.lost, 0);
    bytes_finish(&bytes);
}

static void of_what_nobody_reads_the_latest_is_kept(void **state)
{
    struct bytes bytes = {.data = NULL};
    char number[9];
    (void)state;

    for (unsigned i = 0; i < 1000000; i++) {
        snprintf(number, sizeof number, "%08u", i);
        assert_true(bytes_put(&bytes, number, 8, true));
    }

    assert_true(bytes.room <= 2 * HEARD_BYTES_MAX);
    assert_true(bytes.count >= HEARD_BYTES_MAX / 2);
    assert_int_equal(bytes.lost + bytes.count, 8000000);
    assert_string_equal(bytes.data + bytes.count - 16, "0099999800999999");
    bytes_finish(&bytes);
}

/* ---- what is nearest -------------------------------------------------------------------- */

static void assert_nearest(const char *heard, const char *wanted, size_t cost, const char *nearest)
{
    struct text text = {(char *)(uintptr_t)wanted, strlen(wanted)};
    size_t begin = 0, end = 0;
    assert_int_equal(report_nearest(heard, strlen(heard), &text, &begin, &end), cost);
    assert_int_equal(end - begin, strlen(nearest));
    assert_memory_equal(heard + begin, nearest, end - begin);
}

static void the_nearest_is_what_takes_the_fewest_changes(void **state)
{
    (void)state;
    assert_nearest("1 2 + .\r\n4 ok.\r\n", "3 ok.", 1, "4 ok.");
    assert_nearest("hello, wrld, hello, wxrxld", "world", 1, "wrld");
    assert_nearest("abc", "abc", 0, "abc");
    assert_nearest("the quick brown fox", "quack", 1, "quick");
    assert_nearest("xx", "abcd", 4, "x");
}

static void a_text_too_long_to_look_for_is_near_nothing(void **state)
{
    char wanted[300];
    struct text text = {wanted, sizeof wanted};
    size_t begin, end;
    (void)state;
    memset(wanted, 'a', sizeof wanted);
    assert_true(report_nearest("aaa", 3, &text, &begin, &end) == SIZE_MAX);
}

/* ---- peers on ports of a mux ------------------------------------------------------------ */

struct wire { /* a UART whose owner is the test, and two peers on ports behind it */
    struct scenario scenario;
    struct null_uart uart;
    struct peers peers;
    unsigned news;
};

enum { TEN = 1, ELEVEN = 2 };

static void count_news(void *context)
{
    ((struct wire *)context)->news++;
}

static int open_wire(void **state)
{
    struct uart_settings settings = {.name = "mux", .ring_bytes = 64};
    struct wire *wire = calloc(1, sizeof *wire);
    assert_non_null(wire);
    wire->scenario.peer_count = 3;
    wire->scenario.peers[SCENARIO_LOG].port = -1;
    wire->scenario.peers[TEN].port = 10;
    wire->scenario.peers[ELEVEN].port = 11;
    wire->scenario.config.services.serial_mux.max_frame = 32;
    assert_int_equal(null_uart_open(&wire->uart, &settings, 64), 0);
    peers_open(&wire->peers, &wire->scenario, count_news, wire);
    peers_join(&wire->peers, 0, &wire->uart);
    assert_true(peer_connect(&wire->peers, TEN));
    assert_true(peer_connect(&wire->peers, ELEVEN));
    uart_carrier(&wire->uart.uart);
    *state = wire;
    return 0;
}

static int close_wire(void **state)
{
    struct wire *wire = *state;
    null_uart_watch(&wire->uart, NULL, NULL);
    peers_close(&wire->peers);
    null_uart_close(&wire->uart);
    free(wire);
    return 0;
}

static void say(struct wire *wire, const char *bytes, uint32_t count)
{
    uart_send(&wire->uart.uart, (const uint8_t *)bytes, count);
    peers_move(&wire->peers);
}

static void what_a_peer_sends_is_framed_with_its_port(void **state)
{
    struct wire *wire = *state;
    uint8_t frame[16];

    assert_true(peer_send(&wire->peers, TEN, "!", 1));
    assert_int_equal(peer_unsent_bytes(&wire->peers, TEN), 5);
    peers_move(&wire->peers);

    assert_int_equal(peer_unsent_bytes(&wire->peers, TEN), 0);
    assert_int_equal(uart_receive(&wire->uart.uart, frame, sizeof frame), 5);
    assert_memory_equal(frame, "\x02\x0a\x02!\0", 5);
}

static void each_peer_hears_its_own_port(void **state)
{
    struct wire *wire = *state;

    say(wire, "\x02\x0b\x03hi\0\x02\x0a\x04you\0\x02\x0c\x02x\0", 18);

    assert_string_equal(wire->peers.items[ELEVEN].heard.data, "hi");
    assert_string_equal(wire->peers.items[TEN].heard.data, "you");
    assert_int_equal(wire->peers.lines[0].strange_bytes, 1);
}

static void garbage_between_frames_is_dropped(void **state)
{
    struct wire *wire = *state;

    say(wire, "\x09"
              "ab\0\x02\x0b\x03hi\0",
        10);

    assert_string_equal(wire->peers.items[ELEVEN].heard.data, "hi");
}

static void the_wire_is_let_go_with_its_last_peer(void **state)
{
    struct wire *wire = *state;

    peer_cut(&wire->peers, TEN);
    assert_true(null_uart_has_peer(&wire->uart));
    assert_true(peer_is_alone(&wire->peers, ELEVEN));
    peer_cut(&wire->peers, ELEVEN);

    assert_false(null_uart_has_peer(&wire->uart));
    assert_true(wire->news > 0);
}

#define TEST_ON_WIRE(f) cmocka_unit_test_setup_teardown(f, open_wire, close_wire)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_read_makes_room_for_what_comes),
        cmocka_unit_test(of_what_nobody_reads_the_latest_is_kept),
        cmocka_unit_test(the_nearest_is_what_takes_the_fewest_changes),
        cmocka_unit_test(a_text_too_long_to_look_for_is_near_nothing),
        TEST_ON_WIRE(what_a_peer_sends_is_framed_with_its_port),
        TEST_ON_WIRE(each_peer_hears_its_own_port),
        TEST_ON_WIRE(garbage_between_frames_is_dropped),
        TEST_ON_WIRE(the_wire_is_let_go_with_its_last_peer),
    };
    return cmocka_run_group_tests_name("scenario", tests, NULL, NULL);
}
