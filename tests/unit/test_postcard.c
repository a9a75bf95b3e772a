/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/proto/postcard.h"

#include <string.h>

#include "panic.h"
#include "random.h"

#define ROUNDS 1000000u

static struct mn_postcard_reader reader_of(const char *bytes, uint32_t count)
{
    struct mn_postcard_reader reader;
    mn_postcard_reader_init(&reader, (const uint8_t *)bytes, count);
    return reader;
}

static void assert_u64(uint64_t value, const char *bytes, uint32_t count)
{
    uint8_t out[MN_POSTCARD_U64_MAX];
    struct mn_postcard_writer writer;
    struct mn_postcard_reader reader = reader_of(bytes, count);
    mn_postcard_writer_init(&writer, out, sizeof out);

    mn_postcard_write_u64(&writer, value);

    assert_int_equal(writer.count, count);
    assert_memory_equal(out, bytes, count);
    assert_true(mn_postcard_read_u64(&reader) == value);
    assert_int_equal(mn_postcard_read_end(&reader), MN_OK);
}

/* 128 is 1 0000000: the low 7 bits first, with 80 since more follows, then 1. 2^64 - 1 is nine
 * times 7 bits and one bit more. */
static void unsigned_numbers_go_seven_bits_at_a_time(void **state)
{
    (void)state;
    assert_u64(0, "\x00", 1);
    assert_u64(127, "\x7f", 1);
    assert_u64(128, "\x80\x01", 2);
    assert_u64(16383, "\xff\x7f", 2);
    assert_u64(16384, "\x80\x80\x01", 3);
    assert_u64(65535, "\xff\xff\x03", 3);
    assert_u64(UINT32_MAX, "\xff\xff\xff\xff\x0f", 5);
    assert_u64(UINT64_MAX, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10);
}

static void assert_i64(int64_t value, const char *bytes, uint32_t count)
{
    uint8_t out[MN_POSTCARD_U64_MAX];
    struct mn_postcard_writer writer;
    struct mn_postcard_reader reader = reader_of(bytes, count);
    mn_postcard_writer_init(&writer, out, sizeof out);

    mn_postcard_write_i64(&writer, value);

    assert_int_equal(writer.count, count);
    assert_memory_equal(out, bytes, count);
    assert_true(mn_postcard_read_i64(&reader) == value);
    assert_int_equal(mn_postcard_read_end(&reader), MN_OK);
}

/* n is 2n, and -n is 2n - 1. */
static void signed_numbers_zig_zag(void **state)
{
    (void)state;
    assert_i64(0, "\x00", 1);
    assert_i64(-1, "\x01", 1);
    assert_i64(1, "\x02", 1);
    assert_i64(63, "\x7e", 1);
    assert_i64(-64, "\x7f", 1);
    assert_i64(64, "\x80\x01", 2);
    assert_i64(-65, "\x81\x01", 2);
    assert_i64(-32768, "\xff\xff\x03", 3);
    assert_i64(INT64_MAX, "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10);
    assert_i64(INT64_MIN, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10);
}

/* A u16 takes 3 bytes at most, of which the last may be 3. */
static void a_varint_may_be_longer_than_it_must_but_not_than_its_type(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        uint32_t count;
        enum mn_err err;
        uint16_t value;
    } cases[] = {
        {"\x80\x00", 2, MN_OK, 0},
        {"\x80\x80\x00", 3, MN_OK, 0},
        {"\xff\xff\x03", 3, MN_OK, 65535},
        {"\x80\x80\x80\x00", 4, MN_ERR_INVALID, 0},
        {"\xff\xff\x83\x00", 4, MN_ERR_INVALID, 0},
        {"\xff\xff\x07", 3, MN_ERR_INVALID, 0},
        {"\xff\xff", 2, MN_ERR_EMPTY, 0},
        {"", 0, MN_ERR_EMPTY, 0},
    };

    for (uint32_t i = 0; i < MN_COUNT_OF(cases); i++) {
        struct mn_postcard_reader reader = reader_of(cases[i].bytes, cases[i].count);
        assert_int_equal(mn_postcard_read_u16(&reader), cases[i].value);
        assert_int_equal(mn_postcard_read_end(&reader), cases[i].err);
    }
}

static void the_last_byte_of_wider_numbers_has_its_limit_too(void **state)
{
    (void)state;
    struct mn_postcard_reader u32 = reader_of("\xff\xff\xff\xff\x10", 5);
    struct mn_postcard_reader u64 = reader_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10);
    struct mn_postcard_reader i64 = reader_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00", 11);

    assert_int_equal(mn_postcard_read_u32(&u32), 0);
    assert_true(mn_postcard_read_u64(&u64) == 0);
    assert_true(mn_postcard_read_i64(&i64) == 0);

    assert_int_equal(u32.err, MN_ERR_INVALID);
    assert_int_equal(u64.err, MN_ERR_INVALID);
    assert_int_equal(i64.err, MN_ERR_INVALID);
}

