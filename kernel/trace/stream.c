/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/trace_stream.h"

#include "mn/proto/cobs.h"

#define SITES_MAX_DEFAULT 128u
#define ROOM_ENOUGH 512u /* bytes of a frame of ordinary length */

/* ---- frames ----------------------------------------------------------------------------- */

/* Whether a task runs that only carries the trace. */
static bool is_quiet(const struct mn_trace_stream *stream)
{
    const struct mn_task *task = stream->kernel->running;
    return task && task->carries_trace;
}

static void hurry(struct mn_trace_stream *stream)
{
    stream->loud_bytes = stream->put_bytes;
    mn_waitq_wake_all(&stream->readable);
}

static uint32_t free_bytes(const struct mn_trace_stream *stream)
{
    return stream->buffer.capacity - mn_bbq_count(&stream->buffer);
}

static bool put_bytes(struct mn_trace_stream *stream, const uint8_t *bytes, uint32_t count)
{
    if (free_bytes(stream) < count)
        return false;
    uint32_t written = mn_bbq_write_now(&stream->buffer, bytes, count);
    MN_ASSERT(written == count); /* we are the only writer, and never ask for exact grants */
    stream->put_bytes += count;
    return true;
}

/* Encodes a message behind the room that COBS needs to grow, then over it. */
static bool put_message(struct mn_trace_stream *stream, const struct mn_trace_message *message)
{
    enum { AHEAD = MN_COBS_GROWTH(MN_TRACE_FRAME_MAX), MOST = MN_TRACE_FRAME_MAX - AHEAD - 1 };
    uint8_t *bytes = stream->frame + AHEAD;
    uint32_t count = 0, frame_bytes = 0;
    if (mn_trace_encode(bytes, MOST, message, &count) != MN_OK ||
        mn_cobs_encode(stream->frame, MN_TRACE_FRAME_MAX, bytes, count, &frame_bytes) != MN_OK)
        return false;
    if (put_bytes(stream, stream->frame, frame_bytes))
        return true;
    stream->lost_bytes += message->kind == MN_TRACE_DISCARDED ? 0 : frame_bytes;
    return false;
}

/* Says how much was lost, if anything was. False if there is no room for that, and for something
 * to follow it: or a full buffer would fill up with reports. */
static bool say_lost(struct mn_trace_stream *stream)
{
    if ((stream->lost_new_spans | stream->lost_span_activity | stream->lost_events |
         stream->lost_metas) == 0)
        return true;
    if (free_bytes(stream) < stream->buffer.capacity / 4)
        return false;
    struct mn_trace_message message = {.kind = MN_TRACE_DISCARDED};
    message.as.discarded.new_spans = stream->lost_new_spans;
    message.as.discarded.span_activity = stream->lost_span_activity;
    message.as.discarded.events = stream->lost_events;
    message.as.discarded.metas = stream->lost_metas;
    if (!put_message(stream, &message))
        return false;
    stream->lost_new_spans = stream->lost_span_activity = 0;
    stream->lost_events = stream->lost_metas = 0;
    stream->is_loss_loud = false;
    return true;
}

/* Puts a message in, after what has to be said first; counts it in `lost` if it does not fit. */
static bool put(struct mn_trace_stream *stream, const struct mn_trace_message *message,
                uint64_t *lost)
{
    bool fits = say_lost(stream) && put_message(stream, message);
    if (!fits) {
        ++*lost;
        stream->is_loss_loud |= !is_quiet(stream);
    }
    return fits;
}

/* ---- sites ------------------------------------------------------------------------------ */

static struct mn_trace_entry *shared_entry(struct mn_trace_stream *stream,
                                           const struct mn_log_site *site)
{
    struct mn_trace_entry *entry = &stream->entries[stream->entries_max];
    if (entry->site != site)
        *entry = (struct mn_trace_entry){site, stream->entries_max + 1, 0};
    return entry;
}

static struct mn_trace_entry *entry_of(struct mn_trace_stream *stream,
                                       const struct mn_log_site *site)
{
    uint32_t hash = (uint32_t)((uintptr_t)site >> 3) * UINT32_C(2654435769);
    uint32_t index = (hash >> 8) % stream->entries_max;
    for (uint32_t i = 0; i < stream->entries_max; i++) {
        struct mn_trace_entry *entry = &stream->entries[index];
        if (!entry->site)
            *entry = (struct mn_trace_entry){site, ++stream->entry_count, 0};
        if (entry->site == site)
            return entry;
        index = index + 1 == stream->entries_max ? 0 : index + 1;
    }
    return shared_entry(stream, site);
}

/* Where the tree begins is of no interest: "../kernel/core/task.c" is kernel/core/task.c. */
static struct mn_str file_of(const struct mn_log_site *site)
{
    const char *file = site->file;
    while (file && file[0] == '.' && file[1] == '.' && file[2] == '/')
        file += 3;
    return file ? mn_str_of(file) : (struct mn_str){0};
}

