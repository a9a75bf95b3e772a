/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/kernel.h"
#include "services/display_chunk.h"
#include "services/display_parts.h"

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

void mn_display_new_chunk(struct mn_display *display, struct mn_display_slot *slot)
{
    const struct mn_display_request *request = &slot->job.in.request;
    struct mn_heap *heap = &display->kernel->heap;
    if (!is_side(request->width_px) || !is_side(request->height_px)) {
        mn_display_fail_slot(slot, MN_DISPLAY_SIZE);
        return;
    }
    uint32_t bytes = mn_display_block_bytes(request->width_px, request->height_px);
    void *memory = mn_heap_try(heap, bytes);
    if (memory)
        make_chunk(display, slot, memory);
    else if (bytes > mn_heap_stats(heap).capacity_bytes - MN_HEAP_HEADER_BYTES)
        mn_display_fail_slot(slot, MN_DISPLAY_TOO_BIG);
    else if (!request->waits)
        mn_display_fail_slot(slot, MN_DISPLAY_NO_MEMORY);
    else if (display->counts.waiting == display->settings.waiting_max)
        mn_display_fail_slot(slot, MN_DISPLAY_CROWDED);
    else
        wait_for_memory(display, slot, bytes);
}

void mn_display_wait_no_more(struct mn_display *display, struct mn_display_slot *slot)
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
    mn_display_wait_no_more(display, slot);
    if (is_given_up)
        mn_job_discard(&slot->job.job);
    else
        make_chunk(display, slot, slot->alloc.memory);
}

void mn_display_look_after_waiting(struct mn_display *display, struct mn_task *task)
{
    uint32_t left = display->counts.waiting;
    for (struct mn_display_slot *slot = display->slots; left > 0; slot++) {
        if (!slot->waits)
            continue;
        left--;
        look_after(display, slot, task);
    }
}
