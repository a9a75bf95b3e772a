/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "random.h"
#include "tcp_bench.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RING_BYTES 4096u
#define SPAN_BYTES 4096u
#define FLOOD_BYTES (16u * 1024u * 1024u) /* more than all socket buffers of one connection */
#define STREAM_BYTES (4u * 1024u * 1024u)

static uint8_t *random_bytes(size_t count, uint64_t seed)
{
    uint8_t *bytes = malloc(count);
    assert_non_null(bytes);
    for (size_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)test_random(&seed);
    return bytes;
}

static void put(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static bool shows_somebody(struct tcp_bench *bench)
{
    return uart_carrier(bench->uart) % 2 == 1;
}

/* Sends a span that no pair of sockets can hold while the peer does not read. */
static uint8_t *flood(struct tcp_bench *bench)
{
    uint8_t *bytes = random_bytes(FLOOD_BYTES, 7);
    uart_send(bench->uart, bytes, FLOOD_BYTES);
    for (int i = 0; i < 100; i++)
        tcp_bench_turn(bench);
    assert_true(uart_is_sending(bench->uart));
    return bytes;
}

static void what_one_end_sends_the_other_gets(void **state)
{
    struct tcp_bench *bench = *state;
    char text[6] = "";
    tcp_bench_open(bench, RING_BYTES, false);
    int peer = tcp_bench_connect(bench);
    unsigned raises = bench->raises;

    put(peer, "hello");
    tcp_bench_receive(bench, text, 5);
    assert_string_equal(text, "hello");
    assert_int_equal(bench->raises, raises + 1);

    uart_send(bench->uart, (const uint8_t *)"there", 5);
    assert_false(uart_is_sending(bench->uart));
    assert_int_equal(bench->raises, raises + 2);
    assert_int_equal(tcp_bench_read(bench, peer, text, 5), 5);
    assert_string_equal(text, "there");
    assert_int_equal(bench->uart->counters.received_bytes, 5);
    assert_int_equal(bench->uart->counters.sent_bytes, 5);
    close(peer);
}

struct echo { /* the owner: sends what it receives, one span at a time */
    uint8_t span[SPAN_BYTES];
    uint32_t most; /* bytes ever seen in the ring */
};

static void echo_turn(struct echo *echo, struct uart *uart)
{
    if (uart->ring.count > echo->most)
        echo->most = uart->ring.count;
    if (uart_is_sending(uart))
        return;
    uint32_t count = uart_receive(uart, echo->span, sizeof echo->span);
    if (count > 0)
        uart_send(uart, echo->span, count);
}

/* Writes and reads as the sockets allow, but for stretches of turns does not read at all. */
static size_t stream_through(struct tcp_bench *bench, struct echo *echo, int peer,
                             const uint8_t *bytes, uint8_t *back)
{
    size_t written = 0, got = 0;
    for (unsigned turn = 0; got < STREAM_BYTES && turn < TCP_BENCH_TURNS_MAX; turn++) {
        ssize_t part = write(peer, bytes + written, STREAM_BYTES - written);
        written += part > 0 ? (size_t)part : 0;
        bool stalls = turn / 300 % 2 == 0;
        part = stalls ? 0 : read(peer, back + got, STREAM_BYTES - got);
        got += part > 0 ? (size_t)part : 0;
        tcp_bench_turn(bench);
        echo_turn(echo, bench->uart);
    }
    return got;
}

static void megabytes_come_back_identical_from_a_reader_that_stalls(void **state)
{
    struct tcp_bench *bench = *state;
    struct echo echo = {.most = 0};
    uint8_t *bytes = random_bytes(STREAM_BYTES, 42), *back = malloc(STREAM_BYTES);
    tcp_bench_open(bench, RING_BYTES, false);
    int peer = tcp_bench_connect(bench);

    size_t got = stream_through(bench, &echo, peer, bytes, back);

    assert_int_equal(got, STREAM_BYTES);
    assert_memory_equal(back, bytes, STREAM_BYTES);
    assert_int_equal(echo.most, RING_BYTES); /* it was full, and never more */
    assert_int_equal(bench->uart->counters.discarded_bytes, 0);
    close(peer);
    free(bytes);
    free(back);
}

static void a_full_ring_stops_reading_and_loses_nothing(void **state)
{
    struct tcp_bench *bench = *state;
    uint8_t *bytes = random_bytes(FLOOD_BYTES, 3), *got = malloc(FLOOD_BYTES);
    tcp_bench_open(bench, 1000, false);
    int peer = tcp_bench_connect(bench);

    ssize_t written = write(peer, bytes, FLOOD_BYTES);
    assert_in_range(written, 100 * 1000, FLOOD_BYTES - 1);
    PUMP_UNTIL(bench, bench->uart->counters.received_bytes == 1000);
    tcp_bench_assert_sleeps(bench);

    assert_int_equal(bench->uart->counters.received_bytes, 1000);
    tcp_bench_receive(bench, got, (uint32_t)written);
    assert_memory_equal(got, bytes, (size_t)written);
    close(peer);
    free(bytes);
    free(got);
}

static void a_second_peer_is_refused_at_once_and_the_first_stays(void **state)
{
    struct tcp_bench *bench = *state;
    int others[50];
    char byte = 0;
    tcp_bench_open(bench, RING_BYTES, false);
    int peer = tcp_bench_connect(bench);

    for (unsigned i = 0; i < 50; i++)
        others[i] = tcp_bench_dial(bench);
    for (unsigned i = 0; i < 50; i++)
        tcp_bench_assert_closed(bench, others[i]);

    assert_int_equal(bench->uart->counters.refused_peers, 50);
    assert_int_equal(bench->uart->counters.connections, 1);
    assert_int_equal(uart_carrier(bench->uart), 1);
    assert_non_null(strstr(bench->log, "refused a second peer"));
    put(peer, "x");
    tcp_bench_receive(bench, &byte, 1);
    assert_int_equal(byte, 'x');
    for (unsigned i = 0; i < 50; i++)
        close(others[i]);
    close(peer);
}

static void a_loss_shows_only_after_the_last_byte_before_it(void **state)
{
    struct tcp_bench *bench = *state;
    char text[9] = "";
    tcp_bench_open(bench, RING_BYTES, false);
    int peer = tcp_bench_connect(bench);

    put(peer, "half a l");
    PUMP_UNTIL(bench, bench->uart->counters.received_bytes == 8);
    tcp_bench_reset(peer);
    PUMP_UNTIL(bench, !bench->uart->has_peer);
    assert_int_equal(uart_carrier(bench->uart), 1);
    assert_int_equal(uart_receive(bench->uart, (uint8_t *)text, 7), 7);
    assert_int_equal(uart_carrier(bench->uart), 1);
    unsigned raises = bench->raises;
    assert_int_equal(uart_receive(bench->uart, (uint8_t *)text + 7, 1), 1);

    assert_int_equal(uart_carrier(bench->uart), 2);
    assert_int_equal(bench->raises, raises + 1);
    assert_string_equal(text, "half a l");
}

static void bytes_sent_before_a_reset_are_received_although_the_ring_was_full(void **state)
{
    struct tcp_bench *bench = *state;
    char text[101];
    uint32_t got = 0;
    tcp_bench_open(bench, 16, false);
    int peer = tcp_bench_connect(bench);
    memset(text, 'a', 100);
    text[100] = '\0';

    put(peer, text);
    PUMP_UNTIL(bench, bench->uart->ring.count == 16);
    tcp_bench_reset(peer);
    tcp_bench_assert_sleeps(bench);
    PUMP_UNTIL(bench, (got += uart_receive(bench->uart, (uint8_t *)text, 5)) == 100);

    PUMP_UNTIL(bench, uart_carrier(bench->uart) == 2);
}

static void the_next_peer_arrives_after_the_loss_was_seen_with_its_own_raise(void **state)
{
    struct tcp_bench *bench = *state;
    tcp_bench_open(bench, RING_BYTES, false);
    int first = tcp_bench_connect(bench);
    tcp_bench_reset(first);
    PUMP_UNTIL(bench, !bench->uart->has_peer);

    int second = tcp_bench_dial(bench);
    tcp_bench_assert_sleeps(bench); /* it waits, and costs nothing */
    assert_int_equal(bench->uart->counters.connections, 1);
    unsigned raises = bench->raises;
    assert_int_equal(uart_carrier(bench->uart), 2);
    assert_int_equal(bench->raises, raises);
    PUMP_UNTIL(bench, bench->raises == raises + 1);

    assert_int_equal(uart_carrier(bench->uart), 3);
    assert_int_equal(bench->uart->counters.refused_peers, 0);
    close(second);
}

static void a_reset_gives_back_the_span_being_sent(void **state)
{
    struct tcp_bench *bench = *state;
    tcp_bench_open(bench, RING_BYTES, false);
    int peer = tcp_bench_connect(bench);
    uint8_t *bytes = flood(bench);
    unsigned raises = bench->raises;

    tcp_bench_reset(peer);
    PUMP_UNTIL(bench, !uart_is_sending(bench->uart));

    const struct uart_counters *counters = &bench->uart->counters;
    assert_int_equal(counters->sent_bytes + counters->discarded_bytes, FLOOD_BYTES);
    PUMP_UNTIL(bench, uart_carrier(bench->uart) == 2);
    assert_int_equal(bench->raises, raises + 2); /* the span, the loss */
    free(bytes);
}

static void a_reset_while_input_and_output_are_both_stuck_loses_no_input(void **state)
{
    struct tcp_bench *bench = *state;
    char text[64] = "";
    tcp_bench_open(bench, 16, false);
    int peer = tcp_bench_connect(bench);
    put(peer, "0123456789abcdef0123456789abcdef");
    PUMP_UNTIL(bench, bench->uart->ring.count == 16);
    uint8_t *bytes = flood(bench);

    tcp_bench_reset(peer);
    PUMP_UNTIL(bench, !uart_is_sending(bench->uart));
    tcp_bench_assert_sleeps(bench);
    tcp_bench_receive(bench, text, 32);

    assert_string_equal(text, "0123456789abcdef0123456789abcdef");
    PUMP_UNTIL(bench, uart_carrier(bench->uart) == 2);
    free(bytes);
}

static void an_aborted_span_is_given_back_at_once_and_the_peer_stays(void **state)
{
    struct tcp_bench *bench = *state;
    tcp_bench_open(bench, RING_BYTES, false);
    int peer = tcp_bench_connect(bench);
    uint8_t *bytes = flood(bench);

    uart_abort(bench->uart);

    assert_false(uart_is_sending(bench->uart));
    free(bytes); /* a sanitizer would see it used again */
    const struct uart_counters *counters = &bench->uart->counters;
    assert_int_equal(counters->sent_bytes + counters->discarded_bytes, FLOOD_BYTES);
    uint8_t *got = malloc(FLOOD_BYTES);
    assert_int_equal(tcp_bench_read(bench, peer, got, counters->sent_bytes), counters->sent_bytes);
    assert_int_equal(uart_carrier(bench->uart), 1);
    tcp_bench_assert_sleeps(bench); /* there is room, but nothing to send */
    close(peer);
    free(got);
}

static void a_peer_that_finished_sending_still_gets_its_answer(void **state)
{
    struct tcp_bench *bench = *state;
    char text[16] = "";
    tcp_bench_open(bench, RING_BYTES, false);
    int peer = tcp_bench_connect(bench);

    put(peer, "hi");
    shutdown(peer, SHUT_WR);
    PUMP_UNTIL(bench, uart_peer_is_finished(bench->uart));
    tcp_bench_receive(bench, text, 2);
    tcp_bench_assert_sleeps(bench);
    assert_true(shows_somebody(bench));
    uart_send(bench->uart, (const uint8_t *)"hello, hi", 9);
    uart_hang_up(bench->uart);

    assert_int_equal(tcp_bench_read(bench, peer, text, sizeof text), 9);
    assert_string_equal(text, "hello, hi");
    assert_int_equal(uart_carrier(bench->uart), 2);
    assert_false(uart_peer_is_finished(bench->uart));
    close(peer);
}

static void a_finished_peer_gets_more_than_the_sockets_hold(void **state)
{
    struct tcp_bench *bench = *state;
    uint8_t *got = malloc(FLOOD_BYTES);
    tcp_bench_open(bench, RING_BYTES, false);
    int peer = tcp_bench_connect(bench);
    shutdown(peer, SHUT_WR);
    PUMP_UNTIL(bench, uart_peer_is_finished(bench->uart));

    uint8_t *bytes = flood(bench);
    assert_int_equal(tcp_bench_read(bench, peer, got, FLOOD_BYTES), FLOOD_BYTES);

    assert_false(uart_is_sending(bench->uart));
    assert_memory_equal(got, bytes, FLOOD_BYTES);
    close(peer);
    free(bytes);
    free(got);
}

static void a_finished_peer_makes_way_for_the_next_at_once(void **state)
{
    struct tcp_bench *bench = *state;
    tcp_bench_open(bench, RING_BYTES, false);
    int first = tcp_bench_connect(bench);
    shutdown(first, SHUT_WR);
    PUMP_UNTIL(bench, uart_peer_is_finished(bench->uart));

    int second = tcp_bench_dial(bench);
    PUMP_UNTIL(bench, uart_carrier(bench->uart) == 2);
    PUMP_UNTIL(bench, uart_carrier(bench->uart) == 3);

    tcp_bench_assert_closed(bench, first);
    assert_int_equal(bench->uart->counters.refused_peers, 0);
    close(first);
    close(second);
}

static void who_knocks_while_the_owner_hangs_up_gets_in(void **state)
{
    struct tcp_bench *bench = *state;
    tcp_bench_open(bench, RING_BYTES, false);
    int first = tcp_bench_connect(bench);
    int second = tcp_bench_dial(bench);

    uart_hang_up(bench->uart); /* the knock comes in the turn that still frees the handle */
    assert_int_equal(uart_carrier(bench->uart), 2);
    PUMP_UNTIL(bench, uart_carrier(bench->uart) == 3);

    tcp_bench_assert_closed(bench, first);
    assert_int_equal(bench->uart->counters.refused_peers, 0);
    close(first);
    close(second);
}

static void a_peer_that_left_is_noticed_when_output_is_sent(void **state)
{
    struct tcp_bench *bench = *state;
    tcp_bench_open(bench, RING_BYTES, false);
    int peer = tcp_bench_connect(bench);
    close(peer);
    PUMP_UNTIL(bench, uart_peer_is_finished(bench->uart));
    assert_true(shows_somebody(bench));

    uart_send(bench->uart, (const uint8_t *)"anybody?", 8);

    PUMP_UNTIL(bench, uart_carrier(bench->uart) == 2);
    assert_false(uart_is_sending(bench->uart));
}

static void who_comes_back_waits_until_his_former_bytes_are_read(void **state)
{
    struct tcp_bench *bench = *state;
    char text[65] = "";
    tcp_bench_open(bench, 16, false);
    int first = tcp_bench_connect(bench);
    put(first, "0123456789abcdef0123456789abcdef");
    close(first);
    PUMP_UNTIL(bench, bench->uart->ring.count == 16);

    int second = tcp_bench_dial(bench);
    put(second, "again");
    tcp_bench_assert_sleeps(bench);
    tcp_bench_receive(bench, text, 32);
    PUMP_UNTIL(bench, uart_carrier(bench->uart) == 2);
    PUMP_UNTIL(bench, uart_carrier(bench->uart) == 3);
    tcp_bench_receive(bench, text + 32, 5);

    assert_string_equal(text, "0123456789abcdef0123456789abcdefagain");
    assert_int_equal(bench->uart->counters.refused_peers, 0);
    close(second);
}

static void an_urgent_byte_is_received_in_its_place(void **state)
{
    struct tcp_bench *bench = *state;
    char text[6] = "";
    tcp_bench_open(bench, RING_BYTES, false);
    int peer = tcp_bench_connect(bench);
    PUMP_UNTIL(bench, bench->uart->has_peer);

    put(peer, "ab");
    assert_int_equal(send(peer, "!", 1, MSG_OOB), 1);
    put(peer, "cd");
    shutdown(peer, SHUT_WR);
    tcp_bench_receive(bench, text, 5);
    PUMP_UNTIL(bench, uart_peer_is_finished(bench->uart));

    assert_string_equal(text, "ab!cd");
    tcp_bench_assert_sleeps(bench);
    assert_true(shows_somebody(bench));
    close(peer);
}

static void closing_gives_back_the_span_and_parts_with_the_peer(void **state)
{
    struct tcp_bench *bench = *state;
    tcp_bench_open(bench, RING_BYTES, false);
    int peer = tcp_bench_connect(bench);
    int waiting = tcp_bench_dial(bench);
    uint8_t *bytes = flood(bench);
    unsigned raises = bench->raises;

    tcp_uart_close(&bench->tcp, NULL, NULL);
    bench->is_open = false;
    assert_false(uart_is_sending(bench->uart));
    free(bytes);
    PUMP_UNTIL(bench, !uv_loop_alive(&bench->loop));

    assert_int_equal(bench->raises, raises);
    close(peer);
    close(waiting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_TCP(what_one_end_sends_the_other_gets),
        TEST_ON_TCP(megabytes_come_back_identical_from_a_reader_that_stalls),
        TEST_ON_TCP(a_full_ring_stops_reading_and_loses_nothing),
        TEST_ON_TCP(a_second_peer_is_refused_at_once_and_the_first_stays),
        TEST_ON_TCP(a_loss_shows_only_after_the_last_byte_before_it),
        TEST_ON_TCP(bytes_sent_before_a_reset_are_received_although_the_ring_was_full),
        TEST_ON_TCP(the_next_peer_arrives_after_the_loss_was_seen_with_its_own_raise),
        TEST_ON_TCP(a_reset_gives_back_the_span_being_sent),
        TEST_ON_TCP(a_reset_while_input_and_output_are_both_stuck_loses_no_input),
        TEST_ON_TCP(an_aborted_span_is_given_back_at_once_and_the_peer_stays),
        TEST_ON_TCP(a_peer_that_finished_sending_still_gets_its_answer),
        TEST_ON_TCP(a_finished_peer_gets_more_than_the_sockets_hold),
        TEST_ON_TCP(a_finished_peer_makes_way_for_the_next_at_once),
        TEST_ON_TCP(who_knocks_while_the_owner_hangs_up_gets_in),
        TEST_ON_TCP(a_peer_that_left_is_noticed_when_output_is_sent),
        TEST_ON_TCP(who_comes_back_waits_until_his_former_bytes_are_read),
        TEST_ON_TCP(an_urgent_byte_is_received_in_its_place),
        TEST_ON_TCP(closing_gives_back_the_span_and_parts_with_the_peer),
    };
    return cmocka_run_group_tests_name("tcp_uart", tests, NULL, NULL);
}
