/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/proto/trace_message.h"

#define FIELD_BYTES_MIN 3u /* an empty name, the kind, an empty string or a small number */
#define NAME_BYTES_MIN 1u  /* an empty one */

static void refuse(struct mn_postcard_reader *reader, enum mn_err err)
{
    if (reader->err == MN_OK)
        reader->err = err;
}

static int read_level(struct mn_postcard_reader *reader)
{
    return (int)mn_postcard_read_variant(reader, MN_LEVEL_ERROR + 1);
}

static int read_option_level(struct mn_postcard_reader *reader)
{
    return mn_postcard_read_option(reader) ? read_level(reader) : MN_LEVEL_OFF;
}

static uint64_t read_id(struct mn_postcard_reader *reader)
{
    uint64_t id = mn_postcard_read_u64(reader);
    if (id == 0)
        refuse(reader, MN_ERR_INVALID);
    return id;
}

static uint64_t read_option_id(struct mn_postcard_reader *reader)
{
    return mn_postcard_read_option(reader) ? read_id(reader) : 0;
}

static struct mn_str read_option_str(struct mn_postcard_reader *reader)
{
    if (mn_postcard_read_option(reader))
        return mn_postcard_read_str(reader);
    return (struct mn_str){0};
}

/* How many to read: 0 when there is not room for all. */
static uint32_t read_length(struct mn_postcard_reader *reader, uint32_t element_bytes_min,
                            uint32_t count_max)
{
    uint32_t count = mn_postcard_read_length(reader, element_bytes_min);
    if (count <= count_max)
        return count;
    refuse(reader, MN_ERR_FULL);
    return 0;
}

static void read_metadata(struct mn_postcard_reader *reader, struct mn_trace_metadata *metadata,
                          const struct mn_trace_room *room)
{
    metadata->name = mn_postcard_read_str(reader);
    metadata->target = mn_postcard_read_str(reader);
    metadata->level = (enum mn_level)read_level(reader);
    metadata->module_path = read_option_str(reader);
    metadata->file = read_option_str(reader);
    metadata->has_line = mn_postcard_read_option(reader);
    if (metadata->has_line)
        metadata->line = mn_postcard_read_u32(reader);
    metadata->field_name_count = read_length(reader, NAME_BYTES_MIN, room->names_max);
    metadata->field_names = room->names;
    for (uint32_t i = 0; i < metadata->field_name_count; i++)
        room->names[i] = mn_postcard_read_str(reader);
    metadata->is_span = mn_postcard_read_bool(reader);
    metadata->is_event = mn_postcard_read_bool(reader);
}

static void read_field(struct mn_postcard_reader *reader, struct mn_trace_field *field)
{
    *field = (struct mn_trace_field){.name = mn_postcard_read_str(reader)};
    field->kind = (enum mn_value_kind)mn_postcard_read_variant(reader, MN_VALUE_BOOL + 1);
    switch (field->kind) {
    case MN_VALUE_DEBUG:
    case MN_VALUE_STR: field->value.str = mn_postcard_read_str(reader); break;
    case MN_VALUE_F64: mn_postcard_read_f64(reader, &field->value.f64); break;
    case MN_VALUE_I64: field->value.i64 = mn_postcard_read_i64(reader); break;
    case MN_VALUE_U64: field->value.u64 = mn_postcard_read_u64(reader); break;
    case MN_VALUE_BOOL: field->value.boolean = mn_postcard_read_bool(reader); break;
    }
}

static struct mn_trace_fields read_fields(struct mn_postcard_reader *reader,
                                          const struct mn_trace_room *room)
{
    uint32_t count = read_length(reader, FIELD_BYTES_MIN, room->fields_max);
    for (uint32_t i = 0; i < count; i++)
        read_field(reader, &room->fields[i]);
    return (struct mn_trace_fields){.items = room->fields, .count = count};
}

static void read_body(struct mn_postcard_reader *reader, struct mn_trace_message *message,
                      const struct mn_trace_room *room)
{
    switch (message->kind) {
    case MN_TRACE_HEARTBEAT:
        message->as.level = read_option_level(reader);
        break;
    case MN_TRACE_REGISTER_META:
        message->as.meta.id = read_id(reader);
        read_metadata(reader, &message->as.meta.metadata, room);
        break;
    case MN_TRACE_EVENT:
        message->as.event.parent_id = read_option_id(reader);
        message->as.event.fields = read_fields(reader, room);
        message->as.event.meta_id = read_id(reader);
        break;
    case MN_TRACE_NEW_SPAN:
        message->as.new_span.id = read_id(reader);
        message->as.new_span.meta_id = read_id(reader);
        message->as.new_span.parent_id = read_option_id(reader);
        message->as.new_span.is_root = mn_postcard_read_bool(reader);
        message->as.new_span.fields = read_fields(reader, room);
        break;
    case MN_TRACE_ENTER:
    case MN_TRACE_EXIT:
    case MN_TRACE_CLONE_SPAN:
    case MN_TRACE_DROP_SPAN:
        message->as.span = read_id(reader);
        break;
    case MN_TRACE_DISCARDED:
        message->as.discarded.new_spans = mn_postcard_read_u64(reader);
        message->as.discarded.span_activity = mn_postcard_read_u64(reader);
        message->as.discarded.events = mn_postcard_read_u64(reader);
        message->as.discarded.metas = mn_postcard_read_u64(reader);
        break;
    }
}

enum mn_err mn_trace_decode(struct mn_trace_message *message, const struct mn_trace_room *room,
                            const uint8_t *data, uint32_t count)
{
    struct mn_postcard_reader reader;
    mn_postcard_reader_init(&reader, data, count);
    *message = (struct mn_trace_message){0};
    message->kind =
        (enum mn_trace_kind)mn_postcard_read_variant(&reader, MN_TRACE_DISCARDED + 1);
    read_body(&reader, message, room);
    return mn_postcard_read_end(&reader);
}

enum mn_err mn_trace_request_decode(struct mn_trace_request *request, const uint8_t *data,
                                    uint32_t count)
{
    struct mn_postcard_reader reader;
    mn_postcard_reader_init(&reader, data, count);
    request->kind = (enum mn_trace_request_kind)
        mn_postcard_read_variant(&reader, MN_TRACE_SET_MAX_LEVEL + 1);
    request->level = read_option_level(&reader);
    return mn_postcard_read_end(&reader);
}
