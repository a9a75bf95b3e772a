/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "top_model.h"

#include <string.h>

#include "text.h"

const char *const top_order_names[TOP_ORDERS] = {"share", "polls", "waited", "name", "id"};

static uint64_t since(uint64_t now, uint64_t before)
{
    return now > before ? now - before : 0; /* the id of a newer one: from nothing */
}

/* ---- rows ---------------------------------------------------------------------------------- */

static struct top_task *task_row(struct top_model *model, uint64_t id)
{
    for (uint32_t i = 0; i < model->task_count; i++) {
        if (model->tasks[i].id == id)
            return &model->tasks[i];
    }
    if (model->task_count == TOP_TASKS_MAX)
        return NULL;
    struct top_task *task = &model->tasks[model->task_count++];
    *task = (struct top_task){.id = id};
    return task;
}

static void take_task(struct top_model *model, const struct trace_event *event)
{
    struct top_task *task = task_row(model, trace_event_u64(event, "task"));
    if (!task) {
        model->left_out_so_far++;
        return;
    }
    bool is_new = task->round == 0;
    uint64_t polls = trace_event_u64(event, "polls");
    uint64_t spent_ns = trace_event_u64(event, "spent_ns");
    task->polls_now = is_new && model->round == 0 ? 0 : since(polls, task->polls);
    task->spent_now_ns = is_new && model->round == 0 ? 0 : since(spent_ns, task->spent_ns);
    task->round = model->round + 1;
    task->polls = polls;
    task->spent_ns = spent_ns;
    task->waits_for = trace_event_u64(event, "waits_for");
    task->waited_us = trace_event_u64(event, "waited_us");
    model->has_stopwatch = model->has_stopwatch || spent_ns;
    text_copy(task->name, sizeof task->name, trace_event_str(event, "name"));
    text_copy(task->waits_in, sizeof task->waits_in, trace_event_str(event, "waits_in"));
}

static struct top_service *service_row(struct top_model *model, const char *name,
                                       uint64_t instance)
{
    for (uint32_t i = 0; i < model->service_count; i++) {
        struct top_service *service = &model->services[i];
        if (service->instance == instance && strcmp(service->name, name) == 0)
            return service;
    }
    if (model->service_count == TOP_SERVICES_MAX)
        return NULL;
    struct top_service *service = &model->services[model->service_count++];
    *service = (struct top_service){.instance = instance};
    memcpy(service->name, name, TOP_NAME_BYTES);
    return service;
}

static void take_service(struct top_model *model, const struct trace_event *event)
{
    char name[TOP_NAME_BYTES] = "";
    text_copy(name, sizeof name, trace_event_str(event, "service"));
    struct top_service *service = service_row(model, name, trace_event_u64(event, "instance"));
    if (!service) {
        model->left_out_so_far++;
        return;
    }
    uint64_t taken = trace_event_u64(event, "taken");
    service->taken_now = model->round == 0 ? 0 : since(taken, service->taken);
    service->taken = taken;
    service->round = model->round + 1;
    service->server = trace_event_u64(event, "server");
    service->queued = trace_event_u64(event, "queued");
    service->in_hand = trace_event_u64(event, "in_hand");
    service->clients = trace_event_u64(event, "clients");
}

static struct top_queue *queue_row(struct top_model *model, const char *name)
{
    for (uint32_t i = 0; i < model->queue_count; i++) {
        if (strcmp(model->queues[i].name, name) == 0)
            return &model->queues[i];
    }
    if (model->queue_count == TOP_QUEUES_MAX)
        return NULL;
    struct top_queue *queue = &model->queues[model->queue_count++];
    memcpy(queue->name, name, TOP_NAME_BYTES);
    return queue;
}

static void take_queue(struct top_model *model, const struct trace_event *event)
{
    char name[TOP_NAME_BYTES] = "";
    text_copy(name, sizeof name, trace_event_str(event, "queue"));
    struct top_queue *queue = queue_row(model, name);
    if (!queue) {
        model->left_out_so_far++;
        return;
    }
    queue->round = model->round + 1;
    queue->count_bytes = trace_event_u64(event, "count_bytes");
    queue->capacity_bytes = trace_event_u64(event, "capacity_bytes");
    queue->lost_bytes = trace_event_u64(event, "lost_bytes");
}

static void take_heap(struct top_model *model, const struct trace_event *event)
{
    model->heap = (struct top_heap){
        .capacity_bytes = trace_event_u64(event, "capacity_bytes"),
        .live_bytes = trace_event_u64(event, "live_bytes"),
        .peak_bytes = trace_event_u64(event, "peak_bytes"),
        .live_blocks = trace_event_u64(event, "live_blocks"),
    };
}

/* ---- a round ------------------------------------------------------------------------------- */

