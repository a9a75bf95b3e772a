/* fuzz_crowtty.c — no bytes of a target's may harm the host tool, and after any of them it goes on.
 *
 * The stream of a mux goes through all that reads it: frames, trace messages, tables, and every
 * sink: lines, a Perfetto file, the table of top, decode. The first byte says how to read the rest:
 * as bytes off the wire, or as what decides upon trace messages, spoiled a little. With libFuzzer:
 *
 *     clang -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -DCROWTTY_VERSION='""' -I. \
 *         -Ikernel/include -Ikernel -Itools/crowtty -Itests/support \
 *         tests/fuzz/fuzz{,_panic,_crowtty}.c tests/support/trace_random.c kernel/proto/ *.c \
 *         kernel/text/ *.c host/ *.c (all of tools/crowtty that crowtty_core has) -lcjson
 *
 * With fuzz_main.c instead, as `scripts/dev fuzz` does: fuzz_crowtty KIND SEED COUNT.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "decode.h"
#include "fuzz.h"
#include "mn/proto/mux_frame.h"
#include "random.h"
#include "shown.h"
#include "top_view.h"
#include "trace_random.h"

#define STREAM_BYTES 16384u
#define TEXT_BYTES (1u << 18)

static struct { /* large, and made anew for each input */
    struct decode decode;
    struct perfetto perfetto;
    struct top_model top;
    struct shown shown;
    struct trace_filter filter;
    char text[TEXT_BYTES];
} desk;

static uint8_t stream[STREAM_BYTES];
static uint32_t stream_bytes;

static void add_frame(uint16_t port, const uint8_t *data, uint32_t count)
{
    uint32_t bytes;
    if (mn_mux_frame_encode(stream + stream_bytes, STREAM_BYTES - stream_bytes, port, data, count,
                            &bytes) == MN_OK)
        stream_bytes += bytes;
}

static void add_message(const struct mn_trace_message *message)
{
    uint8_t bytes[TRACE_RANDOM_BYTES_MAX], frame[MN_COBS_FRAME_MAX(TRACE_RANDOM_BYTES_MAX)];
    uint32_t count, frame_bytes;
    if (mn_trace_encode(bytes, sizeof bytes, message, &count) != MN_OK ||
        mn_cobs_encode(frame, sizeof frame, bytes, count, &frame_bytes) != MN_OK)
        return;
    add_frame(3, frame, frame_bytes);
}

/* Places that mean something to the sinks, under ids small enough to be met again. */
static void add_place(uint64_t random)
{
    static const char *const places[][2] = {
        {"poll", "kernel::task"}, {"polled", "kernel::task"}, {"end", "kernel::task"},
        {"wake", "kernel::task"}, {"request", "kernel::message"}, {"take", "kernel::message"},
        {"reply", "kernel::message"}, {"full", "kernel::queue"}, {"task", "kernel::stats"},
        {"service", "kernel::stats"}, {"queue", "kernel::stats"}, {"heap", "kernel::stats"},
        {"clock", "kernel::stats"}, {"\033[2J\n", "kernel"}, {"log", "\xc2\x9b"},
    };
    uint64_t at = random % MN_COUNT_OF(places);
    const struct mn_trace_message message = {
        .kind = MN_TRACE_REGISTER_META,
        .as.meta = {1 + at, {.name = mn_str_of(places[at][0]), .target = mn_str_of(places[at][1]),
                             .level = (enum mn_level)(random >> 8) % 5}},
    };
    add_message(&message);
}

static void add_event(uint64_t *seed)
{
    static const char *const names[] = {"task", "flow", "client", "server", "at_ns", "at_us",
                                        "polls", "spent_ns", "waits_for", "live_bytes"};
    struct mn_trace_field fields[8];
    uint64_t random = test_random(seed);
    uint32_t count = (uint32_t)(random >> 8) % 7;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t one = test_random(seed);
        fields[i] = mn_trace_field_of(
            &MN_FIELD_U64(names[one % MN_COUNT_OF(names)], one >> (one % 64)));
    }
    fields[count++] = mn_trace_field_of(&MN_FIELD_STR("name", random & 64 ? "t\033\xff" : "task"));
    const struct mn_trace_message message = {
        .kind = MN_TRACE_EVENT,
        .as.event = {.parent_id = random >> 60, .fields = {fields, count},
                     .meta_id = 1 + random % 16},
    };
    add_message(&message);
}

