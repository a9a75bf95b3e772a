/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/proto/cobs.h"

#define CODE_FULL 0xffu /* of a block of 254 bytes, with no zero after them */

#define WORD_BYTES ((uint32_t)sizeof(uintptr_t))
#define EACH_BYTE (UINTPTR_MAX / 0xffu) /* 0x01 in every byte of a word */

static uintptr_t load(const uint8_t *bytes)
{
    uintptr_t word;
    __builtin_memcpy(&word, bytes, sizeof word);
    return word;
}

static bool has_zero(uintptr_t word)
{
    return ((word - EACH_BYTE) & ~word & EACH_BYTE << 7) != 0;
}

/* Copies up to `count` bytes, as far as there is no zero, and returns how many. `out` may lie in
 * front of `data` and overlap it: no byte is written before it was read. */
static uint32_t copy_run(uint8_t *out, const uint8_t *data, uint32_t count)
{
    uint32_t done = 0;
    while (count - done >= 2 * WORD_BYTES) {
        uintptr_t first = load(data + done), second = load(data + done + WORD_BYTES);
        if (has_zero(first) || has_zero(second))
            break;
        __builtin_memcpy(out + done, &first, sizeof first);
        __builtin_memcpy(out + done + WORD_BYTES, &second, sizeof second);
        done += 2 * WORD_BYTES;
    }
    for (; done < count && data[done]; done++)
        out[done] = data[done];
    return done;
}

/* The last block, when it is full, opens no other: only a byte to come does. */
static void open_block(struct mn_cobs_encoder *encoder)
{
    if (encoder->count == encoder->room) {
        encoder->is_full = true;
        return;
    }
    encoder->code_at = encoder->count++;
    encoder->code = 1;
}

static void close_block(struct mn_cobs_encoder *encoder)
{
    encoder->out[encoder->code_at] = encoder->code;
    encoder->code = 0;
}

void mn_cobs_begin(struct mn_cobs_encoder *encoder, uint8_t *out, uint32_t room)
{
    MN_ASSERT(out != NULL);
    *encoder = (struct mn_cobs_encoder){.out = out, .room = room};
    open_block(encoder);
}

static void add_byte(struct mn_cobs_encoder *encoder, uint8_t byte)
{
    if (encoder->code == 0)
        open_block(encoder);
    if (encoder->is_full)
        return;
    if (byte == 0) {
        close_block(encoder);
        open_block(encoder);
    } else if (encoder->count == encoder->room) {
        encoder->is_full = true;
    } else {
        encoder->out[encoder->count++] = byte;
        if (++encoder->code == CODE_FULL)
            close_block(encoder);
    }
}

/* The bytes of an open block that need no thought: no zero, room for them, the block not full
 * after them. */
static uint32_t add_run(struct mn_cobs_encoder *encoder, const uint8_t *data, uint32_t count)
{
    uint32_t room = encoder->room - encoder->count;
    uint32_t run_max = encoder->code ? CODE_FULL - 1u - encoder->code : 0;
    if (run_max > room)
        run_max = room;
    if (run_max > count)
        run_max = count;
    uint32_t done = copy_run(encoder->out + encoder->count, data, run_max);
    encoder->count += done;
    encoder->code = (uint8_t)(encoder->code + done);
    return done;
}

void mn_cobs_add(struct mn_cobs_encoder *encoder, const uint8_t *data, uint32_t count)
{
    for (uint32_t at = 0; at < count && !encoder->is_full; at++) {
        at += add_run(encoder, data + at, count - at);
        if (at == count)
            break;
        add_byte(encoder, data[at]);
    }
}

enum mn_err mn_cobs_end(struct mn_cobs_encoder *encoder, uint32_t *frame_bytes)
{
    *frame_bytes = 0;
    if (encoder->is_full || encoder->count == encoder->room)
        return MN_ERR_FULL;
    if (encoder->code)
        close_block(encoder);
    encoder->out[encoder->count++] = 0;
    *frame_bytes = encoder->count;
    return MN_OK;
}

enum mn_err mn_cobs_encode(uint8_t *out, uint32_t room, const uint8_t *data, uint32_t count,
                           uint32_t *frame_bytes)
{
    struct mn_cobs_encoder encoder;
    mn_cobs_begin(&encoder, out, room);
    mn_cobs_add(&encoder, data, count);
    return mn_cobs_end(&encoder, frame_bytes);
}

enum state {
    STATE_BEGIN, /* no byte of a frame seen yet */
    STATE_FRAME, /* within one, and all is well */
    STATE_DONE,  /* a frame was handed out: begin at the next call */
    STATE_DROP,  /* within one that had no room */
};

static void begin_frame(struct mn_cobs_decoder *decoder)
{
    decoder->count = 0;
    decoder->left = 0;
    decoder->is_zero_due = false;
    decoder->state = STATE_BEGIN;
}

void mn_cobs_decoder_init(struct mn_cobs_decoder *decoder, uint8_t *frame, uint32_t room)
{
    MN_ASSERT(frame != NULL);
    *decoder = (struct mn_cobs_decoder){.frame = frame, .room = room};
    begin_frame(decoder);
}

bool mn_cobs_decoder_reset(struct mn_cobs_decoder *decoder)
{
    bool had_begun = decoder->state == STATE_FRAME;
    begin_frame(decoder);
    return had_begun;
}

/* At a 0x00. Returns whether a good frame ends here. */
static bool end_frame(struct mn_cobs_decoder *decoder)
{
    if (decoder->state == STATE_FRAME && decoder->left == 0) {
        decoder->state = STATE_DONE;
        return true;
    }
    if (decoder->state == STATE_FRAME)
        decoder->malformed++;
    begin_frame(decoder);
    return false;
}

static void drop_frame(struct mn_cobs_decoder *decoder)
{
    decoder->too_long++;
    decoder->state = STATE_DROP;
}

static void begin_block(struct mn_cobs_decoder *decoder, uint8_t code)
{
    if (decoder->is_zero_due && decoder->count == decoder->room) {
        drop_frame(decoder);
        return;
    }
    if (decoder->is_zero_due)
        decoder->frame[decoder->count++] = 0;
    decoder->state = STATE_FRAME;
    decoder->left = (uint8_t)(code - 1);
    decoder->is_zero_due = code != CODE_FULL;
}

/* Takes bytes of the open block, up to its end or a 0x00 that should not be there. */
static uint32_t take_block(struct mn_cobs_decoder *decoder, const uint8_t *data, uint32_t count)
{
    uint32_t room = decoder->room - decoder->count;
    uint32_t run_max = count < decoder->left ? count : decoder->left;
    uint32_t fits_max = run_max < room ? run_max : room;
    uint32_t done = copy_run(decoder->frame + decoder->count, data, fits_max);
    decoder->count += done;
    decoder->left = (uint8_t)(decoder->left - done);
    if (done == room && done < run_max && data[done])
        drop_frame(decoder);
    return done;
}

uint32_t mn_cobs_decode(struct mn_cobs_decoder *decoder, const uint8_t *data, uint32_t count,
                        bool *is_frame)
{
    uint32_t at = 0;
    *is_frame = false;
    if (decoder->state == STATE_DONE)
        begin_frame(decoder);
    while (at < count && !*is_frame) {
        if (data[at] == 0) {
            *is_frame = end_frame(decoder);
            at++;
        } else if (decoder->state == STATE_DROP) {
            at++;
        } else if (decoder->left == 0) {
            begin_block(decoder, data[at++]);
        } else {
            at += take_block(decoder, data + at, count - at);
        }
    }
    return at;
}
