/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "perfetto.h"

#include <inttypes.h>
#include <string.h>

#include "memory.h"
#include "perfetto_json.h"
#include "text.h"

#define OUTSIDE_TRACK 4294967294u /* what happens outside any task: no task has this id */
#define NAME_BYTES 64u

struct perfetto_task {
    bool is_named, is_polling;
    bool is_ended; /* it goes with the end of its poll */
    uint64_t since_ns;
};

struct flow_end { /* where an arrow touches a track */
    uint64_t track, at_ns;
};

struct perfetto_flow { /* a request that has no reply yet */
    struct flow_end request, take;
    bool is_taken;
};

/* ---- time ---------------------------------------------------------------------------------- */

/* The event's own time, or that of the one before it: log events have machine time only, and that
 * stands still within a tick, while a host clock runs. */
static uint64_t clock_ns(struct perfetto *perfetto, const struct trace_event *event)
{
    if (event->has_ns) {
        if (!perfetto->has_ns)
            perfetto->base_ns = event->at_ns - perfetto->now_ns - 1;
        perfetto->has_ns = true;
        return event->at_ns - perfetto->base_ns;
    }
    if (perfetto->has_ns)
        return perfetto->now_ns;
    uint64_t at_ns = event->at_us * 1000u;
    if (!perfetto->has_us)
        perfetto->base_us = at_ns - perfetto->now_ns - 1;
    perfetto->has_us = true;
    return at_ns - perfetto->base_us;
}

static void advance(struct perfetto *perfetto, uint64_t to_ns)
{
    int64_t ahead = (int64_t)(to_ns - perfetto->now_ns); /* clocks that went back: behind */
    perfetto->now_ns += ahead > 0 ? (uint64_t)ahead : 1;
}

/* ---- tracks -------------------------------------------------------------------------------- */

static struct json *begin(struct perfetto *perfetto, const char *phase, uint64_t track,
                          uint64_t at_ns, const char *name)
{
    struct json *json = json_event(phase, perfetto->run, track ? track : OUTSIDE_TRACK, name);
    if (at_ns != JSON_NO_TIME)
        json_time(json, "ts", at_ns);
    return json;
}

static void end(struct perfetto *perfetto, struct json *json)
{
    if (!json_write(json, perfetto->file, perfetto->is_first))
        perfetto->is_failed = true;
    perfetto->is_first = false;
}

static void name_track(struct perfetto *perfetto, const char *what, uint64_t track,
                       const char *name)
{
    struct json *json = begin(perfetto, "M", track, JSON_NO_TIME, what);
    json_arg_text(json, "name", name);
    end(perfetto, json);
}

static struct perfetto_task *task_of(struct perfetto *perfetto, uint64_t id)
{
    struct perfetto_task *task = id_map_get(&perfetto->tasks, id);
    if (task || id == 0)
        return task;
    task = memory_zeroed(1, sizeof *task);
    if (id_map_put(&perfetto->tasks, id, task))
        return task;
    free(task);
    return NULL;
}

static void name_task(struct perfetto *perfetto, uint64_t id, struct mn_str name)
{
    struct perfetto_task *task = task_of(perfetto, id);
    char text[NAME_BYTES], label[NAME_BYTES + 24];
    if (!task || task->is_named || name.count == 0)
        return;
    text_copy(text, sizeof text, name);
    snprintf(label, sizeof label, "%s %" PRIu64, text, id);
    name_track(perfetto, "thread_name", id, label);
    task->is_named = true;
}

static void begin_run(struct perfetto *perfetto)
{
    char label[NAME_BYTES + 24];
    if (perfetto->has_begun)
        return;
    perfetto->has_begun = true;
    perfetto->run++;
    snprintf(label, sizeof label, "%s, run %" PRIu32, perfetto->name, perfetto->run);
    name_track(perfetto, "process_name", OUTSIDE_TRACK, label);
    name_track(perfetto, "thread_name", OUTSIDE_TRACK, "outside any task");
}

/* ---- what happens -------------------------------------------------------------------------- */

static void put_instant(struct perfetto *perfetto, uint64_t track, const char *name,
                        const struct trace_event *event)
{
    struct json *json = begin(perfetto, "i", track, perfetto->now_ns, name);
    json_text(json, "s", "t"); /* as wide as its track */
    json_text(json, "cat", event->meta->target);
    json_arg_fields(json, event->fields, event->field_count);
    end(perfetto, json);
}

