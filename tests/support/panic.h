/* panic.h — asserting that a promise, once broken, is noticed.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef TEST_PANIC_H
#define TEST_PANIC_H

#include "bench.h"

/* Runs `call` and fails the test unless it panics with exactly the text `what`. The call is left
 * by a jump: what it was in the middle of stays half done. */
#define assert_panics(what, call)                                                           \
    do {                                                                                    \
        if (setjmp(global_expect_assert_env) == 0) {                                        \
            global_expecting_assert = 1;                                                    \
            call;                                                                           \
            global_expecting_assert = 0;                                                    \
            fail_msg("%s", "no panic: " what);                                              \
        }                                                                                   \
        global_expecting_assert = 0;                                                        \
        assert_string_equal(global_last_failed_assert, what);                               \
    } while (0)

#endif
