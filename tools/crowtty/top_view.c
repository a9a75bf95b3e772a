/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "top_view.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

#define BUSY_PERMILLE 500u
#define AMOUNT_BYTES 24u
#define SAFE_BYTES 48u

__attribute__((format(printf, 3, 4))) static void put(const struct top_page *page,
                                                      enum top_style style, const char *format,
                                                      ...)
{
    char line[TOP_LINE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    page->line(page->context, style, line);
}

/* A name of the target's, at most `width` bytes wide and harmless. */
static const char *safe(char out[SAFE_BYTES], const char *text, size_t width)
{
    FILE *memory = fmemopen(out, SAFE_BYTES, "w");
    out[0] = '\0';
    if (memory) {
        char cut[TOP_NAME_BYTES];
        text_copy(cut, width + 1 < sizeof cut ? width + 1 : sizeof cut, mn_str_of(text));
        text_put(memory, mn_str_of(cut));
        fclose(memory);
    }
    out[width < SAFE_BYTES ? width : SAFE_BYTES - 1] = '\0';
    return out;
}

static const char *bytes_text(char out[AMOUNT_BYTES], uint64_t bytes)
{
    if (bytes < 10000)
        snprintf(out, AMOUNT_BYTES, "%" PRIu64 " B", bytes);
    else if (bytes < UINT64_C(10000) << 10)
        snprintf(out, AMOUNT_BYTES, "%" PRIu64 " KiB", bytes >> 10);
    else
        snprintf(out, AMOUNT_BYTES, "%" PRIu64 " MiB", bytes >> 20);
    return out;
}

static const char *time_text(char out[AMOUNT_BYTES], uint64_t time_us)
{
    uint64_t s = time_us / 1000000u;
    if (time_us < 10000)
        snprintf(out, AMOUNT_BYTES, "%" PRIu64 " us", time_us);
    else if (time_us < 10000000)
        snprintf(out, AMOUNT_BYTES, "%" PRIu64 ".%03" PRIu64 " s", s, time_us / 1000u % 1000u);
    else if (s < 3600)
        snprintf(out, AMOUNT_BYTES, "%" PRIu64 ":%02" PRIu64 " min", s / 60, s % 60);
    else
        snprintf(out, AMOUNT_BYTES, "%" PRIu64 ":%02" PRIu64 " h", s / 3600, s / 60 % 60);
    return out;
}

static uint64_t percent(uint64_t part, uint64_t whole)
{
    return whole ? part / (whole / 100 ? whole / 100 : 1) : 0;
}

static void put_head(const struct top_model *model, const char *where,
                     const struct top_page *page)
{
    char up[AMOUNT_BYTES], live[AMOUNT_BYTES], all[AMOUNT_BYTES], peak[AMOUNT_BYTES];
    const struct top_heap *heap = &model->heap;
    uint64_t busy = 0;
    for (uint32_t i = 0; i < model->task_count; i++)
        busy += top_share_permille(model, &model->tasks[i]);
    put(page, TOP_HEAD,
        "%s   up %s   %" PRIu32 " tasks   %" PRIu64 ".%" PRIu64 " %% busy   %" PRIu64 " ticks/s",
        where, time_text(up, model->at_us), model->task_count, busy / 10, busy % 10,
        top_rate(model, model->ticks_now));
    put(page, TOP_PLAIN, "heap %s of %s live (%" PRIu64 " %%)   peak %s   %" PRIu64 " blocks",
        bytes_text(live, heap->live_bytes), bytes_text(all, heap->capacity_bytes),
        percent(heap->live_bytes, heap->capacity_bytes), bytes_text(peak, heap->peak_bytes),
        heap->live_blocks);
    if (model->left_out)
        put(page, TOP_BAD, "%" PRIu64 " rows more than this table holds", model->left_out);
}

static void put_task(const struct top_model *model, const struct top_task *task,
                     const struct top_page *page)
{
    char name[SAFE_BYTES], other[SAFE_BYTES], in[SAFE_BYTES];
    char waited[AMOUNT_BYTES], share[AMOUNT_BYTES];
    uint32_t permille = top_share_permille(model, task);
    snprintf(share, sizeof share, "%u.%u", (unsigned)(permille / 10), (unsigned)(permille % 10));
    put(page, permille >= BUSY_PERMILLE ? TOP_BUSY : TOP_PLAIN,
        "%5" PRIu64 " %-20s %6s %8" PRIu64 " %10" PRIu64 " %10s  %-16s %s", task->id,
        safe(name, task->name, 20), model->has_stopwatch ? share : "-",
        top_rate(model, task->polls_now), task->spent_ns / 1000u,
        task->waits_in[0] || task->waits_for ? time_text(waited, task->waited_us) : "-",
        safe(other, task->waits_for ? top_task_name(model, task->waits_for) : "-", 16),
        safe(in, task->waits_in, 44));
}

static void put_services(const struct top_model *model, const struct top_page *page)
{
    put(page, TOP_HEAD, "%-24s %4s %-20s %8s %8s %6s %7s %7s", "SERVICE", "INST", "SERVER",
        "TAKEN/S", "TAKEN", "QUEUED", "IN HAND", "CLIENTS");
    for (uint32_t i = 0; i < model->service_count; i++) {
        const struct top_service *service = &model->services[i];
        char name[SAFE_BYTES], server[SAFE_BYTES];
        put(page, TOP_PLAIN,
            "%-24s %4" PRIu64 " %-20s %8" PRIu64 " %8" PRIu64 " %6" PRIu64 " %7" PRIu64
            " %7" PRIu64, safe(name, service->name, 24), service->instance,
            safe(server, top_task_name(model, service->server), 20),
            top_rate(model, service->taken_now), service->taken, service->queued,
            service->in_hand, service->clients);
    }
}

static void put_queues(const struct top_model *model, const struct top_page *page)
{
    put(page, TOP_HEAD, "%-24s %10s %10s %5s %10s", "QUEUE", "HELD", "ROOM", "FULL", "LOST");
    for (uint32_t i = 0; i < model->queue_count; i++) {
        const struct top_queue *queue = &model->queues[i];
        char name[SAFE_BYTES], held[AMOUNT_BYTES], room[AMOUNT_BYTES];
        put(page, queue->lost_bytes ? TOP_BAD : TOP_PLAIN,
            "%-24s %10s %10s %4" PRIu64 "%% %10" PRIu64, safe(name, queue->name, 24),
            bytes_text(held, queue->count_bytes), bytes_text(room, queue->capacity_bytes),
            percent(queue->count_bytes, queue->capacity_bytes), queue->lost_bytes);
    }
}

void top_view_put(const struct top_model *model, const char *where, const struct top_page *page)
{
    put_head(model, where, page);
    put(page, TOP_PLAIN, "%s", "");
    put(page, TOP_HEAD, "%5s %-20s %6s %8s %10s %10s  %-16s %s", "TASK", "NAME", "SHARE%",
        "POLLS/S", "SPENT us", "WAITED", "FOR", "IN");
    for (uint32_t i = 0; i < model->task_count; i++)
        put_task(model, &model->tasks[i], page);
    if (model->service_count) {
        put(page, TOP_PLAIN, "%s", "");
        put_services(model, page);
    }
    if (model->queue_count) {
        put(page, TOP_PLAIN, "%s", "");
        put_queues(model, page);
    }
}
