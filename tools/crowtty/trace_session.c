/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "trace_session.h"

#include <string.h>

#include "memory.h"
#include "text.h"
#include "trace_value.h"

/* ---- telling the sinks --------------------------------------------------------------------- */

static void tell_trouble(struct trace_session *session, enum trace_trouble trouble)
{
    session->troubles[trouble]++;
    for (uint32_t i = 0; i < session->sink_count; i++) {
        const struct trace_sink *sink = session->sinks[i];
        if (sink->trouble)
            sink->trouble(sink->context, trouble);
    }
}

static void tell_span(struct trace_session *session, enum mn_trace_kind kind,
                      const struct trace_span *span)
{
    for (uint32_t i = 0; i < session->sink_count; i++) {
        const struct trace_sink *sink = session->sinks[i];
        if (sink->span)
            sink->span(sink->context, session, kind, span);
    }
}

/* ---- metadata ------------------------------------------------------------------------------ */

static char *put_text(char *at, const char **where, struct mn_str text)
{
    size_t room = (size_t)text.count + 1;
    text_copy(at, room, text);
    *where = at;
    return at + room;
}

static void take_meta(struct trace_session *session, const struct mn_trace_message *message)
{
    const struct mn_trace_metadata *from = &message->as.meta.metadata;
    size_t bytes = (size_t)from->name.count + from->target.count + from->file.count + 3;
    struct trace_meta *meta = memory_zeroed(1, sizeof *meta + bytes);
    meta->id = message->as.meta.id;
    meta->level = from->level;
    meta->line = from->has_line ? from->line : 0;
    char *at = put_text(meta->text, &meta->name, from->name);
    at = put_text(at, &meta->target, from->target);
    put_text(at, &meta->file, from->file);

    free(id_map_take(&session->metas, meta->id)); /* registered again: for a host that came later */
    if (!id_map_put(&session->metas, meta->id, meta)) {
        free(meta);
        tell_trouble(session, TRACE_TROUBLE_META_FULL);
    }
}

/* ---- spans --------------------------------------------------------------------------------- */

const struct trace_span *trace_session_span(const struct trace_session *session, uint64_t id)
{
    return id_map_get(&session->spans, id);
}

static struct trace_span *span_of(struct trace_session *session, uint64_t id)
{
    return id_map_get(&session->spans, id);
}

/* One holder less; when it was the last, the span goes, and lets go of the one around it. */
static void release_span(struct trace_session *session, uint64_t id)
{
    struct trace_span *span = span_of(session, id);
    while (span && --span->holders == 0) {
        uint64_t parent_id = span->parent_id;
        tell_span(session, MN_TRACE_DROP_SPAN, span);
        free(id_map_take(&session->spans, span->id));
        span = span_of(session, parent_id);
    }
}

/* Its id is used again: we did not hear of its end. */
static void forget_span(struct trace_session *session, uint64_t id)
{
    struct trace_span *span = span_of(session, id);
    if (!span)
        return;
    span->holders = 1;
    release_span(session, id);
}

static uint64_t innermost(const struct trace_session *session)
{
    return session->entered_count ? session->entered[session->entered_count - 1] : 0;
}

static void take_new_span(struct trace_session *session, const struct mn_trace_message *message)
{
    const struct trace_meta *meta = id_map_get(&session->metas, message->as.new_span.meta_id);
    if (!meta) {
        tell_trouble(session, TRACE_TROUBLE_META_UNKNOWN);
        return;
    }
    struct trace_span *span = memory_zeroed(1, sizeof *span);
    span->id = message->as.new_span.id;
    span->parent_id = message->as.new_span.parent_id;
    if (!span->parent_id && !message->as.new_span.is_root)
        span->parent_id = innermost(session);
    span->holders = 1;
    span->level = meta->level;
    text_copy(span->name, sizeof span->name, mn_str_of(meta->name));
    trace_value_summary(span->fields, sizeof span->fields, &message->as.new_span.fields);

    forget_span(session, span->id);
    if (!id_map_put(&session->spans, span->id, span)) {
        free(span);
        tell_trouble(session, TRACE_TROUBLE_SPAN_FULL);
        return;
    }
    struct trace_span *parent = span_of(session, span->parent_id);
    if (parent && parent != span)
        parent->holders++;
    else
        span->parent_id = 0;
    tell_span(session, MN_TRACE_NEW_SPAN, span);
}

static void enter(struct trace_session *session, uint64_t id)
{
    if (session->entered_count < TRACE_ENTERED_MAX)
        session->entered[session->entered_count++] = id;
}

/* Most often the innermost; spans of several tasks may also be left in another order. */
static void leave(struct trace_session *session, uint64_t id)
{
    uint32_t at = session->entered_count;
    while (at > 0 && session->entered[at - 1] != id)
        at--;
    if (at == 0)
        return;
    memmove(&session->entered[at - 1], &session->entered[at],
            (session->entered_count - at) * sizeof session->entered[0]);
    session->entered_count--;
}

static void take_span_step(struct trace_session *session, const struct mn_trace_message *message)
{
    struct trace_span *span = span_of(session, message->as.span);
    if (message->kind == MN_TRACE_EXIT)
        leave(session, message->as.span);
    if (!span) {
        tell_trouble(session, TRACE_TROUBLE_SPAN_UNKNOWN);
        return;
    }
    if (message->kind == MN_TRACE_CLONE_SPAN) {
        span->holders++;
    } else if (message->kind == MN_TRACE_DROP_SPAN) {
        release_span(session, span->id);
    } else {
        if (message->kind == MN_TRACE_ENTER)
            enter(session, span->id);
        tell_span(session, message->kind, span);
    }
}

