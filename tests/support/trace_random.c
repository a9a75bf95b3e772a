/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "random.h"
#include "trace_random.h"

#include <string.h>

static uint32_t below(struct trace_random *random, uint32_t limit)
{
    return test_random_below(&random->seed, limit);
}

static uint64_t make_id(struct trace_random *random)
{
    uint64_t id = test_random_bits(&random->seed, 64);
    return id ? id : 1;
}

static struct mn_str make_str(struct trace_random *random)
{
    static const char *const texts[] = {
        "", "n", "message", "kernel::services::serial_mux", "gr\xc3\xbc\xc3\x9f dich",
        "\xe2\x82\xac 3.50", "\xf0\x9f\x98\x80", "tab\tand\nline",
        ("a text of more than a hundred and twenty-seven bytes, so that its length takes two bytes "
         "on the wire and whoever takes lengths for one byte trips over it"),
    };
    return mn_str_of(texts[below(random, MN_COUNT_OF(texts))]);
}

static struct mn_str make_option_str(struct trace_random *random)
{
    return below(random, 2) ? make_str(random) : (struct mn_str){0};
}

static void make_metadata(struct trace_random *random)
{
    struct mn_trace_metadata *metadata = &random->message.as.meta.metadata;
    metadata->name = make_str(random);
    metadata->target = make_str(random);
    metadata->level = (enum mn_level)below(random, MN_LEVEL_ERROR + 1);
    metadata->module_path = make_option_str(random);
    metadata->file = make_option_str(random);
    metadata->has_line = below(random, 2);
    metadata->line =
        metadata->has_line ? (uint32_t)test_random_bits(&random->seed, 64) : 0;
    metadata->field_names = random->names;
    metadata->field_name_count = below(random, 3);
    for (uint32_t i = 0; i < metadata->field_name_count; i++)
        random->names[i] = make_str(random);
    metadata->is_span = below(random, 2);
    metadata->is_event = !metadata->is_span;
}

static void make_field(struct trace_random *random, struct mn_trace_field *field)
{
    uint64_t bits = test_random_bits(&random->seed, 64);
    *field = (struct mn_trace_field){.name = make_str(random)};
    field->kind = (enum mn_value_kind)below(random, MN_VALUE_BOOL + 1);
    switch (field->kind) {
    case MN_VALUE_DEBUG:
    case MN_VALUE_STR: field->value.str = make_str(random); break;
    case MN_VALUE_F64: memcpy(&field->value.f64, &bits, sizeof bits); break;
    case MN_VALUE_I64: field->value.i64 = (int64_t)(bits & 1 ? ~bits : bits); break;
    case MN_VALUE_U64: field->value.u64 = bits; break;
    case MN_VALUE_BOOL: field->value.boolean = bits & 1; break;
    }
}

static struct mn_trace_fields make_fields(struct trace_random *random)
{
    uint32_t count = below(random, 4);
    for (uint32_t i = 0; i < count; i++)
        make_field(random, &random->fields[i]);
    return (struct mn_trace_fields){.items = random->fields, .count = count};
}

static void make_body(struct trace_random *random)
{
    struct mn_trace_message *message = &random->message;
    switch (message->kind) {
    case MN_TRACE_HEARTBEAT:
        message->as.level = (int)below(random, MN_LEVEL_OFF + 1);
        break;
    case MN_TRACE_REGISTER_META:
        message->as.meta.id = make_id(random);
        make_metadata(random);
        break;
    case MN_TRACE_EVENT:
        message->as.event.parent_id = test_random_bits(&random->seed, 64);
        message->as.event.fields = make_fields(random);
        message->as.event.meta_id = make_id(random);
        break;
    case MN_TRACE_NEW_SPAN:
        message->as.new_span.id = make_id(random);
        message->as.new_span.meta_id = make_id(random);
        message->as.new_span.parent_id = test_random_bits(&random->seed, 64);
        message->as.new_span.is_root = below(random, 2);
        message->as.new_span.fields = make_fields(random);
        break;
    case MN_TRACE_DISCARDED:
        message->as.discarded.new_spans = test_random_bits(&random->seed, 64);
        message->as.discarded.span_activity = test_random_bits(&random->seed, 64);
        message->as.discarded.events = test_random_bits(&random->seed, 64);
        message->as.discarded.metas = test_random_bits(&random->seed, 64);
        break;
    default:
        message->as.span = make_id(random);
        break;
    }
}

