/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "mn/bbq.h"
#include "rows.h"

#define CAPACITY_BYTES 8192u
#define PIECES 50000u /* through the queue, in one run */

struct pipe {
    struct mn_bbq bbq;
    volatile uint32_t piece_bytes; /* not known to the compiler, on either side */
    uint8_t from[CAPACITY_BYTES], to[CAPACITY_BYTES], bytes[CAPACITY_BYTES];
};

static double through_the_queue(void *context)
{
    struct pipe *pipe = context;
    uint32_t piece_bytes = pipe->piece_bytes;
    struct mn_grant grant;
    mn_bbq_init(&pipe->bbq, pipe->bytes, CAPACITY_BYTES);
    double begin_ns = measure_thread_ns();
    for (uint32_t i = 0; i < PIECES; i++) {
        if (mn_bbq_grant_now(&pipe->bbq, piece_bytes, &grant) != MN_OK)
            abort();
        memcpy(grant.bytes, pipe->from, piece_bytes);
        mn_bbq_commit(&pipe->bbq, &grant, piece_bytes);
        if (mn_bbq_read_now(&pipe->bbq, &grant) != MN_OK)
            abort();
        memcpy(pipe->to, grant.bytes, grant.count);
        mn_bbq_release(&pipe->bbq, &grant, grant.count);
        measure_hide(pipe->to);
    }
    return (measure_thread_ns() - begin_ns) / PIECES;
}

static double two_copies(void *context)
{
    struct pipe *pipe = context;
    uint32_t piece_bytes = pipe->piece_bytes;
    double begin_ns = measure_thread_ns();
    for (uint32_t i = 0; i < PIECES; i++) {
        memcpy(pipe->bytes, pipe->from, piece_bytes);
        measure_hide(pipe->bytes);
        memcpy(pipe->to, pipe->bytes, piece_bytes);
        measure_hide(pipe->to);
    }
    return (measure_thread_ns() - begin_ns) / PIECES;
}

static void row(struct table *table, struct pipe *pipe, const char *what, uint32_t piece_bytes,
                struct limit limit)
{
    pipe->piece_bytes = piece_bytes;
    struct measured measured = measure_pair(through_the_queue, two_copies, pipe, RUNS);
    table_row(table, &(struct row){
                         .what = what,
                         .ours = measured.ours,
                         .unit = "ns",
                         .reference_name = "two memcpys",
                         .reference = measured.reference,
                         .ratio = measured.ratio,
                         .limit = limit,
                     });
}

void bbq_rows(struct table *table)
{
    struct pipe *pipe = calloc(1, sizeof *pipe);
    if (!pipe)
        abort();
    row(table, pipe, "one grant written and read, 64 B", 64, AT_MOST(4));
    row(table, pipe, "one grant written and read, 1 KiB", 1024, AT_MOST(1.7));
    free(pipe);
}
