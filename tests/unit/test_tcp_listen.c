/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "tcp_bench.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define RING_BYTES 4096u
#define CYCLES 10000u

static void a_port_in_use_is_refused_with_advice(void **state)
{
    struct tcp_bench *bench = *state;
    struct uart_settings settings = tcp_bench_settings(bench, RING_BYTES, false);
    struct tcp_uart second;
    struct device_error error;
    char expected[192];
    tcp_bench_open(bench, RING_BYTES, false);

    int failed = tcp_uart_open(&second, &bench->loop, tcp_uart_address(&bench->tcp), &settings,
                               &error);

    assert_int_equal(failed, UV_EADDRINUSE);
    snprintf(expected, sizeof expected,
             "127.0.0.1:%u is in use; choose another port or 0 to let the system choose",
             (unsigned)tcp_uart_port(&bench->tcp));
    assert_string_equal(error.text, expected);
}

static void what_is_not_an_address_is_refused_by_name(void **state)
{
    struct tcp_bench *bench = *state;
    struct uart_settings settings = tcp_bench_settings(bench, RING_BYTES, false);
    struct device_error error;

    int failed = tcp_uart_open(&bench->tcp, &bench->loop, "localhost", &settings, &error);

    assert_int_equal(failed, UV_EINVAL);
    assert_non_null(strstr(error.text, "\"localhost\""));
}

static void it_says_where_it_listens_and_warns_if_others_can_reach_it(void **state)
{
    struct tcp_bench *bench = *state;
    struct uart_settings settings = tcp_bench_settings(bench, RING_BYTES, false);
    struct device_error error;
    char expected[128];
    tcp_bench_open(bench, RING_BYTES, false);
    snprintf(expected, sizeof expected,
             "2 devices::tcp_uart: listening address=127.0.0.1:%u uart=console\n",
             (unsigned)tcp_uart_port(&bench->tcp));
    assert_string_equal(bench->log, expected);
    tcp_bench_close(bench);

    assert_int_equal(tcp_uart_open(&bench->tcp, &bench->loop, "0.0.0.0:0", &settings, &error), 0);
    bench->is_open = true;

    assert_non_null(strstr(bench->log, "3 devices::tcp_uart: other machines can reach this port"));
}

static void it_listens_on_ipv6_too(void **state)
{
    struct tcp_bench *bench = *state;
    struct uart_settings settings = tcp_bench_settings(bench, RING_BYTES, false);
    struct device_error error;
    struct sockaddr_storage address;
    int failed = tcp_uart_open(&bench->tcp, &bench->loop, "[::1]:0", &settings, &error);
    if (failed == UV_EADDRNOTAVAIL || failed == UV_EAFNOSUPPORT)
        skip(); /* this machine has no IPv6 */
    assert_int_equal(failed, 0);
    bench->is_open = true;

    assert_true(tcp_address_parse(tcp_uart_address(&bench->tcp), &address, &error));
    int peer = socket(AF_INET6, SOCK_STREAM, 0);
    assert_int_equal(connect(peer, (struct sockaddr *)&address, tcp_address_bytes(&address)), 0);

    PUMP_UNTIL(bench, uart_carrier(bench->uart) % 2 == 1);
    close(peer);
}

static void with_nobody_there_output_is_discarded_and_counted(void **state)
{
    struct tcp_bench *bench = *state;
    tcp_bench_open(bench, RING_BYTES, false);

    uart_send(bench->uart, (const uint8_t *)"nobody", 6);

    assert_false(uart_is_sending(bench->uart));
    assert_int_equal(bench->raises, 1);
    assert_int_equal(bench->uart->counters.discarded_bytes, 6);
}

static void with_nobody_there_output_is_held_if_so_configured(void **state)
{
    struct tcp_bench *bench = *state;
    char text[9] = "";
    tcp_bench_open(bench, RING_BYTES, true);

    uart_send(bench->uart, (const uint8_t *)"patience", 8);
    assert_true(uart_is_sending(bench->uart));
    tcp_bench_assert_sleeps(bench);
    int peer = tcp_bench_connect(bench);

    assert_int_equal(tcp_bench_read(bench, peer, text, 8), 8);
    assert_string_equal(text, "patience");
    assert_false(uart_is_sending(bench->uart));
    close(peer);
}

