/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "shell/session_parts.h"

uint8_t mn_ahead_at(const struct mn_session_ahead *ahead, uint32_t index)
{
    uint32_t at = ahead->first + index;
    return ahead->bytes[at < ahead->capacity ? at : at - ahead->capacity];
}

static void ahead_put(struct mn_session_ahead *ahead, uint8_t byte)
{
    uint32_t at = ahead->first + ahead->count++;
    ahead->bytes[at < ahead->capacity ? at : at - ahead->capacity] = byte;
    ahead->breaks += byte == MN_SESSION_CTRL_C;
}

uint8_t mn_session_take(struct mn_session *session)
{
    struct mn_session_ahead *ahead = &session->ahead;
    uint8_t byte = ahead->bytes[ahead->first];
    ahead->first = ahead->first + 1 < ahead->capacity ? ahead->first + 1 : 0;
    ahead->count--;
    ahead->breaks -= byte == MN_SESSION_CTRL_C;
    if (session->stale > 0 && --session->stale == 0)
        session->forgets = true;
    return byte;
}

void mn_session_drop_bytes(struct mn_session *session, uint32_t count)
{
    session->drained += count;
    while (count-- > 0)
        mn_session_take(session);
}

bool mn_session_listen(struct mn_session *session, struct mn_task *task)
{
    struct mn_bbq *in = session->port.end.in;
    struct mn_session_ahead *ahead = &session->ahead;
    for (;;) {
        if (session->drains && ahead->breaks == 0)
            mn_session_drop_bytes(session, ahead->count);
        if (ahead->count == ahead->capacity)
            return true;
        if (!session->asks_bytes)
            mn_bbq_read(&session->read, in, &session->heard);
        session->asks_bytes = mn_co_poll(&session->read.co, task) == MN_PENDING;
        if (session->asks_bytes)
            return true;
        if (session->read.co.err != MN_OK)
            return false;
        uint32_t room = ahead->capacity - ahead->count;
        uint32_t count = session->heard.count < room ? session->heard.count : room;
        for (uint32_t i = 0; i < count; i++)
            ahead_put(ahead, session->heard.bytes[i]);
        session->heard_bytes += count;
        mn_bbq_release(in, &session->heard, count);
    }
}
