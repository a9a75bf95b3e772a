/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"
#include "mn/proto/mux_frame.h"
#include "program.h"
#include "rows.h"
#include "wire.h"

#define MUX_RUNS 9u
#define ROUND_TRIPS 500u
#define MESSAGE_BYTES 32u
#define CHUNK_BYTES 256u
#define STREAM_BYTES (4u * 1024u * 1024u) /* of data */
#define FRAMES (STREAM_BYTES / CHUNK_BYTES)
#define BLOCK_BYTES 4096u
#define BLOCKS 1000u

struct lane { /* one of the two ways to the same machine */
    int fd;
    char *out; /* [out_bytes] what is sent, frames or not */
    size_t out_bytes;
    bool is_mux;
    struct mn_mux_decoder decoder;
    uint8_t memory[1024];
};

struct lanes {
    struct lane mux, bare;
};

/* ---- over the wire ---------------------------------------------------------------------- */

/* Counts the bytes of data in what came. */
static size_t data_in(struct lane *lane, const char *bytes, size_t count)
{
    size_t data = 0, at = 0;
    struct mn_mux_frame frame;
    if (!lane->is_mux)
        return count;
    while (at < count) {
        at += mn_mux_frame_decode(&lane->decoder, (const uint8_t *)bytes + at,
                                  (uint32_t)(count - at), &frame);
        data += frame.count;
    }
    return data;
}

static ssize_t send_call(int fd, void *bytes, size_t count, int flags)
{
    return send(fd, bytes, count, flags);
}

/* Sends and receives at once. Returns megabytes of data per second. */
static double stream(struct lane *lane)
{
    static char in[WIRE_PIECE_BYTES];
    size_t sent = 0, received = 0;
    double begin_ns = measure_wall_ns();
    while (received < STREAM_BYTES) {
        struct pollfd wait = {.fd = lane->fd, .events = POLLIN};
        if (sent < lane->out_bytes)
            wait.events |= POLLOUT;
        if (poll(&wait, 1, 10000) <= 0)
            abort(); /* something was lost */
        if (wait.revents & POLLOUT)
            sent += wire_move(send_call, lane->fd, lane->out + sent, lane->out_bytes - sent);
        if (wait.revents & POLLIN)
            received += data_in(lane, in, wire_move(recv, lane->fd, in, sizeof in));
    }
    return STREAM_BYTES * 1e3 / (measure_wall_ns() - begin_ns);
}

static double round_trip(struct lane *lane)
{
    static double each_us[ROUND_TRIPS];
    char echo[MN_MUX_FRAME_MAX(MESSAGE_BYTES)], message[sizeof echo] = "to the machine and back";
    uint32_t bytes = MESSAGE_BYTES;
    if (lane->is_mux && mn_mux_frame_encode((uint8_t *)message, sizeof message, 0,
                                            (const uint8_t *)"the machine is asked to repeat it",
                                            MESSAGE_BYTES, &bytes) != MN_OK)
        abort();
    for (unsigned i = 0; i < ROUND_TRIPS; i++) {
        double begin_ns = measure_wall_ns();
        wire_say(lane->fd, message, bytes);
        wire_hear(lane->fd, echo, bytes);
        each_us[i] = (measure_wall_ns() - begin_ns) / 1e3;
        if (memcmp(echo, message, bytes) != 0)
            abort();
    }
    return measure_median(each_us, ROUND_TRIPS);
}

static double mux_stream(void *context)
{
    return stream(&((struct lanes *)context)->mux);
}

static double bare_stream(void *context)
{
    return stream(&((struct lanes *)context)->bare);
}

static double mux_round_trip(void *context)
{
    return round_trip(&((struct lanes *)context)->mux);
}

static double bare_round_trip(void *context)
{
    return round_trip(&((struct lanes *)context)->bare);
}

/* ---- COBS ------------------------------------------------------------------------------- */

struct codec {
    uint8_t data[BLOCK_BYTES], copy[BLOCK_BYTES];
    uint8_t encoded[MN_COBS_FRAME_MAX(BLOCK_BYTES)];
    uint32_t encoded_bytes;
};

static double encode(void *context)
{
    struct codec *codec = context;
    double begin_ns = measure_thread_ns();
    for (unsigned i = 0; i < BLOCKS; i++) {
        if (mn_cobs_encode(codec->encoded, sizeof codec->encoded, codec->data, BLOCK_BYTES,
                           &codec->encoded_bytes) != MN_OK)
            abort();
        measure_hide(codec);
    }
    return (measure_thread_ns() - begin_ns) / BLOCKS;
}

