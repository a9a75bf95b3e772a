/* log.h — what happened, as a record: level, target, message, typed fields, the spans around it.
 *
 *     #define MN_LOG_TARGET "kernel::services::serial_port"    (once, before the first use)
 *
 *     MN_WARN(log, "bytes discarded", MN_FIELD_U64("count", count), MN_FIELD_STR("uart", name));
 *
 * A call site costs nothing when its level is below MN_LOG_COMPILED, and one compare when its
 * level is below log->level. Everything constant about it is one read-only struct, whose address
 * is its identity. Records go synchronously to every sink that wants their level; a sink formats,
 * filters further by target, or serialises them. Nothing here formats text or allocates.
 *
 * Context  Tasks and the platform's loop. Interrupts do not log.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_LOG_H
#define MN_LOG_H

#include "mn/list.h"

/* The numbers are those of the trace format on the wire. */
enum mn_level { MN_LEVEL_TRACE, MN_LEVEL_DEBUG, MN_LEVEL_INFO, MN_LEVEL_WARN, MN_LEVEL_ERROR };
#define MN_LEVEL_OFF 5 /* as mn_log::level: nothing passes */

/* The lowest level that is compiled in at all; a build sets it with -DMN_LOG_COMPILED=2. */
#ifndef MN_LOG_COMPILED
#define MN_LOG_COMPILED MN_LEVEL_TRACE
#endif

enum mn_value_kind { /* likewise the wire's numbers */
    MN_VALUE_DEBUG, /* text as a program would write it: printed without quotes */
    MN_VALUE_STR,
    MN_VALUE_F64,
    MN_VALUE_I64,
    MN_VALUE_U64,
    MN_VALUE_BOOL,
};

struct mn_field {
    const char *name;
    enum mn_value_kind kind;
    union {
        const char *str; /* MN_VALUE_DEBUG, MN_VALUE_STR; never NULL */
        double f64;
        int64_t i64;
        uint64_t u64;
        bool boolean;
    } value;
};

#define MN_FIELD_DEBUG(name_, v) ((struct mn_field){name_, MN_VALUE_DEBUG, {.str = (v)}})
#define MN_FIELD_STR(name_, v) ((struct mn_field){name_, MN_VALUE_STR, {.str = (v)}})
#define MN_FIELD_F64(name_, v) ((struct mn_field){name_, MN_VALUE_F64, {.f64 = (v)}})
#define MN_FIELD_I64(name_, v) ((struct mn_field){name_, MN_VALUE_I64, {.i64 = (v)}})
#define MN_FIELD_U64(name_, v) ((struct mn_field){name_, MN_VALUE_U64, {.u64 = (v)}})
#define MN_FIELD_BOOL(name_, v) ((struct mn_field){name_, MN_VALUE_BOOL, {.boolean = (v)}})

struct mn_log_site { /* one per call site, read-only, lives as long as the program */
    const char *target;
    const char *text; /* an event's message, or a span's name */
    const char *file;
    uint32_t line;
    enum mn_level level;
    bool is_span;
};

/* A stretch of time in which other things happen. It lives in its owner's frame; events logged
 * while it is entered belong to it. Spans nest: the one entered last is the innermost. */
struct mn_span {
    const struct mn_log_site *site; /* NULL: filtered out as it was opened, all calls are no-ops */
    struct mn_span *outer;          /* entered around us, while we are entered */
    uint64_t id;                    /* counted up by the log, never 0 */
    uint64_t parent_id;             /* of the span entered when we were opened, or 0 */
    bool entered;
};

struct mn_log_record { /* borrowed by the sink for the length of the call */
    uint64_t time_us;
    const struct mn_log_site *site;
    const struct mn_field *fields; /* [field_count] */
    uint32_t field_count;
    const struct mn_span *span; /* for an event the innermost entered span, or NULL */
};

struct mn_log_sink {
    struct mn_list link;  /* in mn_log::sinks */
    enum mn_level level;  /* least severe level wanted */
    void *context;
    void (*event)(struct mn_log_sink *sink, const struct mn_log_record *record);
    /* The four steps of a span's life; each may be NULL. */
    void (*span_open)(struct mn_log_sink *sink, const struct mn_log_record *record);
    void (*span_enter)(struct mn_log_sink *sink, const struct mn_span *span);
    void (*span_exit)(struct mn_log_sink *sink, const struct mn_span *span);
    void (*span_close)(struct mn_log_sink *sink, const struct mn_span *span);
};

