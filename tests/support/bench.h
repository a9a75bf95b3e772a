/* bench.h — a kernel on a table: a clock moved by hand, lines raised by hand, nothing real.
 *
 * Setup gives a fresh kernel; teardown finishes it and asserts that nothing waits anywhere, that
 * every task has ended and that the heap is whole again.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef BENCH_H
#define BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mn/kernel.h"

#define BENCH_ARENA_BYTES (64u * 1024u)

struct bench {
    struct mn_kernel kernel;
    struct mn_hal hal;
    uint64_t now_us;       /* what the clock says; move it with bench_advance */
    uint32_t raised_lines; /* what the next tick takes */
    uint64_t random;       /* state of the entropy, from a fixed seed */
    uint8_t arena[BENCH_ARENA_BYTES];
};

int bench_setup(void **state);
int bench_teardown(void **state);

/* For tests that make many kernels: the same as setup and teardown. */
struct bench *bench_create(void);
void bench_destroy(struct bench *bench);

/* Ticks until nothing is ready, at most 10 000 times. Returns how many ticks did something. */
uint32_t bench_settle(struct bench *bench);

/* Settles, then moves the clock from deadline to deadline until `length_us` has passed, settling
 * at each. */
void bench_advance(struct bench *bench, uint64_t length_us);

/* Fails the test if anything of the kernel is not as it must be (mn/audit.h). bench_settle does so
 * when nothing is ready any more. */
void bench_assert_sound(const struct bench *bench);

/* Raises an interrupt line, as a device would. */
void bench_raise(struct bench *bench, uint32_t line);

/* Cancels every task, youngest first. A test whose frames are its own locals ends with this, so
 * that nothing refers to them when it has returned. */
void bench_cancel_all(struct bench *bench);

/* Fails the test if any task, timer or line waiter is left. */
void bench_assert_nothing_waits(const struct bench *bench);

#define TEST_ON_BENCH(f) cmocka_unit_test_setup_teardown(f, bench_setup, bench_teardown)

#endif
