/* cobs.h — byte stuffing: frames without a zero inside, each ended by one 0x00.
 *
 *     11 22 00 33   ──►   03 11 22  02 33  00
 *                          └ code: 3 - 1 bytes follow, then a zero that is not sent
 *
 * A code of 0xff says that 254 bytes follow and no zero after them. Data that ends with such a
 * full block ends there: no empty block is added, though one is accepted.
 *
 * Memory   Everything is the caller's. Nothing here allocates or keeps anything of its own.
 * Context  Any, interrupts included: pure functions over what they are given.
 * In place Decoding never writes ahead of what it reads: a decoder's `frame` may begin where the
 *          encoded bytes begin. Encoding may read its data from the end of the buffer it writes
 *          to, if MN_COBS_GROWTH(count) bytes at least are free in front of it.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_PROTO_COBS_H
#define MN_PROTO_COBS_H

#include "mn/base.h"

/* The most bytes that stuffing adds to `count` bytes, the 0x00 at the end left out; and the most
 * that a whole frame of them takes, with it. */
#define MN_COBS_GROWTH(count) ((count) / 254u + 1u)
#define MN_COBS_FRAME_MAX(count) ((count) + MN_COBS_GROWTH(count) + 1u)

struct mn_cobs_encoder { /* touch nothing */
    uint8_t *out;     /* [room] */
    uint32_t room;    /* bytes */
    uint32_t count;   /* bytes in use */
    uint32_t code_at; /* index of the open block's code byte */
    uint8_t code;     /* of the open block; 0: none is open */
    bool is_full;     /* something did not fit; nothing more is written */
};

/* Encodes a frame from several spans: begin, any number of adds, end. `out` stays borrowed until
 * end, which adds the 0x00 and tells in `*frame_bytes` how long the frame is. A `room` of
 * MN_COBS_FRAME_MAX(all bytes added) is always enough.
 *
 * Ends with  MN_OK
 *            MN_ERR_FULL  the room was too small; `*frame_bytes` is 0 and `out` is of no use */
void mn_cobs_begin(struct mn_cobs_encoder *encoder, uint8_t *out, uint32_t room);
void mn_cobs_add(struct mn_cobs_encoder *encoder, const uint8_t *data, uint32_t count);
enum mn_err mn_cobs_end(struct mn_cobs_encoder *encoder, uint32_t *frame_bytes) MN_MUST_USE;

/* The same in one go. */
enum mn_err mn_cobs_encode(uint8_t *out, uint32_t room, const uint8_t *data, uint32_t count,
                           uint32_t *frame_bytes) MN_MUST_USE;

/* What a decoder drops it drops whole, and goes on after the next 0x00. The counters may be read
 * and set at will; they wrap. */
struct mn_cobs_decoder {
    uint8_t *frame;     /* [room] the decoded bytes */
    uint32_t room;      /* bytes: the longest frame accepted */
    uint32_t count;     /* bytes decoded so far */
    uint32_t too_long;  /* frames dropped because they had no room */
    uint32_t malformed; /* frames dropped because they ended within a block */
    uint8_t left;       /* bytes of the open block still to come */
    uint8_t state;      /* see cobs.c */
    bool is_zero_due;   /* the block before ended with a zero, unless the frame ends too */
};

/* Ready for a first frame of at most `room` decoded bytes; `frame` is borrowed as long as the
 * decoder is in use. Counters begin at 0. */
void mn_cobs_decoder_init(struct mn_cobs_decoder *decoder, uint8_t *frame, uint32_t room);

/* Forgets a frame that has begun, uncounted: the next byte begins one. Returns whether there was
 * one that could still have become good. */
bool mn_cobs_decoder_reset(struct mn_cobs_decoder *decoder);

/* Takes bytes from `data` until a frame is complete or none is left, and returns how many it took.
 * With `*is_frame` set the decoder's `frame` and `count` hold the frame, until the next call.
 * Zeros between frames are no frames; an encoded empty frame (01 00) is one of 0 bytes. */
uint32_t mn_cobs_decode(struct mn_cobs_decoder *decoder, const uint8_t *data, uint32_t count,
                        bool *is_frame);

#endif