struct mn_log {
    int level;                 /* records below it are dropped; MN_LEVEL_OFF with no sink */
    const uint64_t *now_us;    /* the kernel's time */
    struct mn_list sinks;      /* mn_log_sink::link, first added first called */
    struct mn_span *innermost; /* entered last, or NULL */
    uint64_t span_ids;         /* latest id given */
};

/* `now_us` is where records read the time; it outlives the log. */
void mn_log_init(struct mn_log *log, const uint64_t *now_us);

/* Adds a sink (the caller owns it, and removes it before its memory goes), or takes it out. The
 * log's level becomes the least severe that any sink wants. A sink may not do either from inside
 * a call of its own. */
void mn_log_add_sink(struct mn_log *log, struct mn_log_sink *sink);
void mn_log_remove_sink(struct mn_log *log, struct mn_log_sink *sink);

/* Changes what a sink wants. */
void mn_log_set_level(struct mn_log *log, struct mn_log_sink *sink, enum mn_level level);

/* "TRACE" ... "ERROR". */
const char *mn_level_name(enum mn_level level);

static inline bool mn_log_wants(const struct mn_log *log, enum mn_level level)
{
    return (int)level >= (int)MN_LOG_COMPILED && MN_UNLIKELY((int)level >= log->level);
}

/* What the macros below call once a record is wanted. */
void mn_log_event(struct mn_log *log, const struct mn_log_site *site,
                  const struct mn_field *fields, uint32_t field_count);
void mn_span_open_at(struct mn_log *log, struct mn_span *span, const struct mn_log_site *site,
                     const struct mn_field *fields, uint32_t field_count);

/* Between enter and exit nothing may await: enter again after each await. Closing ends the
 * span; closing one that is entered panics. All are no-ops on a span that was filtered out. */
void mn_span_enter(struct mn_log *log, struct mn_span *span);
void mn_span_exit(struct mn_log *log, struct mn_span *span);
void mn_span_close(struct mn_log *log, struct mn_span *span);

#define MN_LOG_SITE_(level_, text_, is_span_) \
    {MN_LOG_TARGET, text_, __FILE__, __LINE__, level_, is_span_}
#define MN_FIELDS_(...) ((const struct mn_field[]){__VA_ARGS__})
#define MN_FIELD_END_ ((struct mn_field){0})

#define MN_LOG_(log_, level_, text_, ...)                                                   \
    do {                                                                                    \
        if (mn_log_wants((log_), (level_))) {                                               \
            static const struct mn_log_site site_ = MN_LOG_SITE_(level_, text_, false);     \
            mn_log_event((log_), &site_, MN_FIELDS_(__VA_ARGS__),                           \
                         MN_COUNT_OF(MN_FIELDS_(__VA_ARGS__)) - 1);                         \
        }                                                                                   \
    } while (0)

/* MN_INFO(log, "text") or MN_INFO(log, "text", MN_FIELD_...(name, value), ...) */
#define MN_TRACE(log, ...) MN_LOG_(log, MN_LEVEL_TRACE, __VA_ARGS__, MN_FIELD_END_)
#define MN_DEBUG(log, ...) MN_LOG_(log, MN_LEVEL_DEBUG, __VA_ARGS__, MN_FIELD_END_)
#define MN_INFO(log, ...) MN_LOG_(log, MN_LEVEL_INFO, __VA_ARGS__, MN_FIELD_END_)
#define MN_WARN(log, ...) MN_LOG_(log, MN_LEVEL_WARN, __VA_ARGS__, MN_FIELD_END_)
#define MN_ERROR(log, ...) MN_LOG_(log, MN_LEVEL_ERROR, __VA_ARGS__, MN_FIELD_END_)

/* MN_SPAN_OPEN(log, &frame->span, MN_LEVEL_DEBUG, "request", MN_FIELD_U64("id", id)) */
#define MN_SPAN_OPEN(log, span, ...) MN_SPAN_OPEN_(log, span, __VA_ARGS__, MN_FIELD_END_)
#define MN_SPAN_OPEN_(log_, span_, level_, text_, ...)                                      \
    do {                                                                                    \
        (span_)->site = NULL;                                                               \
        (span_)->entered = false;                                                           \
        if (mn_log_wants((log_), (level_))) {                                               \
            static const struct mn_log_site site_ = MN_LOG_SITE_(level_, text_, true);      \
            mn_span_open_at((log_), (span_), &site_, MN_FIELDS_(__VA_ARGS__),               \
                            MN_COUNT_OF(MN_FIELDS_(__VA_ARGS__)) - 1);                      \
        }                                                                                   \
    } while (0)

#endif
