/* trace_stream.h — the log as a stream of bytes: trace messages, framed, in a bounded buffer.
 *
 *     log records ─► [ registration ][ event ][ new span ] ... ─► whoever carries them away
 *     rows, heartbeats ─┘        what does not fit is counted
 *
 * A sink of the kernel's log (mn/log.h). Each record becomes a message of mn/proto/trace_message.h
 * in a COBS frame. An event has the fields "message", its own, and last "at_us", machine time.
 *
 * Sites    A site's address is its identity, its number is counted from 1. It is registered before
 *          its first use, and again after mn_trace_stream_renew. Sites beyond `sites_max` share one
 *          more number, which is registered anew whenever another of them uses it: nothing is
 *          lost, it only takes more bytes.
 * Loss     A message that does not fit in the buffer is dropped and counted by its sort. Before
 *          anything else goes in, and at the latest when the buffer has been read, a `discarded`
 *          message says how many. A registration that was dropped is tried again at the next use;
 *          until one gets through, the site's events are dropped and counted with it.
 * Quiet    What is logged while a task runs that carries the trace (mn_task::carries_trace) waits
 *          in the buffer and wakes nobody: it goes with whatever comes next. So moving the trace
 *          never causes more of it to be moved, and an idle machine comes to rest.
 * Memory   One block given by the owner: buffer, table of sites, room for one frame. Nothing here
 *          allocates.
 * Context  As the log.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_TRACE_STREAM_H
#define MN_TRACE_STREAM_H

#include "mn/bbq.h"
#include "mn/kernel.h"
#include "mn/proto/trace_message.h"

#define MN_TRACE_FRAME_MAX 1024u       /* bytes of a frame; a longer message is dropped, counted */
#define MN_TRACE_RECORD_FIELDS_MAX 14u /* fields of one record that are sent; more are left out */

struct mn_trace_stream_config {
    uint32_t buffer_bytes; /* 1 to 2^30 */
    uint32_t sites_max;    /* sites with a number of their own; 0 means 128 */
};

struct mn_trace_entry {
    const struct mn_log_site *site; /* NULL: free */
    uint32_t meta_id;
    uint32_t age; /* mn_trace_stream::age as it was registered, 0: never */
};

struct mn_trace_stream { /* read the counts at will */
    struct mn_log_sink sink;
    struct mn_kernel *kernel;
    bool is_on;               /* the sink is in the log */
    struct mn_bbq buffer;     /* of frames */
    uint64_t put_bytes;       /* ever put in the buffer */
    uint64_t loud_bytes;      /* of these, so many are to be carried away now */
    uint64_t taken_bytes;     /* ever taken out */
    struct mn_waitq readable; /* woken when there is something to carry away */
    struct mn_waitq writable; /* woken when room appears */
    struct mn_trace_entry *entries; /* [entries_max] by hash, then the shared one */
    uint32_t entries_max, entry_count;
    uint32_t age;
    uint64_t spans_from;      /* spans with ids up to this one are not known to the reader */
    uint64_t lost_new_spans, lost_span_activity, lost_events, lost_metas; /* not yet said */
    uint64_t lost_bytes;      /* of frames that found no room so far; at least */
    bool is_loss_loud;        /* some of it is not of tasks that carry the trace: to be said now */
    uint8_t *frame;           /* [MN_TRACE_FRAME_MAX] */
    struct mn_trace_field fields[MN_TRACE_RECORD_FIELDS_MAX + 2];
    struct mn_str names[MN_TRACE_RECORD_FIELDS_MAX + 2];
};

/* The size of the block that mn_trace_stream_init needs. */
uint32_t mn_trace_stream_bytes(const struct mn_trace_stream_config *config);

/* Makes a stream that is empty and off.
 *
 * Borrows  `block`, aligned for any type, until mn_trace_stream_finish. */
void mn_trace_stream_init(struct mn_trace_stream *stream, struct mn_kernel *kernel,
                          const struct mn_trace_stream_config *config, void *block);

/* Leaves the log. Nobody may wait on the stream. */
void mn_trace_stream_finish(struct mn_trace_stream *stream);

/* Takes records of `level` and above; with MN_LEVEL_OFF the stream leaves the log, and costs
 * nothing. */
void mn_trace_stream_set_level(struct mn_trace_stream *stream, int level);

/* The reader may be another one: every site is registered again before its next use. */
void mn_trace_stream_renew(struct mn_trace_stream *stream);

/* Empties the buffer and forgets what was lost. No piece may be out. */
void mn_trace_stream_clear(struct mn_trace_stream *stream);

/* Puts in a heartbeat with `level`, or an event of `site` that does not come from the log. Both
 * are carried away at once. Returns whether it fitted; a heartbeat that does not is not counted. */
bool mn_trace_stream_heartbeat(struct mn_trace_stream *stream, int level);
bool mn_trace_stream_event(struct mn_trace_stream *stream, const struct mn_log_site *site,
                           const struct mn_field *fields, uint32_t field_count);

/* Whether an event of ordinary length fits now. If not, what is in the buffer is to be carried away
 * now, and `writable` is woken as that happens. */
bool mn_trace_stream_has_room(struct mn_trace_stream *stream);

/* Grants the oldest bytes that are to be carried away now; false when there are none. The caller
 * owes mn_trace_stream_release, with how many of them are gone. */
bool mn_trace_stream_read(struct mn_trace_stream *stream, struct mn_grant *piece);
void mn_trace_stream_release(struct mn_trace_stream *stream, struct mn_grant *piece,
                             uint32_t taken);

#endif