void trace_random_make(struct trace_random *random)
{
    random->message = (struct mn_trace_message){0};
    random->message.kind = (enum mn_trace_kind)below(random, MN_TRACE_DISCARDED + 1);
    make_body(random);
}

static bool same_str(struct mn_str left, struct mn_str right)
{
    if ((left.bytes == NULL) != (right.bytes == NULL) || left.count != right.count)
        return false;
    return left.count == 0 || memcmp(left.bytes, right.bytes, left.count) == 0;
}

static bool same_metadata(const struct mn_trace_metadata *left,
                          const struct mn_trace_metadata *right)
{
    bool same = same_str(left->name, right->name) && same_str(left->target, right->target) &&
                left->level == right->level && same_str(left->module_path, right->module_path) &&
                same_str(left->file, right->file) && left->has_line == right->has_line &&
                left->line == right->line && left->field_name_count == right->field_name_count &&
                left->is_span == right->is_span && left->is_event == right->is_event;
    for (uint32_t i = 0; same && i < left->field_name_count; i++)
        same = same_str(left->field_names[i], right->field_names[i]);
    return same;
}

static bool same_field(const struct mn_trace_field *left, const struct mn_trace_field *right)
{
    if (left->kind != right->kind || !same_str(left->name, right->name))
        return false;
    switch (left->kind) {
    case MN_VALUE_DEBUG:
    case MN_VALUE_STR: return same_str(left->value.str, right->value.str);
    case MN_VALUE_F64: return memcmp(&left->value.f64, &right->value.f64, sizeof(double)) == 0;
    case MN_VALUE_I64: return left->value.i64 == right->value.i64;
    case MN_VALUE_U64: return left->value.u64 == right->value.u64;
    case MN_VALUE_BOOL: return left->value.boolean == right->value.boolean;
    }
    return false;
}

static bool same_fields(const struct mn_trace_fields *left, const struct mn_trace_fields *right)
{
    bool same = left->count == right->count;
    for (uint32_t i = 0; same && i < left->count; i++)
        same = same_field(&left->items[i], &right->items[i]);
    return same;
}

bool trace_same(const struct mn_trace_message *left, const struct mn_trace_message *right)
{
    if (left->kind != right->kind)
        return false;
    switch (left->kind) {
    case MN_TRACE_HEARTBEAT: return left->as.level == right->as.level;
    case MN_TRACE_REGISTER_META:
        return left->as.meta.id == right->as.meta.id &&
               same_metadata(&left->as.meta.metadata, &right->as.meta.metadata);
    case MN_TRACE_EVENT:
        return left->as.event.parent_id == right->as.event.parent_id &&
               left->as.event.meta_id == right->as.event.meta_id &&
               same_fields(&left->as.event.fields, &right->as.event.fields);
    case MN_TRACE_NEW_SPAN:
        return left->as.new_span.id == right->as.new_span.id &&
               left->as.new_span.meta_id == right->as.new_span.meta_id &&
               left->as.new_span.parent_id == right->as.new_span.parent_id &&
               left->as.new_span.is_root == right->as.new_span.is_root &&
               same_fields(&left->as.new_span.fields, &right->as.new_span.fields);
    case MN_TRACE_DISCARDED:
        return left->as.discarded.new_spans == right->as.discarded.new_spans &&
               left->as.discarded.span_activity == right->as.discarded.span_activity &&
               left->as.discarded.events == right->as.discarded.events &&
               left->as.discarded.metas == right->as.discarded.metas;
    default: return left->as.span == right->as.span;
    }
}
