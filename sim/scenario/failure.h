/* failure.h — whether two reports tell of the same kind of failure.
 *
 *       but       the machine has left behind 3 blocks of memory, 0 armed timers ...
 *       └──────── the machine has left behind n blocks of memory, 0 armed timers ...
 *
 * While a failure is reduced it must not turn into another one. So of what a report says only the
 * first reason is looked at, without figures: those that are not 0 are all alike.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_FAILURE_H
#define MELPO_FAILURE_H

#define FAILURE_KIND_BYTES 160u

/* Finds the kind in what a run has said: what a sanitizer sums up, else why the kernel panicked,
 * else the first reason of a report; "" if it is none of them. */
void failure_kind(const char *said, char kind[FAILURE_KIND_BYTES]);

#endif