/* ---- events -------------------------------------------------------------------------------- */

static void tell_restart(struct trace_session *session)
{
    for (uint32_t i = 0; i < session->sink_count; i++) {
        const struct trace_sink *sink = session->sinks[i];
        if (sink->restart)
            sink->restart(sink->context);
    }
}

/* Machine time does not go back: where it does, the target was restarted behind a wire that stayed
 * up. Its metadata has come anew; its spans were those of the one before. */
static void take_time(struct trace_session *session, uint64_t at_us)
{
    if (at_us < session->now_us) {
        id_map_clear(&session->spans, free);
        session->entered_count = 0;
        tell_restart(session);
    }
    session->now_us = at_us;
}

static void take_event(struct trace_session *session, const struct mn_trace_message *message)
{
    const struct trace_meta *meta = id_map_get(&session->metas, message->as.event.meta_id);
    struct trace_event event = {
        .meta = meta,
        .fields = message->as.event.fields.items,
        .field_count = message->as.event.fields.count,
        .span_id = message->as.event.parent_id,
    };
    const struct mn_trace_field *at_us = trace_event_field(&event, "at_us");
    if (at_us && at_us->kind == MN_VALUE_U64)
        take_time(session, at_us->value.u64);
    if (!meta) {
        tell_trouble(session, TRACE_TROUBLE_META_UNKNOWN);
        return;
    }
    if (!event.span_id)
        event.span_id = innermost(session);
    event.at_us = session->now_us;
    event.at_ns = trace_event_u64(&event, "at_ns");
    event.has_ns = event.at_ns != 0;
    for (uint32_t i = 0; i < session->sink_count; i++) {
        const struct trace_sink *sink = session->sinks[i];
        if (sink->event)
            sink->event(sink->context, session, &event);
    }
}

/* ---- messages ------------------------------------------------------------------------------ */

static void take_level(struct trace_session *session, int level)
{
    for (uint32_t i = 0; i < session->sink_count; i++) {
        const struct trace_sink *sink = session->sinks[i];
        if (sink->level)
            sink->level(sink->context, level);
    }
}

static void take_lost(struct trace_session *session, const struct mn_trace_message *message)
{
    for (uint32_t i = 0; i < session->sink_count; i++) {
        const struct trace_sink *sink = session->sinks[i];
        if (sink->lost)
            sink->lost(sink->context, message);
    }
}

void trace_session_message(struct trace_session *session, const uint8_t *data, uint32_t count)
{
    const struct mn_trace_room room = {session->fields, MN_TRACE_FIELDS_MAX, session->names,
                                       MN_TRACE_NAMES_MAX};
    struct mn_trace_message message;
    if (mn_trace_decode(&message, &room, data, count) != MN_OK) {
        tell_trouble(session, TRACE_TROUBLE_MALFORMED);
        return;
    }
    session->messages++;
    switch (message.kind) {
    case MN_TRACE_HEARTBEAT: take_level(session, message.as.level); break;
    case MN_TRACE_REGISTER_META: take_meta(session, &message); break;
    case MN_TRACE_EVENT: take_event(session, &message); break;
    case MN_TRACE_NEW_SPAN: take_new_span(session, &message); break;
    case MN_TRACE_ENTER:
    case MN_TRACE_EXIT:
    case MN_TRACE_CLONE_SPAN:
    case MN_TRACE_DROP_SPAN: take_span_step(session, &message); break;
    case MN_TRACE_DISCARDED: take_lost(session, &message); break;
    }
}

void trace_session_take(struct trace_session *session, const uint8_t *data, uint32_t count)
{
    struct mn_cobs_decoder *cobs = &session->cobs;
    for (uint32_t at = 0; at < count;) {
        bool is_frame;
        uint32_t damaged = cobs->malformed + cobs->too_long;
        at += mn_cobs_decode(cobs, data + at, count - at, &is_frame);
        for (; damaged != cobs->malformed + cobs->too_long; damaged++)
            tell_trouble(session, TRACE_TROUBLE_DAMAGED);
        if (is_frame)
            trace_session_message(session, cobs->frame, cobs->count);
    }
}

/* ---- a session's life ---------------------------------------------------------------------- */

void trace_session_init(struct trace_session *session)
{
    *session = (struct trace_session){0};
    mn_cobs_decoder_init(&session->cobs, session->frame, sizeof session->frame);
    id_map_init(&session->metas, TRACE_METAS_MAX);
    id_map_init(&session->spans, TRACE_SPANS_MAX);
}

static void forget(struct trace_session *session)
{
    id_map_clear(&session->metas, free);
    id_map_clear(&session->spans, free);
    session->entered_count = 0;
    session->now_us = 0;
}

void trace_session_finish(struct trace_session *session)
{
    forget(session);
    id_map_finish(&session->metas);
    id_map_finish(&session->spans);
}

void trace_session_add(struct trace_session *session, const struct trace_sink *sink)
{
    MN_ASSERT(session->sink_count < TRACE_SINKS_MAX);
    session->sinks[session->sink_count++] = sink;
}

void trace_session_restart(struct trace_session *session)
{
    forget(session);
    mn_cobs_decoder_init(&session->cobs, session->frame, sizeof session->frame);
    tell_restart(session);
}
