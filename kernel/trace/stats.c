/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/trace_stats.h"

#include "mn/service.h"
#include "mn/tap.h"

enum { TASKS, SERVICES, TAPS, QUEUE, HEAP, CLOCK, OVER };

#define SITE(name_, text_)                                                                 \
    static const struct mn_log_site name_ = {                                              \
        .target = "kernel::stats", .text = (text_), .file = __FILE__, .line = __LINE__,    \
        .level = MN_LEVEL_INFO,                                                            \
    }

SITE(task_site, "task");
SITE(service_site, "service");
SITE(queue_site, "queue");
SITE(heap_site, "heap");
SITE(clock_site, "clock");

#define SEND(stats, site, fields) \
    mn_trace_stream_event((stats)->stream, (site), (fields), MN_COUNT_OF(fields))

/* The first task spawned after the one sent last: they are listed in the order of their ids. */
static const struct mn_task *next_task(const struct mn_trace_stats *stats)
{
    const struct mn_kernel *kernel = stats->stream->kernel;
    MN_LIST_EACH (node, &kernel->tasks) {
        const struct mn_task *task = MN_CONTAINER(node, struct mn_task, link);
        if (task->id > stats->task_id)
            return task;
    }
    return NULL;
}

static bool send_task(struct mn_trace_stats *stats)
{
    const struct mn_task *task = next_task(stats);
    if (!task)
        return false;
    const struct mn_task *other = mn_task_waits_for(task);
    stats->task_id = task->id;
    mn_task_describe(task, stats->waits_in, sizeof stats->waits_in);
    const struct mn_field fields[] = {
        MN_FIELD_U64("task", task->id),
        MN_FIELD_STR("name", task->name),
        MN_FIELD_U64("polls", task->polls),
        MN_FIELD_U64("spent_ns", task->spent_ns),
        MN_FIELD_STR("waits_in", stats->waits_in),
        MN_FIELD_U64("waits_for", other ? other->id : 0),
        MN_FIELD_U64("waited_us", task->kernel->now_us - task->waits_since_us),
    };
    SEND(stats, &task_site, fields);
    return true;
}

static bool send_service(struct mn_trace_stats *stats)
{
    const struct mn_list *services = &stats->stream->kernel->registry.services;
    uint32_t index = 0;
    MN_LIST_EACH (node, services) {
        const struct mn_service *service = MN_CONTAINER(node, struct mn_service, link);
        if (index++ < stats->services)
            continue;
        const struct mn_field fields[] = {
            MN_FIELD_STR("service", service->type->name),
            MN_FIELD_U64("instance", service->instance),
            MN_FIELD_U64("server", service->server ? service->server->id : 0),
            MN_FIELD_U64("taken", service->taken),
            MN_FIELD_U64("queued", service->queued),
            MN_FIELD_U64("in_hand", service->in_hand),
            MN_FIELD_U64("clients", mn_list_length(&service->clients)),
        };
        stats->services++;
        SEND(stats, &service_site, fields);
        return true;
    }
    return false;
}

static void send_queue(struct mn_trace_stats *stats, const char *name,
                       const struct mn_bbq *queue, uint64_t lost_bytes)
{
    const struct mn_field fields[] = {
        MN_FIELD_STR("queue", name),
        MN_FIELD_U64("count_bytes", mn_bbq_count(queue)),
        MN_FIELD_U64("capacity_bytes", queue->capacity),
        MN_FIELD_U64("lost_bytes", lost_bytes),
    };
    SEND(stats, &queue_site, fields);
}

static bool send_tap(struct mn_trace_stats *stats)
{
    MN_LIST_EACH (node, &stats->stream->kernel->taps) {
        const struct mn_tap *tap = MN_CONTAINER(node, struct mn_tap, link);
        if (tap->id <= stats->tap_id)
            continue;
        stats->tap_id = tap->id;
        send_queue(stats, tap->in_name, tap->in, tap->lost_bytes ? *tap->lost_bytes : 0);
        send_queue(stats, tap->out_name, tap->out, 0);
        return true;
    }
    return false;
}

static void send_heap(struct mn_trace_stats *stats)
{
    struct mn_heap_stats heap = mn_heap_stats(&stats->stream->kernel->heap);
    const struct mn_field fields[] = {
        MN_FIELD_U64("capacity_bytes", heap.capacity_bytes),
        MN_FIELD_U64("live_bytes", heap.live_bytes),
        MN_FIELD_U64("peak_bytes", heap.peak_bytes),
        MN_FIELD_U64("live_blocks", heap.live_blocks),
    };
    SEND(stats, &heap_site, fields);
}

static void send_clock(struct mn_trace_stats *stats)
{
    const struct mn_field fields[] = {
        MN_FIELD_U64("ticks", stats->stream->kernel->ticks),
        MN_FIELD_U64("tasks", stats->stream->kernel->task_count),
    };
    SEND(stats, &clock_site, fields);
}

void mn_trace_stats_begin(struct mn_trace_stats *stats, struct mn_trace_stream *stream)
{
    stats->stream = stream;
    stats->kind = TASKS;
    stats->task_id = 0;
    stats->services = 0;
    stats->tap_id = 0;
}

bool mn_trace_stats_next(struct mn_trace_stats *stats)
{
    if (stats->kind == TASKS && send_task(stats))
        return true;
    if (stats->kind <= SERVICES) {
        stats->kind = SERVICES;
        if (send_service(stats))
            return true;
    }
    if (stats->kind <= TAPS) {
        stats->kind = TAPS;
        if (send_tap(stats))
            return true;
    }
    stats->kind++;
    if (stats->kind == QUEUE)
        send_queue(stats, "trace", &stats->stream->buffer, stats->stream->lost_bytes);
    else if (stats->kind == HEAP)
        send_heap(stats);
    else if (stats->kind == CLOCK)
        send_clock(stats);
    return stats->kind < OVER;
}
