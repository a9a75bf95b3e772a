/* stream.h — trace messages for tests, straight into a session or collected as bytes.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef TESTS_CROWTTY_STREAM_H
#define TESTS_CROWTTY_STREAM_H

#include "trace_session.h"

#define STREAM_BYTES 65536u

struct stream {
    uint8_t bytes[STREAM_BYTES]; /* COBS frames, as on the trace port */
    uint32_t count;
    uint64_t at_us, at_ns; /* goes with each event; at_ns unless 0 */
};

/* Adds a message. */
void stream_add(struct stream *stream, const struct mn_trace_message *message);

void stream_meta(struct stream *stream, uint64_t id, const char *name, const char *target,
                 enum mn_level level);
void stream_span(struct stream *stream, uint64_t id, uint64_t meta_id, uint64_t parent_id);
void stream_step(struct stream *stream, enum mn_trace_kind kind, uint64_t span_id);

/* An event with `count` fields, and the times behind them. */
void stream_event(struct stream *stream, uint64_t meta_id, uint64_t parent_id,
                  const struct mn_field *fields, uint32_t count);

#define STREAM_EVENT(stream, meta_id, ...)                             \
    stream_event(stream, meta_id, 0, (const struct mn_field[]){__VA_ARGS__}, \
                 sizeof((const struct mn_field[]){__VA_ARGS__}) / sizeof(struct mn_field))

/* Gives all of it to the session and begins anew. */
void stream_send(struct stream *stream, struct trace_session *session);

/* What was written to a stream made with stream_memory; closes it. To be freed. */
FILE *stream_memory(void);
char *stream_text(FILE *file);

#endif
