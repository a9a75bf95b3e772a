/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "heap/inner.h"
#include "mn/audit.h"

MN_AUDIT_PLACE(struct mn_heap_alloc);

void mn_heap_fail_after(struct mn_heap *heap, uint32_t nth)
{
    heap->obstacles -= heap->refuse_in ? 1u : 0u;
    heap->refuse_in = nth;
    heap->obstacles += nth ? 1u : 0u;
}

bool mn_heap_is_open(struct mn_heap *heap)
{
    if (heap->refuse_in == 1) {
        mn_heap_fail_after(heap, 0);
        heap->refusals++;
        return false;
    }
    if (heap->refuse_in)
        heap->refuse_in--;
    return mn_list_is_empty(&heap->waiters);
}

/* mn_heap_try past whoever waits, for the one whose turn it is. Not counted as a try. */
static void *take(struct mn_heap *heap, uint32_t bytes)
{
    uint32_t obstacles = heap->obstacles;
    uint32_t failed_tries = heap->failed_tries;
    heap->obstacles = 0;
    void *memory = mn_heap_try(heap, bytes);
    heap->failed_tries = failed_tries;
    heap->obstacles = obstacles;
    return memory;
}

static void enter(struct mn_heap_alloc *alloc)
{
    mn_list_push(&alloc->heap->waiters, &alloc->link);
    alloc->heap->obstacles++;
}

static void leave(struct mn_heap_alloc *alloc)
{
    MN_ASSERT(alloc->heap->obstacles > 0);
    mn_list_remove(&alloc->link);
    alloc->heap->obstacles--;
}

void mn_heap_serve(struct mn_heap *heap)
{
    if (mn_list_is_empty(&heap->waiters))
        return;
    struct mn_heap_alloc *first = MN_CONTAINER(heap->waiters.next, struct mn_heap_alloc, link);
    first->memory = take(heap, first->bytes);
    if (!first->memory)
        return;
    leave(first);
    first->granted = true;
    mn_task_wake(first->task);
}

/* The first poll: takes memory or a place in the queue. */
static enum mn_poll arrive(struct mn_heap_alloc *alloc, struct mn_task *task)
{
    struct mn_heap *heap = alloc->heap;
    uint32_t refusals = heap->refusals;
    if (mn_heap_is_open(heap))
        alloc->memory = take(heap, alloc->bytes);
    if (alloc->memory)
        return MN_READY;
    enter(alloc);
    if (heap->refusals != refusals)
        mn_task_wake(task); /* no free may ever come: look again in the next tick */
    return MN_PENDING;
}

static enum mn_poll alloc_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_heap_alloc *alloc = MN_FRAME(co, struct mn_heap_alloc);
    alloc->task = task;
    if (alloc->bytes > alloc->heap->most_bytes)
        MN_RETURN(MN_ERR_TOO_BIG);
    if (!alloc->granted && !mn_list_is_linked(&alloc->link))
        return arrive(alloc, task);

    if (alloc->heap->waiters.next == &alloc->link)
        mn_heap_serve(alloc->heap);
    if (!alloc->granted)
        return MN_PENDING;
    alloc->granted = false; /* the caller's now: drop has nothing to give back */
    mn_heap_serve(alloc->heap);
    return MN_READY;
}

static void alloc_drop(struct mn_co *co)
{
    struct mn_heap_alloc *alloc = MN_FRAME(co, struct mn_heap_alloc);
    if (alloc->granted) {
        mn_heap_free(alloc->heap, alloc->memory); /* which serves the next in line */
        alloc->memory = NULL;
        alloc->granted = false;
    } else if (mn_list_is_linked(&alloc->link)) {
        leave(alloc);
        mn_heap_serve(alloc->heap); /* it may be smaller than we were */
    }
}

static void alloc_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_heap_alloc *alloc = MN_CONTAINER(co, const struct mn_heap_alloc, co);
    if (!alloc->task)
        return;
    if (alloc->granted) {
        mn_audit_late(audit, "memory was handed to it");
        return;
    }
    if (mn_audit_place(audit, &alloc->heap->waiters, &alloc->link, alloc->task) &&
        alloc->heap->waiters.next == &alloc->link && mn_heap_has_room(alloc->heap, alloc->bytes))
        mn_audit_late(audit, "the memory it waits for is free");
}

static const struct mn_co_type alloc_type = {
    .name = "heap_alloc",
    .poll = alloc_poll,
    .drop = alloc_drop,
    .audit = MN_AUDIT_BY(alloc_audit),
};

struct mn_co *mn_heap_alloc(struct mn_heap_alloc *frame, struct mn_heap *heap, uint32_t bytes)
{
    frame->heap = heap;
    frame->task = NULL;
    frame->memory = NULL;
    frame->bytes = bytes ? bytes : 1;
    frame->granted = false;
    mn_list_init(&frame->link);
    return mn_co_init(&frame->co, &alloc_type);
}
