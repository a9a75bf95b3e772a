/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "echo_server.h"
#include "measure.h"
#include "program.h"
#include "rows.h"

#define UART_RUNS 15u
#define ROUND_TRIPS 500u
#define MESSAGE_BYTES 32u
#define PIECE_BYTES 65536u
#define STREAM_BYTES (8u * 1024u * 1024u)

struct ends {
    int ours, reference; /* sockets: to the machine, to the bare server */
};

/* ---- a client --------------------------------------------------------------------------- */

static int dial(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

static void say(int fd, const char *bytes, size_t count)
{
    if (send(fd, bytes, count, 0) != (ssize_t)count) /* small, with nothing under way */
        abort();
}

static void hear(int fd, char *bytes, size_t count)
{
    if (recv(fd, bytes, count, MSG_WAITALL) != (ssize_t)count)
        abort();
}

/* Reads past a greeting: up to the echo of a byte that is in no greeting. */
static void settle(int fd)
{
    char byte = '\0', heard;
    say(fd, &byte, 1);
    do {
        hear(fd, &heard, 1);
    } while (heard != byte);
}

static double round_trip(int fd)
{
    static double each_us[ROUND_TRIPS];
    char message[MESSAGE_BYTES] = "to the machine and back", echo[MESSAGE_BYTES];
    for (unsigned i = 0; i < ROUND_TRIPS; i++) {
        double begin_ns = measure_wall_ns();
        say(fd, message, sizeof message);
        hear(fd, echo, sizeof echo);
        each_us[i] = (measure_wall_ns() - begin_ns) / 1e3;
        if (memcmp(echo, message, sizeof message) != 0)
            abort();
    }
    return measure_median(each_us, ROUND_TRIPS);
}

/* Moves what can be moved without waiting. Returns how many bytes. */
static size_t move(ssize_t (*call)(int fd, void *bytes, size_t count, int flags), int fd,
                   char *bytes, size_t count)
{
    if (count == 0)
        return 0;
    ssize_t moved = call(fd, bytes, count < PIECE_BYTES ? count : PIECE_BYTES, MSG_DONTWAIT);
    if (moved > 0)
        return (size_t)moved;
    if (moved == 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
        abort();
    return 0;
}

static ssize_t send_call(int fd, void *bytes, size_t count, int flags)
{
    return send(fd, bytes, count, flags);
}

/* Sends and receives at once, as fast as the other side allows. Returns megabytes per second. */
static double stream(int fd)
{
    static char out[PIECE_BYTES], in[PIECE_BYTES];
    size_t sent = 0, received = 0;
    double begin_ns = measure_wall_ns();
    while (received < STREAM_BYTES) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        if (sent < STREAM_BYTES)
            wait.events |= POLLOUT;
        if (poll(&wait, 1, 10000) <= 0)
            abort();
        if (wait.revents & POLLOUT)
            sent += move(send_call, fd, out, STREAM_BYTES - sent);
        if (wait.revents & POLLIN)
            received += move(recv, fd, in, STREAM_BYTES - received);
    }
    return STREAM_BYTES * 1e3 / (measure_wall_ns() - begin_ns);
}

static double our_round_trip(void *context)
{
    return round_trip(((struct ends *)context)->ours);
}

static double reference_round_trip(void *context)
{
    return round_trip(((struct ends *)context)->reference);
}

static double our_stream(void *context)
{
    return stream(((struct ends *)context)->ours);
}

static double reference_stream(void *context)
{
    return stream(((struct ends *)context)->reference);
}

/* ---- rows ------------------------------------------------------------------------------- */

static const struct uart_row {
    const char *what, *unit;
    measure_run ours, reference;
    struct limit limit;
} uart_row_list[] = {
    {"round trip of 32 B", "us", our_round_trip, reference_round_trip, {LIMIT_AT_MOST, 1.3}},
    {"stream of 8 MiB, out and back", "MB/s", our_stream, reference_stream, {LIMIT_AT_LEAST, 0.7}},
};

#define ROWS (sizeof uart_row_list / sizeof uart_row_list[0])

static void measure_rows(struct table *table, struct ends *ends)
{
    settle(ends->ours);
    settle(ends->reference);
    for (size_t i = 0; i < ROWS; i++) {
        const struct uart_row *row = &uart_row_list[i];
        struct measured measured = measure_pair(row->ours, row->reference, ends, UART_RUNS);
        table_row(table, &(struct row){
                             .what = row->what,
                             .ours = measured.ours,
                             .unit = row->unit,
                             .reference_name = "bare libuv echo",
                             .reference = measured.reference,
                             .ratio = measured.ratio,
                             .limit = row->limit,
                         });
    }
}

void uart_rows(struct table *table)
{
    struct program program;
    uint16_t our_port = 0, reference_port = 0;
    bool is_booted = program_boot(&program); /* both inherit our processor: the last */
    if (is_booted)
        our_port = program_port(&program);
    pid_t server = echo_server_start(&reference_port);
    measure_pin(false); /* and we leave it to them */
    struct ends ends = {.ours = dial(our_port), .reference = dial(reference_port)};
    if (ends.ours >= 0 && ends.reference >= 0) {
        measure_rows(table, &ends);
    } else {
        for (size_t i = 0; i < ROWS; i++)
            table_absent(table, uart_row_list[i].what, uart_row_list[i].limit, "no connection");
    }
    measure_pin(true);
    close(ends.ours);
    close(ends.reference);
    if (is_booted)
        program_stop(&program);
    if (server > 0) {
        kill(server, SIGKILL);
        waitpid(server, NULL, 0);
    }
}
