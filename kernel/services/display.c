/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/audit.h"
#include "mn/gfx/compositor.h"
#include "mn/kernel.h"
#include "mn/mem.h"
#include "mn/text.h"
#include "services/display_chunk.h"

#define MN_LOG_TARGET "kernel::services::display"
#define JOBS_PER_POLL 32 /* then others have their turn */

struct mn_display_slot { /* room for one job in hand */
    struct mn_display_job job;
    bool waits; /* for memory; then both futures are under way */
    struct mn_heap_alloc alloc;
    struct mn_job_abandoned abandoned;
};

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

/* ---- jobs ------------------------------------------------------------------------------- */

static void fail(struct mn_display_slot *slot, enum mn_display_error error)
{
    mn_display_fail(&slot->job, &error);
}

static void describe(const struct mn_hal_display *hal, char text[MN_DISPLAY_TEXT_BYTES])
{
    struct mn_text line = {.bytes = text, .room = MN_DISPLAY_TEXT_BYTES - 1};
    mn_text_i32(&line, hal->width_px);
    mn_text_str(&line, " x ");
    mn_text_i32(&line, hal->height_px);
    mn_text_str(&line, ", monochrome");
    text[line.count] = 0;
}

static void geometry(struct mn_display *display, struct mn_display_slot *slot)
{
    union mn_display_response response = {.geometry = {
        .width_px = display->hal->width_px,
        .height_px = display->hal->height_px,
        .format = display->hal->format,
    }};
    describe(display->hal, response.geometry.text);
    mn_display_reply(&slot->job, &response);
}

/* A number that no chunk of this session has, also when all have been used once. */
static uint32_t next_number(struct mn_display *display, const struct mn_display_session *session)
{
    do
        display->numbers++;
    while (display->numbers == 0 || mn_display_block_find(session, display->numbers));
    return display->numbers;
}

/* Makes the chunk in `memory`, which is its client's from here on. */
static void make_chunk(struct mn_display *display, struct mn_display_slot *slot, void *memory)
{
    const struct mn_display_request *request = &slot->job.in.request;
    struct mn_display_session *session = slot->job.job.session;
    const struct mn_display_block *block =
        mn_display_block_init(memory, session, next_number(display, session), request->width_px,
                              request->height_px);
    union mn_display_response response = {.chunk = {
        .number = block->number,
        .pixels = block->pixels,
        .mask = block->mask,
    }};
    mn_display_reply(&slot->job, &response);
}

/* Keeps the job in its slot until there is memory, or nobody wants it any more. */
static void wait_for_memory(struct mn_display *display, struct mn_display_slot *slot,
                            uint32_t bytes)
{
    slot->waits = true;
    display->counts.waiting++;
    mn_heap_alloc(&slot->alloc, &display->kernel->heap, bytes);
    mn_job_abandoned(&slot->abandoned, &slot->job.job);
}

static bool is_side(int32_t length)
{
    return length >= 0 && length <= MN_SIDE_MAX;
}

static void new_chunk(struct mn_display *display, struct mn_display_slot *slot)
{
    const struct mn_display_request *request = &slot->job.in.request;
    struct mn_heap *heap = &display->kernel->heap;
    if (!is_side(request->width_px) || !is_side(request->height_px)) {
        fail(slot, MN_DISPLAY_SIZE);
        return;
    }
    uint32_t bytes = mn_display_block_bytes(request->width_px, request->height_px);
    void *memory = mn_heap_try(heap, bytes);
    if (memory)
        make_chunk(display, slot, memory);
    else if (bytes > mn_heap_stats(heap).capacity_bytes - MN_HEAP_HEADER_BYTES)
        fail(slot, MN_DISPLAY_TOO_BIG);
    else if (!request->waits)
        fail(slot, MN_DISPLAY_NO_MEMORY);
    else if (display->counts.waiting == display->settings.waiting_max)
        fail(slot, MN_DISPLAY_CROWDED);
    else
        wait_for_memory(display, slot, bytes);
}

static void draw(struct mn_display *display, struct mn_display_slot *slot,
                 const struct mn_display_block *block)
{
    const struct mn_display_request *request = &slot->job.in.request;
    struct mn_rect changed = mn_composite(&display->frame, &block->pixels, &block->mask,
                                          request->x, request->y);
    mn_damage_add(&display->damage, changed);
    display->counts.chunks_drawn++;
    mn_display_reply(&slot->job, NULL);
}

static void drop_chunk(struct mn_display_slot *slot, struct mn_display_block *block)
{
    mn_display_block_free(slot->job.job.session, block);
    mn_display_reply(&slot->job, NULL);
}

