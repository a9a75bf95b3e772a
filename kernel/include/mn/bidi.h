/* bidi.h — a byte channel with two ends: what one end writes the other reads, both ways.
 *
 *     left end   out ──► [ left to right ] ──► in   right end
 *                 in ◄── [ right to left ] ◄── out
 *
 * An end is a small value that may be moved, and given away in a message. Its two queues are used
 * as any byte queue (mn/bbq.h): mn_bbq_grant(frame, end.out, ...), mn_bbq_read(frame, end.in, ...).
 *
 * Closing  Closing one end closes both directions: the other end can write no more, reads what is
 *          inside, then gets MN_ERR_CLOSED. To say no more but go on listening, close `end.out`
 *          alone with mn_bbq_close.
 * Memory   One block holds both queues and their bytes. The two ends share it; when the second one
 *          closes, `freed` gives the block back to whoever provided it.
 * Context  Tasks only.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_BIDI_H
#define MN_BIDI_H

#include "mn/bbq.h"

struct mn_bidi;

struct mn_bidi_config {
    uint32_t left_to_right_bytes; /* capacity, 1 to 2^30 */
    uint32_t right_to_left_bytes; /* capacity, 1 to 2^30 */
    /* Both ends are closed: the block is the provider's again. May be NULL. */
    void (*freed)(void *context, struct mn_bidi *bidi);
    void *context;
};

struct mn_bidi { /* begins the block */
    struct mn_bbq left_to_right;
    struct mn_bbq right_to_left;
    void (*freed)(void *context, struct mn_bidi *bidi);
    void *context;
    uint32_t ends_open; /* 2, 1 or 0 */
    uint8_t bytes[];    /* of left_to_right, then of right_to_left */
};

struct mn_bidi_end { /* a value */
    struct mn_bidi *bidi; /* NULL: closed */
    struct mn_bbq *out;   /* to the other end */
    struct mn_bbq *in;    /* from the other end */
};

/* The size of the block that mn_bidi_init needs. */
uint32_t mn_bidi_bytes(const struct mn_bidi_config *config);

/* Makes a channel and its two ends.
 *
 * Gives    `block`, of mn_bidi_bytes(config) bytes and aligned for any type, to the channel until
 *          `freed` is called; the ends to the caller, who owes mn_bidi_close for each. */
void mn_bidi_init(void *block, const struct mn_bidi_config *config, struct mn_bidi_end *left,
                  struct mn_bidi_end *right);

/* Closes both directions and clears the end. Nobody may wait on this end or hold a grant of it
 * (asserted): the futures of an end are dropped before it. Harmless when it is closed.
 *
 * Wakes  everybody at the other end. */
void mn_bidi_close(struct mn_bidi_end *end);

/* Whether the other end has closed, or has closed its way out. What it wrote may still be
 * inside. */
static inline bool mn_bidi_is_alone(const struct mn_bidi_end *end)
{
    return mn_bbq_is_closed(end->in);
}

#endif