static void put_slice(struct perfetto *perfetto, uint64_t track, const char *name,
                      uint64_t from_ns, uint64_t to_ns, const struct trace_event *event)
{
    struct json *json = begin(perfetto, "X", track, from_ns, name);
    json_time(json, "dur", to_ns - from_ns);
    if (event)
        json_arg_fields(json, event->fields, event->field_count);
    end(perfetto, json);
}

/* A point of an arrow needs a slice to hold on to: within a poll of that task there is one,
 * otherwise it gets one of its own. */
static struct flow_end touch(struct perfetto *perfetto, uint64_t track,
                             const struct trace_event *event)
{
    if (track != perfetto->polling || track == 0) {
        put_slice(perfetto, track, event->meta->name, perfetto->now_ns, perfetto->now_ns + 2,
                  NULL);
        advance(perfetto, perfetto->now_ns + 1);
    }
    return (struct flow_end){track, perfetto->now_ns};
}

static void put_flow(struct perfetto *perfetto, const char *phase, const struct flow_end *point,
                     uint64_t flow)
{
    char id[32];
    snprintf(id, sizeof id, "%" PRIu32 ".%" PRIu64, perfetto->run, flow);
    struct json *json = begin(perfetto, phase, point->track, point->at_ns, "request");
    json_text(json, "cat", "message");
    json_text(json, "id", id);
    json_text(json, "bp", "e"); /* the slice around it, not the next one */
    end(perfetto, json);
}

/* An arrow is drawn when it is whole: what was asked before we came, or is never answered, has
 * none. */
static void take_flow(struct perfetto *perfetto, uint64_t flow, const char *name,
                      struct flow_end point)
{
    struct perfetto_flow *known = flow ? id_map_take(&perfetto->flows, flow) : NULL;
    bool is_request = strcmp(name, "request") == 0;
    if (is_request) {
        known = known ? known : memory_zeroed(1, sizeof *known);
        *known = (struct perfetto_flow){.request = point};
    } else if (known && strcmp(name, "take") == 0) {
        known->take = point;
        known->is_taken = true;
    } else if (known) {
        put_flow(perfetto, "s", &known->request, flow);
        if (known->is_taken)
            put_flow(perfetto, "t", &known->take, flow);
        put_flow(perfetto, "f", &point, flow);
        free(known);
        return;
    }
    if (known && (flow == 0 || !id_map_put(&perfetto->flows, flow, known)))
        free(known);
}

static void begin_poll(struct perfetto *perfetto, uint64_t id)
{
    struct perfetto_task *task = task_of(perfetto, id);
    if (!task)
        return;
    task->is_polling = true;
    task->since_ns = perfetto->now_ns;
    perfetto->polling = id;
    perfetto->poll_ns = perfetto->now_ns;
}

static void end_poll(struct perfetto *perfetto, uint64_t id, const struct trace_event *event)
{
    struct perfetto_task *task = id ? id_map_get(&perfetto->tasks, id) : NULL;
    if (task && task->is_polling) {
        put_slice(perfetto, id, "poll", task->since_ns, perfetto->now_ns, event);
        task->is_polling = false;
    }
    if (task && task->is_ended)
        free(id_map_take(&perfetto->tasks, id));
    perfetto->polling = 0;
}

static void end_task(struct perfetto *perfetto, uint64_t id, const struct trace_event *event)
{
    struct perfetto_task *task = id ? id_map_get(&perfetto->tasks, id) : NULL;
    put_instant(perfetto, id, "end", event);
    if (task && perfetto->polling == id)
        task->is_ended = true;
    else
        free(id_map_take(&perfetto->tasks, id));
}

static void take_task(struct perfetto *perfetto, const struct trace_event *event)
{
    const char *name = event->meta->name;
    uint64_t id = trace_event_u64(event, "task");
    name_task(perfetto, id, trace_event_str(event, "name"));
    if (strcmp(name, "poll") == 0)
        begin_poll(perfetto, id);
    else if (strcmp(name, "polled") == 0)
        end_poll(perfetto, id, event);
    else if (strcmp(name, "end") == 0)
        end_task(perfetto, id, event);
    else
        put_instant(perfetto, id, name, event);
}

