/* measure.h — two ways to do a thing, measured turn by turn in one run.
 *
 * What else the machine does falls on both alike: ours, reference, ours, reference, ...; the result
 * is the median of each and the median of the ratios of neighbors. Work in this process is measured
 * in the processor time of this thread, so that being interrupted does not count.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MEASURE_H
#define MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MEASURE_RUNS_MAX 32u

/* Does a thing many times. Returns how long one of them took, in nanoseconds or what the caller
 * likes. */
typedef double (*measure_run)(void *context);

struct measured {
    double ours, reference, ratio; /* medians; the ratio is ours / reference */
};

/* Runs both `runs` times, after one turn that does not count. */
struct measured measure_pair(measure_run ours, measure_run reference, void *context,
                             unsigned runs);

/* The median; sorts `values`. */
double measure_median(double *values, unsigned count);

double measure_thread_ns(void); /* processor time of this thread */
double measure_wall_ns(void);

/* Pins this thread to the first or the last processor it may use. */
void measure_pin(bool to_last);

/* Keeps the compiler from knowing what memory holds, and thus from leaving work out. */
static inline void measure_hide(const void *memory)
{
    __asm__ volatile("" : : "r"(memory) : "memory");
}

/* Numbers that look random and are the same every time. */
static inline uint32_t measure_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33);
}

#endif
