/* trace_random.h — trace messages that look random, and whether two are the same.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef TRACE_RANDOM_H
#define TRACE_RANDOM_H

#include "mn/proto/trace_message.h"

#define TRACE_RANDOM_PARTS_MAX 6u
#define TRACE_RANDOM_BYTES_MAX 1024u /* of the longest message made here */

struct trace_random { /* one message, and what it points to */
    uint64_t seed;
    struct mn_trace_message message;
    struct mn_trace_field fields[TRACE_RANDOM_PARTS_MAX];
    struct mn_str names[TRACE_RANDOM_PARTS_MAX];
};

/* Makes the next message of the seed. */
void trace_random_make(struct trace_random *random);

/* Whether two messages say the same, byte by byte of each string and bit by bit of each number. */
bool trace_same(const struct mn_trace_message *left, const struct mn_trace_message *right);

#endif
