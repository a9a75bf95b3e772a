/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/gfx/compositor.h"
#include "mn/kernel.h"
#include "mn/text.h"
#include "services/display_chunk.h"
#include "services/display_parts.h"

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
        mn_display_fail_slot(slot, MN_DISPLAY_NO_CHUNK);
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

void mn_display_answer(struct mn_display *display, struct mn_display_slot *slot)
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
    case MN_DISPLAY_NEW_CHUNK: mn_display_new_chunk(display, slot); break;
    case MN_DISPLAY_DRAW:
    case MN_DISPLAY_DROP_CHUNK: use_chunk(display, slot); break;
    default: mn_display_fail_slot(slot, MN_DISPLAY_NO_SUCH);
    }
}
