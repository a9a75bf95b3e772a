/* forth_bench.h — a Forth VM on a table: lines in, text out.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef FORTH_BENCH_H
#define FORTH_BENCH_H

#include "bench.h"

#include "mn/forth.h"

#define FORTH_BENCH_TEXT 65536u

struct forth_bench {
    struct mn_forth vm;
    void *memory; /* as big as it must be, so that sanitizers see every step outside */
    uint32_t bytes;
    char text[FORTH_BENCH_TEXT]; /* what was printed since forth_bench_clear */
    uint32_t count;
};

int forth_bench_setup(void **state);
int forth_bench_teardown(void **state);
struct forth_bench *forth_bench_create(const struct mn_forth_config *config,
                                       const struct mn_forth_word *host, uint32_t host_count);
void forth_bench_destroy(struct forth_bench *bench);

/* Gives a line and runs it, taking output as it comes, until the VM is done, has failed or waits
 * for something else than room. */
enum mn_forth_status forth_bench_line(struct forth_bench *bench, const char *line);
enum mn_forth_status forth_bench_go_on(struct forth_bench *bench);
void forth_bench_clear(struct forth_bench *bench);

/* The line ends well and prints exactly this; or ends with this THROW code. */
void forth_bench_prints(struct forth_bench *bench, const char *line, const char *text);
void forth_bench_fails(struct forth_bench *bench, const char *line, int32_t code);

/* Runs a file of Forth, line by line; errors are printed. Returns how many lines failed, or -1 if
 * there is no such file. */
int forth_bench_file(struct forth_bench *bench, const char *path);

#define TEST_ON_FORTH(f) \
    cmocka_unit_test_setup_teardown(f, forth_bench_setup, forth_bench_teardown)

#endif
