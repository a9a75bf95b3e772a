/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/trace_stream.h"

#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "mn/proto/cobs.h"

#define MN_LOG_TARGET "t"
#define BLOCK_BYTES 65536u

struct scene {
    struct mn_trace_stream stream;
    _Alignas(8) uint8_t block[BLOCK_BYTES];
    uint8_t read[BLOCK_BYTES]; /* all that was carried away so far */
    uint32_t count;
};

static struct scene *open_scene(struct bench *bench, uint32_t buffer_bytes, uint32_t sites_max)
{
    struct scene *scene = calloc(1, sizeof *scene);
    struct mn_trace_stream_config config = {.buffer_bytes = buffer_bytes, .sites_max = sites_max};
    assert_non_null(scene);
    assert_in_range(mn_trace_stream_bytes(&config), buffer_bytes, BLOCK_BYTES);
    mn_trace_stream_init(&scene->stream, &bench->kernel, &config, scene->block);
    mn_trace_stream_set_level(&scene->stream, MN_LEVEL_TRACE);
    return scene;
}

static void close_scene(struct scene *scene)
{
    mn_trace_stream_finish(&scene->stream);
    free(scene);
}

/* Carries away what is to be carried away. Returns how many bytes. */
static uint32_t carry(struct scene *scene)
{
    struct mn_grant piece;
    uint32_t before = scene->count;
    while (mn_trace_stream_read(&scene->stream, &piece)) {
        memcpy(scene->read + scene->count, piece.bytes, piece.count);
        scene->count += piece.count;
        mn_trace_stream_release(&scene->stream, &piece, piece.count);
    }
    return scene->count - before;
}

struct tally { /* messages, by kind */
    uint64_t of[MN_TRACE_DISCARDED + 1];
    uint64_t lost_new_spans, lost_activity, lost_events, lost_metas;
    uint64_t latest_meta;
};

static void count_message(struct tally *tally, const uint8_t *frame, uint32_t count)
{
    struct mn_trace_field fields[32];
    struct mn_str names[32];
    struct mn_trace_room room = {fields, 32, names, 32};
    struct mn_trace_message message;
    assert_int_equal(mn_trace_decode(&message, &room, frame, count), MN_OK);
    tally->of[message.kind]++;
    if (message.kind == MN_TRACE_REGISTER_META)
        tally->latest_meta = message.as.meta.id;
    if (message.kind != MN_TRACE_DISCARDED)
        return;
    tally->lost_new_spans += message.as.discarded.new_spans;
    tally->lost_activity += message.as.discarded.span_activity;
    tally->lost_events += message.as.discarded.events;
    tally->lost_metas += message.as.discarded.metas;
}

static struct tally take_stock(struct scene *scene)
{
    struct tally tally = {0};
    struct mn_cobs_decoder decoder;
    uint8_t frame[MN_TRACE_MESSAGE_MAX];
    carry(scene);
    mn_cobs_decoder_init(&decoder, frame, sizeof frame);
    for (uint32_t at = 0; at < scene->count;) {
        bool is_frame = false;
        at += mn_cobs_decode(&decoder, scene->read + at, scene->count - at, &is_frame);
        if (is_frame)
            count_message(&tally, frame, decoder.count);
    }
    assert_int_equal(decoder.malformed + decoder.too_long, 0);
    scene->count = 0;
    return tally;
}

static void tell(struct bench *bench, const struct mn_log_site *site, uint64_t n)
{
    const struct mn_field field = MN_FIELD_U64("n", n);
    mn_log_event(&bench->kernel.log, site, &field, 1);
}

static const struct mn_log_site hi = {.target = "t", .text = "hi", .level = MN_LEVEL_INFO};

/* ---- bytes ------------------------------------------------------------------------------ */

static void a_registration_and_an_event_have_these_bytes(void **state)
{
    static const uint8_t expected[] = {
        /* register_meta 1: "hi" of "t", info, no module, file or line, names message n at_us */
        0x09, 0x01, 0x01, 0x02, 'h', 'i', 0x01, 't', 0x02, 0x01, 0x01, 0x12, 0x03, 0x07, 'm', 'e',
        's', 's', 'a', 'g', 'e', 0x01, 'n', 0x05, 'a', 't', '_', 'u', 's', 0x02, 0x01, 0x00,
        /* event: no parent, message debug "hi", n u64 5, at_us u64 300, site 1 */
        0x02, 0x02, 0x0a, 0x03, 0x07, 'm', 'e', 's', 's', 'a', 'g', 'e', 0x12, 0x02, 'h', 'i',
        0x01, 'n', 0x04, 0x05, 0x05, 'a', 't', '_', 'u', 's', 0x04, 0xac, 0x02, 0x01, 0x00,
    };
    struct bench *bench = *state;
    struct scene *scene = open_scene(bench, 256, 0);
    bench->now_us = 300;
    mn_tick(&bench->kernel);

    tell(bench, &hi, 5);
    carry(scene);

    assert_int_equal(scene->count, sizeof expected);
    assert_memory_equal(scene->read, expected, sizeof expected);
    close_scene(scene);
}

