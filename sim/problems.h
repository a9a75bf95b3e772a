/* problems.h — what is wrong, collected: so that a user hears all of it in one go.
 *
 * One problem is one line, as it is printed, without the line's end:
 *
 *     melpo: default.json:3:17: $.kernel.heap_size: expected ..., got "big"
 *
 * Memory   The list owns its lines; melpo_problems_finish frees them.
 * Bound    The first MELPO_PROBLEMS_MAX are kept, all are counted.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_PROBLEMS_H
#define MELPO_PROBLEMS_H

#include <stddef.h>
#include <stdio.h>

#define MELPO_PROBLEMS_MAX 1000u

struct melpo_problems {
    char **lines;
    size_t line_count; /* kept in `lines` */
    size_t line_room;
    size_t count;      /* found, at least line_count */
};

#define MELPO_PROBLEMS_NONE {0}

/* Adds one line. Memory running out drops the line, not the count. */
void melpo_problems_add(struct melpo_problems *problems, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Prints every line, and how many more there were. */
void melpo_problems_print(const struct melpo_problems *problems, FILE *out);

void melpo_problems_finish(struct melpo_problems *problems);

#endif
