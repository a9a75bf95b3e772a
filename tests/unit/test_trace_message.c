/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/proto/trace_message.h"

#include <string.h>

#include "mn/proto/cobs.h"
#include "panic.h"
#include "trace_random.h"

#define ROUNDS 1000000u

/* Room for what a message of the tests holds. */
struct room {
    struct mn_trace_field fields[MN_TRACE_FIELDS_MAX];
    struct mn_str names[TRACE_RANDOM_PARTS_MAX];
    struct mn_trace_room room;
};

static const struct mn_trace_room *room_of(struct room *room)
{
    room->room = (struct mn_trace_room){room->fields, MN_TRACE_FIELDS_MAX,
                                        room->names, TRACE_RANDOM_PARTS_MAX};
    return &room->room;
}

/* The message is these bytes, and these bytes are the message; no shorter room and no shorter
 * message will do. */
static void assert_golden(const struct mn_trace_message *message, const char *golden,
                          uint32_t count)
{
    uint8_t out[256];
    const uint8_t *data = (const uint8_t *)golden;
    struct mn_trace_message decoded;
    struct room room;
    uint32_t bytes;

    assert_int_equal(mn_trace_encode(out, count, message, &bytes), MN_OK);
    assert_int_equal(bytes, count);
    assert_memory_equal(out, golden, count);
    assert_int_equal(mn_trace_decode(&decoded, room_of(&room), data, count), MN_OK);
    assert_true(trace_same(message, &decoded));

    for (uint32_t cut = 0; cut < count; cut++) {
        assert_int_equal(mn_trace_encode(out, cut, message, &bytes), MN_ERR_FULL);
        assert_int_equal(bytes, 0);
        assert_int_equal(mn_trace_decode(&decoded, room_of(&room), data, cut), MN_ERR_EMPTY);
    }
}

#define GOLDEN(message, bytes) assert_golden(message, bytes, sizeof(bytes) - 1)

/* clang-format off: bytes that belong together stand together */
/* Variant 0; the option: 0, or 1 and the level's number. */
static void a_heartbeat_is_its_number_and_maybe_a_level(void **state)
{
    (void)state;
    struct mn_trace_message off = {.kind = MN_TRACE_HEARTBEAT, .as.level = MN_LEVEL_OFF};
    struct mn_trace_message info = {.kind = MN_TRACE_HEARTBEAT, .as.level = MN_LEVEL_INFO};

    GOLDEN(&off, "\x00" "\x00");
    GOLDEN(&info, "\x00" "\x01\x02");
}

/* Variant 1, the id, and each field of metadata in its order. 300 is ac 02. */
static void metadata_goes_field_by_field(void **state)
{
    (void)state;
    const struct mn_str names[] = {mn_str_of("message"), mn_str_of("n")};
    struct mn_trace_message message = {
        .kind = MN_TRACE_REGISTER_META,
        .as.meta = {
            .id = 1,
            .metadata = {
                .name = mn_str_of("hi"),
                .target = mn_str_of("k"),
                .level = MN_LEVEL_WARN,
                .module_path = mn_str_of("m"),
                .has_line = true,
                .line = 300,
                .field_names = names,
                .field_name_count = 2,
                .is_event = true,
            },
        },
    };

    GOLDEN(&message, "\x01" "\x01"  /* register_meta, id 1 */
                     "\x02hi" "\x01k"
                     "\x03"         /* warn */
                     "\x01\x01m"    /* module_path: some, "m" */
                     "\x00"         /* file: none */
                     "\x01\xac\x02" /* line: some, 300 */
                     "\x02" "\x07message" "\x01n"
                     "\x00" "\x01"); /* no span, an event */

    message.as.meta.metadata = (struct mn_trace_metadata){
        .name = mn_str_of(""), .target = mn_str_of(""), .file = mn_str_of("f.c"), .is_span = true,
    };
    GOLDEN(&message, "\x01" "\x01" "\x00" "\x00" /* no name, no target */
                     "\x00"                      /* trace */
                     "\x00" "\x01\x03" "f.c" "\x00" "\x00" "\x01" "\x00");
}

