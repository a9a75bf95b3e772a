/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/proto/mux_frame.h"

enum mn_err mn_mux_frame_encode(uint8_t *out, uint32_t room, uint16_t port, const uint8_t *data,
                                uint32_t count, uint32_t *frame_bytes)
{
    const uint8_t header[MN_MUX_HEADER_BYTES] = {(uint8_t)port, (uint8_t)(port >> 8)};
    struct mn_cobs_encoder encoder;
    *frame_bytes = 0;
    if (count == 0)
        return MN_ERR_INVALID;
    mn_cobs_begin(&encoder, out, room);
    mn_cobs_add(&encoder, header, sizeof header);
    mn_cobs_add(&encoder, data, count);
    return mn_cobs_end(&encoder, frame_bytes);
}

void mn_mux_decoder_init(struct mn_mux_decoder *decoder, uint8_t *memory, uint32_t frame_max)
{
    mn_cobs_decoder_init(&decoder->cobs, memory, frame_max);
    decoder->too_short = 0;
}

uint32_t mn_mux_frame_decode(struct mn_mux_decoder *decoder, const uint8_t *data, uint32_t count,
                             struct mn_mux_frame *frame)
{
    const uint8_t *decoded = decoder->cobs.frame;
    uint32_t taken = 0;
    *frame = (struct mn_mux_frame){0};
    while (taken < count && !frame->data) {
        bool is_frame;
        taken += mn_cobs_decode(&decoder->cobs, data + taken, count - taken, &is_frame);
        if (is_frame && decoder->cobs.count < MN_MUX_DECODED_MIN)
            decoder->too_short++;
        else if (is_frame)
            *frame = (struct mn_mux_frame){
                .data = decoded + MN_MUX_HEADER_BYTES,
                .count = decoder->cobs.count - MN_MUX_HEADER_BYTES,
                .port = (uint16_t)(decoded[0] | decoded[1] << 8),
            };
    }
    return taken;
}
