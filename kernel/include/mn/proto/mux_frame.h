/* mux_frame.h — many byte streams over one wire: a port number in front, COBS around it.
 *
 *     COBS( port, 16 bits, low byte first ‖ 1 byte of data or more ) 0x00
 *
 * Port 0 with `!` is 01 01 02 21 00.
 *
 * Memory   Everything is the caller's.
 * Context  Any.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_PROTO_MUX_FRAME_H
#define MN_PROTO_MUX_FRAME_H

#include "mn/proto/cobs.h"

#define MN_MUX_HEADER_BYTES 2u /* the port */
#define MN_MUX_DECODED_MIN 3u  /* bytes: a frame carries one byte at least */

/* The most bytes that a frame with `count` bytes of data takes on the wire, 0x00 included. */
#define MN_MUX_FRAME_MAX(count) MN_COBS_FRAME_MAX((count) + MN_MUX_HEADER_BYTES)

/* Writes one frame, 0x00 included, to `out`; `*frame_bytes` tells how long it is, or 0.
 *
 * Ends with  MN_OK
 *            MN_ERR_INVALID  there is no data
 *            MN_ERR_FULL     `room` is too small; MN_MUX_FRAME_MAX(count) is always enough */
enum mn_err mn_mux_frame_encode(uint8_t *out, uint32_t room, uint16_t port, const uint8_t *data,
                                uint32_t count, uint32_t *frame_bytes) MN_MUST_USE;

struct mn_mux_frame {
    const uint8_t *data; /* [count], in the decoder's memory; NULL: no frame */
    uint32_t count;      /* bytes, at least 1 */
    uint16_t port;
};

struct mn_mux_decoder {
    struct mn_cobs_decoder cobs; /* with the counts of frames too long and malformed */
    uint32_t too_short;          /* frames dropped because they had no data; wraps */
};

/* Ready for frames whose port and data take at most `frame_max` bytes together; `memory` holds
 * that many, and is borrowed as long as the decoder is in use. */
void mn_mux_decoder_init(struct mn_mux_decoder *decoder, uint8_t *memory, uint32_t frame_max);

/* As mn_cobs_decoder_reset: for a wire whose peer has changed. */
static inline bool mn_mux_decoder_reset(struct mn_mux_decoder *decoder)
{
    return mn_cobs_decoder_reset(&decoder->cobs);
}

/* Takes bytes from `data` until a frame is complete or none is left, and returns how many it took.
 * The frame in `*frame` is good until the next call. What is malformed, or longer than frame_max,
 * is dropped whole and counted; the next 0x00 begins anew. */
uint32_t mn_mux_frame_decode(struct mn_mux_decoder *decoder, const uint8_t *data, uint32_t count,
                             struct mn_mux_frame *frame);

#endif
