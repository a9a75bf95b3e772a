/* session_parts.h — what the files of the session share.
 *
 *     session_ahead.c   bytes that came and were not yet taken
 *     session_peer.c    who is at the other end, and of what kind
 *     session.c         lines, the VM at work, and the whole
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SHELL_SESSION_PARTS_H
#define SHELL_SESSION_PARTS_H

#include "mn/shell/session.h"

#define MN_SESSION_CTRL_C 3
#define MN_SESSION_KEYS_MAX 16u /* an unfinished line up to this long was typed, not sent */

/* The byte that `index` others are to be taken before. */
uint8_t mn_ahead_at(const struct mn_session_ahead *ahead, uint32_t index);

/* Moves what has come into the type-ahead. False when the port is closed and all was read. */
bool mn_session_listen(struct mn_session *session, struct mn_task *task);

/* Takes the oldest byte, which must be there. */
uint8_t mn_session_take(struct mn_session *session);

/* Forgets the oldest bytes, and counts them. */
void mn_session_drop_bytes(struct mn_session *session, uint32_t count);

/* Greets who comes and marks what who left has left. False when the port's driver has ended. */
bool mn_session_watch_carrier(struct mn_session *session, struct mn_task *task);

/* Looks, where a line begins, which kind of peer sends it. */
void mn_session_meet(struct mn_session *session);

#endif