static void add_span(uint64_t random)
{
    struct mn_trace_message message = {.kind = (enum mn_trace_kind)(MN_TRACE_NEW_SPAN +
                                                                    random % 5)};
    if (message.kind == MN_TRACE_NEW_SPAN) {
        message.as.new_span.id = 1 + (random >> 8) % 8;
        message.as.new_span.meta_id = 1 + (random >> 12) % 16;
        message.as.new_span.parent_id = (random >> 16) % 8;
    } else {
        message.as.span = 1 + (random >> 8) % 8;
    }
    add_message(&message);
}

static void make_messages(const uint8_t *data, size_t size)
{
    struct trace_random random = {.seed = 0};
    memcpy(&random.seed, data, size < 8 ? size : 8);
    for (uint32_t i = 2 + data[0] / 2 % 16; i > 0; i--) {
        uint64_t one = test_random(&random.seed);
        switch (one % 8) {
        case 0:
            trace_random_make(&random);
            add_message(&random.message);
            break;
        case 1:
        case 2: add_place(one >> 8); break;
        case 3: add_span(one >> 8); break;
        case 4: add_frame((uint16_t)(one >> 8) % 70, data, (uint32_t)size); break;
        default: add_event(&random.seed); break;
        }
    }
    for (uint32_t i = test_random(&random.seed) % 4; i > 0 && stream_bytes > 0; i--) {
        uint64_t one = test_random(&random.seed);
        stream[(one >> 8) % stream_bytes] = (uint8_t)one;
    }
}

static void put_line(void *context, enum top_style style, const char *text)
{
    demand(strlen(text) < TOP_LINE_BYTES && style <= TOP_BAD, "a line of top that is too long");
    fputs(text, context);
}

static bool is_harmless(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if ((*at < 0x20 && *at != '\n') || *at == 0x7f)
            return false;
    }
    return true;
}

static void run(void)
{
    FILE *out = fmemopen(desk.text, TEXT_BYTES, "w");
    char *json = NULL;
    size_t json_bytes = 0;
    FILE *book = open_memstream(&json, &json_bytes);
    demand(out && book, "no memory");
    memset(desk.text, 0, 1);
    decode_init(&desk.decode, out, DECODE_ALL_PORTS, &desk.filter, false);
    perfetto_init(&desk.perfetto, book, "fuzz");
    top_model_init(&desk.top, TOP_BY_SHARE);
    shown_init(&desk.shown, out, UINT64_MAX, false);
    trace_session_add(&desk.decode.session, &desk.perfetto.sink);
    trace_session_add(&desk.decode.session, &desk.top.sink);
    for (uint32_t at = 0, piece = 1; at < stream_bytes; piece = piece * 3 % 257 + 1) {
        uint32_t count = stream_bytes - at < piece ? stream_bytes - at : piece;
        decode_take(&desk.decode, stream + at, count);
        shown_take(&desk.shown, stream[at] % 70, stream + at, count);
        at += count;
    }
    top_view_put(&desk.top, "fuzz", &(struct top_page){out, put_line});
    shown_flush(&desk.shown);
    decode_finish(&desk.decode);
    demand(perfetto_finish(&desk.perfetto), "a Perfetto file that is not written");
    fclose(out);
    fclose(book);
    cJSON *events = cJSON_ParseWithOpts(json, NULL, 1);
    demand(events != NULL, "a Perfetto file that is no JSON");
    demand(is_harmless(desk.text), "something printed that could harm a terminal");
    cJSON_Delete(events);
    free(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char error[256];
    if (size == 0 || size > STREAM_BYTES / 4)
        return 0;
    if (desk.filter.count == 0)
        demand(trace_print_filter(&desk.filter, "trace,kernel::stats=trace", error, sizeof error),
               "a good filter is refused");
    stream_bytes = 0;
    if (data[0] & 1) {
        make_messages(data, size);
    } else {
        memcpy(stream, data + 1, size - 1);
        stream_bytes = (uint32_t)size - 1;
    }
    run();
    return 0;
}
