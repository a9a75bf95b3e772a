/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/proto/cobs.h"

#include <string.h>

#include "panic.h"
#include "random.h"

#define DATA_MAX 800u
#define ROUNDS 1000000u

static void assert_encodes(const uint8_t *data, uint32_t count, const uint8_t *frame,
                           uint32_t frame_bytes)
{
    uint8_t out[MN_COBS_FRAME_MAX(DATA_MAX)];
    uint32_t bytes;

    assert_int_equal(mn_cobs_encode(out, sizeof out, data, count, &bytes), MN_OK);

    assert_int_equal(bytes, frame_bytes);
    assert_memory_equal(out, frame, bytes);
}

/* Each block is 1 + its bytes without zeros, then the zero is left out; 00 at the very end. */
static void zeros_become_block_lengths(void **state)
{
    (void)state;
    assert_encodes((const uint8_t *)"", 0, (const uint8_t *)"\x01", 2);
    assert_encodes((const uint8_t *)"\x00", 1, (const uint8_t *)"\x01\x01", 3);
    assert_encodes((const uint8_t *)"\x00\x00", 2, (const uint8_t *)"\x01\x01\x01", 4);
    assert_encodes((const uint8_t *)"\x11\x22\x00\x33", 4,
                   (const uint8_t *)"\x03\x11\x22\x02\x33", 6);
    assert_encodes((const uint8_t *)"\x11\x00", 2, (const uint8_t *)"\x02\x11\x01", 4);
}

/* ff, then 254 bytes; a 255th opens a block of its own: 02 and the byte. */
static void a_full_block_is_followed_by_no_zero_and_by_no_empty_block(void **state)
{
    (void)state;
    uint8_t data[255], frame[259] = {0xff};
    memset(data, 'x', sizeof data);
    memset(frame + 1, 'x', 254);

    assert_encodes(data, 254, frame, 256); /* the frame's last byte is still 0 */

    frame[255] = 0x02;
    frame[256] = 'x';
    assert_encodes(data, 255, frame, 258);

    data[254] = 0; /* a zero behind a full block: an empty block ends with it, one more follows */
    frame[255] = 0x01;
    frame[256] = 0x01;
    assert_encodes(data, 255, frame, 258);
}

static void a_room_too_small_by_one_byte_is_refused_and_never_exceeded(void **state)
{
    (void)state;
    uint8_t data[600], out[MN_COBS_FRAME_MAX(600)];
    uint32_t bytes, refused;
    memset(data, 'x', sizeof data);
    data[300] = data[301] = data[599] = 0;
    assert_int_equal(mn_cobs_encode(out, sizeof out, data, sizeof data, &bytes), MN_OK);

    for (uint32_t room = 0; room < bytes; room++) {
        memset(out, 0xaa, sizeof out);
        assert_int_equal(mn_cobs_encode(out, room, data, sizeof data, &refused), MN_ERR_FULL);
        assert_int_equal(refused, 0);
        assert_int_equal(out[room], 0xaa);
    }

    assert_int_equal(mn_cobs_encode(out, bytes, data, sizeof data, &bytes), MN_OK);
}

/* What a decoder makes of a stream: every frame's length and bytes, one behind the other. */
static uint32_t decode_all(struct mn_cobs_decoder *decoder, const uint8_t *data, uint32_t count,
                           uint8_t *frames)
{
    uint32_t used = 0;
    for (uint32_t at = 0; at < count;) {
        bool is_frame;
        at += mn_cobs_decode(decoder, data + at, count - at, &is_frame);
        if (!is_frame)
            continue;
        frames[used++] = (uint8_t)decoder->count;
        memcpy(frames + used, decoder->frame, decoder->count);
        used += decoder->count;
    }
    return used;
}

/* clang-format off: bytes that belong together stand together */
static void a_frame_too_long_is_dropped_whole_and_the_next_one_is_whole(void **state)
{
    (void)state;
    static const uint8_t stream[] = "\x04" "abc\x00" "\x05" "abcd\x00" "\x04" "def\x00"
                                    "\x04" "ghi\x01\x00" "\x02" "j";
    uint8_t room[3], frames[32];
    struct mn_cobs_decoder decoder;
    mn_cobs_decoder_init(&decoder, room, sizeof room);

    uint32_t used = decode_all(&decoder, stream, sizeof stream, frames);

    assert_int_equal(used, 10);
    assert_memory_equal(frames, "\x03" "abc" "\x03" "def" "\x01" "j", used);
    assert_int_equal(decoder.too_long, 2); /* abcd, and ghi with a zero behind it */
    assert_int_equal(decoder.malformed, 0);
}

static void a_frame_that_ends_within_a_block_is_dropped_and_the_next_one_is_whole(void **state)
{
    (void)state;
    static const uint8_t stream[] = "\x05" "abc\x00" "\x02\x00" "\x02" "a\x00" "\x02" "a\x05\x00"
                                    "\x03" "bc";
    uint8_t room[8], frames[32];
    struct mn_cobs_decoder decoder;
    mn_cobs_decoder_init(&decoder, room, sizeof room);

    uint32_t used = decode_all(&decoder, stream, sizeof stream, frames);

    assert_int_equal(used, 5);
    assert_memory_equal(frames, "\x01" "a" "\x02" "bc", used);
    assert_int_equal(decoder.malformed, 3);
    assert_int_equal(decoder.too_long, 0);
}

