/* key_decoder.h — keys out of the bytes that a terminal sends.
 *
 *     bytes ──byte──► [ so far: ESC [ 1 ; 5 ] ──► Ctrl+Up
 *     time  ──expire─►                        ──► Esc, when nothing follows
 *
 * UTF-8 gives characters; CR, LF and CR LF give one Enter; 0x7f and 0x08 Backspace, 0x09 Tab; the
 * other control characters Ctrl and a letter; ESC before any of these Alt; ESC [ and ESC O the keys
 * of xterm, VT220, rxvt and the Linux console, with xterm's modifiers. A terminal tells of keys
 * pressed, never of keys released, nor of shift on a character.
 *
 * Esc      A key of its own or the beginning of another: only time can tell. While
 *          mn_key_decoder_is_open, let MN_KEY_ESC_US pass without a byte and then expire it.
 * Rubbish  Bytes that are no UTF-8 and sequences that are no key give nothing, and are counted in
 *          `skipped_bytes`; the decoder goes on with the first byte that can begin something.
 * Memory   The caller owns the struct. What it keeps is bounded, whatever comes; splitting the
 *          bytes in other places changes nothing.
 * Context  Any.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_KEY_DECODER_H
#define MN_KEY_DECODER_H

#include "mn/key.h"
#include "mn/utf8.h"

#define MN_KEY_ESC_US (50 * MN_MS) /* what people do not type within, and networks mostly keep */

struct mn_key_decoder { /* read `skipped_bytes` at will */
    uint64_t skipped_bytes;
    struct mn_utf8_reader character; /* so far */
    uint32_t held;      /* bytes of the sequence or character so far */
    uint32_t numbers[2]; /* parameters of the sequence so far */
    uint32_t number;    /* index of the one being read; 2: more than anybody needs */
    uint8_t state;
    bool has_alt;       /* ESC came before the character */
    bool after_cr;      /* a LF now would be half of a CR LF */
};

/* Makes a decoder that has heard nothing. */
void mn_key_decoder_init(struct mn_key_decoder *decoder);

/* Takes one byte; true if it completes a key, which is then in `event`. */
bool mn_key_decoder_byte(struct mn_key_decoder *decoder, uint8_t byte,
                         struct mn_key_event *event);

/* Whether an ESC waits for what follows. */
bool mn_key_decoder_is_open(const struct mn_key_decoder *decoder);

/* Nothing followed: true if the bytes so far are a key by themselves, which is then in `event`
 * (Esc, Alt+[ or Alt+O); otherwise they are skipped. */
bool mn_key_decoder_expire(struct mn_key_decoder *decoder, struct mn_key_event *event);

#endif