/* Returns the number of the record's site, which the reader knows then; or 0. */
static uint64_t known_site(struct mn_trace_stream *stream, const struct mn_log_site *site,
                           uint32_t field_count)
{
    struct mn_trace_entry *entry = entry_of(stream, site);
    if (entry->age == stream->age)
        return entry->meta_id;
    struct mn_trace_message message = {.kind = MN_TRACE_REGISTER_META};
    for (uint32_t i = 0; i < field_count; i++)
        stream->names[i] = stream->fields[i].name;
    message.as.meta.id = entry->meta_id;
    message.as.meta.metadata = (struct mn_trace_metadata){
        .name = mn_str_of(site->text),
        .target = mn_str_of(site->target),
        .level = site->level,
        .file = file_of(site),
        .has_line = site->file != NULL,
        .line = site->line,
        .field_names = stream->names,
        .field_name_count = field_count,
        .is_span = site->is_span,
        .is_event = !site->is_span,
    };
    if (!put(stream, &message, &stream->lost_metas))
        return 0;
    entry->age = stream->age;
    return entry->meta_id;
}

/* ---- records ---------------------------------------------------------------------------- */

static uint32_t take_fields(struct mn_trace_stream *stream, uint32_t at,
                            const struct mn_field *fields, uint32_t count)
{
    for (uint32_t i = 0; i < count && i < MN_TRACE_RECORD_FIELDS_MAX; i++)
        stream->fields[at++] = mn_trace_field_of(&fields[i]);
    return at;
}

/* The innermost span that the reader has been told of. */
static uint64_t told_span(const struct mn_trace_stream *stream, const struct mn_span *span)
{
    while (span && (span->id <= stream->spans_from || span->site->level < stream->sink.level))
        span = span->outer;
    return span ? span->id : 0;
}

static bool put_event(struct mn_trace_stream *stream, const struct mn_log_site *site,
                      const struct mn_field *fields, uint32_t field_count, uint64_t parent_id)
{
    struct mn_field text = MN_FIELD_DEBUG("message", site->text);
    struct mn_field at_us = MN_FIELD_U64("at_us", stream->kernel->now_us);
    uint32_t count = take_fields(stream, 0, &text, 1);
    count = take_fields(stream, count, fields, field_count);
    count = take_fields(stream, count, &at_us, 1);

    struct mn_trace_message message = {.kind = MN_TRACE_EVENT};
    message.as.event.parent_id = parent_id;
    message.as.event.fields = (struct mn_trace_fields){stream->fields, count};
    message.as.event.meta_id = known_site(stream, site, count);
    if (message.as.event.meta_id != 0)
        return put(stream, &message, &stream->lost_events);
    stream->lost_events++;
    return false;
}

static void settle(struct mn_trace_stream *stream)
{
    if (!is_quiet(stream))
        hurry(stream);
}

static void event(struct mn_log_sink *sink, const struct mn_log_record *record)
{
    struct mn_trace_stream *stream = sink->context;
    put_event(stream, record->site, record->fields, record->field_count,
              told_span(stream, record->span));
    settle(stream);
}

static void span_open(struct mn_log_sink *sink, const struct mn_log_record *record)
{
    struct mn_trace_stream *stream = sink->context;
    uint32_t count = take_fields(stream, 0, record->fields, record->field_count);
    struct mn_trace_message message = {.kind = MN_TRACE_NEW_SPAN};
    message.as.new_span.id = record->span->id;
    message.as.new_span.parent_id = told_span(stream, stream->kernel->log.innermost);
    message.as.new_span.is_root = message.as.new_span.parent_id == 0;
    message.as.new_span.fields = (struct mn_trace_fields){stream->fields, count};
    message.as.new_span.meta_id = known_site(stream, record->site, count);
    if (message.as.new_span.meta_id != 0)
        put(stream, &message, &stream->lost_new_spans);
    else
        stream->lost_new_spans++;
    settle(stream);
}

static void put_span(struct mn_log_sink *sink, const struct mn_span *span,
                     enum mn_trace_kind kind)
{
    struct mn_trace_stream *stream = sink->context;
    struct mn_trace_message message = {.kind = kind, .as.span = span->id};
    if (span->id <= stream->spans_from)
        return;
    put(stream, &message, &stream->lost_span_activity);
    settle(stream);
}

static void span_enter(struct mn_log_sink *sink, const struct mn_span *span)
{
    put_span(sink, span, MN_TRACE_ENTER);
}

static void span_exit(struct mn_log_sink *sink, const struct mn_span *span)
{
    put_span(sink, span, MN_TRACE_EXIT);
}