/* clang-format off: bytes that belong together stand together */
/* -32.005859375 is c0 40 00 c0 00 00 00 00 as an IEEE number. */
static void all_other_values_look_as_described(void **state)
{
    (void)state;
    static const char golden[] = "\xff" "\x01" "\x00" "\x00\x00\x00\x00\xc0\x00\x40\xc0"
                                 "\x03" "abc" "\x00" "\x02" "\x01" "\x00" "\xac\x02";
    uint8_t out[64];
    double number = -32.005859375;
    struct mn_postcard_writer writer;
    mn_postcard_writer_init(&writer, out, sizeof out);

    mn_postcard_write_u8(&writer, 255);
    mn_postcard_write_bool(&writer, true);
    mn_postcard_write_bool(&writer, false);
    mn_postcard_write_f64(&writer, &number);
    mn_postcard_write_str(&writer, mn_str_of("abc"));
    mn_postcard_write_str(&writer, mn_str_of(NULL));
    mn_postcard_write_length(&writer, 2);
    mn_postcard_write_option(&writer, true);
    mn_postcard_write_option(&writer, false);
    mn_postcard_write_variant(&writer, 300);

    assert_int_equal(writer.err, MN_OK);
    assert_int_equal(writer.count, sizeof golden - 1);
    assert_memory_equal(out, golden, writer.count);
}

static void every_value_reads_back(void **state)
{
    (void)state;
    struct mn_postcard_reader reader =
        reader_of("\xff" "\x01" "\x00" "\x00\x00\x00\x00\xc0\x00\x40\xc0"
                  "\x03" "abc" "\x02" "\x01" "\x00" "\xac\x02", 20);
    double number;

    assert_int_equal(mn_postcard_read_u8(&reader), 255);
    assert_true(mn_postcard_read_bool(&reader));
    assert_false(mn_postcard_read_bool(&reader));
    mn_postcard_read_f64(&reader, &number);
    assert_true(number == -32.005859375);
    struct mn_str str = mn_postcard_read_str(&reader);
    assert_int_equal(str.count, 3);
    assert_memory_equal(str.bytes, "abc", 3);
    assert_int_equal(mn_postcard_read_length(&reader, 1), 2);
    assert_true(mn_postcard_read_option(&reader));
    assert_false(mn_postcard_read_option(&reader));
    assert_int_equal(mn_postcard_read_variant(&reader, 301), 300);

    assert_int_equal(mn_postcard_read_end(&reader), MN_OK);
}

static void what_a_type_does_not_allow_is_refused(void **state)
{
    (void)state;
    struct mn_postcard_reader boolean = reader_of("\x02", 1);
    struct mn_postcard_reader variant = reader_of("\x03", 1);
    struct mn_postcard_reader text = reader_of("\x02\xc3(", 3);
    struct mn_postcard_reader cut = reader_of("\x04" "abc", 4);
    struct mn_postcard_reader many = reader_of("\x02" "abc", 4);
    struct mn_postcard_reader huge = reader_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10);

    assert_false(mn_postcard_read_bool(&boolean));
    assert_int_equal(mn_postcard_read_variant(&variant, 3), 0);
    assert_int_equal(mn_postcard_read_str(&text).count, 0);
    assert_int_equal(mn_postcard_read_str(&cut).count, 0);
    assert_int_equal(mn_postcard_read_length(&many, 2), 0);
    assert_int_equal(mn_postcard_read_length(&huge, UINT32_MAX), 0);

    assert_int_equal(boolean.err, MN_ERR_INVALID);
    assert_int_equal(variant.err, MN_ERR_INVALID);
    assert_int_equal(text.err, MN_ERR_INVALID);
    assert_int_equal(cut.err, MN_ERR_EMPTY);
    assert_int_equal(many.err, MN_ERR_EMPTY);
    assert_int_equal(huge.err, MN_ERR_EMPTY);
}

/* clang-format on */