static void take_message(struct perfetto *perfetto, const struct trace_event *event)
{
    const char *name = event->meta->name;
    uint64_t track = perfetto->polling;
    bool is_step = strcmp(name, "reply") == 0 || strcmp(name, "drop") == 0;
    if (strcmp(name, "request") == 0) {
        track = trace_event_u64(event, "client");
        is_step = true;
    } else if (strcmp(name, "take") == 0) {
        track = trace_event_u64(event, "server");
        is_step = true;
    }
    put_instant(perfetto, track, name, event);
    advance(perfetto, perfetto->now_ns + 1);
    if (is_step)
        take_flow(perfetto, trace_event_u64(event, "flow"), name,
                  touch(perfetto, track, event));
}

static void take_stats(struct perfetto *perfetto, const struct trace_event *event)
{
    if (strcmp(event->meta->name, "heap") != 0)
        return;
    struct json *json = begin(perfetto, "C", 0, perfetto->now_ns, "heap");
    json_arg_u64(json, "live_bytes", trace_event_u64(event, "live_bytes"));
    end(perfetto, json);
}

static void take_log(struct perfetto *perfetto, const struct trace_event *event)
{
    char text[NAME_BYTES];
    text_copy(text, sizeof text, trace_event_message(event));
    put_instant(perfetto, perfetto->polling, text, event);
}

static void take_event(void *context, struct trace_session *session,
                       const struct trace_event *event)
{
    struct perfetto *perfetto = context;
    const char *target = event->meta->target;
    (void)session;
    begin_run(perfetto);
    advance(perfetto, clock_ns(perfetto, event));
    if (strcmp(target, "kernel::task") == 0)
        take_task(perfetto, event);
    else if (strcmp(target, "kernel::message") == 0)
        take_message(perfetto, event);
    else if (strcmp(target, "kernel::queue") == 0)
        put_instant(perfetto, trace_event_u64(event, "task"), event->meta->name, event);
    else if (strcmp(target, "kernel::stats") == 0)
        take_stats(perfetto, event);
    else
        take_log(perfetto, event);
}

/* A span is a slice if it was entered and left within one poll: only then does it nest. */
static void take_span(void *context, struct trace_session *session, enum mn_trace_kind kind,
                      const struct trace_span *span)
{
    struct perfetto *perfetto = context;
    uint64_t *since_ns = id_map_take(&perfetto->entered, span->id);
    (void)session;
    begin_run(perfetto);
    if (kind == MN_TRACE_ENTER) {
        advance(perfetto, perfetto->now_ns + 1);
        since_ns = since_ns ? since_ns : memory_zeroed(1, sizeof *since_ns);
        *since_ns = perfetto->now_ns;
        if (id_map_put(&perfetto->entered, span->id, since_ns))
            return;
    } else if (kind == MN_TRACE_EXIT && since_ns && perfetto->polling &&
               *since_ns > perfetto->poll_ns) {
        advance(perfetto, perfetto->now_ns + 1);
        put_slice(perfetto, perfetto->polling, span->name, *since_ns, perfetto->now_ns, NULL);
    }
    free(since_ns);
}

static void forget(struct perfetto *perfetto)
{
    id_map_clear(&perfetto->tasks, free);
    id_map_clear(&perfetto->entered, free);
    id_map_clear(&perfetto->flows, free);
    perfetto->polling = 0;
    perfetto->has_us = perfetto->has_ns = false;
}

static void restart(void *context)
{
    struct perfetto *perfetto = context;
    forget(perfetto);
    perfetto->has_begun = false;
}

void perfetto_init(struct perfetto *perfetto, FILE *file, const char *name)
{
    *perfetto = (struct perfetto){
        .sink = {.event = take_event, .span = take_span, .restart = restart},
        .file = file,
        .is_first = true,
    };
    perfetto->sink.context = perfetto;
    id_map_init(&perfetto->tasks, PERFETTO_TASKS_MAX);
    id_map_init(&perfetto->entered, TRACE_SPANS_MAX);
    id_map_init(&perfetto->flows, PERFETTO_FLOWS_MAX);
    text_copy(perfetto->name, sizeof perfetto->name, mn_str_of(name));
    fputs("[", file);
}

bool perfetto_finish(struct perfetto *perfetto)
{
    forget(perfetto);
    id_map_finish(&perfetto->tasks);
    id_map_finish(&perfetto->entered);
    id_map_finish(&perfetto->flows);
    fputs("\n]\n", perfetto->file);
    return fflush(perfetto->file) == 0 && !ferror(perfetto->file) && !perfetto->is_failed;
}
