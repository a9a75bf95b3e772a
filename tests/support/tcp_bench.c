/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "tcp_bench.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define QUIET_TURNS 50

unsigned tcp_bench_descriptors(void)
{
    unsigned count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count; /* with ".", ".." and the folder itself, always the same three */
}

static void raised(void *context)
{
    ((struct tcp_bench *)context)->raises++;
}

static void append(struct tcp_bench *bench, const char *text)
{
    size_t room = sizeof bench->log - bench->log_bytes;
    int length = snprintf(bench->log + bench->log_bytes, room, "%s", text);
    if (length > 0 && (size_t)length < room)
        bench->log_bytes += (size_t)length;
}

static void write_log(void *context, enum device_level level, const char *target, const char *text,
                      const struct device_fact *facts, uint32_t fact_count)
{
    struct tcp_bench *bench = context;
    char line[256];
    snprintf(line, sizeof line, "%d %s: %s", (int)level, target, text);
    append(bench, line);
    for (uint32_t i = 0; i < fact_count; i++) {
        snprintf(line, sizeof line, " %s=%s", facts[i].key, facts[i].value);
        append(bench, line);
    }
    append(bench, "\n");
}

struct uart_settings tcp_bench_settings(struct tcp_bench *bench, uint32_t ring_bytes,
                                        bool holds_output)
{
    return (struct uart_settings){
        .name = "console",
        .ring_bytes = ring_bytes,
        .holds_output = holds_output,
        .raised = raised,
        .context = bench,
        .log = {.context = bench, .write = write_log},
    };
}

int tcp_bench_setup(void **state)
{
    struct tcp_bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    /* The first loop of a process leaves libuv's own signal pipe behind. */
    assert_int_equal(uv_loop_init(&bench->loop), 0);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    bench->descriptors = tcp_bench_descriptors();
    bench->uart = &bench->tcp.uart;
    assert_int_equal(uv_loop_init(&bench->loop), 0);
    *state = bench;
    return 0;
}

void tcp_bench_open(struct tcp_bench *bench, uint32_t ring_bytes, bool holds_output)
{
    struct uart_settings settings = tcp_bench_settings(bench, ring_bytes, holds_output);
    struct device_error error;
    int failed = tcp_uart_open(&bench->tcp, &bench->loop, "127.0.0.1:0", &settings, &error);
    if (failed != 0)
        fail_msg("%s", error.text);
    bench->is_open = true;
}

static void closed(void *context)
{
    ((struct tcp_bench *)context)->closed++;
}

void tcp_bench_close(struct tcp_bench *bench)
{
    unsigned closed_before = bench->closed;
    tcp_uart_close(&bench->tcp, closed, bench);
    PUMP_UNTIL(bench, bench->closed > closed_before);
    bench->is_open = false;
}

int tcp_bench_teardown(void **state)
{
    struct tcp_bench *bench = *state;
    if (bench->is_open)
        tcp_bench_close(bench);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    assert_int_equal(tcp_bench_descriptors(), bench->descriptors);
    free(bench);
    return 0;
}

int tcp_bench_dial(struct tcp_bench *bench)
{
    struct sockaddr_storage address;
    struct device_error error;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_true(tcp_address_parse(tcp_uart_address(&bench->tcp), &address, &error));
    assert_int_equal(connect(fd, (struct sockaddr *)&address, tcp_address_bytes(&address)), 0);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    return fd;
}

int tcp_bench_connect(struct tcp_bench *bench)
{
    uint64_t connections = bench->uart->counters.connections;
    int fd = tcp_bench_dial(bench);
    PUMP_UNTIL(bench, uart_carrier(bench->uart) % 2 == 1 &&
                          bench->uart->counters.connections > connections);
    return fd;
}

void tcp_bench_reset(int fd)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    close(fd);
}

void tcp_bench_turn(struct tcp_bench *bench)
{
    uv_run(&bench->loop, UV_RUN_NOWAIT);
}

void tcp_bench_assert_sleeps(struct tcp_bench *bench)
{
    struct pollfd backend = {.fd = uv_backend_fd(&bench->loop), .events = POLLIN};
    for (int i = 0; i < QUIET_TURNS; i++)
        tcp_bench_turn(bench);
    assert_true(uv_loop_alive(&bench->loop));
    assert_int_equal(uv_backend_timeout(&bench->loop), -1);
    assert_int_equal(poll(&backend, 1, 0), 0);
}

size_t tcp_bench_read(struct tcp_bench *bench, int fd, void *bytes, size_t count)
{
    size_t got = 0;
    for (unsigned turns = 0; got < count; turns++) {
        ssize_t part = read(fd, (uint8_t *)bytes + got, count - got);
        if (part == 0)
            break;
        if (part > 0)
            got += (size_t)part;
        else
            assert_int_equal(errno, EAGAIN);
        assert_true(turns < TCP_BENCH_TURNS_MAX);
        tcp_bench_turn(bench);
    }
    return got;
}

static bool is_closed(int fd)
{
    uint8_t byte;
    ssize_t got = read(fd, &byte, 1);
    return got == 0 || (got < 0 && errno == ECONNRESET);
}

void tcp_bench_assert_closed(struct tcp_bench *bench, int fd)
{
    PUMP_UNTIL(bench, is_closed(fd));
}

void tcp_bench_receive(struct tcp_bench *bench, void *bytes, uint32_t count)
{
    uint32_t got = 0;
    PUMP_UNTIL(bench, (got += uart_receive(bench->uart, (uint8_t *)bytes + got, count - got)) ==
                          count);
}
