/* tcp_bench.h — a TCP UART on a loop of its own, and peers that are plain sockets, in one thread.
 *
 * Setup makes a fresh loop; teardown closes the UART, asserts that the loop is empty and that as
 * many descriptors are open as before. Nothing sleeps: both ends are pumped until something is so,
 * or the test fails.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef TCP_BENCH_H
#define TCP_BENCH_H

#include "host.h"

#include "devices/tcp_uart.h"

struct tcp_bench {
    uv_loop_t loop;
    struct tcp_uart tcp;
    struct uart *uart; /* &tcp.uart */
    bool is_open;
    unsigned raises;
    unsigned closed;
    unsigned descriptors; /* before */
    char log[16384];      /* what fits of it: "2 devices::tcp_uart: text key=value ...\n" */
    size_t log_bytes;
};

int tcp_bench_setup(void **state);
int tcp_bench_teardown(void **state);

/* Opens the UART on a port the system chooses; asserts that it works. */
void tcp_bench_open(struct tcp_bench *bench, uint32_t ring_bytes, bool holds_output);
struct uart_settings tcp_bench_settings(struct tcp_bench *bench, uint32_t ring_bytes,
                                        bool holds_output);
void tcp_bench_close(struct tcp_bench *bench);

/* A peer's end: connected, non-blocking. */
int tcp_bench_dial(struct tcp_bench *bench);

/* Dials and pumps until the carrier shows it. */
int tcp_bench_connect(struct tcp_bench *bench);

/* Closes a peer's end so that its other side gets a reset. */
void tcp_bench_reset(int fd);

/* Turns the loop once, without waiting. */
void tcp_bench_turn(struct tcp_bench *bench);

/* Turns until nothing has happened for some turns, then asserts that the loop would sleep. */
void tcp_bench_assert_sleeps(struct tcp_bench *bench);

/* Pumps until the peer's end has given `count` bytes, or its end of file (fewer returned). */
size_t tcp_bench_read(struct tcp_bench *bench, int fd, void *bytes, size_t count);

/* Pumps until the peer's end sees that the other side closed: end of file or reset. */
void tcp_bench_assert_closed(struct tcp_bench *bench, int fd);

/* Pumps until the UART has given `count` bytes. */
void tcp_bench_receive(struct tcp_bench *bench, void *bytes, uint32_t count);

unsigned tcp_bench_descriptors(void);

#define TCP_BENCH_TURNS_MAX 2000000u

#define PUMP_UNTIL(bench, condition)                               \
    do {                                                           \
        unsigned turns_ = 0;                                       \
        while (!(condition) && turns_++ < TCP_BENCH_TURNS_MAX)     \
            tcp_bench_turn(bench);                                 \
        if (turns_ > TCP_BENCH_TURNS_MAX)                          \
            fail_msg("never became true: %s", #condition);         \
    } while (0)

#define TEST_ON_TCP(f) cmocka_unit_test_setup_teardown(f, tcp_bench_setup, tcp_bench_teardown)

#endif