static void a_span_has_these_bytes(void **state)
{
    static const uint8_t expected[] = {
        0x04, 0x03, 0x01, 0x01, 0x07, 0x01, 0x01, 0x01, 'k', 0x04, 0x07, 0x00, /* new, a root */
        0x03, 0x04, 0x01, 0x00, 0x03, 0x05, 0x01, 0x00, 0x03, 0x07, 0x01, 0x00,
    };
    struct bench *bench = *state;
    struct scene *scene = open_scene(bench, 256, 0);
    struct mn_span span;

    MN_SPAN_OPEN(&bench->kernel.log, &span, MN_LEVEL_INFO, "work", MN_FIELD_U64("k", 7));
    mn_span_enter(&bench->kernel.log, &span);
    mn_span_exit(&bench->kernel.log, &span);
    mn_span_close(&bench->kernel.log, &span);
    carry(scene);

    const uint8_t *at = memchr(scene->read, 0, scene->count);
    assert_non_null(at); /* behind the registration, which names this file */
    assert_int_equal(scene->read + scene->count - (at + 1), sizeof expected);
    assert_memory_equal(at + 1, expected, sizeof expected);
    close_scene(scene);
}

static void an_event_names_the_innermost_span_that_was_told_of(void **state)
{
    struct bench *bench = *state;
    struct mn_span before, known, hidden;
    struct scene *scene = open_scene(bench, 1024, 0);
    MN_SPAN_OPEN(&bench->kernel.log, &before, MN_LEVEL_INFO, "before");
    mn_trace_stream_set_level(&scene->stream, MN_LEVEL_OFF);
    mn_trace_stream_set_level(&scene->stream, MN_LEVEL_TRACE); /* another reader */
    MN_SPAN_OPEN(&bench->kernel.log, &known, MN_LEVEL_INFO, "known");
    MN_SPAN_OPEN(&bench->kernel.log, &hidden, MN_LEVEL_DEBUG, "hidden");
    mn_span_enter(&bench->kernel.log, &before);
    take_stock(scene);

    mn_span_enter(&bench->kernel.log, &known);
    struct tally entered = take_stock(scene);
    mn_trace_stream_set_level(&scene->stream, MN_LEVEL_INFO);
    mn_span_enter(&bench->kernel.log, &hidden);
    tell(bench, &hi, 1);
    carry(scene);

    assert_int_equal(entered.of[MN_TRACE_ENTER], 1);
    const uint8_t *event = (const uint8_t *)memchr(scene->read, 0, scene->count) + 1;
    assert_memory_equal(event + 1, "\x02\x01\x02", 3); /* event, with a parent: span 2 */
    mn_span_exit(&bench->kernel.log, &hidden);
    mn_span_exit(&bench->kernel.log, &known);
    mn_span_exit(&bench->kernel.log, &before);
    close_scene(scene);
}

/* ---- loss ------------------------------------------------------------------------------- */

static void what_does_not_fit_is_counted_and_said_before_the_next(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = open_scene(bench, 200, 0);
    uint64_t sent = 0;

    for (uint64_t n = 0; n < 100; n++)
        tell(bench, &hi, n);
    struct tally tally = take_stock(scene);
    sent += tally.of[MN_TRACE_EVENT];
    tell(bench, &hi, 100);
    struct tally after = take_stock(scene);

    assert_int_equal(tally.of[MN_TRACE_DISCARDED], 1); /* as soon as it was read */
    assert_int_equal(sent + tally.lost_events, 100);
    assert_int_equal(tally.lost_metas, 0);
    assert_int_equal(after.of[MN_TRACE_EVENT], 1);
    assert_int_equal(after.of[MN_TRACE_DISCARDED], 0);
    close_scene(scene);
}

static void a_site_whose_registration_was_lost_is_registered_later(void **state)
{
    static const struct mn_log_site late = {.target = "t", .text = "late",
                                            .level = MN_LEVEL_INFO};
    struct bench *bench = *state;
    struct scene *scene = open_scene(bench, 200, 0);
    for (uint64_t n = 0; n < 10; n++)
        tell(bench, &hi, n);

    tell(bench, &late, 1);
    tell(bench, &late, 2);
    struct tally full = take_stock(scene);
    tell(bench, &late, 3);
    struct tally tally = take_stock(scene);

    assert_int_equal(full.lost_metas, 2); /* tried each time */
    assert_int_equal(full.of[MN_TRACE_EVENT] + full.lost_events, 12);
    assert_int_equal(tally.of[MN_TRACE_REGISTER_META], 1);
    assert_int_equal(tally.of[MN_TRACE_EVENT], 1);
    assert_int_equal(tally.latest_meta, 2);
    close_scene(scene);
}

static void spans_are_counted_by_their_sort(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = open_scene(bench, 64, 0);
    struct mn_span span;
    for (uint64_t n = 0; n < 10; n++)
        tell(bench, &hi, n);

    MN_SPAN_OPEN(&bench->kernel.log, &span, MN_LEVEL_INFO, "work");
    mn_span_enter(&bench->kernel.log, &span);
    mn_span_exit(&bench->kernel.log, &span);
    mn_span_close(&bench->kernel.log, &span);
    struct tally tally = take_stock(scene);

    assert_int_equal(tally.lost_new_spans, 1);
    assert_int_equal(tally.lost_activity, 3);
    close_scene(scene);
}

