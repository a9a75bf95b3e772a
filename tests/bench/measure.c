/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "measure.h"

#include <sched.h>
#include <stdlib.h>
#include <time.h>

static double read_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

double measure_thread_ns(void)
{
    return read_ns(CLOCK_THREAD_CPUTIME_ID);
}

double measure_wall_ns(void)
{
    return read_ns(CLOCK_MONOTONIC);
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

double measure_median(double *values, unsigned count)
{
    qsort(values, count, sizeof *values, compare);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

struct measured measure_pair(measure_run ours, measure_run reference, void *context,
                             unsigned runs)
{
    double ours_of[MEASURE_RUNS_MAX], reference_of[MEASURE_RUNS_MAX], ratios[MEASURE_RUNS_MAX];
    if (runs > MEASURE_RUNS_MAX)
        abort();
    ours(context); /* caches and branch predictors get to know both */
    reference(context);
    for (unsigned run = 0; run < runs; run++) {
        ours_of[run] = ours(context);
        reference_of[run] = reference(context);
        ratios[run] = ours_of[run] / reference_of[run];
    }
    return (struct measured){
        .ours = measure_median(ours_of, runs),
        .reference = measure_median(reference_of, runs),
        .ratio = measure_median(ratios, runs),
    };
}

void measure_pin(bool to_last)
{
    static cpu_set_t allowed; /* before the first pinning */
    static bool is_known;
    if (!is_known && sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return;
    is_known = true;
    size_t chosen = CPU_SETSIZE;
    for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, &allowed) && (to_last || chosen == CPU_SETSIZE))
            chosen = cpu;
    }
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(chosen, &one);
    sched_setaffinity(0, sizeof one, &one); /* a hint: what is measured is measured without it */
}
