/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "rows.h"
#include "sizes.h"
#include "sizes32.h" /* made by sizes32.py */

struct size {
    const char *what;
    size_t bytes, bytes_32; /* here, and on 32-bit RISC-V (0: no compiler for it) */
    unsigned most_32;       /* or 0 */
};

#if SIZES_32_COUNT > 0
#define BYTES_32(name) size_of_##name##_32
#else
#define BYTES_32(name) 0
#endif

#define SIZE_(name, type, text, most) {text, sizeof(type), BYTES_32(name), most},

static const struct size sizes[] = {SIZES_MAP(SIZE_)};

void size_rows(struct table *table)
{
    for (size_t i = 0; i < MN_COUNT_OF(sizes); i++) {
        const struct size *size = &sizes[i];
        struct limit limit = size->most_32 ? AT_MOST(size->most_32) : NO_LIMIT;
        if (size->bytes_32 == 0)
            table_absent(table, size->what, limit, "no clang for 32-bit RISC-V");
        else
            table_sizes(table, size->what, size->bytes_32, size->bytes, limit);
    }
}