/* Variant 2; the parent: 1 and its id; a map of 6; the metadata's id, 128, which is 80 01. 1.5 is
 * 3f f8 and six zeros, lowest first; -3 is 5 in zig-zag. */
static void an_event_has_its_parent_its_fields_and_its_metadata(void **state)
{
    (void)state;
    const struct mn_trace_field fields[] = {
        {mn_str_of("d"), MN_VALUE_DEBUG, {.str = mn_str_of("x")}},
        {mn_str_of("message"), MN_VALUE_STR, {.str = mn_str_of("")}},
        {mn_str_of("f"), MN_VALUE_F64, {.f64 = 1.5}},
        {mn_str_of("i"), MN_VALUE_I64, {.i64 = -3}},
        {mn_str_of("u"), MN_VALUE_U64, {.u64 = 300}},
        {mn_str_of("b"), MN_VALUE_BOOL, {.boolean = true}},
    };
    struct mn_trace_message message = {
        .kind = MN_TRACE_EVENT,
        .as.event = {.parent_id = 5, .fields = {fields, MN_COUNT_OF(fields)}, .meta_id = 128},
    };

    GOLDEN(&message, "\x02" "\x01\x05" "\x06"
                     "\x01" "d" "\x00" "\x01x"
                     "\x07" "message" "\x01" "\x00"
                     "\x01" "f" "\x02" "\x00\x00\x00\x00\x00\x00\xf8\x3f"
                     "\x01" "i" "\x03" "\x05"
                     "\x01" "u" "\x04" "\xac\x02"
                     "\x01" "b" "\x05" "\x01"
                     "\x80\x01");

    message.as.event.parent_id = 0;
    message.as.event.fields.count = 0;
    GOLDEN(&message, "\x02" "\x00" "\x00" "\x80\x01");
}

/* Variant 3: id, metadata's id, parent, is_root, and a map of 1. */
static void a_new_span_has_two_ids_a_parent_and_fields(void **state)
{
    (void)state;
    const struct mn_trace_field field = {mn_str_of("n"), MN_VALUE_U64, {.u64 = 7}};
    struct mn_trace_message message = {
        .kind = MN_TRACE_NEW_SPAN,
        .as.new_span = {.id = 2, .meta_id = 1, .is_root = true, .fields = {&field, 1}},
    };

    GOLDEN(&message, "\x03" "\x02" "\x01" "\x00" "\x01" "\x01" "\x01" "n" "\x04" "\x07");

    message.as.new_span.parent_id = 200;
    message.as.new_span.is_root = false;
    GOLDEN(&message, "\x03" "\x02" "\x01" "\x01\xc8\x01" "\x00" "\x01" "\x01" "n" "\x04" "\x07");
}

