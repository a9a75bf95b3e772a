/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decode.h"
#include "stream.h"

static const uint8_t hello[] = {0x02, 0x01, 0x08, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x0d, 0x0a, 0x00};

/* What is printed of these bytes, taken in pieces of that size. */
static char *decoded(const uint8_t *data, uint32_t count, uint32_t piece, int only_port)
{
    static struct decode decode;
    struct trace_filter filter;
    char error[256];
    FILE *out = stream_memory();
    assert_true(trace_print_filter(&filter, "", error, sizeof error));
    decode_init(&decode, out, only_port, &filter, false);
    for (uint32_t at = 0; at < count; at += piece)
        decode_take(&decode, data + at, count - at < piece ? count - at : piece);
    decode_finish(&decode);
    return stream_text(out);
}

static void a_frame_is_a_line_with_its_offset(void **state)
{
    (void)state;
    uint8_t two[2 * sizeof hello];
    memcpy(two, hello, sizeof hello);
    memcpy(two + sizeof hello, hello, sizeof hello);

    char *text = decoded(two, sizeof two, sizeof two, DECODE_ALL_PORTS);

    assert_string_equal(text,
                        "             0 port 1, 7 bytes: \"hello\\u000d\\u000a\"\n"
                        "            11 port 1, 7 bytes: \"hello\\u000d\\u000a\"\n"
                        "            22 end: 2 frames, 0 damaged\n");
    free(text);
}

static void damage_is_told_with_its_offset(void **state)
{
    (void)state;
    static const uint8_t stream[] = {
        0x05, 0x01, 0x00,             /* ends within a block */
        0x00, 0x00,                   /* nothing between frames */
        0x03, 0x01, 0x02, 0x00,       /* a port and no data */
        0x01, 0x01, 0x02, 0x21, 0x00, /* good */
        0x01, 0x01,                   /* unfinished */
    };

    char *text = decoded(stream, sizeof stream, sizeof stream, DECODE_ALL_PORTS);

    assert_string_equal(text, "             0 damaged: 3 bytes that are no frame\n"
                              "             5 damaged: 4 bytes of a frame without data\n"
                              "             9 port 0, 1 bytes: \"!\"\n"
                              "            14 damaged: 2 bytes at the end, without their 0x00\n"
                              "            16 end: 1 frames, 3 damaged\n");
    free(text);
}

static void pieces_of_any_size_decode_the_same(void **state)
{
    (void)state;
    uint8_t stream[3 * sizeof hello];
    for (unsigned i = 0; i < 3; i++)
        memcpy(stream + i * sizeof hello, hello, sizeof hello);
    stream[sizeof hello + 2] = 0xee; /* damaged */
    char *whole = decoded(stream, sizeof stream, sizeof stream, DECODE_ALL_PORTS);

    for (uint32_t piece = 1; piece < sizeof stream; piece++) {
        char *text = decoded(stream, sizeof stream, piece, DECODE_ALL_PORTS);
        assert_string_equal(text, whole);
        free(text);
    }
    free(whole);
}

/* One trace message as a mux frame of port 3. */
static uint32_t frame_trace(const struct stream *trace, uint8_t *out, uint32_t room)
{
    uint32_t bytes;
    assert_int_equal(mn_mux_frame_encode(out, room, 3, trace->bytes, trace->count, &bytes), MN_OK);
    return bytes;
}

static void trace_messages_are_told_under_their_frame(void **state)
{
    (void)state;
    static struct stream trace;
    static uint8_t bytes[4096];
    const struct mn_trace_message heartbeat = {.kind = MN_TRACE_HEARTBEAT,
                                               .as.level = MN_LEVEL_DEBUG};
    trace.count = 0;
    stream_add(&trace, &heartbeat);
    stream_meta(&trace, 1, "m", "t", MN_LEVEL_INFO);
    stream_span(&trace, 5, 1, 0);
    STREAM_EVENT(&trace, 1, MN_FIELD_STR("message", "here"));
    STREAM_EVENT(&trace, 9, MN_FIELD_STR("message", "lost"));
    uint32_t count = frame_trace(&trace, bytes, sizeof bytes);

    char *text = decoded(bytes, count, count, DECODE_ALL_PORTS);
    char *other = decoded(bytes, count, count, 7);

    assert_non_null(strstr(text, "heartbeat, level DEBUG\n"));
    assert_non_null(strstr(text, "span 5 new m\n"));
    assert_non_null(strstr(text, "INFO  t: here\n"));
    assert_non_null(strstr(text, "damaged: one of: events or spans of which the metadata"));
    assert_null(strstr(other, "here"));
    free(text);
    free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_is_a_line_with_its_offset),
        cmocka_unit_test(damage_is_told_with_its_offset),
        cmocka_unit_test(pieces_of_any_size_decode_the_same),
        cmocka_unit_test(trace_messages_are_told_under_their_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