static void span_close(struct mn_log_sink *sink, const struct mn_span *span)
{
    put_span(sink, span, MN_TRACE_DROP_SPAN);
}

/* ---- life ------------------------------------------------------------------------------- */

static uint32_t entries_max(const struct mn_trace_stream_config *config)
{
    return config->sites_max ? config->sites_max : SITES_MAX_DEFAULT;
}

uint32_t mn_trace_stream_bytes(const struct mn_trace_stream_config *config)
{
    return (entries_max(config) + 1) * (uint32_t)sizeof(struct mn_trace_entry) +
           MN_TRACE_FRAME_MAX + config->buffer_bytes;
}

void mn_trace_stream_init(struct mn_trace_stream *stream, struct mn_kernel *kernel,
                          const struct mn_trace_stream_config *config, void *block)
{
    *stream = (struct mn_trace_stream){
        .kernel = kernel,
        .entries = block,
        .entries_max = entries_max(config),
        .age = 1,
        .sink = {.context = stream, .event = event, .span_open = span_open,
                 .span_enter = span_enter, .span_exit = span_exit, .span_close = span_close},
    };
    for (uint32_t i = 0; i <= stream->entries_max; i++)
        stream->entries[i] = (struct mn_trace_entry){0};
    stream->frame = (uint8_t *)(stream->entries + stream->entries_max + 1);
    mn_bbq_init(&stream->buffer, stream->frame + MN_TRACE_FRAME_MAX, config->buffer_bytes);
    mn_waitq_init(&stream->readable);
    mn_waitq_init(&stream->writable);
}

void mn_trace_stream_finish(struct mn_trace_stream *stream)
{
    MN_ASSERT(mn_waitq_is_empty(&stream->readable) && mn_waitq_is_empty(&stream->writable));
    mn_trace_stream_set_level(stream, MN_LEVEL_OFF);
}

void mn_trace_stream_set_level(struct mn_trace_stream *stream, int level)
{
    struct mn_log *log = &stream->kernel->log;
    bool is_on = level != MN_LEVEL_OFF;
    if (stream->is_on)
        mn_log_remove_sink(log, &stream->sink);
    if (is_on && !stream->is_on)
        stream->spans_from = log->span_ids;
    stream->is_on = is_on;
    if (!is_on)
        return;
    stream->sink.level = (enum mn_level)level;
    mn_log_add_sink(log, &stream->sink);
}

void mn_trace_stream_renew(struct mn_trace_stream *stream)
{
    stream->age++;
}

void mn_trace_stream_clear(struct mn_trace_stream *stream)
{
    mn_bbq_reset(&stream->buffer);
    stream->put_bytes = stream->loud_bytes = stream->taken_bytes = 0;
    stream->lost_new_spans = stream->lost_span_activity = 0;
    stream->lost_events = stream->lost_metas = 0;
    stream->is_loss_loud = false;
    mn_trace_stream_renew(stream); /* a registration may have been among it */
}

/* ---- the reader's side ------------------------------------------------------------------ */

bool mn_trace_stream_heartbeat(struct mn_trace_stream *stream, int level)
{
    struct mn_trace_message message = {.kind = MN_TRACE_HEARTBEAT, .as.level = level};
    uint64_t not_counted = 0;
    bool fits = put(stream, &message, &not_counted);
    hurry(stream);
    return fits;
}

bool mn_trace_stream_event(struct mn_trace_stream *stream, const struct mn_log_site *site,
                           const struct mn_field *fields, uint32_t field_count)
{
    bool fits = put_event(stream, site, fields, field_count, 0);
    hurry(stream);
    return fits;
}

bool mn_trace_stream_has_room(struct mn_trace_stream *stream)
{
    const struct mn_bbq *buffer = &stream->buffer;
    uint32_t enough = buffer->capacity < ROOM_ENOUGH ? buffer->capacity : ROOM_ENOUGH;
    if (free_bytes(stream) >= enough)
        return true;
    hurry(stream);
    return false;
}

bool mn_trace_stream_read(struct mn_trace_stream *stream, struct mn_grant *piece)
{
    uint64_t left = stream->loud_bytes - stream->taken_bytes;
    if (left == 0 && stream->is_loss_loud && say_lost(stream)) {
        stream->loud_bytes = stream->put_bytes;
        left = stream->loud_bytes - stream->taken_bytes;
    }
    if (left == 0 || mn_bbq_read_now(&stream->buffer, piece) != MN_OK)
        return false;
    if (piece->count > left)
        piece->count = (uint32_t)left;
    return true;
}

void mn_trace_stream_release(struct mn_trace_stream *stream, struct mn_grant *piece,
                             uint32_t taken)
{
    mn_bbq_release(&stream->buffer, piece, taken);
    stream->taken_bytes += taken;
    mn_waitq_wake_all(&stream->writable);
}