/* Variants 4 to 7, and the span's id. */
static void a_span_is_entered_left_cloned_and_dropped_by_its_id(void **state)
{
    (void)state;
    struct mn_trace_message message = {.kind = MN_TRACE_ENTER, .as.span = 9};

    GOLDEN(&message, "\x04" "\x09");
    message.kind = MN_TRACE_EXIT;
    GOLDEN(&message, "\x05" "\x09");
    message.kind = MN_TRACE_CLONE_SPAN;
    GOLDEN(&message, "\x06" "\x09");
    message.kind = MN_TRACE_DROP_SPAN;
    message.as.span = UINT64_MAX;
    GOLDEN(&message, "\x07" "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
}

/* Variant 8, and the four counts; 200 is c8 01. */
static void what_was_discarded_is_four_counts(void **state)
{
    (void)state;
    struct mn_trace_message message = {
        .kind = MN_TRACE_DISCARDED,
        .as.discarded = {.new_spans = 1, .span_activity = 200, .events = 0, .metas = 3},
    };

    GOLDEN(&message, "\x08" "\x01" "\xc8\x01" "\x00" "\x03");
}

static void assert_request(int level, const char *golden, uint32_t count)
{
    struct mn_trace_request request = {MN_TRACE_SET_MAX_LEVEL, level}, decoded;
    uint8_t out[MN_TRACE_REQUEST_MAX];
    const uint8_t *data = (const uint8_t *)golden;
    uint32_t bytes;

    assert_int_equal(mn_trace_request_encode(out, sizeof out, &request, &bytes), MN_OK);
    assert_int_equal(bytes, count);
    assert_memory_equal(out, golden, count);
    assert_int_equal(mn_trace_request_decode(&decoded, data, count), MN_OK);
    assert_int_equal(decoded.kind, MN_TRACE_SET_MAX_LEVEL);
    assert_int_equal(decoded.level, level);

    for (uint32_t cut = 0; cut < count; cut++) {
        assert_int_equal(mn_trace_request_encode(out, cut, &request, &bytes), MN_ERR_FULL);
        assert_int_equal(mn_trace_request_decode(&decoded, data, cut), MN_ERR_EMPTY);
    }
}

/* Variant 0, and the option of a level. */
static void a_host_asks_for_a_level_or_for_none(void **state)
{
    (void)state;
    assert_request(MN_LEVEL_OFF, "\x00" "\x00", 2);
    assert_request(MN_LEVEL_TRACE, "\x00" "\x01\x00", 3);
    assert_request(MN_LEVEL_DEBUG, "\x00" "\x01\x01", 3);
    assert_request(MN_LEVEL_ERROR, "\x00" "\x01\x04", 3);
}

static void what_the_format_does_not_know_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        uint32_t count;
    } cases[] = {
        {"\x09\x01", 2},             /* no such message */
        {"\x00\x01\x05", 3},         /* no such level */
        {"\x00\x02\x00", 3},         /* no option */
        {"\x04\x00", 2},             /* id 0 */
        {"\x02\x01\x00\x00\x01", 5}, /* parent 0 */
        {"\x02\x00\x00\x00", 4},     /* metadata 0 */
        {"\x02\x00\x01\x01n\x06\x01\x01", 8}, /* no such value */
        {"\x04\x09\x00", 3},         /* something behind the message */
    };
    struct mn_trace_message message;
    struct mn_trace_request request;
    struct room room;

    for (uint32_t i = 0; i < MN_COUNT_OF(cases); i++)
        assert_int_equal(mn_trace_decode(&message, room_of(&room), (const uint8_t *)cases[i].bytes,
                                         cases[i].count), MN_ERR_INVALID);
    assert_int_equal(mn_trace_request_decode(&request, (const uint8_t *)"\x01\x00", 2),
                     MN_ERR_INVALID);
}

/* clang-format on */

static void what_the_format_cannot_say_is_not_encoded(void **state)
{
    (void)state;
    const struct mn_trace_field odd = {.kind = (enum mn_value_kind)6};
    const struct mn_trace_message cases[] = {
        {.kind = (enum mn_trace_kind)9},
        {.kind = MN_TRACE_HEARTBEAT, .as.level = -1},
        {.kind = MN_TRACE_ENTER},
        {.kind = MN_TRACE_EVENT},
        {.kind = MN_TRACE_EVENT, .as.event = {.fields = {&odd, 1}, .meta_id = 1}},
    };
    uint8_t out[64];
    uint32_t bytes;

    for (uint32_t i = 0; i < MN_COUNT_OF(cases); i++) {
        assert_int_equal(mn_trace_encode(out, sizeof out, &cases[i], &bytes), MN_ERR_INVALID);
        assert_int_equal(bytes, 0);
    }
}

