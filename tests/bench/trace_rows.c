/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "measure.h"
#include "points.h"
#include "rows.h"

static double ours(void *context)
{
    return points_in(*(const enum points_mode *)context);
}

static double without_points(void *context)
{
    (void)context;
    return points_out(POINTS_OFF);
}

static void row(struct table *table, const char *what, enum points_mode mode, struct limit limit)
{
    struct measured measured = measure_pair(ours, without_points, &mode, RUNS);
    table_row(table, &(struct row){
                         .what = what,
                         .ours = measured.ours,
                         .unit = "ns",
                         .reference_name = "without points",
                         .reference = measured.reference,
                         .ratio = measured.ratio,
                         .limit = limit,
                     });
}

void trace_rows(struct table *table)
{
    row(table, "request and reply, points off", POINTS_OFF, AT_MOST(1.15));
    row(table, "request and reply, points filtered", POINTS_FILTERED, AT_MOST(1.15));
    row(table, "request and reply, points on", POINTS_ON, NO_LIMIT);
    row(table, "request and reply, points on and framed", POINTS_STREAMED, NO_LIMIT);
}
