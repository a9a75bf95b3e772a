/* trace_message.h — what a target tells about itself on the trace port, and what a host asks.
 *
 *     target ──► heartbeat, register_meta, event, new_span, enter, exit ... ──► host
 *            ◄────────────────────────── set_max_level ◄──────────────────────
 *
 * Messages are postcard (mn/proto/postcard.h); on the wire each is a COBS frame (mn/proto/cobs.h)
 * in the byte stream of mux port 3, with no regard to where mux frames begin and end.
 *
 *     level      enum: 0 trace, 1 debug, 2 info, 3 warn, 4 error
 *     id         u64, never 0: of a span, or of metadata
 *     value      enum: 0 debug str, 1 str, 2 f64, 3 i64, 4 u64, 5 bool
 *     fields     map of str to value; an event's text is the field "message"
 *     metadata   name str, target str, level, module_path option str, file option str,
 *                line option u32, field names seq of str, is_span bool, is_event bool
 *
 * Memory   Everything is the caller's. A decoded message points into the bytes it was decoded
 *          from, and into the room for its fields.
 * Context  Any.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_PROTO_TRACE_MESSAGE_H
#define MN_PROTO_TRACE_MESSAGE_H

#include "mn/log.h"
#include "mn/proto/postcard.h"

/* The longest message that every receiver takes, in bytes before COBS; and the most fields and
 * field names that one of that length can hold: a field takes 3 bytes at least, a name 1. */
#define MN_TRACE_MESSAGE_MAX 1024u
#define MN_TRACE_FIELDS_MAX (MN_TRACE_MESSAGE_MAX / 3u)
#define MN_TRACE_NAMES_MAX MN_TRACE_MESSAGE_MAX

enum mn_trace_kind { /* target to host; the wire's numbers */
    MN_TRACE_HEARTBEAT,
    MN_TRACE_REGISTER_META,
    MN_TRACE_EVENT,
    MN_TRACE_NEW_SPAN,
    MN_TRACE_ENTER,
    MN_TRACE_EXIT,
    MN_TRACE_CLONE_SPAN,
    MN_TRACE_DROP_SPAN,
    MN_TRACE_DISCARDED,
};

struct mn_trace_field {
    struct mn_str name;
    enum mn_value_kind kind;
    union {
        struct mn_str str; /* MN_VALUE_DEBUG, MN_VALUE_STR */
        double f64;
        int64_t i64;
        uint64_t u64;
        bool boolean;
    } value;
};

struct mn_trace_fields {
    const struct mn_trace_field *items; /* [count] */
    uint32_t count;
};

struct mn_trace_metadata { /* all that is constant about a place that reports */
    struct mn_str name, target;
    enum mn_level level;
    struct mn_str module_path; /* bytes NULL: not known; so for `file` */
    struct mn_str file;
    bool has_line;
    uint32_t line;                    /* from 1; while has_line */
    const struct mn_str *field_names; /* [field_name_count] */
    uint32_t field_name_count;
    bool is_span, is_event;
};

struct mn_trace_message {
    enum mn_trace_kind kind; /* says which member below is valid */
    union {
        int level; /* HEARTBEAT: an enum mn_level, or MN_LEVEL_OFF */
        struct {
            uint64_t id;
            struct mn_trace_metadata metadata;
        } meta;        /* REGISTER_META */
        struct {
            uint64_t parent_id; /* span around it, or 0 */
            struct mn_trace_fields fields;
            uint64_t meta_id;
        } event;       /* EVENT */
        struct {
            uint64_t id, meta_id;
            uint64_t parent_id; /* span around it, or 0 */
            bool is_root;
            struct mn_trace_fields fields;
        } new_span;    /* NEW_SPAN */
        uint64_t span; /* ENTER, EXIT, CLONE_SPAN, DROP_SPAN: its id */
        struct {
            uint64_t new_spans, span_activity, events, metas;
        } discarded;   /* DISCARDED: messages of each sort that did not fit the target's buffer */
    } as;
};

/* Writes a message to `out`; `*bytes` tells how long it is, or 0.
 *
 * Ends with  MN_OK
 *            MN_ERR_INVALID  an id is 0, or a kind or level is none
 *            MN_ERR_FULL     `room` is too small */
enum mn_err mn_trace_encode(uint8_t *out, uint32_t room, const struct mn_trace_message *message,
                            uint32_t *bytes) MN_MUST_USE;

struct mn_trace_room { /* for what a decoded message holds any number of */
    struct mn_trace_field *fields; /* [fields_max] */
    uint32_t fields_max;
    struct mn_str *names; /* [names_max] */
    uint32_t names_max;
};

/* Reads one message, which takes up all of `data`.
 *
 * Borrows    `data` and what `room` points to, as long as the message is in use.
 * Ends with  MN_OK
 *            MN_ERR_EMPTY    the bytes end within the message
 *            MN_ERR_INVALID  they are no message, or something follows it
 *            MN_ERR_FULL     more fields or names than there is room for */
enum mn_err mn_trace_decode(struct mn_trace_message *message, const struct mn_trace_room *room,
                            const uint8_t *data, uint32_t count) MN_MUST_USE;

/* A field as logged, as one to encode: borrows its strings. */
struct mn_trace_field mn_trace_field_of(const struct mn_field *field);

enum mn_trace_request_kind { MN_TRACE_SET_MAX_LEVEL }; /* host to target; the wire's numbers */

struct mn_trace_request {
    enum mn_trace_request_kind kind;
    int level; /* an enum mn_level, or MN_LEVEL_OFF */
};

#define MN_TRACE_REQUEST_MAX 3u /* bytes of the longest request as encoded here */

/* The same for what a host asks; the errors are those of messages. */
enum mn_err mn_trace_request_encode(uint8_t *out, uint32_t room,
                                    const struct mn_trace_request *request,
                                    uint32_t *bytes) MN_MUST_USE;
enum mn_err mn_trace_request_decode(struct mn_trace_request *request, const uint8_t *data,
                                    uint32_t count) MN_MUST_USE;

#endif
