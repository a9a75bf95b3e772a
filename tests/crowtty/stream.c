/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "stream.h"

#define FIELDS_MAX 16u

void stream_add(struct stream *stream, const struct mn_trace_message *message)
{
    uint8_t bytes[MN_TRACE_MESSAGE_MAX];
    uint32_t count, frame_bytes;
    assert_int_equal(mn_trace_encode(bytes, sizeof bytes, message, &count), MN_OK);
    assert_int_equal(mn_cobs_encode(stream->bytes + stream->count, STREAM_BYTES - stream->count,
                                    bytes, count, &frame_bytes), MN_OK);
    stream->count += frame_bytes;
}

void stream_meta(struct stream *stream, uint64_t id, const char *name, const char *target,
                 enum mn_level level)
{
    const struct mn_trace_message message = {
        .kind = MN_TRACE_REGISTER_META,
        .as.meta = {id, {.name = mn_str_of(name), .target = mn_str_of(target), .level = level}},
    };
    stream_add(stream, &message);
}

void stream_span(struct stream *stream, uint64_t id, uint64_t meta_id, uint64_t parent_id)
{
    const struct mn_trace_message message = {
        .kind = MN_TRACE_NEW_SPAN,
        .as.new_span = {.id = id, .meta_id = meta_id, .parent_id = parent_id,
                        .is_root = parent_id == 0},
    };
    stream_add(stream, &message);
}

void stream_step(struct stream *stream, enum mn_trace_kind kind, uint64_t span_id)
{
    const struct mn_trace_message message = {.kind = kind, .as.span = span_id};
    stream_add(stream, &message);
}

void stream_event(struct stream *stream, uint64_t meta_id, uint64_t parent_id,
                  const struct mn_field *fields, uint32_t count)
{
    struct mn_trace_field traced[FIELDS_MAX];
    uint32_t used = 0;
    for (uint32_t i = 0; i < count; i++)
        traced[used++] = mn_trace_field_of(&fields[i]);
    if (stream->at_ns)
        traced[used++] = mn_trace_field_of(&MN_FIELD_U64("at_ns", stream->at_ns));
    traced[used++] = mn_trace_field_of(&MN_FIELD_U64("at_us", stream->at_us));
    const struct mn_trace_message message = {
        .kind = MN_TRACE_EVENT,
        .as.event = {.parent_id = parent_id, .fields = {traced, used}, .meta_id = meta_id},
    };
    stream_add(stream, &message);
}

void stream_send(struct stream *stream, struct trace_session *session)
{
    trace_session_take(session, stream->bytes, stream->count);
    stream->count = 0;
}

static char *memory;
static size_t memory_bytes;

FILE *stream_memory(void)
{
    FILE *file = open_memstream(&memory, &memory_bytes);
    assert_non_null(file);
    return file;
}

char *stream_text(FILE *file)
{
    fclose(file);
    return memory;
}
