/* fuzz_proto.c — no bytes may harm a decoder, and after any of them a good frame gets through.
 *
 * The first byte says how to read the rest: as bytes off the wire, or as what decides upon trace
 * messages and how they are spoiled. With libFuzzer:
 *
 *     clang -fsanitize=fuzzer,address,undefined -Ikernel/include -Ikernel -Itests/support \
 *         tests/fuzz/fuzz{,_panic,_proto}.c tests/support/trace_random.c \
 *         kernel/{proto,text}/ *.c
 *
 * With fuzz_main.c instead, as `scripts/dev fuzz` does: fuzz_proto KIND SEED COUNT.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "mn/proto/mux_frame.h"
#include "random.h"
#include "trace_random.h"

#define STREAM_BYTES 4096u
#define FIELDS_MAX 64u
#define NAMES_MAX 64u

struct decoded { /* a trace message and the room for its parts */
    struct mn_trace_message message;
    struct mn_trace_field fields[FIELDS_MAX];
    struct mn_str names[NAMES_MAX];
};

static enum mn_err decode(struct decoded *decoded, const uint8_t *data, uint32_t count)
{
    const struct mn_trace_room room = {decoded->fields, FIELDS_MAX, decoded->names, NAMES_MAX};
    return mn_trace_decode(&decoded->message, &room, data, count);
}

/* What was taken for a message is one: written again, no longer than before, it reads the same. */
static void check_message(const uint8_t *data, uint32_t count)
{
    static struct decoded first, again;
    static uint8_t out[STREAM_BYTES];
    uint32_t bytes;
    uint8_t *copy = fuzz_alone(data, count);
    if (decode(&first, copy, count) == MN_OK) {
        demand(mn_trace_encode(out, count, &first.message, &bytes) == MN_OK,
               "a message that was read cannot be written");
        demand(decode(&again, out, bytes) == MN_OK && trace_same(&first.message, &again.message),
               "a message written again reads otherwise");
    }
    free(copy);
}

static void check_request(const uint8_t *data, uint32_t count)
{
    struct mn_trace_request first, again;
    uint8_t out[MN_TRACE_REQUEST_MAX];
    uint32_t bytes;
    uint8_t *copy = fuzz_alone(data, count);
    if (mn_trace_request_decode(&first, copy, count) == MN_OK) {
        demand(mn_trace_request_encode(out, sizeof out, &first, &bytes) == MN_OK &&
                   mn_trace_request_decode(&again, out, bytes) == MN_OK &&
                   first.level == again.level,
               "a request written again reads otherwise");
    }
    free(copy);
}

/* Every kind of value, in an order that the bytes themselves decide. */
static void check_values(const uint8_t *data, uint32_t count)
{
    struct mn_postcard_reader reader;
    uint8_t *copy = fuzz_alone(data, count);
    double number;
    mn_postcard_reader_init(&reader, copy, count);
    for (uint32_t i = 0; i < count && reader.err == MN_OK; i++) {
        struct mn_str str = {0};
        uint32_t before = reader.at;
        switch (data[count - 1 - i] % 8) {
        case 0: mn_postcard_read_u8(&reader); break;
        case 1: mn_postcard_read_u16(&reader); break;
        case 2: mn_postcard_read_u32(&reader); break;
        case 3: mn_postcard_read_u64(&reader); break;
        case 4: mn_postcard_read_i64(&reader); break;
        case 5: mn_postcard_read_f64(&reader, &number); break;
        case 6: str = mn_postcard_read_str(&reader); break;
        default: mn_postcard_read_length(&reader, 1 + data[i]); break;
        }
        demand(mn_str_is_utf8(str), "a string read is no text");
        demand(reader.at <= count, "read beyond the end");
        demand(reader.err != MN_OK || reader.at > before, "a value of no bytes");
    }
    free(copy);
}

