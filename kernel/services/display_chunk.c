/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "services/display_chunk.h"

#include "mn/mem.h"

#define BLOCK_BYTES ((uint32_t)(sizeof(struct mn_display_block) + 7) & ~7u)

static uint32_t plane_bytes(int32_t width_px, int32_t height_px)
{
    MN_ASSERT(width_px >= 0 && width_px <= MN_SIDE_MAX);
    MN_ASSERT(height_px >= 0 && height_px <= MN_SIDE_MAX);
    return mn_display_stride(width_px) * (uint32_t)height_px;
}

_Static_assert(UINT64_C(2) * MN_SIDE_MAX * MN_SIDE_MAX < UINT32_MAX / 2,
               "the bytes of the largest chunk can be counted in 32 bits");

uint32_t mn_display_block_bytes(int32_t width_px, int32_t height_px)
{
    return BLOCK_BYTES + 2 * plane_bytes(width_px, height_px);
}

struct mn_display_block *mn_display_block_init(void *memory, struct mn_display_session *session,
                                               uint32_t number, int32_t width_px,
                                               int32_t height_px)
{
    struct mn_display_block *block = memory;
    uint32_t bytes = plane_bytes(width_px, height_px);
    uint8_t *planes = (uint8_t *)memory + BLOCK_BYTES;
    memset(planes, 0, (size_t)2 * bytes);
    block->number = number;
    block->pixels = (struct mn_bitmap){
        .pixels = planes,
        .width_px = width_px,
        .height_px = height_px,
        .stride_bytes = mn_display_stride(width_px),
        .format = MN_PIXEL_MONO8,
    };
    block->mask = block->pixels;
    block->mask.pixels = planes + bytes;
    mn_list_init(&block->link);
    mn_list_push(&session->chunks, &block->link);
    return block;
}

struct mn_display_block *mn_display_block_find(const struct mn_display_session *session,
                                               uint32_t number)
{
    MN_LIST_EACH (node, &session->chunks) {
        struct mn_display_block *block = MN_CONTAINER(node, struct mn_display_block, link);
        if (block->number == number)
            return block;
    }
    return NULL;
}

void mn_display_block_free(struct mn_display_session *session, struct mn_display_block *block)
{
    mn_list_remove(&block->link);
    mn_heap_free(session->heap, block);
}

void mn_display_free_all(struct mn_display_session *session)
{
    while (!mn_list_is_empty(&session->chunks))
        mn_display_block_free(session, MN_CONTAINER(session->chunks.next,
                                                    struct mn_display_block, link));
}
