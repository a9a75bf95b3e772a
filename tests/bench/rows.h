/* rows.h — the parts of the table, each in a file of its own.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef ROWS_H
#define ROWS_H

#include "table.h"

#define RUNS 31u /* of each of a pair that is measured in this process */

void kernel_rows(struct table *table);
void trace_rows(struct table *table);
void timer_rows(struct table *table);
void heap_rows(struct table *table);
void bbq_rows(struct table *table);
void gfx_rows(struct table *table);
void display_rows(struct table *table);
void screen_rows(struct table *table);
void size_rows(struct table *table);
void uart_rows(struct table *table);
void mux_rows(struct table *table);
void boot_rows(struct table *table);
void replay_rows(struct table *table);
void key_rows(struct table *table);
void forth_rows(struct table *table);
void vm_rows(struct table *table);

#endif
