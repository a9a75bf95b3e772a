/* mux.h — the ports on a link: frames in, frames out.
 *
 *     link's bytes ──► mux_take ──► frame(port, data)          damage is counted and skipped
 *     mux_send(port, data) ──► frames of 256 bytes at most ──► link
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_MUX_H
#define CROWTTY_MUX_H

#include "link.h"
#include "mn/proto/mux_frame.h"

#define MUX_DATA_MAX 256u   /* bytes of data in a frame: half of a target's usual max_frame */
#define MUX_FRAME_MAX 65536u /* of a target's frames anything is taken */

struct mux {
    struct link *link;
    struct mn_mux_decoder decoder;
    uint8_t memory[MUX_FRAME_MAX];
    void *context;
    void (*frame)(void *context, uint16_t port, const uint8_t *data, uint32_t count);
    uint64_t bytes, frames; /* since the link came up */
};

void mux_init(struct mux *mux, struct link *link, void *context,
              void (*frame)(void *context, uint16_t port, const uint8_t *data, uint32_t count));

/* The link is new: what was begun on the old one does not go on. */
void mux_restart(struct mux *mux);

void mux_take(struct mux *mux, const uint8_t *data, uint32_t count);

/* Sends data of any length; false: some of it was not sent, see link_send. */
bool mux_send(struct mux *mux, uint16_t port, const uint8_t *data, uint32_t count);

/* Frames that could not be read since the link came up. */
uint64_t mux_damaged(const struct mux *mux);

#endif
