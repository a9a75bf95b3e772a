/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "table.h"

#include <stdbool.h>

#define WHAT_CHARS 46

void table_begin(struct table *table, FILE *out)
{
    *table = (struct table){.out = out};
    fprintf(out, "%-*s %9s %5s%9s %-18s %7s  %s\n", WHAT_CHARS, "what", "ours", "", "reference", "",
            "ratio", "allowed");
}

void table_section(struct table *table, const char *name)
{
    fprintf(table->out, "%s\n", name);
}

static void print_limit(struct table *table, struct limit limit, double value)
{
    if (limit.kind == LIMIT_NONE) {
        fputs("\n", table->out);
        return;
    }
    bool is_most = limit.kind == LIMIT_AT_MOST;
    bool holds = is_most ? value <= limit.value : value >= limit.value;
    fprintf(table->out, "%s %.4g %s\n", is_most ? "<=" : ">=", limit.value,
            holds ? "ok" : "MISSED");
    table->missed += !holds;
}

void table_row(struct table *table, const struct row *row)
{
    table->rows++;
    fprintf(table->out, "  %-*s %9.1f %-5s", WHAT_CHARS - 2, row->what, row->ours, row->unit);
    if (!row->reference_name) {
        fprintf(table->out, "%-28s %7s  ", "", "");
        print_limit(table, row->limit, row->ours);
        return;
    }
    double ratio = row->ratio > 0 ? row->ratio : row->ours / row->reference;
    fprintf(table->out, "%9.1f %-18s %7.2f  ", row->reference, row->reference_name, ratio);
    print_limit(table, row->limit, ratio);
}

void table_sizes(struct table *table, const char *what, size_t bytes_32, size_t bytes_64,
                 struct limit limit)
{
    table->rows++;
    fprintf(table->out, "  %-*s %9zu %-5s%9zu %-26s  ", WHAT_CHARS - 2, what, bytes_32, "B",
            bytes_64, "on 64 bits");
    print_limit(table, limit, (double)bytes_32);
}

void table_absent(struct table *table, const char *what, struct limit limit, const char *why)
{
    table->absent++;
    fprintf(table->out, "  %-*s not measured: %s%s\n", WHAT_CHARS - 2, what, why,
            limit.kind == LIMIT_NONE ? "" : "; MISSED");
    table->missed += limit.kind != LIMIT_NONE;
}

unsigned table_end(struct table *table)
{
    fprintf(table->out, "%u rows, %u not measured, %u MISSED\n", table->rows, table->absent,
            table->missed);
    return table->missed;
}