static void one_cycle(struct tcp_bench *bench, unsigned i)
{
    uint8_t line[4];
    int peer = tcp_bench_connect(bench);
    if (i % 2 == 0) {
        assert_int_equal(write(peer, "half", 4), 4);
        PUMP_UNTIL(bench, bench->uart->ring.count == 4);
    }
    if (i % 3 == 0)
        tcp_bench_reset(peer);
    else
        close(peer);
    while (uart_receive(bench->uart, line, sizeof line) > 0)
        ;
}

static void ten_thousand_peers_leave_nothing_behind_and_none_is_refused(void **state)
{
    struct tcp_bench *bench = *state;
    tcp_bench_open(bench, RING_BYTES, false);
    one_cycle(bench, 0);
    PUMP_UNTIL(bench, uart_carrier(bench->uart) == 2);
    unsigned descriptors = tcp_bench_descriptors();
    size_t heap_bytes = mallinfo2().uordblks;

    for (unsigned i = 1; i <= CYCLES; i++)
        one_cycle(bench, i);
    uart_hang_up(bench->uart);
    PUMP_UNTIL(bench, !bench->tcp.peer_is_closing);

    assert_int_equal(bench->uart->counters.connections, CYCLES + 1);
    assert_int_equal(bench->uart->counters.refused_peers, 0);
    assert_int_equal(uart_carrier(bench->uart), 2 * (CYCLES + 1));
    assert_int_equal(tcp_bench_descriptors(), descriptors);
    assert_int_equal(mallinfo2().uordblks, heap_bytes);
}

static unsigned count_in_log(const struct tcp_bench *bench, const char *text)
{
    unsigned count = 0;
    for (const char *at = bench->log; (at = strstr(at, text)) != NULL; at++)
        count++;
    return count;
}

static void out_of_descriptors_is_said_once_and_the_peer_gets_in_later(void **state)
{
    struct tcp_bench *bench = *state;
    struct rlimit before, tight;
    tcp_bench_open(bench, RING_BYTES, false);
    int peer = tcp_bench_dial(bench);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    tight = (struct rlimit){.rlim_cur = (rlim_t)peer, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);

    PUMP_UNTIL(bench, count_in_log(bench, "cannot accept a peer") == 1);
    for (int i = 0; i < 1000; i++)
        tcp_bench_turn(bench);
    assert_in_range(uv_backend_timeout(&bench->loop), 1, 100); /* waits, does not spin */
    uv_run(&bench->loop, UV_RUN_ONCE);                         /* until it tries again */
    for (int i = 0; i < 10; i++)
        tcp_bench_turn(bench);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);

    assert_int_equal(count_in_log(bench, "cannot accept a peer"), 1);
    assert_int_equal(bench->uart->counters.connections, 0);
    while (bench->uart->counters.connections == 0)
        uv_run(&bench->loop, UV_RUN_ONCE);
    close(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_TCP(a_port_in_use_is_refused_with_advice),
        TEST_ON_TCP(what_is_not_an_address_is_refused_by_name),
        TEST_ON_TCP(it_says_where_it_listens_and_warns_if_others_can_reach_it),
        TEST_ON_TCP(it_listens_on_ipv6_too),
        TEST_ON_TCP(with_nobody_there_output_is_discarded_and_counted),
        TEST_ON_TCP(with_nobody_there_output_is_held_if_so_configured),
        TEST_ON_TCP(ten_thousand_peers_leave_nothing_behind_and_none_is_refused),
        TEST_ON_TCP(out_of_descriptors_is_said_once_and_the_peer_gets_in_later),
    };
    return cmocka_run_group_tests_name("tcp_listen", tests, NULL, NULL);
}
