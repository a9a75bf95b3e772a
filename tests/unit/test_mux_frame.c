/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/proto/mux_frame.h"

#include <string.h>

#include "panic.h"
#include "random.h"

#define DATA_MAX 300u
#define ROUNDS 1000000u

static void assert_frame(uint16_t port, const char *data, uint32_t count, const char *wire,
                         uint32_t wire_bytes)
{
    uint8_t out[MN_MUX_FRAME_MAX(DATA_MAX)], memory[DATA_MAX];
    struct mn_mux_decoder decoder;
    struct mn_mux_frame frame;
    uint32_t bytes;
    mn_mux_decoder_init(&decoder, memory, sizeof memory);

    assert_int_equal(mn_mux_frame_encode(out, sizeof out, port, (const uint8_t *)data, count,
                                         &bytes), MN_OK);
    assert_int_equal(mn_mux_frame_decode(&decoder, (const uint8_t *)wire, wire_bytes, &frame),
                     wire_bytes);

    assert_int_equal(bytes, wire_bytes);
    assert_memory_equal(out, wire, bytes);
    assert_int_equal(frame.port, port);
    assert_int_equal(frame.count, count);
    assert_memory_equal(frame.data, data, count);
}

/* Port 0 is 00 00, so two empty blocks (01 01), then the block of `!`: 02 21. Port 1 is 01 00:
 * the block 02 01, then one of 7 bytes, 08. Port 0x0a0b has no zero: one block of 3 bytes. */
static void the_port_goes_first_with_its_low_byte_first(void **state)
{
    (void)state;
    assert_frame(0, "!", 1, "\x01\x01\x02\x21\x00", 5);
    assert_frame(1, "hello\r\n", 7, "\x02\x01\x08\x68\x65\x6c\x6c\x6f\x0d\x0a\x00", 11);
    assert_frame(0x0a0b, "!", 1, "\x04\x0b\x0a\x21\x00", 5);
    assert_frame(3, "\0", 1, "\x02\x03\x01\x01\x00", 5);
}

static void no_data_or_no_room_makes_no_frame(void **state)
{
    (void)state;
    uint8_t out[5];
    uint32_t bytes = 9;

    assert_int_equal(mn_mux_frame_encode(out, 5, 1, (const uint8_t *)"", 0, &bytes),
                     MN_ERR_INVALID);
    assert_int_equal(bytes, 0);
    assert_int_equal(mn_mux_frame_encode(out, 4, 0, (const uint8_t *)"!", 1, &bytes),
                     MN_ERR_FULL);
    assert_int_equal(bytes, 0);
}

/* clang-format off: bytes that belong together stand together */
static void frames_too_short_too_long_and_malformed_are_counted_and_the_good_ones_kept(void **state)
{
    (void)state;
    static const uint8_t stream[] =
        "\x01\x00"              /* nothing at all, */
        "\x01\x01\x00"          /* half a port, */
        "\x02\x07\x01\x00"      /* a port without data */
        "\x01\x01\x02!\x00"     /* good */
        "\x01\x01\x04" "abc\x00" /* good, and the longest */
        "\x01\x01\x05" "abcd\x00" /* too long */
        "\x01\x01\x05" "ab\x00" /* cut off */
        "\x02\x01\x02?";        /* good */
    static const struct {
        uint16_t port;
        const char *data;
    } good[] = {{0, "!"}, {0, "abc"}, {1, "?"}};
    struct mn_mux_decoder decoder;
    uint8_t memory[5];
    uint32_t at = 0;
    mn_mux_decoder_init(&decoder, memory, sizeof memory);

    for (uint32_t i = 0; i < MN_COUNT_OF(good); i++) {
        struct mn_mux_frame frame;
        at += mn_mux_frame_decode(&decoder, stream + at, (uint32_t)sizeof stream - at, &frame);
        assert_non_null(frame.data);
        assert_int_equal(frame.port, good[i].port);
        assert_int_equal(frame.count, strlen(good[i].data));
        assert_memory_equal(frame.data, good[i].data, frame.count);
    }

    assert_int_equal(at, sizeof stream);
    assert_int_equal(decoder.too_short, 3);
    assert_int_equal(decoder.cobs.too_long, 1);
    assert_int_equal(decoder.cobs.malformed, 1);
}

/* clang-format on */

/* Whatever came before it, once a 0x00 has passed. */
static void after_any_garbage_the_next_frame_is_whole_and_the_same(void **state)
{
    (void)state;
    uint64_t seed = 6;
    struct mn_mux_decoder decoder;
    uint8_t memory[DATA_MAX + MN_MUX_HEADER_BYTES], garbage[64], data[DATA_MAX];
    uint8_t wire[MN_MUX_FRAME_MAX(DATA_MAX)];
    mn_mux_decoder_init(&decoder, memory, sizeof memory);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t length = test_random_below(&seed, sizeof garbage);
        uint32_t count = 1 + test_random_below(&seed, round % 16 ? 30 : DATA_MAX);
        uint16_t port = (uint16_t)test_random_bits(&seed, 64);
        struct mn_mux_frame frame;
        uint32_t bytes;
        for (uint32_t i = 0; i < length; i++)
            garbage[i] = (uint8_t)test_random(&seed);
        garbage[length] = 0;
        for (uint32_t i = 0; i < count; i++)
            data[i] = (uint8_t)test_random(&seed);
        assert_int_equal(mn_mux_frame_encode(wire, sizeof wire, port, data, count, &bytes), MN_OK);

        for (uint32_t at = 0; at <= length;)
            at += mn_mux_frame_decode(&decoder, garbage + at, length + 1 - at, &frame);
        assert_int_equal(mn_mux_frame_decode(&decoder, wire, bytes, &frame), bytes);

        assert_int_equal(frame.port, port);
        assert_int_equal(frame.count, count);
        assert_memory_equal(frame.data, data, count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_port_goes_first_with_its_low_byte_first),
        cmocka_unit_test(no_data_or_no_room_makes_no_frame),
        cmocka_unit_test(
            frames_too_short_too_long_and_malformed_are_counted_and_the_good_ones_kept),
        cmocka_unit_test(after_any_garbage_the_next_frame_is_whole_and_the_same),
    };
    return cmocka_run_group_tests_name("mux_frame", tests, NULL, NULL);
}