/* What is asked of a chunk that must be the client's. */
static void use_chunk(struct mn_display *display, struct mn_display_slot *slot)
{
    const struct mn_display_request *request = &slot->job.in.request;
    struct mn_display_block *block =
        mn_display_block_find(slot->job.job.session, request->chunk);
    if (!block)
        fail(slot, MN_DISPLAY_NO_CHUNK);
    else if (request->kind == MN_DISPLAY_DRAW)
        draw(display, slot, block);
    else
        drop_chunk(slot, block);
}

static void let_in(struct mn_display *display, struct mn_display_slot *slot)
{
    static const enum mn_display_refusal bad = MN_DISPLAY_BAD_SESSION;
    struct mn_display_session *session = slot->job.in.hello.session;
    if (!session || !mn_list_is_empty(&session->chunks)) {
        mn_display_refuse(&slot->job, &bad);
        return;
    }
    session->heap = &display->kernel->heap;
    mn_display_accept(&slot->job, session);
}

static void handle(struct mn_display *display, struct mn_display_slot *slot)
{
    if (!mn_job_is_wanted(&slot->job.job)) {
        mn_job_discard(&slot->job.job);
        return;
    }
    if (slot->job.job.kind == MN_JOB_HELLO) {
        let_in(display, slot);
        return;
    }
    switch (slot->job.in.request.kind) {
    case MN_DISPLAY_GEOMETRY: geometry(display, slot); break;
    case MN_DISPLAY_NEW_CHUNK: new_chunk(display, slot); break;
    case MN_DISPLAY_DRAW:
    case MN_DISPLAY_DROP_CHUNK: use_chunk(display, slot); break;
    default: fail(slot, MN_DISPLAY_NO_SUCH);
    }
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
        handle(display, display->taking);
        take_next(display);
        if (--left == 0) {
            mn_task_wake(task);
            return;
        }
    }
}

/* ---- those who wait for memory ---------------------------------------------------------- */

static void wait_no_more(struct mn_display *display, struct mn_display_slot *slot)
{
    slot->waits = false;
    display->counts.waiting--;
    mn_co_drop(&slot->abandoned.co);
    mn_co_drop(&slot->alloc.co);
}

static void look_after(struct mn_display *display, struct mn_display_slot *slot,
                       struct mn_task *task)
{
    bool is_given_up = mn_co_poll(&slot->abandoned.co, task) == MN_READY;
    bool is_served = !is_given_up && mn_co_poll(&slot->alloc.co, task) == MN_READY;
    if (!is_given_up && !is_served)
        return;
    MN_ASSERT(!is_served || slot->alloc.co.err == MN_OK); /* that it could fit is known */
    wait_no_more(display, slot);
    if (is_given_up)
        mn_job_discard(&slot->job.job);
    else
        make_chunk(display, slot, slot->alloc.memory);
}

static void look_after_all(struct mn_display *display, struct mn_task *task)
{
    uint32_t left = display->counts.waiting;
    for (struct mn_display_slot *slot = display->slots; left > 0; slot++) {
        if (!slot->waits)
            continue;
        left--;
        look_after(display, slot, task);
    }
}

/* ---- showing ---------------------------------------------------------------------------- */

/* When the damage that there is now may be shown. */
static uint64_t next_show_us(const struct mn_display *display)
{
    uint64_t interval_us = display->hal->frame_interval_us;
    uint64_t gathered_us = display->kernel->now_us + (interval_us < MN_DISPLAY_GATHER_US
                                                          ? interval_us
                                                          : MN_DISPLAY_GATHER_US);
    uint64_t paced_us = display->shown_us + interval_us;
    return display->counts.frames_shown > 0 && paced_us > gathered_us ? paced_us : gathered_us;
}

static void push(struct mn_display *display)
{
    display->hal->ops->push(display->hal, &display->frame, display->damage.rects,
                            display->damage.count);
    mn_damage_clear(&display->damage);
    display->counts.frames_shown++;
    display->shown_us = display->kernel->now_us;
}

static void show(struct mn_display *display, struct mn_task *task)
{
    struct mn_wheel *wheel = &display->kernel->wheel;
    if (mn_damage_is_empty(&display->damage))
        return;
    if (display->due_us == MN_TIME_NEVER)
        display->due_us = next_show_us(display);
    if (display->kernel->now_us < display->due_us) {
        if (!mn_timer_is_armed(&display->timer))
            mn_timer_arm(wheel, &display->timer, display->due_us, task);
        return;
    }
    mn_timer_cancel(wheel, &display->timer);
    display->due_us = MN_TIME_NEVER;
    push(display);
}

/* ---- the display ------------------------------------------------------------------------ */

/* Everything that can be done without waiting, each time anything has happened. */
static enum mn_poll pump_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_display *display = MN_CONTAINER(co, struct mn_display, pump);
    take_jobs(display, task);
    look_after_all(display, task);
    show(display, task);
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
}

static const struct mn_co_type pump_type = {
    .name = "pump",
    .poll = pump_poll,
    .audit = pump_audit,
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
                wait_no_more(display, &display->slots[i]);
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