/* clang-format on */

static void zeros_between_frames_are_nothing_and_an_empty_frame_is_one(void **state)
{
    (void)state;
    uint8_t room[4], frames[8];
    struct mn_cobs_decoder decoder;
    mn_cobs_decoder_init(&decoder, room, sizeof room);

    uint32_t used = decode_all(&decoder, (const uint8_t *)"\0\0\x01\0\0\x02z\0", 8, frames);

    assert_int_equal(used, 3);
    assert_memory_equal(frames, "\x00\x01z", used);
    assert_int_equal(decoder.malformed, 0);
}

static void a_full_block_may_be_followed_by_an_empty_one(void **state)
{
    (void)state;
    uint8_t frame[257] = {0xff}, room[255];
    struct mn_cobs_decoder decoder;
    bool is_frame;
    memset(frame + 1, 'x', 254);
    frame[255] = 0x01;
    mn_cobs_decoder_init(&decoder, room, sizeof room);

    assert_int_equal(mn_cobs_decode(&decoder, frame, sizeof frame, &is_frame), sizeof frame);

    assert_true(is_frame);
    assert_int_equal(decoder.count, 254);
}

/* Random data of random length, with few zeros, many, or none. */
static uint32_t random_data(uint64_t *seed, uint8_t *data)
{
    uint32_t limit = test_random(seed) % 16 ? 40 : DATA_MAX;
    uint32_t count = test_random_below(seed, limit);
    uint64_t zeros = test_random(seed) % 3;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t random = test_random(seed);
        bool is_zero = zeros && (random >> 8) % (zeros == 1 ? 100 : 2) == 0;
        data[i] = is_zero ? 0 : (uint8_t)(1 + random % 255);
    }
    return count;
}

static void encoding_in_spans_and_decoding_in_spans_gives_the_data_back(void **state)
{
    (void)state;
    uint64_t seed = 4;
    uint8_t room[DATA_MAX], data[DATA_MAX], wire[MN_COBS_FRAME_MAX(DATA_MAX)];
    struct mn_cobs_decoder decoder;
    mn_cobs_decoder_init(&decoder, room, sizeof room);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct mn_cobs_encoder encoder;
        uint32_t count = random_data(&seed, data), bytes, at = 0;
        uint32_t cut = test_random_below(&seed, count + 1);
        bool is_frame = false;

        mn_cobs_begin(&encoder, wire, MN_COBS_FRAME_MAX(count));
        mn_cobs_add(&encoder, data, cut);
        mn_cobs_add(&encoder, data + cut, count - cut);
        assert_int_equal(mn_cobs_end(&encoder, &bytes), MN_OK);
        assert_ptr_equal(memchr(wire, 0, bytes), wire + bytes - 1);
        cut = test_random_below(&seed, bytes);
        at += mn_cobs_decode(&decoder, wire, cut, &is_frame);
        assert_false(is_frame);
        at += mn_cobs_decode(&decoder, wire + at, bytes - at, &is_frame);

        assert_true(is_frame);
        assert_int_equal(at, bytes);
        assert_int_equal(decoder.count, count);
        assert_memory_equal(decoder.frame, data, count);
    }
}

static void both_ways_work_within_one_buffer(void **state)
{
    (void)state;
    uint64_t seed = 5;
    uint8_t data[DATA_MAX], memory[MN_COBS_FRAME_MAX(DATA_MAX)];
    for (uint32_t round = 0; round < 20000; round++) {
        struct mn_cobs_decoder decoder;
        uint32_t count = random_data(&seed, data), bytes;
        uint8_t *tail = memory + MN_COBS_GROWTH(count);
        bool is_frame;
        memcpy(tail, data, count);

        assert_int_equal(mn_cobs_encode(memory, sizeof memory, tail, count, &bytes), MN_OK);
        mn_cobs_decoder_init(&decoder, memory, count);
        assert_int_equal(mn_cobs_decode(&decoder, memory, bytes, &is_frame), bytes);

        assert_true(is_frame);
        assert_int_equal(decoder.count, count);
        assert_memory_equal(memory, data, count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeros_become_block_lengths),
        cmocka_unit_test(a_full_block_is_followed_by_no_zero_and_by_no_empty_block),
        cmocka_unit_test(a_room_too_small_by_one_byte_is_refused_and_never_exceeded),
        cmocka_unit_test(a_frame_too_long_is_dropped_whole_and_the_next_one_is_whole),
        cmocka_unit_test(a_frame_that_ends_within_a_block_is_dropped_and_the_next_one_is_whole),
        cmocka_unit_test(zeros_between_frames_are_nothing_and_an_empty_frame_is_one),
        cmocka_unit_test(a_full_block_may_be_followed_by_an_empty_one),
        cmocka_unit_test(encoding_in_spans_and_decoding_in_spans_gives_the_data_back),
        cmocka_unit_test(both_ways_work_within_one_buffer),
    };
    return cmocka_run_group_tests_name("cobs", tests, NULL, NULL);
}
