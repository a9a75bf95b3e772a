/* table.h — the one table that a benchmark run prints.
 *
 *     what                        ours        reference              ratio  allowed
 *     request and reply        38.2 ns          17.9 ns bare loop     2.13  <= 3.00 ok
 *
 * Where a row has a reference the limit is one of the ratio, else of our own value. A row whose
 * limit does not hold says MISSED, and is counted.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef TABLE_H
#define TABLE_H

#include <stddef.h>
#include <stdio.h>

struct limit {
    enum { LIMIT_NONE, LIMIT_AT_MOST, LIMIT_AT_LEAST } kind;
    double value;
};

#define NO_LIMIT ((struct limit){LIMIT_NONE, 0})
#define AT_MOST(value_) ((struct limit){LIMIT_AT_MOST, (value_)})
#define AT_LEAST(value_) ((struct limit){LIMIT_AT_LEAST, (value_)})

struct row {
    const char *what;
    double ours;
    const char *unit;
    const char *reference_name; /* NULL: no reference */
    double reference;           /* in the same unit */
    double ratio;               /* 0: ours / reference; else the median of the runs' own ratios */
    struct limit limit;
};

struct table {
    FILE *out;
    unsigned rows, missed, absent;
};

/* Prints the title and the names of the columns. */
void table_begin(struct table *table, FILE *out);

/* Prints a line that names the rows to come. */
void table_section(struct table *table, const char *name);

void table_row(struct table *table, const struct row *row);

/* A row of bytes, on 32 bits and on 64. The limit is one of the former. */
void table_sizes(struct table *table, const char *what, size_t bytes_32, size_t bytes_64,
                 struct limit limit);

/* A row that could not be measured here, and why. Counted as missed if it has a limit. */
void table_absent(struct table *table, const char *what, struct limit limit, const char *why);

/* Prints how many limits were missed. Returns that number. */
unsigned table_end(struct table *table);

#endif
