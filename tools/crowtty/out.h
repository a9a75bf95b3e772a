/* out.h — standard output that never makes anybody wait.
 *
 *     stdio ──► lines ──► up to OUT_BYTES wait ──► a terminal, a pipe, a file
 *
 * A reader that does not read (a pager, a terminal on hold) would stop all ports of the target.
 * What does not fit is dropped by whole writes, and how many lines that were is said.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_OUT_H
#define CROWTTY_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <uv.h>

#define OUT_BYTES (1u << 20)
#define OUT_LINE_BYTES 8192u /* longer lines may be cut in two where lines are dropped */

struct out {
    FILE *file; /* to print on, a line at a time */
    uv_timer_t timer;
    char line[OUT_LINE_BYTES];
    char bytes[OUT_BYTES]; /* what waits, from its beginning */
    size_t count;
    uint64_t lost_lines;
    bool is_broken; /* nobody will ever read it */
    void *context;
    void (*broken)(void *context);
    void (*lost)(void *context, uint64_t lines); /* it is read again; so many are missing */
};

void out_init(struct out *out, uv_loop_t *loop, void *context, void (*broken)(void *context),
              void (*lost)(void *context, uint64_t lines));

/* Writes what waits, as long as it is read. */
void out_close(struct out *out);

#endif
