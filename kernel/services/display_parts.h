/* display_parts.h — what the files of the display's server share.
 *
 *     display.c          the service: its memory, whose turn it is, how it begins and ends
 *     display_answer.c   what each request and each hello gets
 *     display_new.c      new chunks, and those who wait for memory for one
 *     display_show.c     from the frame to the glass, when it is time
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SERVICES_DISPLAY_PARTS_H
#define SERVICES_DISPLAY_PARTS_H

#include "mn/svc/display.h"

struct mn_display_slot { /* room for one job in hand */
    struct mn_display_job job;
    bool waits; /* for memory; then both futures are under way */
    struct mn_heap_alloc alloc;
    struct mn_job_abandoned abandoned;
};

/* Answers the slot's request with an error. */
static inline void mn_display_fail_slot(struct mn_display_slot *slot, enum mn_display_error error)
{
    mn_display_fail(&slot->job, &error);
}

/* Deals with the job received into the slot, which is free again unless it waits for memory. */
void mn_display_answer(struct mn_display *display, struct mn_display_slot *slot);

/* Answers a request for a chunk, or lets it wait for memory. */
void mn_display_new_chunk(struct mn_display *display, struct mn_display_slot *slot);

/* Answers those who waited and whose memory is there, and discards those who gave up. */
void mn_display_look_after_waiting(struct mn_display *display, struct mn_task *task);

/* Gives up the wait, and memory that has come already. The job stays in hand. */
void mn_display_wait_no_more(struct mn_display *display, struct mn_display_slot *slot);

/* Shows what has changed, or sees to it that `task` is woken when that is due. */
void mn_display_show(struct mn_display *display, struct mn_task *task);

#endif
