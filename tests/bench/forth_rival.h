/* forth_rival.h — a Forth as a program that takes a file: how much processor time it needs.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef FORTH_RIVAL_H
#define FORTH_RIVAL_H

#include <stddef.h>

#define FORTH_RIVALS 4u /* ours and three others */
#define FORTH_OURS 0u
#define FORTH_ITC 1u
#define FORTH_FAST 2u
#define FORTH_PFORTH 3u

struct forth_rival {
    const char *name;
    const char *arguments[4]; /* the file comes behind them */
};

extern const struct forth_rival forth_rivals[FORTH_RIVALS];

enum forth_end {
    FORTH_RAN,
    FORTH_MISSING, /* there is no such program here */
    FORTH_FAILED,
};

/* What is printed goes to a file in memory, which is the same for every run: its pages are there
 * after the first. */
struct forth_printed {
    int fd;
    char *bytes; /* without blanks and line ends; the caller frees it */
    size_t count;
};

/* Runs the file `path` in a Forth of its own, and waits. Gives the processor time of the process,
 * its system calls included, in `spent_ms`. With `printed->bytes` not NULL the caller has it
 * from an earlier run; otherwise it is read. */
enum forth_end forth_rival_run(const struct forth_rival *rival, const char *path,
                               struct forth_printed *printed, double *spent_ms);

#endif
