/* decode.h — a captured byte stream of the mux, frame by frame.
 *
 *     offset port bytes data
 *         12    1     7 "hello\r\n"
 *         24    3    22 01 02 ...        then what it says, if it ends a trace message
 *         46 damaged: 9 bytes that are no frame
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_DECODE_H
#define CROWTTY_DECODE_H

#include "mn/proto/mux_frame.h"
#include "perfetto.h"
#include "trace_print.h"

#define DECODE_FRAME_MAX 65536u /* bytes of port and data: whatever max_frame the target has */
#define DECODE_ALL_PORTS (-1)

struct decode {
    FILE *out;
    int only_port; /* or DECODE_ALL_PORTS */
    struct mn_mux_decoder mux;
    uint8_t memory[DECODE_FRAME_MAX];
    uint64_t offset;   /* bytes taken so far */
    uint64_t begin;    /* offset of the first byte of the frame being read */
    bool is_within;    /* a frame has begun */
    uint64_t frames, damaged;
    struct trace_session session;
    struct trace_print print;
    struct trace_sink sink; /* what print does not show: metadata, spans, heartbeats */
};

/* Borrows `out` and the filter. */
void decode_init(struct decode *decode, FILE *out, int only_port,
                 const struct trace_filter *filter, bool is_colored);

/* Takes bytes in any pieces. */
void decode_take(struct decode *decode, const uint8_t *data, uint32_t count);

/* The stream has ended: reports what was begun and not ended, and the sums. */
void decode_finish(struct decode *decode);

#endif
