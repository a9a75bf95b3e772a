/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "host.h"

#include "devices/null_uart.h"

struct null_bench {
    struct null_uart null;
    struct uart *uart; /* &null.uart */
    unsigned raises;
};

static void raised(void *context)
{
    ((struct null_bench *)context)->raises++;
}

static void open_bench(struct null_bench *bench, bool holds_output)
{
    struct uart_settings settings = {
        .name = "null", .ring_bytes = 8, .holds_output = holds_output,
        .raised = raised, .context = bench,
    };
    *bench = (struct null_bench){0};
    bench->uart = &bench->null.uart;
    assert_int_equal(null_uart_open(&bench->null, &settings, 4), 0);
}

static uint32_t put(struct null_bench *bench, const char *text, uint32_t count)
{
    return null_uart_put(&bench->null, (const uint8_t *)text, count);
}

static void send_text(struct null_bench *bench, const char *text, uint32_t count)
{
    uart_send(bench->uart, (const uint8_t *)text, count);
}

static void what_fits_goes_in_and_comes_out(void **state)
{
    struct null_bench bench;
    uint8_t bytes[8];
    (void)state;
    open_bench(&bench, false);

    assert_int_equal(put(&bench, "early", 5), 0);
    assert_true(null_uart_connect(&bench.null));
    assert_int_equal(uart_carrier(bench.uart), 1);
    assert_int_equal(put(&bench, "0123456789", 10), 8);
    assert_int_equal(put(&bench, "8", 1), 0);

    assert_int_equal(bench.raises, 2); /* the peer, the bytes */
    assert_int_equal(uart_receive(bench.uart, bytes, 3), 3);
    assert_int_equal(put(&bench, "89", 2), 2);
    assert_int_equal(uart_receive(bench.uart, bytes, 8), 7);
    assert_memory_equal(bytes, "3456789", 7);
    assert_int_equal(bench.uart->counters.received_bytes, 10);
    null_uart_close(&bench.null);
}

static void a_span_stays_borrowed_until_the_peer_has_taken_enough(void **state)
{
    struct null_bench bench;
    uint8_t bytes[8];
    (void)state;
    open_bench(&bench, false);
    null_uart_connect(&bench.null);

    send_text(&bench, "abcdef", 6);
    assert_true(uart_is_sending(bench.uart));
    assert_int_equal(null_uart_take(&bench.null, bytes, 1), 1);
    assert_true(uart_is_sending(bench.uart));
    unsigned raises = bench.raises;
    assert_int_equal(null_uart_take(&bench.null, bytes + 1, 1), 1);

    assert_false(uart_is_sending(bench.uart));
    assert_int_equal(bench.raises, raises + 1);
    assert_int_equal(null_uart_take(&bench.null, bytes + 2, 6), 4);
    assert_memory_equal(bytes, "abcdef", 6);
    null_uart_close(&bench.null);
}

static void a_loss_shows_after_the_last_byte_and_gives_back_the_span(void **state)
{
    struct null_bench bench;
    uint8_t bytes[8];
    (void)state;
    open_bench(&bench, true);
    null_uart_connect(&bench.null);
    put(&bench, "xy", 2);
    send_text(&bench, "abcdef", 6);

    null_uart_disconnect(&bench.null);

    assert_false(uart_is_sending(bench.uart));
    assert_int_equal(bench.uart->counters.sent_bytes, 4);
    assert_int_equal(bench.uart->counters.discarded_bytes, 2);
    assert_int_equal(uart_carrier(bench.uart), 1);
    assert_int_equal(uart_receive(bench.uart, bytes, 1), 1);
    assert_int_equal(uart_carrier(bench.uart), 1);
    unsigned raises = bench.raises;
    assert_int_equal(uart_receive(bench.uart, bytes, 1), 1);
    assert_int_equal(bench.raises, raises + 1);
    assert_int_equal(uart_carrier(bench.uart), 2);
    null_uart_close(&bench.null);
}

static void the_next_peer_arrives_with_its_own_raise_once_the_loss_was_seen(void **state)
{
    struct null_bench bench;
    (void)state;
    open_bench(&bench, false);
    null_uart_connect(&bench.null);
    null_uart_disconnect(&bench.null);

    assert_true(null_uart_connect(&bench.null));
    assert_int_equal(put(&bench, "x", 1), 0);
    unsigned raises = bench.raises;
    assert_int_equal(uart_carrier(bench.uart), 2);

    assert_int_equal(bench.raises, raises + 1);
    assert_int_equal(uart_carrier(bench.uart), 3);
    assert_int_equal(put(&bench, "x", 1), 1);
    null_uart_close(&bench.null);
}

static void a_second_peer_is_refused_and_a_finished_one_makes_way(void **state)
{
    struct null_bench bench;
    (void)state;
    open_bench(&bench, false);
    null_uart_connect(&bench.null);
    uart_carrier(bench.uart);

    assert_false(null_uart_connect(&bench.null));
    assert_int_equal(bench.uart->counters.refused_peers, 1);
    null_uart_finish_sending(&bench.null);
    assert_true(uart_peer_is_finished(bench.uart));
    assert_int_equal(put(&bench, "x", 1), 0);
    assert_true(null_uart_connect(&bench.null));

    assert_int_equal(uart_carrier(bench.uart), 2);
    assert_int_equal(uart_carrier(bench.uart), 3);
    assert_false(uart_peer_is_finished(bench.uart));
    assert_int_equal(bench.uart->counters.connections, 2);
    null_uart_close(&bench.null);
}

