/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mux.h"

void mux_restart(struct mux *mux)
{
    mn_mux_decoder_init(&mux->decoder, mux->memory, sizeof mux->memory);
    mux->bytes = mux->frames = 0;
}

void mux_init(struct mux *mux, struct link *link, void *context,
              void (*frame)(void *context, uint16_t port, const uint8_t *data, uint32_t count))
{
    mux->link = link;
    mux->context = context;
    mux->frame = frame;
    mux_restart(mux);
}

void mux_take(struct mux *mux, const uint8_t *data, uint32_t count)
{
    mux->bytes += count;
    for (uint32_t at = 0; at < count;) {
        struct mn_mux_frame frame;
        at += mn_mux_frame_decode(&mux->decoder, data + at, count - at, &frame);
        if (frame.data) {
            mux->frames++;
            mux->frame(mux->context, frame.port, frame.data, frame.count);
        }
    }
}

bool mux_send(struct mux *mux, uint16_t port, const uint8_t *data, uint32_t count)
{
    uint8_t frame[MN_MUX_FRAME_MAX(MUX_DATA_MAX)];
    bool is_all = true;
    while (count > 0) {
        uint32_t piece = count < MUX_DATA_MAX ? count : MUX_DATA_MAX, bytes;
        enum mn_err err = mn_mux_frame_encode(frame, sizeof frame, port, data, piece, &bytes);
        MN_ASSERT(err == MN_OK);
        is_all = link_send(mux->link, frame, bytes) && is_all;
        data += piece;
        count -= piece;
    }
    return is_all;
}

uint64_t mux_damaged(const struct mux *mux)
{
    const struct mn_mux_decoder *decoder = &mux->decoder;
    return (uint64_t)decoder->cobs.malformed + decoder->cobs.too_long + decoder->too_short;
}
