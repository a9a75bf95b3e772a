/* mux_fixture.h — a serial mux on a fake wire, its clients on this side and a host on the other.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MUX_FIXTURE_H
#define MUX_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "fake_uart.h"
#include "mn/svc/serial_mux.h"
#include "probe.h"

#define MUX_LINE 4
#define HOST_FRAMES 512u
#define HOST_BYTES 8192u

struct host_frame {
    uint16_t port;
    uint32_t at, count; /* in host.bytes */
};

struct host { /* what it was told since it last forgot */
    struct mn_mux_decoder decoder;
    uint8_t memory[512];
    struct host_frame frames[HOST_FRAMES];
    uint32_t frame_count;
    uint8_t bytes[HOST_BYTES];
    uint32_t byte_count;
};

struct mux_scene {
    struct bench *bench;
    struct fake_uart uart;
    struct mn_task driver_task, mux_task;
    struct mn_serial_driver driver;
    struct mn_serial_mux mux;
    struct host host;
    struct mn_log_sink sink;
    uint32_t warnings;
    char warning[80]; /* the latest */
};

struct mux_user { /* a client worked by hand */
    struct mn_mux_client client;
    struct mn_mux_open open;
    struct runner runner;
};

static inline void mux_warned(struct mn_log_sink *sink, const struct mn_log_record *record)
{
    struct mux_scene *scene = sink->context;
    scene->warnings++;
    strncpy(scene->warning, record->site->text, sizeof scene->warning - 1);
}

static inline void mux_start_with(struct mux_scene *scene, struct bench *bench,
                                  const struct mn_serial_settings *serial,
                                  const struct mn_mux_settings *settings)
{
    struct mn_kernel *kernel = &bench->kernel;
    scene->bench = bench;
    scene->sink = (struct mn_log_sink){
        .level = MN_LEVEL_WARN, .context = scene, .event = mux_warned};
    mn_log_add_sink(&kernel->log, &scene->sink);
    mn_mux_decoder_init(&scene->host.decoder, scene->host.memory, sizeof scene->host.memory);
    fake_uart_init(&scene->uart, bench, MUX_LINE);
    scene->uart.is_hasty = true;
    mn_spawn(kernel, &scene->driver_task, "driver",
             mn_serial_serve(&scene->driver, kernel, &scene->uart.hal, serial));
    mn_spawn(kernel, &scene->mux_task, "mux", mn_mux_serve(&scene->mux, kernel, settings));
    bench_settle(bench);
}

/* Four ports, frames of 64 bytes, wire queues of 256. */
static inline void mux_start(struct mux_scene *scene, struct bench *bench)
{
    static const struct mn_serial_settings serial = {.incoming_bytes = 256, .outgoing_bytes = 256};
    static const struct mn_mux_settings settings = {.ports_max = 4, .frame_max = 64};
    mux_start_with(scene, bench, &serial, &settings);
}

/* The opening ends with `err`; with a mux at work it does so at once. */
static inline void mux_open(struct mux_scene *scene, struct mux_user *user, uint16_t port,
                            uint32_t in_bytes, uint32_t out_bytes, enum mn_err err)
{
    struct mn_kernel *kernel = &scene->bench->kernel;
    runner_spawn(&user->runner, kernel, "user", NULL,
                 mn_mux_open(&user->open, &kernel->registry, port, in_bytes, out_bytes,
                             &user->client));
    bench_settle(scene->bench);
    assert_true(user->runner.returned);
    assert_int_equal(user->runner.err, err);
}

/* What the user reads at once, as text. */
static inline const char *user_reads(struct mux_user *user)
{
    static char text[4096];
    uint32_t count = mn_bbq_read_bytes_now(user->client.port.in, text, sizeof text - 1);
    text[count] = '\0';
    return text;
}

static inline void user_writes(struct mux_user *user, const char *text)
{
    uint32_t count = (uint32_t)strlen(text);
    assert_int_equal(mn_bbq_write_now(user->client.port.out, text, count), count);
}

static inline void host_sends(struct mux_scene *scene, uint16_t port, const void *data,
                              uint32_t count)
{
    uint8_t frame[MN_MUX_FRAME_MAX(1024)];
    uint32_t frame_bytes;
    assert_int_equal(mn_mux_frame_encode(frame, sizeof frame, port, data, count, &frame_bytes),
                     MN_OK);
    fake_uart_hear_bytes(&scene->uart, frame, frame_bytes);
}

static inline void host_says(struct mux_scene *scene, uint16_t port, const char *text)
{
    host_sends(scene, port, text, (uint32_t)strlen(text));
    fake_uart_settle(&scene->uart);
}

/* Decodes what has come over the wire; none of it may be garbage. */
static inline void host_hears(struct mux_scene *scene)
{
    struct host *host = &scene->host;
    const uint8_t *said = (const uint8_t *)scene->uart.said;
    struct mn_mux_frame frame;
    for (uint32_t at = 0; at < scene->uart.said_count;) {
        at += mn_mux_frame_decode(&host->decoder, said + at, scene->uart.said_count - at, &frame);
        if (!frame.data)
            continue;
        assert_true(host->frame_count < HOST_FRAMES);
        assert_true(host->byte_count + frame.count <= HOST_BYTES);
        host->frames[host->frame_count++] =
            (struct host_frame){frame.port, host->byte_count, frame.count};
        memcpy(host->bytes + host->byte_count, frame.data, frame.count);
        host->byte_count += frame.count;
    }
    scene->uart.said_count = 0;
    assert_int_equal(host->decoder.cobs.malformed, 0);
    assert_int_equal(host->decoder.cobs.too_long, 0);
    assert_int_equal(host->decoder.too_short, 0);
}

/* All that one port said to the host, as text; the host forgets nothing. */
static inline const char *host_heard(struct mux_scene *scene, uint16_t port)
{
    static char text[HOST_BYTES + 1];
    struct host *host = &scene->host;
    uint32_t count = 0;
    fake_uart_settle(&scene->uart);
    host_hears(scene);
    for (uint32_t i = 0; i < host->frame_count; i++) {
        const struct host_frame *frame = &host->frames[i];
        if (frame->port != port)
            continue;
        memcpy(text + count, host->bytes + frame->at, frame->count);
        count += frame->count;
    }
    text[count] = '\0';
    return text;
}

static inline void host_forgets(struct mux_scene *scene)
{
    scene->host.frame_count = scene->host.byte_count = 0;
}

/* Ends everything, so that nothing refers to the test's locals any more. */
static inline void mux_stop(struct mux_scene *scene)
{
    bench_cancel_all(scene->bench);
    mn_log_remove_sink(&scene->bench->kernel.log, &scene->sink);
}

#endif
