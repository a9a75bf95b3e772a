/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "shell/session_parts.h"

#define KEY_GAP_US (20 * MN_MS) /* a lone byte after such a silence was typed */

static void welcome(struct mn_session *session)
{
    session->peer = MN_PEER_UNKNOWN;
    session->editor.echoes = false;
    session->greets = true;
    if (session->stale == 0)
        mn_editor_reset(&session->editor);
}

/* What is still on its way here was sent by who has left, and what was being said was for him. */
static void part(struct mn_session *session)
{
    uint64_t taken = session->heard_bytes - session->ahead.count;
    uint64_t until = session->carrier.heard_bytes;
    session->stale = until > taken ? (uint32_t)(until - taken) : 0;
    mn_program_hush(&session->program);
}

bool mn_session_watch_carrier(struct mn_session *session, struct mn_task *task)
{
    while (mn_co_poll(&session->carrier.co, task) == MN_READY) {
        if (session->carrier.co.err != MN_OK)
            return false;
        if (session->carrier.carrier / 2 != session->known / 2)
            part(session);
        session->known = session->carrier.carrier;
        mn_port_carrier(&session->carrier, &session->port, session->known);
        if (session->known % 2 == 1)
            welcome(session);
        else if (session->stale == 0)
            mn_editor_reset(&session->editor);
    }
    return true;
}

static bool is_key(uint8_t byte) /* one that only a terminal in raw mode sends */
{
    return byte < ' ' ? byte != '\t' && byte != '\n' && byte != '\r' : byte == 0x7f;
}

/* What the beginning of a line says about the peer; nothing of the line has been taken. */
static enum mn_session_peer peer_of(const struct mn_session *session)
{
    const struct mn_session_ahead *ahead = &session->ahead;
    bool knows_lines = session->peer == MN_PEER_LINES;
    uint32_t i = 0;
    while (i < ahead->count && mn_ahead_at(ahead, i) != '\n' && mn_ahead_at(ahead, i) != '\r')
        i++;
    if (i == ahead->count) { /* no line end yet */
        bool is_typed = is_key(mn_ahead_at(ahead, 0)) || (!knows_lines && i <= MN_SESSION_KEYS_MAX);
        bool is_lone = i == 1 && session->kernel->now_us - session->heard_us >= KEY_GAP_US;
        return is_typed || is_lone ? MN_PEER_KEYS : session->peer;
    }
    bool is_lf = mn_ahead_at(ahead, i) == '\n' ||
                 (i + 1 < ahead->count && mn_ahead_at(ahead, i + 1) == '\n');
    if (!is_lf)
        return MN_PEER_KEYS;
    return i >= 2 || session->peer == MN_PEER_UNKNOWN ? MN_PEER_LINES : session->peer;
}

void mn_session_meet(struct mn_session *session)
{
    if (session->editor.count > 0 || session->editor.state != MN_EDITOR_TEXT)
        return;
    if (session->ahead.count == 1 && mn_ahead_at(&session->ahead, 0) == '\n')
        return; /* says nothing about who sent it */
    if (mn_ahead_at(&session->ahead, 0) == MN_SESSION_CTRL_C)
        return;
    if (session->stale == 0) /* else it is not of who would see the echo */
        session->peer = peer_of(session);
    session->editor.echoes = session->peer == MN_PEER_KEYS;
}