static void hanging_up_parts_with_the_peer(void **state)
{
    struct null_bench bench;
    (void)state;
    open_bench(&bench, false);
    null_uart_connect(&bench.null);
    uart_carrier(bench.uart);

    uart_hang_up(bench.uart);
    uart_hang_up(bench.uart);

    assert_int_equal(uart_carrier(bench.uart), 2);
    assert_int_equal(put(&bench, "x", 1), 0);
    null_uart_close(&bench.null);
}

static void output_with_nobody_there_is_discarded_or_held(void **state)
{
    struct null_bench discards, holds;
    uint8_t bytes[4];
    (void)state;
    open_bench(&discards, false);
    open_bench(&holds, true);

    send_text(&discards, "abc", 3);
    send_text(&holds, "abc", 3);

    assert_false(uart_is_sending(discards.uart));
    assert_int_equal(discards.raises, 1);
    assert_int_equal(discards.uart->counters.discarded_bytes, 3);
    assert_true(uart_is_sending(holds.uart));
    null_uart_connect(&holds.null);
    assert_false(uart_is_sending(holds.uart));
    assert_int_equal(null_uart_take(&holds.null, bytes, 4), 3);
    assert_int_equal(holds.uart->counters.discarded_bytes, 0);
    null_uart_close(&discards.null);
    null_uart_close(&holds.null);
}

static void nothing_meant_for_a_peer_that_left_is_held_for_the_next(void **state)
{
    struct null_bench bench;
    uint8_t bytes[8];
    (void)state;
    open_bench(&bench, true);
    null_uart_connect(&bench.null);
    assert_int_equal(uart_carrier(bench.uart), 1);
    send_text(&bench, "taken", 2); /* by the wire, not by the peer */
    null_uart_disconnect(&bench.null);
    null_uart_connect(&bench.null);

    send_text(&bench, "abc", 3); /* whose loss its owner has not seen */
    assert_false(uart_is_sending(bench.uart));
    assert_int_equal(bench.uart->counters.discarded_bytes, 3);
    assert_int_equal(uart_carrier(bench.uart), 2);
    send_text(&bench, "xyz", 3);

    assert_int_equal(null_uart_take(&bench.null, bytes, sizeof bytes), 3);
    assert_memory_equal(bytes, "xyz", 3);
    null_uart_close(&bench.null);
}

static void an_aborted_span_is_given_back_without_a_raise(void **state)
{
    struct null_bench bench;
    (void)state;
    open_bench(&bench, true);
    send_text(&bench, "abc", 3);

    uart_abort(bench.uart);
    uart_abort(bench.uart);

    assert_false(uart_is_sending(bench.uart));
    assert_int_equal(bench.raises, 0);
    assert_int_equal(bench.uart->counters.discarded_bytes, 3);
    null_uart_close(&bench.null);
}

static void count(void *context)
{
    ++*(unsigned *)context;
}

static void the_peer_hears_of_output_of_room_and_of_coming_and_going(void **state)
{
    struct null_bench bench;
    unsigned news = 0;
    uint8_t bytes[4];
    (void)state;
    open_bench(&bench, false);
    null_uart_watch(&bench.null, count, &news);

    assert_false(null_uart_has_peer(&bench.null));
    null_uart_connect(&bench.null);
    assert_true(null_uart_has_peer(&bench.null));
    assert_int_equal(news, 1);
    send_text(&bench, "abcdef", 6);
    assert_int_equal(news, 2);
    assert_int_equal(null_uart_take(&bench.null, bytes, 4), 4); /* which lets the rest through */
    assert_int_equal(news, 3);
    put(&bench, "xy", 2);
    assert_int_equal(news, 3);
    uart_receive(bench.uart, bytes, 2);
    assert_int_equal(news, 4);
    uart_hang_up(bench.uart);
    assert_int_equal(news, 5);
    assert_false(null_uart_has_peer(&bench.null));

    null_uart_watch(&bench.null, NULL, NULL);
    null_uart_close(&bench.null);
    assert_int_equal(news, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_fits_goes_in_and_comes_out),
        cmocka_unit_test(a_span_stays_borrowed_until_the_peer_has_taken_enough),
        cmocka_unit_test(a_loss_shows_after_the_last_byte_and_gives_back_the_span),
        cmocka_unit_test(the_next_peer_arrives_with_its_own_raise_once_the_loss_was_seen),
        cmocka_unit_test(a_second_peer_is_refused_and_a_finished_one_makes_way),
        cmocka_unit_test(hanging_up_parts_with_the_peer),
        cmocka_unit_test(output_with_nobody_there_is_discarded_or_held),
        cmocka_unit_test(nothing_meant_for_a_peer_that_left_is_held_for_the_next),
        cmocka_unit_test(an_aborted_span_is_given_back_without_a_raise),
        cmocka_unit_test(the_peer_hears_of_output_of_room_and_of_coming_and_going),
    };
    return cmocka_run_group_tests_name("null_uart", tests, NULL, NULL);
}