static void what_could_never_fit_is_counted_too(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = open_scene(bench, 8192, 0);
    char text[1200];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';

    MN_INFO(&bench->kernel.log, "long", MN_FIELD_STR("text", text));
    struct tally tally = take_stock(scene);

    assert_int_equal(tally.of[MN_TRACE_EVENT], 0);
    assert_int_equal(tally.lost_events, 1);
    close_scene(scene);
}

static void every_size_of_buffer_counts_all_it_loses(void **state)
{
    struct bench *bench = *state;
    for (uint32_t bytes = 1; bytes < 300; bytes++) {
        struct scene *scene = open_scene(bench, bytes, 0);
        struct tally sum = {0};
        for (uint64_t n = 0; n < 200; n++) {
            tell(bench, &hi, n);
            if (n % 7 != 0)
                continue;
            struct tally tally = take_stock(scene);
            sum.of[MN_TRACE_EVENT] += tally.of[MN_TRACE_EVENT];
            sum.lost_events += tally.lost_events;
        }
        struct tally tally = take_stock(scene);
        sum.of[MN_TRACE_EVENT] += tally.of[MN_TRACE_EVENT];
        sum.lost_events += tally.lost_events + scene->stream.lost_events;
        assert_int_equal(sum.of[MN_TRACE_EVENT] + sum.lost_events, 200);
        close_scene(scene);
    }
}

/* ---- sites ------------------------------------------------------------------------------ */

#define SITES 20u

static void sites_beyond_the_table_share_a_number_and_lose_nothing(void **state)
{
    static struct mn_log_site sites[SITES];
    struct bench *bench = *state;
    struct scene *scene = open_scene(bench, 8192, 4);
    for (uint32_t i = 0; i < SITES; i++)
        sites[i] = (struct mn_log_site){.target = "t", .text = "s", .level = MN_LEVEL_INFO};

    for (uint32_t round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < SITES; i++)
            tell(bench, &sites[i], i);
    }
    struct tally tally = take_stock(scene);

    assert_int_equal(tally.of[MN_TRACE_EVENT], 2 * SITES);
    assert_int_equal(tally.of[MN_TRACE_REGISTER_META], 4 + 2 * (SITES - 4));
    assert_int_equal(tally.latest_meta, 5);
    close_scene(scene);
}

static void a_site_is_registered_once_until_renewed(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = open_scene(bench, 1024, 0);

    tell(bench, &hi, 1);
    tell(bench, &hi, 2);
    struct tally once = take_stock(scene);
    mn_trace_stream_renew(&scene->stream);
    tell(bench, &hi, 3);
    struct tally again = take_stock(scene);

    assert_int_equal(once.of[MN_TRACE_REGISTER_META], 1);
    assert_int_equal(again.of[MN_TRACE_REGISTER_META], 1);
    assert_int_equal(again.latest_meta, 1);
    close_scene(scene);
}

/* ---- quiet ------------------------------------------------------------------------------ */

static void what_a_carrier_logs_waits_for_the_next(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = open_scene(bench, 1024, 0);
    struct mn_task carrier = {.carries_trace = true};

    bench->kernel.running = &carrier;
    tell(bench, &hi, 1);
    bench->kernel.running = NULL;
    assert_int_equal(carry(scene), 0);
    tell(bench, &hi, 2);
    struct tally tally = take_stock(scene);

    assert_int_equal(tally.of[MN_TRACE_EVENT], 2);
    close_scene(scene);
}

static void off_it_costs_nothing_and_says_nothing(void **state)
{
    struct bench *bench = *state;
    struct scene *scene = open_scene(bench, 1024, 0);

    mn_trace_stream_set_level(&scene->stream, MN_LEVEL_OFF);
    MN_ERROR(&bench->kernel.log, "unheard");

    assert_int_equal(bench->kernel.log.level, MN_LEVEL_OFF);
    assert_int_equal(carry(scene), 0);
    close_scene(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_registration_and_an_event_have_these_bytes),
        TEST_ON_BENCH(a_span_has_these_bytes),
        TEST_ON_BENCH(an_event_names_the_innermost_span_that_was_told_of),
        TEST_ON_BENCH(what_does_not_fit_is_counted_and_said_before_the_next),
        TEST_ON_BENCH(a_site_whose_registration_was_lost_is_registered_later),
        TEST_ON_BENCH(spans_are_counted_by_their_sort),
        TEST_ON_BENCH(what_could_never_fit_is_counted_too),
        TEST_ON_BENCH(every_size_of_buffer_counts_all_it_loses),
        TEST_ON_BENCH(sites_beyond_the_table_share_a_number_and_lose_nothing),
        TEST_ON_BENCH(a_site_is_registered_once_until_renewed),
        TEST_ON_BENCH(what_a_carrier_logs_waits_for_the_next),
        TEST_ON_BENCH(off_it_costs_nothing_and_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
