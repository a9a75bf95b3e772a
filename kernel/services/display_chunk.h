/* display_chunk.h — the memory of chunks, as the two sides of the display share it.
 *
 * A chunk's block hangs in the list of its client's session, in memory of the client's, so that
 * either side can free it when the other is gone.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_SERVICES_DISPLAY_CHUNK_H
#define MN_SERVICES_DISPLAY_CHUNK_H

#include "mn/svc/display.h"

struct mn_display_block { /* the pixels, then those of the mask, follow it */
    struct mn_list link;  /* in mn_display_session::chunks */
    uint32_t number;
    struct mn_bitmap pixels, mask; /* what the client has are copies, and may say anything */
};

/* So much memory does a chunk need, with sides of 0 to MN_SIDE_MAX. */
uint32_t mn_display_block_bytes(int32_t width_px, int32_t height_px);

/* Makes a block of that many bytes, all off and transparent, and hangs it in the session. */
struct mn_display_block *mn_display_block_init(void *memory, struct mn_display_session *session,
                                               uint32_t number, int32_t width_px,
                                               int32_t height_px);

/* The block of that number, or NULL: no such one in this session. */
struct mn_display_block *mn_display_block_find(const struct mn_display_session *session,
                                               uint32_t number);

void mn_display_block_free(struct mn_display_session *session, struct mn_display_block *block);

void mn_display_free_all(struct mn_display_session *session);

/* Bytes from one row to the next, of chunks and of the frame. */
static inline uint32_t mn_display_stride(int32_t width_px)
{
    return ((uint32_t)width_px + 7) & ~UINT32_C(7);
}

#endif
