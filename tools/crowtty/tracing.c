/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "tracing.h"

static void ask(struct tracing *tracing)
{
    const struct mn_trace_request request = {MN_TRACE_SET_MAX_LEVEL, tracing->level};
    uint8_t message[MN_TRACE_REQUEST_MAX], frame[MN_COBS_FRAME_MAX(MN_TRACE_REQUEST_MAX)];
    uint32_t bytes, frame_bytes;
    if (!link_is_up(tracing->mux->link))
        return;
    enum mn_err err = mn_trace_request_encode(message, sizeof message, &request, &bytes);
    MN_ASSERT(err == MN_OK);
    err = mn_cobs_encode(frame, sizeof frame, message, bytes, &frame_bytes);
    MN_ASSERT(err == MN_OK);
    mux_send(tracing->mux, TRACING_PORT, frame, frame_bytes);
}

static void timer_came(uv_timer_t *timer)
{
    ask(timer->data);
}

void tracing_init(struct tracing *tracing, uv_loop_t *loop, struct mux *mux, int level)
{
    trace_session_init(&tracing->session);
    tracing->mux = mux;
    tracing->level = level;
    uv_timer_init(loop, &tracing->timer);
    tracing->timer.data = tracing;
    uv_timer_start(&tracing->timer, timer_came, TRACING_ASK_MS, TRACING_ASK_MS);
}

void tracing_restart(struct tracing *tracing)
{
    trace_session_restart(&tracing->session);
    ask(tracing);
}

void tracing_take(struct tracing *tracing, const uint8_t *data, uint32_t count)
{
    trace_session_take(&tracing->session, data, count);
}

void tracing_close(struct tracing *tracing)
{
    uv_close((uv_handle_t *)&tracing->timer, NULL);
    trace_session_finish(&tracing->session);
}