static void the_first_error_stays_and_nothing_happens_after_it(void **state)
{
    (void)state;
    uint8_t out[3] = {0, 0, 0xaa};
    struct mn_postcard_writer writer;
    struct mn_postcard_reader reader = reader_of("\x02\x01\x05", 3);
    mn_postcard_writer_init(&writer, out, 2);

    mn_postcard_write_str(&writer, mn_str_of("ab")); /* 3 bytes with its length */
    mn_postcard_write_u8(&writer, 1);
    mn_postcard_read_bool(&reader);
    assert_int_equal(mn_postcard_read_u64(&reader), 0);

    assert_int_equal(writer.err, MN_ERR_FULL);
    assert_int_equal(writer.count, 0);
    assert_int_equal(out[2], 0xaa);
    assert_int_equal(reader.err, MN_ERR_INVALID);
    assert_int_equal(reader.at, 1);
    assert_int_equal(mn_postcard_read_end(&reader), MN_ERR_INVALID);
}

static void bytes_left_over_are_an_error(void **state)
{
    (void)state;
    struct mn_postcard_reader reader = reader_of("\x01\x00", 2);

    mn_postcard_read_bool(&reader);

    assert_int_equal(mn_postcard_read_end(&reader), MN_ERR_INVALID);
}

static void only_proper_utf_8_is_text_and_the_rest_is_written_as_question_marks(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *written;
    } cases[] = {
        {"gr\xc3\xbcn", "gr\xc3\xbcn"},
        {"\xed\x9f\xbf\xee\x80\x80", "\xed\x9f\xbf\xee\x80\x80"}, /* around the surrogates */
        {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},                 /* U+10FFFF */
        {"\xc0\xaf", "??"},             /* overlong */
        {"\xe0\x9f\xbf", "???"},        /* overlong */
        {"\xf0\x8f\xbf\xbf", "????"},   /* overlong */
        {"\xed\xa0\x80", "???"},        /* a surrogate */
        {"\xf4\x90\x80\x80", "????"},   /* above U+10FFFF */
        {"a\xffz", "a?z"},
        {"\xe2\x82", "??"},             /* cut off */
        {"\xe2\x82z", "??z"},
    };

    for (uint32_t i = 0; i < MN_COUNT_OF(cases); i++) {
        uint8_t out[16];
        struct mn_postcard_writer writer;
        struct mn_str text = mn_str_of(cases[i].text);
        mn_postcard_writer_init(&writer, out, sizeof out);

        mn_postcard_write_str(&writer, text);

        assert_int_equal(mn_str_is_utf8(text), strcmp(cases[i].text, cases[i].written) == 0);
        assert_int_equal(writer.count, text.count + 1);
        assert_memory_equal(out + 1, cases[i].written, text.count);
    }
}

static void any_numbers_read_back_as_written(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint8_t out[40];
        uint64_t u64 = test_random_bits(&seed, 64), bits = test_random(&seed), read_bits;
        int64_t i64 = (int64_t)(u64 & 1 ? ~(u64 >> 1) : u64);
        double number, read_number;
        struct mn_postcard_writer writer;
        struct mn_postcard_reader reader;
        memcpy(&number, &bits, sizeof bits);
        mn_postcard_writer_init(&writer, out, sizeof out);

        mn_postcard_write_u64(&writer, u64);
        mn_postcard_write_i64(&writer, i64);
        mn_postcard_write_f64(&writer, &number);
        mn_postcard_write_u64(&writer, (uint32_t)u64);
        mn_postcard_write_u64(&writer, (uint16_t)u64);
        mn_postcard_reader_init(&reader, out, writer.count);

        assert_true(mn_postcard_read_u64(&reader) == u64);
        assert_true(mn_postcard_read_i64(&reader) == i64);
        mn_postcard_read_f64(&reader, &read_number);
        memcpy(&read_bits, &read_number, sizeof bits);
        assert_true(read_bits == bits);
        assert_true(mn_postcard_read_u32(&reader) == (uint32_t)u64);
        assert_true(mn_postcard_read_u16(&reader) == (uint16_t)u64);
        assert_int_equal(mn_postcard_read_end(&reader), MN_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unsigned_numbers_go_seven_bits_at_a_time),
        cmocka_unit_test(signed_numbers_zig_zag),
        cmocka_unit_test(a_varint_may_be_longer_than_it_must_but_not_than_its_type),
        cmocka_unit_test(the_last_byte_of_wider_numbers_has_its_limit_too),
        cmocka_unit_test(all_other_values_look_as_described),
        cmocka_unit_test(every_value_reads_back),
        cmocka_unit_test(what_a_type_does_not_allow_is_refused),
        cmocka_unit_test(the_first_error_stays_and_nothing_happens_after_it),
        cmocka_unit_test(bytes_left_over_are_an_error),
        cmocka_unit_test(only_proper_utf_8_is_text_and_the_rest_is_written_as_question_marks),
        cmocka_unit_test(any_numbers_read_back_as_written),
    };
    return cmocka_run_group_tests_name("postcard", tests, NULL, NULL);
}