static void more_fields_or_names_than_there_is_room_for_are_refused(void **state)
{
    (void)state;
    struct mn_trace_field field;
    struct mn_str name;
    const struct mn_trace_room room = {&field, 1, &name, 1};
    static const uint8_t event[] = "\x02\x00\x02\x01n\x05\x01\x01m\x05\x01\x01";
    static const uint8_t meta[] = "\x01\x01\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00";
    struct mn_trace_message message;

    assert_int_equal(mn_trace_decode(&message, &room, event, sizeof event - 1), MN_ERR_FULL);
    assert_int_equal(mn_trace_decode(&message, &room, meta, sizeof meta - 1), MN_ERR_FULL);
}

static void a_logged_field_is_traced_with_its_kind_and_value(void **state)
{
    (void)state;
    const struct mn_field fields[] = {
        MN_FIELD_DEBUG("a", "x"), MN_FIELD_STR("b", "yz"), MN_FIELD_F64("c", 0.5),
        MN_FIELD_I64("d", -1), MN_FIELD_U64("e", 7), MN_FIELD_BOOL("f", true),
    };
    struct mn_trace_field traced[MN_COUNT_OF(fields)];

    for (uint32_t i = 0; i < MN_COUNT_OF(fields); i++) {
        traced[i] = mn_trace_field_of(&fields[i]);
        assert_int_equal(traced[i].name.count, 1);
        assert_ptr_equal(traced[i].name.bytes, fields[i].name);
        assert_int_equal(traced[i].kind, fields[i].kind);
    }

    assert_int_equal(traced[0].value.str.count, 1);
    assert_int_equal(traced[1].value.str.count, 2);
    assert_true(traced[2].value.f64 == 0.5);
    assert_true(traced[3].value.i64 == -1);
    assert_true(traced[4].value.u64 == 7);
    assert_true(traced[5].value.boolean);
}

/* Through the COBS frame and back, as on the wire. */
static void any_message_comes_back_the_same(void **state)
{
    (void)state;
    struct trace_random random = {.seed = 8};
    uint8_t out[TRACE_RANDOM_BYTES_MAX], wire[MN_COBS_FRAME_MAX(TRACE_RANDOM_BYTES_MAX)];
    uint8_t memory[TRACE_RANDOM_BYTES_MAX];
    struct mn_cobs_decoder decoder;
    struct room room;
    mn_cobs_decoder_init(&decoder, memory, sizeof memory);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct mn_trace_message decoded;
        uint32_t count, wire_bytes;
        bool is_frame;
        trace_random_make(&random);

        assert_int_equal(mn_trace_encode(out, sizeof out, &random.message, &count), MN_OK);
        assert_int_equal(mn_cobs_encode(wire, sizeof wire, out, count, &wire_bytes), MN_OK);
        assert_int_equal(mn_cobs_decode(&decoder, wire, wire_bytes, &is_frame), wire_bytes);
        assert_true(is_frame);
        assert_int_equal(mn_trace_decode(&decoded, room_of(&room), memory, decoder.count), MN_OK);

        assert_true(trace_same(&random.message, &decoded));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_heartbeat_is_its_number_and_maybe_a_level),
        cmocka_unit_test(metadata_goes_field_by_field),
        cmocka_unit_test(an_event_has_its_parent_its_fields_and_its_metadata),
        cmocka_unit_test(a_new_span_has_two_ids_a_parent_and_fields),
        cmocka_unit_test(a_span_is_entered_left_cloned_and_dropped_by_its_id),
        cmocka_unit_test(what_was_discarded_is_four_counts),
        cmocka_unit_test(a_host_asks_for_a_level_or_for_none),
        cmocka_unit_test(what_the_format_does_not_know_is_refused),
        cmocka_unit_test(what_the_format_cannot_say_is_not_encoded),
        cmocka_unit_test(more_fields_or_names_than_there_is_room_for_are_refused),
        cmocka_unit_test(a_logged_field_is_traced_with_its_kind_and_value),
        cmocka_unit_test(any_message_comes_back_the_same),
    };
    return cmocka_run_group_tests_name("trace_message", tests, NULL, NULL);
}
