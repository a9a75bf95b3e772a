/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/audit.h"
#include "mn/kernel.h"
#include "mn/mem.h"
#include "services/display_chunk.h"
#include "services/display_parts.h"

#define MN_LOG_TARGET "kernel::services::display"
#define JOBS_PER_POLL 32 /* then others have their turn */

static uint32_t frame_bytes(const struct mn_hal_display *hal)
{
    return mn_display_stride(hal->width_px) * (uint32_t)hal->height_px;
}

uint32_t mn_display_bytes(const struct mn_hal_display *hal,
                          const struct mn_display_settings *settings)
{
    return frame_bytes(hal) +
           (settings->waiting_max + 1) * (uint32_t)sizeof(struct mn_display_slot);
}

/* Receives into a slot without a job; there is one more than can wait. */
static void take_next(struct mn_display *display)
{
    struct mn_display_slot *slot = display->taking;
    if (mn_job_is_in_hand(&slot->job.job)) {
        slot = display->slots;
        while (mn_job_is_in_hand(&slot->job.job))
            slot++;
    }
    MN_ASSERT(slot <= display->slots + display->settings.waiting_max);
    display->taking = slot;
    slot->job.in.hello.session = NULL; /* in case a hello brings no data at all */
    mn_display_recv(&display->recv, &display->service, &slot->job);
}

static void take_jobs(struct mn_display *display, struct mn_task *task)
{
    uint32_t left = JOBS_PER_POLL;
    while (mn_co_poll(&display->recv.co, task) == MN_READY) {
        mn_display_answer(display, display->taking);
        take_next(display);
        if (--left == 0) {
            mn_task_wake(task);
            return;
        }
    }
}

/* Everything that can be done without waiting, each time anything has happened. */
static enum mn_poll pump_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_display *display = MN_CONTAINER(co, struct mn_display, pump);
    take_jobs(display, task);
    mn_display_look_after_waiting(display, task);
    mn_display_show(display, task);
    return MN_PENDING;
}

static void pump_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_display *display = MN_CONTAINER(co, const struct mn_display, pump);
    mn_audit_future(audit, &display->recv.co);
    mn_audit_timer(audit, &display->timer);
    for (uint32_t i = 0; i <= display->settings.waiting_max; i++) {
        if (!display->slots[i].waits)
            continue;
        mn_audit_future(audit, &display->slots[i].abandoned.co);
        mn_audit_future(audit, &display->slots[i].alloc.co);
    }
    if (!mn_audit_list(audit, &display->service.clients, "clients"))
        return;
    MN_LIST_EACH (link, &display->service.clients) {
        const struct mn_display_session *session =
            MN_CONTAINER(link, struct mn_client, link)->session;
        if (!mn_audit_is_live(audit, session))
            mn_audit_wrong(audit, "a session of its lies in memory that was freed");
        else
            mn_audit_list(audit, &session->chunks, "chunks");
    }
}

static const struct mn_co_type pump_type = {
    .name = "pump",
    .poll = pump_poll,
    .audit = MN_AUDIT_BY(pump_audit),
};

static struct mn_co *pump(struct mn_display *display)
{
    display->is_serving = true;
    display->taking = display->slots;
    take_next(display);
    return mn_co_init(&display->pump, &pump_type);
}

static bool has_memory(struct mn_display *display)
{
    uint32_t bytes = mn_display_bytes(display->hal, &display->settings);
    display->memory = mn_heap_try(&display->kernel->heap, bytes);
    if (!display->memory)
        MN_WARN(&display->kernel->log, "no memory for the frame, waiting until there is some",
                MN_FIELD_U64("bytes", bytes), MN_FIELD_STR("display", display->hal->name));
    return display->memory;
}

/* Cuts the memory into the frame, all off, and the slots, all free. */
static void lay_out(struct mn_display *display)
{
    const struct mn_hal_display *hal = display->hal;
    memset(display->memory, 0, mn_display_bytes(hal, &display->settings));
    display->frame = (struct mn_bitmap){
        .pixels = display->memory,
        .width_px = hal->width_px,
        .height_px = hal->height_px,
        .stride_bytes = mn_display_stride(hal->width_px),
        .format = hal->format,
    };
    display->slots = (void *)((char *)display->memory + frame_bytes(hal));
    for (uint32_t i = 0; i <= display->settings.waiting_max; i++)
        mn_job_init(&display->slots[i].job.job);
}

/* A client leaves; or we do, and then its chunks stay with it until it closes. */
static void left(struct mn_service *service, void *session)
{
    if (service->registry)
        mn_display_free_all(session);
}

static enum mn_poll display_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_display *display = MN_FRAME(co, struct mn_display);

    MN_CO_BEGIN;
    if (!has_memory(display)) {
        MN_TRY(mn_heap_alloc(&display->alloc, &display->kernel->heap,
                             mn_display_bytes(display->hal, &display->settings)));
        display->memory = display->alloc.memory;
    }
    lay_out(display);
    co->err = mn_display_bind(&display->service, &display->kernel->registry,
                              display->settings.instance, task);
    if (co->err == MN_OK)
        MN_AWAIT(pump(display));
    MN_RETURN(co->err);
    MN_CO_END;
}

static void display_drop(struct mn_co *co)
{
    struct mn_display *display = MN_FRAME(co, struct mn_display);
    if (display->is_serving) {
        mn_co_drop(&display->recv.co);
        for (uint32_t i = 0; i <= display->settings.waiting_max; i++) {
            if (display->slots[i].waits)
                mn_display_wait_no_more(display, &display->slots[i]);
        }
        mn_service_unbind(&display->service); /* answers whatever is in hand, too */
        mn_timer_cancel(&display->kernel->wheel, &display->timer);
    }
    display->is_serving = false;
    mn_heap_free(&display->kernel->heap, display->memory);
    display->memory = NULL;
}

static const struct mn_co_type display_type = {
    .name = "display",
    .poll = display_poll,
    .drop = display_drop,
};

struct mn_co *mn_display_serve(struct mn_display *frame, struct mn_kernel *kernel,
                               struct mn_hal_display *hal,
                               const struct mn_display_settings *settings)
{
    MN_ASSERT(hal->format == MN_PIXEL_MONO8);
    MN_ASSERT(hal->width_px > 0 && hal->width_px <= MN_SIDE_MAX);
    MN_ASSERT(hal->height_px > 0 && hal->height_px <= MN_SIDE_MAX);
    MN_ASSERT(settings->waiting_max > 0 && settings->waiting_max <= MN_DISPLAY_WAITING_MAX);
    *frame = (struct mn_display){
        .kernel = kernel,
        .hal = hal,
        .settings = *settings,
        .service = {.screens = true, .left = left},
        .due_us = MN_TIME_NEVER,
    };
    mn_timer_init(&frame->timer);
    return mn_co_init(&frame->co, &display_type);
}

/* ---- looking from outside --------------------------------------------------------------- */

const struct mn_bitmap *mn_display_frame(const struct mn_display *display)
{
    return display->is_serving ? &display->frame : NULL;
}

struct mn_display_counts mn_display_counts(const struct mn_display *display)
{
    struct mn_display_counts counts = display->counts;
    if (!display->is_serving)
        return counts;
    MN_LIST_EACH (client, &display->service.clients) {
        const struct mn_display_session *session =
            MN_CONTAINER(client, struct mn_client, link)->session;
        MN_LIST_EACH (chunk, &session->chunks)
            counts.chunks_live++;
    }
    return counts;
}
