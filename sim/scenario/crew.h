/* crew.h — runs by the thousand: several workers, each one process for many runs.
 *
 *     run 0, 1, 2 ... ──► workers ──► sums, and the first run that failed
 *
 * Runs are begun in order, and none that has been begun is broken off. So the first that failed is
 * the same every time, however many workers there are.
 *
 * Memory  crew_open to crew_close. Each worker has one room for the heaps of all its runs.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_CREW_H
#define MELPO_CREW_H

#include "probe.h"

#define CREW_NONE UINT64_MAX

struct crew_run {
    uint32_t scenario;            /* index in crew_order::scenarios */
    struct run_settings settings; /* need no list, no marks and no room */
};

struct crew_order {
    const struct scenario *const *scenarios;
    size_t scenario_count;
    uint64_t first, end; /* runs */
    void (*give)(const void *context, uint64_t run, struct crew_run *given);
    const void *context;
    unsigned workers_max;
    const char *doing; /* what is told on a terminal, with how far they are; NULL: nothing */
};

struct crew_sums {
    uint64_t runs;                  /* that hold */
    uint64_t cut_short;             /* among them */
    uint64_t faults[DISTURB_KINDS]; /* in all of them */
};

struct crew {
    struct crew_order order;
    struct crew_board *board; /* shared with the workers */
    size_t board_bytes;
};

/* Prepares a crew; false: no memory. Borrows what is in `order` until crew_close. */
bool crew_open(struct crew *crew, const struct crew_order *order);

/* Does all the runs, or all before and some behind the first that fails. Returns the number of that
 * one; CREW_NONE: none has failed. `*has_held` is false then too if there was not even one process,
 * or one ended with an error behind its last run, as when a sanitizer finds leaks. */
uint64_t crew_work(struct crew *crew, bool *has_held);

struct crew_sums crew_sums(const struct crew *crew);

/* What a run of this scenario took of the host's processors, on average; 0: there was none. */
uint64_t crew_mean_us(const struct crew *crew, size_t scenario);

void crew_close(struct crew *crew);

#endif
