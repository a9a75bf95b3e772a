/* SPDX-License-Identifier: MIT OR Apache-2.0 */
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
#include "wire.h"

#define UART_RUNS 15u
#define ROUND_TRIPS 500u
#define MESSAGE_BYTES 32u
#define STREAM_BYTES (8u * 1024u * 1024u)

struct ends {
    int ours, reference; /* sockets: to the machine, to the bare server */
};

/* ---- a client --------------------------------------------------------------------------- */

/* Reads past a greeting: up to the echo of a byte that is in no greeting. */
static void settle(int fd)
{
    char byte = '\0', heard;
    wire_say(fd, &byte, 1);
    do {
        wire_hear(fd, &heard, 1);
    } while (heard != byte);
}

static double round_trip(int fd)
{
    static double each_us[ROUND_TRIPS];
    char message[MESSAGE_BYTES] = "to the machine and back", echo[MESSAGE_BYTES];
    for (unsigned i = 0; i < ROUND_TRIPS; i++) {
        double begin_ns = measure_wall_ns();
        wire_say(fd, message, sizeof message);
        wire_hear(fd, echo, sizeof echo);
        each_us[i] = (measure_wall_ns() - begin_ns) / 1e3;
        if (memcmp(echo, message, sizeof message) != 0)
            abort();
    }
    return measure_median(each_us, ROUND_TRIPS);
}

static ssize_t send_call(int fd, void *bytes, size_t count, int flags)
{
    return send(fd, bytes, count, flags);
}

/* Sends and receives at once, as fast as the other side allows. Returns megabytes per second. */
static double stream(int fd)
{
    static char out[WIRE_PIECE_BYTES], in[WIRE_PIECE_BYTES];
    size_t sent = 0, received = 0;
    double begin_ns = measure_wall_ns();
    while (received < STREAM_BYTES) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        if (sent < STREAM_BYTES)
            wait.events |= POLLOUT;
        if (poll(&wait, 1, 10000) <= 0)
            abort();
        if (wait.revents & POLLOUT)
            sent += wire_move(send_call, fd, out, STREAM_BYTES - sent);
        if (wait.revents & POLLIN)
            received += wire_move(recv, fd, in, STREAM_BYTES - received);
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
    struct ends ends = {.ours = wire_dial(our_port), .reference = wire_dial(reference_port)};
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
