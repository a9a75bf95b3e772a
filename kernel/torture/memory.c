/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "torture/parts.h"
#include "mn/mem.h"

#define BYTES_MAX 700u /* of the 1100 or so that there are */
#define REFUSE_WITHIN 3u /* allocations */

static void begin_memory(struct torture_yard *yard)
{
    struct torture_memory *memory = &yard->memory;
    memory->live = 0;
    enum mn_err err = mn_heap_init(&memory->heap, memory->arena, sizeof memory->arena);
    MN_ASSERT(err == MN_OK);
}

static void fill(struct torture_block *block)
{
    block->worker->yard->memory.live++;
    block->fill = (uint8_t)mn_torture_draw(&block->worker->chance, 256);
    memset(block->memory, block->fill, block->bytes);
}

static void give_back(struct torture_block *block)
{
    struct torture_yard *yard = block->worker->yard;
    uint32_t changed = 0;
    for (uint32_t i = 0; i < block->bytes; i++)
        changed += block->memory[i] != block->fill;
    mn_torture_expect(yard, "memory is nobody else's", 0, changed);
    yard->memory.live--;
    mn_heap_free(&yard->memory.heap, block->memory);
    block->memory = NULL;
}

static enum mn_poll block_poll(struct mn_co *co, struct mn_task *task)
{
    struct torture_block *block = MN_FRAME(co, struct torture_block);
    struct mn_heap *heap = &block->worker->yard->memory.heap;

    MN_CO_BEGIN;
    if (block->tries) {
        block->memory = mn_heap_try(heap, block->bytes);
        if (block->memory)
            mn_torture_served_now(block->worker->yard, TORTURE_MEMORY_LINE);
    } else {
        mn_torture_line_up(block->worker, TORTURE_MEMORY_LINE);
        MN_AWAIT(mn_heap_alloc(&block->on.alloc, heap, block->bytes));
        mn_torture_expect(block->worker->yard, "what could never fit is refused, and nothing else",
                          block->bytes > heap->most_bytes, co->err == MN_ERR_TOO_BIG);
        block->memory = block->on.alloc.memory;
        if (block->memory)
            mn_torture_served(block->worker);
    }
    if (!block->memory)
        MN_RETURN(MN_OK);
    fill(block);
    MN_AWAIT(mn_torture_hold(&block->on.hold, &block->worker->chance));
    MN_CO_END;
}

static void block_drop(struct mn_co *co)
{
    struct torture_block *block = MN_FRAME(co, struct torture_block);
    if (block->memory)
        give_back(block);
}

static const struct mn_co_type block_type = {
    .name = "torture_block",
    .poll = block_poll,
    .drop = block_drop,
};

static struct mn_co *act_memory(struct torture_worker *worker)
{
    struct torture_block *block = &worker->once.act.block;
    struct torture_chance *chance = &worker->chance;
    struct mn_heap *heap = &worker->yard->memory.heap;
    block->worker = worker;
    block->memory = NULL;
    block->tries = mn_torture_draw(chance, 6) == 0;
    block->bytes = mn_torture_draw(chance, BYTES_MAX);
    if (mn_torture_draw(chance, 16) == 0)
        block->bytes += TORTURE_HEAP_BYTES;
    if (mn_torture_draw(chance, 16) == 0)
        mn_heap_fail_after(heap, 1 + mn_torture_draw(chance, REFUSE_WITHIN));
    return mn_co_init(&block->co, &block_type);
}

static void look_at_memory(struct torture_yard *yard)
{
    struct mn_heap *heap = &yard->memory.heap;
    struct mn_heap_stats stats = mn_heap_stats(heap);
    mn_torture_expect(yard, "live blocks are those handed out", yard->memory.live,
                      stats.live_blocks);
    if (mn_list_is_empty(&heap->waiters))
        return;
    const struct mn_heap_alloc *first =
        MN_CONTAINER(heap->waiters.next, struct mn_heap_alloc, link);
    mn_torture_expect_at_most(yard, "nobody waits for memory that is there", first->bytes - 1,
                              stats.largest_bytes);
}

static void end_memory(struct torture_yard *yard)
{
    struct mn_heap *heap = &yard->memory.heap;
    struct mn_heap_stats stats = mn_heap_stats(heap);
    mn_torture_expect(yard, "all memory has come back", 0, stats.live_blocks);
    mn_torture_expect(yard, "all memory has come back, to the byte", 0, stats.live_bytes);
    mn_torture_expect(yard, "nobody is left in the line of a heap", 0, stats.waiters);
    mn_heap_fail_after(heap, 0);
    mn_heap_check(heap);
}

const struct torture_part mn_torture_memory = {
    .name = "memory",
    .begin = begin_memory,
    .act = act_memory,
    .look = look_at_memory,
    .end = end_memory,
};