static void drop_gone(struct top_model *model)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < model->task_count; i++) {
        if (model->tasks[i].round == model->round)
            model->tasks[kept++] = model->tasks[i];
    }
    model->task_count = kept;
    kept = 0;
    for (uint32_t i = 0; i < model->service_count; i++) {
        if (model->services[i].round == model->round)
            model->services[kept++] = model->services[i];
    }
    model->service_count = kept;
    kept = 0;
    for (uint32_t i = 0; i < model->queue_count; i++) {
        if (model->queues[i].round == model->round)
            model->queues[kept++] = model->queues[i];
    }
    model->queue_count = kept;
}

/* Worth a look first: what lost most, then what is fullest. */
static bool is_before(const struct top_queue *one, const struct top_queue *other)
{
    if (one->lost_bytes != other->lost_bytes)
        return one->lost_bytes > other->lost_bytes;
    return (double)one->count_bytes * (double)other->capacity_bytes >
           (double)other->count_bytes * (double)one->capacity_bytes;
}

/* By insertion, as the tasks; equals stay as they came. */
static void sort_queues(struct top_model *model)
{
    for (uint32_t i = 1; i < model->queue_count; i++) {
        struct top_queue queue = model->queues[i];
        uint32_t at = i;
        for (; at > 0 && is_before(&queue, &model->queues[at - 1]); at--)
            model->queues[at] = model->queues[at - 1];
        model->queues[at] = queue;
    }
}

static void take_clock(struct top_model *model, const struct trace_event *event)
{
    uint64_t ticks = trace_event_u64(event, "ticks");
    model->between_us = model->round ? since(event->at_us, model->at_us) : 0;
    model->ticks_now = model->round ? since(ticks, model->ticks) : 0;
    model->at_us = event->at_us;
    model->ticks = ticks;
    model->left_out = model->left_out_so_far;
    model->left_out_so_far = 0;
    model->round++;
    drop_gone(model);
    sort_queues(model);
    top_model_sort(model, model->order);
    if (model->on_round)
        model->on_round(model->context);
}

static void take_event(void *context, struct trace_session *session,
                       const struct trace_event *event)
{
    struct top_model *model = context;
    const char *name = event->meta->name;
    (void)session;
    if (strcmp(event->meta->target, "kernel::stats") != 0)
        return;
    if (strcmp(name, "task") == 0)
        take_task(model, event);
    else if (strcmp(name, "service") == 0)
        take_service(model, event);
    else if (strcmp(name, "queue") == 0)
        take_queue(model, event);
    else if (strcmp(name, "heap") == 0)
        take_heap(model, event);
    else if (strcmp(name, "clock") == 0)
        take_clock(model, event);
}

static void restart(void *context)
{
    struct top_model *model = context;
    model->task_count = model->service_count = model->queue_count = 0;
    model->round = model->left_out_so_far = 0;
    model->has_stopwatch = false;
}

/* ---- order --------------------------------------------------------------------------------- */

/* More before less, then by id, so that the order of equals does not change. */
static int compare(const struct top_model *model, const struct top_task *one,
                   const struct top_task *other)
{
    uint64_t key = 0, other_key = 0;
    int names = 0;
    switch (model->order) {
    case TOP_BY_SHARE:
        key = model->has_stopwatch ? one->spent_now_ns : one->polls_now;
        other_key = model->has_stopwatch ? other->spent_now_ns : other->polls_now;
        break;
    case TOP_BY_POLLS:
        key = one->polls_now;
        other_key = other->polls_now;
        break;
    case TOP_BY_WAITED:
        key = one->waited_us;
        other_key = other->waited_us;
        break;
    case TOP_BY_NAME: names = strcmp(one->name, other->name); break;
    case TOP_BY_ID:
    case TOP_ORDERS: break;
    }
    if (names || key != other_key)
        return names ? names : key > other_key ? -1 : 1;
    return one->id < other->id ? -1 : one->id > other->id;
}

/* By insertion: a few hundred rows, nearly sorted from the round before. */
void top_model_sort(struct top_model *model, enum top_order order)
{
    model->order = order;
    for (uint32_t i = 1; i < model->task_count; i++) {
        struct top_task task = model->tasks[i];
        uint32_t at = i;
        for (; at > 0 && compare(model, &task, &model->tasks[at - 1]) < 0; at--)
            model->tasks[at] = model->tasks[at - 1];
        model->tasks[at] = task;
    }
}

void top_model_init(struct top_model *model, enum top_order order)
{
    *model = (struct top_model){.order = order};
    model->sink = (struct trace_sink){.context = model, .event = take_event, .restart = restart};
}

uint32_t top_share_permille(const struct top_model *model, const struct top_task *task)
{
    if (model->between_us == 0)
        return 0;
    uint64_t permille = task->spent_now_ns / model->between_us; /* ns per µs */
    return permille > 1000 ? 1000 : (uint32_t)permille;
}

const char *top_task_name(const struct top_model *model, uint64_t id)
{
    for (uint32_t i = 0; id && i < model->task_count; i++) {
        if (model->tasks[i].id == id)
            return model->tasks[i].name;
    }
    return "";
}

uint64_t top_rate(const struct top_model *model, uint64_t count)
{
    return model->between_us ? count * 1000000u / model->between_us : 0;
}
