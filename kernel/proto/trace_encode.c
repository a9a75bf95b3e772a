/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/proto/trace_message.h"

#include "mn/mem.h"

static void refuse(struct mn_postcard_writer *writer)
{
    if (writer->err == MN_OK)
        writer->err = MN_ERR_INVALID;
}

static void write_level(struct mn_postcard_writer *writer, int level)
{
    if (level < MN_LEVEL_TRACE || level > MN_LEVEL_ERROR)
        refuse(writer);
    mn_postcard_write_variant(writer, (uint32_t)level);
}

static void write_option_level(struct mn_postcard_writer *writer, int level)
{
    mn_postcard_write_option(writer, level != MN_LEVEL_OFF);
    if (level != MN_LEVEL_OFF)
        write_level(writer, level);
}

static void write_id(struct mn_postcard_writer *writer, uint64_t id)
{
    if (id == 0)
        refuse(writer);
    mn_postcard_write_u64(writer, id);
}

static void write_option_id(struct mn_postcard_writer *writer, uint64_t id)
{
    mn_postcard_write_option(writer, id != 0);
    if (id)
        write_id(writer, id);
}

static void write_option_str(struct mn_postcard_writer *writer, struct mn_str str)
{
    mn_postcard_write_option(writer, str.bytes != NULL);
    if (str.bytes)
        mn_postcard_write_str(writer, str);
}

static void write_metadata(struct mn_postcard_writer *writer,
                           const struct mn_trace_metadata *metadata)
{
    mn_postcard_write_str(writer, metadata->name);
    mn_postcard_write_str(writer, metadata->target);
    write_level(writer, (int)metadata->level);
    write_option_str(writer, metadata->module_path);
    write_option_str(writer, metadata->file);
    mn_postcard_write_option(writer, metadata->has_line);
    if (metadata->has_line)
        mn_postcard_write_u64(writer, metadata->line);
    mn_postcard_write_length(writer, metadata->field_name_count);
    for (uint32_t i = 0; i < metadata->field_name_count; i++)
        mn_postcard_write_str(writer, metadata->field_names[i]);
    mn_postcard_write_bool(writer, metadata->is_span);
    mn_postcard_write_bool(writer, metadata->is_event);
}

static void write_value(struct mn_postcard_writer *writer, const struct mn_trace_field *field)
{
    mn_postcard_write_variant(writer, (uint32_t)field->kind);
    switch (field->kind) {
    case MN_VALUE_DEBUG:
    case MN_VALUE_STR: mn_postcard_write_str(writer, field->value.str); return;
    case MN_VALUE_F64: mn_postcard_write_f64(writer, &field->value.f64); return;
    case MN_VALUE_I64: mn_postcard_write_i64(writer, field->value.i64); return;
    case MN_VALUE_U64: mn_postcard_write_u64(writer, field->value.u64); return;
    case MN_VALUE_BOOL: mn_postcard_write_bool(writer, field->value.boolean); return;
    }
    refuse(writer);
}

static void write_fields(struct mn_postcard_writer *writer, const struct mn_trace_fields *fields)
{
    mn_postcard_write_length(writer, fields->count);
    for (uint32_t i = 0; i < fields->count; i++) {
        mn_postcard_write_str(writer, fields->items[i].name);
        write_value(writer, &fields->items[i]);
    }
}

static void write_body(struct mn_postcard_writer *writer, const struct mn_trace_message *message)
{
    switch (message->kind) {
    case MN_TRACE_HEARTBEAT:
        write_option_level(writer, message->as.level);
        return;
    case MN_TRACE_REGISTER_META:
        write_id(writer, message->as.meta.id);
        write_metadata(writer, &message->as.meta.metadata);
        return;
    case MN_TRACE_EVENT:
        write_option_id(writer, message->as.event.parent_id);
        write_fields(writer, &message->as.event.fields);
        write_id(writer, message->as.event.meta_id);
        return;
    case MN_TRACE_NEW_SPAN:
        write_id(writer, message->as.new_span.id);
        write_id(writer, message->as.new_span.meta_id);
        write_option_id(writer, message->as.new_span.parent_id);
        mn_postcard_write_bool(writer, message->as.new_span.is_root);
        write_fields(writer, &message->as.new_span.fields);
        return;
    case MN_TRACE_ENTER:
    case MN_TRACE_EXIT:
    case MN_TRACE_CLONE_SPAN:
    case MN_TRACE_DROP_SPAN:
        write_id(writer, message->as.span);
        return;
    case MN_TRACE_DISCARDED:
        mn_postcard_write_u64(writer, message->as.discarded.new_spans);
        mn_postcard_write_u64(writer, message->as.discarded.span_activity);
        mn_postcard_write_u64(writer, message->as.discarded.events);
        mn_postcard_write_u64(writer, message->as.discarded.metas);
        return;
    }
    refuse(writer);
}

static enum mn_err written(const struct mn_postcard_writer *writer, uint32_t *bytes)
{
    *bytes = writer->err == MN_OK ? writer->count : 0;
    return writer->err;
}

enum mn_err mn_trace_encode(uint8_t *out, uint32_t room, const struct mn_trace_message *message,
                            uint32_t *bytes)
{
    struct mn_postcard_writer writer;
    mn_postcard_writer_init(&writer, out, room);
    mn_postcard_write_variant(&writer, (uint32_t)message->kind);
    write_body(&writer, message);
    return written(&writer, bytes);
}

struct mn_trace_field mn_trace_field_of(const struct mn_field *field)
{
    struct mn_trace_field traced = {.name = mn_str_of(field->name), .kind = field->kind};
    switch (field->kind) {
    case MN_VALUE_DEBUG:
    case MN_VALUE_STR: traced.value.str = mn_str_of(field->value.str); break;
    case MN_VALUE_F64: memcpy(&traced.value, &field->value, sizeof field->value.f64); break;
    case MN_VALUE_I64: traced.value.i64 = field->value.i64; break;
    case MN_VALUE_U64: traced.value.u64 = field->value.u64; break;
    case MN_VALUE_BOOL: traced.value.boolean = field->value.boolean; break;
    }
    return traced;
}

enum mn_err mn_trace_request_encode(uint8_t *out, uint32_t room,
                                    const struct mn_trace_request *request, uint32_t *bytes)
{
    struct mn_postcard_writer writer;
    mn_postcard_writer_init(&writer, out, room);
    if (request->kind != MN_TRACE_SET_MAX_LEVEL)
        refuse(&writer);
    mn_postcard_write_variant(&writer, (uint32_t)request->kind);
    write_option_level(&writer, request->level);
    return written(&writer, bytes);
}
