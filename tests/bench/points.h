/* points.h — request and reply in kernels of their own: one with trace points, one without.
 *
 * Each is a shared object that shows one function, so that both fit in one process and are
 * compiled alike.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef POINTS_H
#define POINTS_H

enum points_mode {
    POINTS_OFF,      /* nobody listens */
    POINTS_FILTERED, /* somebody listens, but not at the level of the points */
    POINTS_ON,       /* somebody wants every point, and drops it */
    POINTS_STREAMED, /* every point is framed in a trace buffer, and carried away */
};

/* Nanoseconds for one request and its reply. */
double points_in(enum points_mode mode);  /* trace points compiled in, as always */
double points_out(enum points_mode mode); /* compiled with MN_LOG_COMPILED=5 */

#endif