static double decode(void *context)
{
    struct codec *codec = context;
    struct mn_cobs_decoder decoder;
    mn_cobs_decoder_init(&decoder, codec->copy, BLOCK_BYTES);
    double begin_ns = measure_thread_ns();
    for (unsigned i = 0; i < BLOCKS; i++) {
        bool is_frame;
        mn_cobs_decode(&decoder, codec->encoded, codec->encoded_bytes, &is_frame);
        if (!is_frame)
            abort();
        measure_hide(codec);
    }
    return (measure_thread_ns() - begin_ns) / BLOCKS;
}

static double copy(void *context)
{
    struct codec *codec = context;
    double begin_ns = measure_thread_ns();
    for (unsigned i = 0; i < BLOCKS; i++) {
        memcpy(codec->copy, codec->data, BLOCK_BYTES);
        measure_hide(codec);
    }
    return (measure_thread_ns() - begin_ns) / BLOCKS;
}

/* ---- rows ------------------------------------------------------------------------------- */

static const struct mux_row {
    const char *what, *unit, *reference_name;
    measure_run ours, reference;
    struct limit limit;
} wire_row_list[] = {
    {"mux: round trip of 32 B", "us", "bare serial port", mux_round_trip, bare_round_trip,
     {LIMIT_NONE, 0}},
    {"mux: stream of 4 MiB, out and back", "MB/s", "bare serial port", mux_stream, bare_stream,
     {LIMIT_AT_LEAST, 0.5}},
}, codec_row_list[] = {
    {"COBS: encode 4 KiB", "ns", "memcpy", encode, copy, {LIMIT_NONE, 0}},
    {"COBS: decode 4 KiB", "ns", "memcpy", decode, copy, {LIMIT_NONE, 0}},
};

static void measure_row(struct table *table, const struct mux_row *row, void *context)
{
    struct measured measured = measure_pair(row->ours, row->reference, context, MUX_RUNS);
    table_row(table, &(struct row){
                         .what = row->what,
                         .ours = measured.ours,
                         .unit = row->unit,
                         .reference_name = row->reference_name,
                         .reference = measured.reference,
                         .ratio = measured.ratio,
                         .limit = row->limit,
                     });
}

static void fill(uint8_t *bytes, size_t count)
{
    uint64_t seed = 4;
    for (size_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)measure_random(&seed);
}

/* The bare lane says the data as they are, the mux in frames. */
static void load(struct lanes *lanes)
{
    struct lane *bare = &lanes->bare, *mux = &lanes->mux;
    bare->out = malloc(STREAM_BYTES);
    mux->out = malloc((size_t)FRAMES * MN_MUX_FRAME_MAX(CHUNK_BYTES));
    if (!bare->out || !mux->out)
        abort();
    fill((uint8_t *)bare->out, STREAM_BYTES);
    bare->out_bytes = STREAM_BYTES;
    for (size_t i = 0; i < FRAMES; i++) {
        uint32_t bytes;
        if (mn_mux_frame_encode((uint8_t *)mux->out + mux->out_bytes, MN_MUX_FRAME_MAX(CHUNK_BYTES),
                                0, (uint8_t *)bare->out + i * CHUNK_BYTES, CHUNK_BYTES,
                                &bytes) != MN_OK)
            abort();
        mux->out_bytes += bytes;
    }
    mux->is_mux = true;
    mn_mux_decoder_init(&mux->decoder, mux->memory, sizeof mux->memory);
}

/* Reads past a greeting: up to the echo of a byte that is in no greeting. */
static void settle(int fd)
{
    char byte = '\0', heard;
    wire_say(fd, &byte, 1);
    do {
        wire_hear(fd, &heard, 1);
    } while (heard != byte);
}

static void measure_wire(struct table *table, const uint16_t ports[2])
{
    static struct lanes lanes;
    lanes.bare.fd = wire_dial(ports[0]);
    lanes.mux.fd = wire_dial(ports[1]);
    load(&lanes);
    settle(lanes.bare.fd);
    for (size_t i = 0; i < sizeof wire_row_list / sizeof wire_row_list[0]; i++)
        measure_row(table, &wire_row_list[i], &lanes);
    close(lanes.bare.fd);
    close(lanes.mux.fd);
    free(lanes.bare.out);
    free(lanes.mux.out);
}

void mux_rows(struct table *table)
{
    static struct codec codec;
    struct program program;
    uint16_t ports[2];
    fill(codec.data, BLOCK_BYTES);
    for (size_t i = 0; i < sizeof codec_row_list / sizeof codec_row_list[0]; i++)
        measure_row(table, &codec_row_list[i], &codec);
    bool is_booted = program_boot_mux(&program); /* it inherits our processor: the last */
    measure_pin(false);
    if (is_booted && program_ports(&program, ports, 2))
        measure_wire(table, ports);
    else
        for (size_t i = 0; i < sizeof wire_row_list / sizeof wire_row_list[0]; i++)
            table_absent(table, wire_row_list[i].what, wire_row_list[i].limit, "no machine");
    measure_pin(true);
    if (is_booted)
        program_stop(&program);
}
