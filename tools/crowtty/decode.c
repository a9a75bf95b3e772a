/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "decode.h"

#include <inttypes.h>
#include <string.h>

#include "text.h"

#define TRACE_PORT 3

/* ---- trace messages that are no log lines ---------------------------------------------------- */

static void put_span(void *context, struct trace_session *session, enum mn_trace_kind kind,
                     const struct trace_span *span)
{
    struct decode *decode = context;
    const char *what = kind == MN_TRACE_NEW_SPAN ? "new" :
                       kind == MN_TRACE_ENTER ? "enter" :
                       kind == MN_TRACE_EXIT ? "exit" : "gone";
    (void)session;
    fprintf(decode->out, "%14s span %" PRIu64 " %s ", "", span->id, what);
    text_put(decode->out, mn_str_of(span->name));
    fprintf(decode->out, "%s\n", span->fields);
}

static void put_level(void *context, int level)
{
    struct decode *decode = context;
    fprintf(decode->out, "%14s heartbeat, level %s\n", "", trace_level_name(level));
}

static void put_trouble(void *context, enum trace_trouble trouble)
{
    struct decode *decode = context;
    decode->damaged++;
    fprintf(decode->out, "%14" PRIu64 " damaged: one of: %s\n", decode->begin,
            trace_trouble_text(trouble));
}

/* ---- frames -------------------------------------------------------------------------------- */

static bool is_text(const struct mn_mux_frame *frame)
{
    struct mn_str text = {(const char *)frame->data, frame->count};
    uint32_t controls = 0;
    for (uint32_t i = 0; i < frame->count; i++)
        controls += frame->data[i] < 0x20 && !memchr("\b\t\n\r\033", frame->data[i], 5);
    return controls == 0 && mn_str_is_utf8(text);
}

static void put_frame(struct decode *decode, const struct mn_mux_frame *frame)
{
    if (decode->only_port != DECODE_ALL_PORTS && frame->port != decode->only_port)
        return;
    fprintf(decode->out, "%14" PRIu64 " port %" PRIu16 ", %" PRIu32 " bytes: ", decode->begin,
            frame->port, frame->count);
    if (frame->port != TRACE_PORT && is_text(frame)) {
        fputc('"', decode->out);
        text_put(decode->out, (struct mn_str){(const char *)frame->data, frame->count});
        fputs("\"\n", decode->out);
    } else {
        for (uint32_t i = 0; i < frame->count; i++)
            fprintf(decode->out, "%02x%c", frame->data[i], i + 1 < frame->count ? ' ' : '\n');
    }
    if (frame->port == TRACE_PORT)
        trace_session_take(&decode->session, frame->data, frame->count);
}

static void put_damage(struct decode *decode, const char *what)
{
    decode->damaged++;
    fprintf(decode->out, "%14" PRIu64 " damaged: %" PRIu64 " bytes %s\n", decode->begin,
            decode->offset - decode->begin, what);
}

/* One frame at most ends in what is given: a 0x00 is its last byte, if there is one in it. */
static void take_piece(struct decode *decode, const uint8_t *data, uint32_t count)
{
    struct mn_mux_decoder *mux = &decode->mux;
    uint32_t malformed = mux->cobs.malformed, too_short = mux->too_short;
    uint32_t too_long = mux->cobs.too_long;
    bool is_end = data[count - 1] == 0;
    struct mn_mux_frame frame;
    if (!decode->is_within)
        decode->begin = decode->offset;
    decode->is_within = decode->is_within || count > 1 || !is_end;
    mn_mux_frame_decode(mux, data, count, &frame);
    decode->offset += count;
    if (frame.data) {
        decode->frames++;
        put_frame(decode, &frame);
    } else if (mux->cobs.malformed != malformed) {
        put_damage(decode, "that are no frame");
    } else if (mux->too_short != too_short) {
        put_damage(decode, "of a frame without data");
    } else if (mux->cobs.too_long != too_long) {
        put_damage(decode, "or more of a frame that is too long");
    }
    decode->is_within = decode->is_within && !is_end;
}

void decode_take(struct decode *decode, const uint8_t *data, uint32_t count)
{
    while (count > 0) {
        const uint8_t *zero = memchr(data, 0, count);
        uint32_t piece = zero ? (uint32_t)(zero - data) + 1 : count;
        take_piece(decode, data, piece);
        data += piece;
        count -= piece;
    }
}

void decode_init(struct decode *decode, FILE *out, int only_port,
                 const struct trace_filter *filter, bool is_colored)
{
    *decode = (struct decode){.out = out, .only_port = only_port};
    decode->sink = (struct trace_sink){
        .context = decode, .span = put_span, .level = put_level, .trouble = put_trouble};
    mn_mux_decoder_init(&decode->mux, decode->memory, sizeof decode->memory);
    trace_session_init(&decode->session);
    trace_print_init(&decode->print, out, out, filter, is_colored, false);
    trace_session_add(&decode->session, &decode->print.sink);
    trace_session_add(&decode->session, &decode->sink);
}

void decode_finish(struct decode *decode)
{
    if (decode->is_within)
        put_damage(decode, "at the end, without their 0x00");
    fprintf(decode->out, "%14" PRIu64 " end: %" PRIu64 " frames, %" PRIu64 " damaged\n",
            decode->offset, decode->frames, decode->damaged);
    trace_session_finish(&decode->session);
}
