/* tap.h — the queues of a wire, by name, for who watches them: the rows `queue` of kernel::stats.
 *
 *     client   out ──► [ "mux port 10 out" ] ──► in    the service
 *               in ◄── [ "mux port 10 in"  ] ◄── out   puts a tap on its end
 *
 * Both queues of a channel (mn/bidi.h) get the names, too, so that a writer that waits for room is
 * told of with the queue it waits for.
 *
 * Memory   The caller owns the tap, which outlives the end that it is on.
 * Context  Tasks only.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_TAP_H
#define MN_TAP_H

#include "mn/bidi.h"
#include "mn/kernel.h"

#define MN_TAP_NAME_BYTES 24u /* with its final 0; what is longer is cut */

struct mn_tap { /* zeroed: on nothing. Touch nothing */
    struct mn_list link;       /* mn_kernel::taps, oldest first */
    uint32_t id;               /* counts taps: those of the list ascend */
    struct mn_bbq *in;         /* to the client; NULL: on nothing */
    struct mn_bbq *out;        /* from the client */
    const uint64_t *lost_bytes; /* that did not fit in `in`, or NULL: none ever are */
    char in_name[MN_TAP_NAME_BYTES], out_name[MN_TAP_NAME_BYTES];
};

#define MN_TAP_NO_NUMBER UINT32_MAX

/* Names the queues of the service's end `wire` by their `owner` and, if there are many, its
 * `number`: "mux port 10 in"; and lists them.
 *
 * Borrows  `tap`, `lost_bytes` and the queues until mn_tap_close. */
void mn_tap_open(struct mn_tap *tap, struct mn_kernel *kernel, const struct mn_bidi_end *wire,
                 const char *owner, uint32_t number, const uint64_t *lost_bytes);

/* Takes the names away and the tap off the list, before the end closes. Harmless when it is on
 * nothing. */
void mn_tap_close(struct mn_tap *tap);

#endif
