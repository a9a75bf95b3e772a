/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/utf8.h"

#include "gfx_model.h"
#include "mn/str.h"
#include "panic.h"
#include "random.h"

#define TEXT_BYTES 12u
#define ROUNDS 100000u

/* ---- text as a whole ------------------------------------------------------------------- */

/* Each character that there is, and bytes at random: read as the model reads them, to the end. */
static void utf8_reads_every_scalar_and_trusts_no_byte(void **state)
{
    uint64_t seed = 5;
    (void)state;
    for (uint32_t round = 0; round < 300000; round++) {
        char text[6];
        uint32_t count = 1 + (uint32_t)test_random(&seed) % sizeof text;
        for (uint32_t i = 0; i < count; i++) { /* two bytes in three are of longer characters */
            uint64_t random = test_random(&seed);
            text[i] = (char)(random % 3 ? 0x80 | random >> 8 : random >> 8);
        }
        for (uint32_t at = 0, length; at < count;) {
            uint32_t before = at;
            uint32_t expected = gfx_model_utf8(text + at, count - at, &length);
            assert_int_equal(mn_utf8_next(text, count, &at), expected);
            assert_int_equal(at - before, length);
        }
    }
    for (uint32_t scalar = 0; scalar <= 0x10ffff; scalar++) {
        char text[4] = {(char)(0xf0 | scalar >> 18), (char)(0x80 | (scalar >> 12 & 0x3f)),
                        (char)(0x80 | (scalar >> 6 & 0x3f)), (char)(0x80 | (scalar & 0x3f))};
        uint32_t at = scalar >= 0x10000 ? 0 : scalar >= 0x800 ? 1 : scalar >= 0x80 ? 2 : 3;
        bool is_surrogate = scalar >= 0xd800 && scalar <= 0xdfff;
        text[at] = (char)(at == 1 ? 0xe0 | scalar >> 12 : at == 2 ? 0xc0 | scalar >> 6
                                                      : at == 3 ? scalar : (uint8_t)text[0]);
        assert_int_equal(mn_utf8_next(text, 4, &at), is_surrogate ? MN_UTF8_BAD : scalar);
    }
    uint32_t at = 3;
    assert_panics("*at < count", mn_utf8_next("abc", 3, &at));
}

/* ---- byte by byte ----------------------------------------------------------------------- */

/* What the bytes give, each character as itself, what is none as MN_UTF8_BAD. */
static uint32_t read_bytes(const uint8_t *bytes, uint32_t count, uint32_t *scalars)
{
    struct mn_utf8_reader reader = {0};
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (mn_utf8_breaks_off(&reader, bytes[i]))
            scalars[found++] = MN_UTF8_BAD;
        uint32_t scalar = mn_utf8_take(&reader, bytes[i]);
        if (scalar != MN_UTF8_MORE)
            scalars[found++] = scalar == MN_UTF8_NONE ? MN_UTF8_BAD : scalar;
    }
    return found;
}

static void every_scalar_comes_with_its_last_byte(void **state)
{
    (void)state;
    for (uint32_t scalar = 0; scalar <= 0x10ffff; scalar++) {
        struct mn_utf8_reader reader = {0};
        uint8_t bytes[MN_UTF8_BYTES];
        uint32_t count = mn_utf8_write(scalar, bytes);
        bool is_surrogate = scalar >= 0xd800 && scalar <= 0xdfff;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t expected = i + 1 < count  ? MN_UTF8_MORE
                                : is_surrogate ? MN_UTF8_NONE
                                               : scalar;
            assert_false(mn_utf8_breaks_off(&reader, bytes[i]));
            assert_int_equal(mn_utf8_take(&reader, bytes[i]), expected);
        }
    }
}

struct malformed {
    const char *bytes;
    uint32_t scalars[4];
    uint32_t count;
};

static void what_is_malformed_is_one_each_and_what_follows_is_read(void **state)
{
    static const struct malformed cases[] = {
        {"\x80z", {MN_UTF8_BAD, 'z'}, 2},                         /* nothing began */
        {"\xc1\xbfz", {MN_UTF8_BAD, MN_UTF8_BAD, 'z'}, 3},        /* nothing begins so */
        {"\xf5z", {MN_UTF8_BAD, 'z'}, 2},
        {"\xe0\x80\x80z", {MN_UTF8_BAD, 'z'}, 2},                 /* overlong */
        {"\xf4\x90\x80\x80z", {MN_UTF8_BAD, 'z'}, 2},             /* too great */
        {"\xc3z", {MN_UTF8_BAD, 'z'}, 2},                         /* broken off */
        {"\xf0\x9f\x98\xc3\xa9z", {MN_UTF8_BAD, 0xe9, 'z'}, 3},
        {"\xe2\x82\xe2\x82\xac", {MN_UTF8_BAD, 0x20ac}, 2},
        {"\xc3", {0}, 0},                                         /* and may still go on */
    };
    (void)state;
    for (uint32_t i = 0; i < MN_COUNT_OF(cases); i++) {
        uint32_t scalars[2 * TEXT_BYTES];
        uint32_t count = read_bytes((const uint8_t *)cases[i].bytes,
                                    mn_str_of(cases[i].bytes).count, scalars);
        assert_int_equal(count, cases[i].count);
        assert_memory_equal(scalars, cases[i].scalars, count * sizeof *scalars);
    }
}

/* Those that are characters, without what is none. */
static uint32_t keep_good(uint32_t *scalars, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (scalars[i] != MN_UTF8_BAD)
            scalars[kept++] = scalars[i];
    }
    return kept;
}

static uint32_t read_text(const char *text, uint32_t count, uint32_t *scalars)
{
    uint32_t found = 0;
    for (uint32_t at = 0; at < count;)
        scalars[found++] = mn_utf8_next(text, count, &at);
    return found;
}

static void byte_by_byte_gives_the_characters_of_the_text_as_a_whole(void **state)
{
    uint64_t seed = 11;
    (void)state;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        char text[TEXT_BYTES];
        uint32_t whole[TEXT_BYTES], pieces[2 * TEXT_BYTES];
        for (uint32_t i = 0; i < TEXT_BYTES; i++) { /* two in three are of longer characters */
            uint64_t random = test_random(&seed);
            text[i] = (char)(random % 3 ? 0x80 | random >> 8 : random >> 8);
        }
        uint32_t expected = keep_good(whole, read_text(text, TEXT_BYTES, whole));
        uint32_t found = keep_good(pieces, read_bytes((const uint8_t *)text, TEXT_BYTES, pieces));
        assert_int_equal(found, expected);
        assert_memory_equal(pieces, whole, found * sizeof *whole);
    }
}

static void a_byte_that_breaks_off_is_asked_about_first(void **state)
{
    struct mn_utf8_reader reader = {0};
    (void)state;
    assert_int_equal(mn_utf8_take(&reader, 0xc3), MN_UTF8_MORE);
    assert_panics("goes_on(byte)", mn_utf8_take(&reader, 'z'));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_reads_every_scalar_and_trusts_no_byte),
        cmocka_unit_test(every_scalar_comes_with_its_last_byte),
        cmocka_unit_test(what_is_malformed_is_one_each_and_what_follows_is_read),
        cmocka_unit_test(byte_by_byte_gives_the_characters_of_the_text_as_a_whole),
        cmocka_unit_test(a_byte_that_breaks_off_is_asked_about_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
