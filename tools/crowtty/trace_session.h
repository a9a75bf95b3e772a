/* trace_session.h — one target's trace stream as a host follows it.
 *
 *     bytes of mux port 3 ──► COBS ──► messages ──► tables of metadata and spans ──► sinks
 *                                                      bounded                     print, perfetto,
 *                                                                                  top, decode
 *
 * Nothing that comes from a target is believed: what cannot be read, or names metadata or spans
 * that are not known, is counted, told to the sinks as trouble, and the stream goes on.
 *
 * Time     Events carry their machine time, at_us, and some a host clock, at_ns. Spans carry none:
 *          they happen at the latest time seen.
 * Memory   Two tables of bounded size, their entries allocated as they come. What a sink is given
 *          is valid during the call.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_TRACE_SESSION_H
#define CROWTTY_TRACE_SESSION_H

#include "id_map.h"
#include "mn/proto/cobs.h"
#include "mn/proto/trace_message.h"

#define TRACE_METAS_MAX 2048u
#define TRACE_SPANS_MAX 4096u
#define TRACE_ENTERED_MAX 64u /* spans entered and not left; deeper ones are not followed */
#define TRACE_SPAN_NAME_BYTES 64u
#define TRACE_SPAN_FIELDS_BYTES 160u
#define TRACE_SINKS_MAX 4u

struct trace_meta {
    uint64_t id;
    enum mn_level level;
    uint32_t line;            /* 0: not known */
    const char *name, *target; /* without zeros inside */
    const char *file;         /* "": not known */
    char text[];              /* where the three lie */
};

struct trace_span {
    uint64_t id, parent_id; /* parent 0: none */
    uint32_t holders;       /* clones, and spans inside it; gone at 0 */
    enum mn_level level;
    char name[TRACE_SPAN_NAME_BYTES];
    char fields[TRACE_SPAN_FIELDS_BYTES]; /* "{a=1 b=2}", harmless on a terminal; or "" */
};

struct trace_event {
    const struct trace_meta *meta;
    const struct mn_trace_field *fields; /* [field_count], at_us and at_ns among them */
    uint32_t field_count;
    uint64_t span_id; /* the span around it, or 0 */
    uint64_t at_us;   /* machine time, or the latest seen */
    uint64_t at_ns;   /* host clock; while has_ns */
    bool has_ns;
};

enum trace_trouble {
    TRACE_TROUBLE_MALFORMED,    /* a message that is none */
    TRACE_TROUBLE_DAMAGED,      /* bytes that are no frame, or a frame that is too long */
    TRACE_TROUBLE_META_UNKNOWN, /* an event or span whose metadata was never seen */
    TRACE_TROUBLE_SPAN_UNKNOWN, /* likewise the span */
    TRACE_TROUBLE_META_FULL,    /* more metadata than TRACE_METAS_MAX */
    TRACE_TROUBLE_SPAN_FULL,    /* more spans than TRACE_SPANS_MAX */
    TRACE_TROUBLES
};

struct trace_session;

/* Who hears of it. Each function may be NULL. */
struct trace_sink {
    void *context;
    void (*event)(void *context, struct trace_session *session, const struct trace_event *event);
    /* MN_TRACE_NEW_SPAN, after it was made; ENTER and EXIT; DROP_SPAN, before it is gone. */
    void (*span)(void *context, struct trace_session *session, enum mn_trace_kind kind,
                 const struct trace_span *span);
    void (*lost)(void *context, const struct mn_trace_message *discarded);
    void (*level)(void *context, int level); /* a heartbeat's: an enum mn_level or MN_LEVEL_OFF */
    void (*trouble)(void *context, enum trace_trouble trouble);
    void (*restart)(void *context); /* the target began anew: ids mean something else now */
};

struct trace_session {
    struct mn_cobs_decoder cobs;
    uint8_t frame[MN_TRACE_MESSAGE_MAX];
    struct mn_trace_field fields[MN_TRACE_FIELDS_MAX];
    struct mn_str names[MN_TRACE_NAMES_MAX];
    struct id_map metas, spans;
    uint64_t entered[TRACE_ENTERED_MAX]; /* ids, outermost first */
    uint32_t entered_count;
    uint64_t now_us; /* latest machine time seen */
    const struct trace_sink *sinks[TRACE_SINKS_MAX];
    uint32_t sink_count;
    uint64_t messages;                  /* read without trouble */
    uint64_t troubles[TRACE_TROUBLES];
};

void trace_session_init(struct trace_session *session);
void trace_session_finish(struct trace_session *session);

/* Borrows the sink as long as the session lives. */
void trace_session_add(struct trace_session *session, const struct trace_sink *sink);

/* Takes bytes of the trace port, in any pieces. */
void trace_session_take(struct trace_session *session, const uint8_t *data, uint32_t count);

/* Takes one message that has been unpacked already. */
void trace_session_message(struct trace_session *session, const uint8_t *data, uint32_t count);

/* Forgets all that the target said: it has been restarted, or may have been. */
void trace_session_restart(struct trace_session *session);

/* NULL: unknown, or none. */
const struct trace_span *trace_session_span(const struct trace_session *session, uint64_t id);

/* A field by its name; NULL: there is none. */
const struct mn_trace_field *trace_event_field(const struct trace_event *event, const char *name);

/* A field that is a number (0 unless it is a u64), or a text ("" unless it is one). */
uint64_t trace_event_u64(const struct trace_event *event, const char *name);
struct mn_str trace_event_str(const struct trace_event *event, const char *name);

/* The field "message", or else the name. */
struct mn_str trace_event_message(const struct trace_event *event);

/* Of the level's name, off included. */
const char *trace_level_name(int level);

/* What went wrong, as the end of "3 ...". */
const char *trace_trouble_text(enum trace_trouble trouble);

#endif