/* Takes the stream in pieces of changing length, then a 0x00 and a good frame. */
static void check_stream(const uint8_t *stream, uint32_t count, uint32_t room)
{
    uint8_t *memory = malloc(room);
    struct mn_cobs_decoder decoder;
    bool is_frame = false;
    demand(memory != NULL, "no memory");
    mn_cobs_decoder_init(&decoder, memory, room);
    for (uint32_t at = 0, piece = 1; at < count; piece = piece % 37 + 1) {
        uint32_t left = count - at < piece ? count - at : piece;
        uint32_t taken = mn_cobs_decode(&decoder, stream + at, left, &is_frame);
        demand(taken == left || (is_frame && taken > 0 && taken < left), "bytes left lying");
        at += taken;
        if (!is_frame)
            continue;
        demand(decoder.count <= room, "a frame longer than its room");
        check_message(decoder.frame, decoder.count);
        check_request(decoder.frame, decoder.count);
    }
    mn_cobs_decode(&decoder, (const uint8_t *)"", 1, &is_frame);
    mn_cobs_decode(&decoder, (const uint8_t *)"\x03ok\x01", 5, &is_frame);
    demand(is_frame && decoder.count == 3 && memcmp(memory, "ok", 3) == 0,
           "a good frame is lost behind garbage");
    free(memory);
}

static void check_mux(const uint8_t *stream, uint32_t count, uint32_t frame_max)
{
    static const uint8_t good[] = {0x01, 0x01, 0x02, 0x21, 0x00};
    uint8_t *memory = malloc(frame_max);
    struct mn_mux_decoder decoder;
    struct mn_mux_frame frame;
    demand(memory != NULL, "no memory");
    mn_mux_decoder_init(&decoder, memory, frame_max);
    for (uint32_t at = 0; at < count;) {
        at += mn_mux_frame_decode(&decoder, stream + at, count - at, &frame);
        demand(frame.data || at == count, "bytes left lying");
        demand(!frame.data || (frame.count > 0 && frame.count <= frame_max - MN_MUX_HEADER_BYTES),
               "a frame longer than its room");
    }
    mn_mux_frame_decode(&decoder, (const uint8_t *)"", 1, &frame);
    mn_mux_frame_decode(&decoder, good, sizeof good, &frame);
    demand(frame.data && frame.port == 0 && frame.count == 1 && frame.data[0] == '!',
           "a good frame is lost behind garbage");
    free(memory);
}

static void check_all(const uint8_t *stream, uint32_t count)
{
    uint32_t room = 3 + (count ? stream[count / 2] : 0); /* any, so that some frames are too long */
    check_message(stream, count);
    check_request(stream, count);
    check_values(stream, count);
    check_stream(stream, count, room);
    check_mux(stream, count, room);
}

static void spoil(uint8_t *bytes, uint32_t count, uint64_t *seed)
{
    for (uint32_t i = test_random(seed) % 4; i > 0 && count > 0; i--) {
        uint64_t random = test_random(seed);
        uint8_t *byte = &bytes[(random >> 8) % count];
        *byte = random & 1 ? (uint8_t)(*byte ^ 1 << (random >> 1) % 8) : (uint8_t)(random >> 40);
    }
}

static void check_inverse(const struct mn_trace_message *message, const uint8_t *bytes,
                          uint32_t count)
{
    static struct decoded decoded;
    demand(decode(&decoded, bytes, count) == MN_OK && trace_same(message, &decoded.message),
           "a message that was written reads otherwise");
}

/* A few messages in frames, some spoiled before they were framed and some after. */
static void run_messages(const uint8_t *data, size_t size)
{
    static uint8_t message[TRACE_RANDOM_BYTES_MAX], stream[STREAM_BYTES];
    struct trace_random random = {.seed = 0};
    uint32_t count, used = 0, bytes;
    memcpy(&random.seed, data, size < 8 ? size : 8);
    for (uint32_t i = 1 + data[0] / 2 % 3; i > 0; i--) {
        trace_random_make(&random);
        demand(mn_trace_encode(message, sizeof message, &random.message, &count) == MN_OK,
               "a good message is refused");
        check_inverse(&random.message, message, count);
        spoil(message, count, &random.seed);
        check_message(message, count);
        demand(mn_cobs_encode(stream + used, sizeof stream - used, message, count, &bytes) == MN_OK,
               "a good frame is refused");
        used += bytes;
    }
    spoil(stream, used, &random.seed);
    check_all(stream, used);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > STREAM_BYTES)
        return 0;
    if (data[0] & 1)
        run_messages(data, size);
    else
        check_all(data + 1, (uint32_t)size - 1);
    return 0;
}
