/* base.h — the few words every module speaks: errors, assertions, sizes.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_BASE_H
#define MN_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every way a kernel call can fail. 0 is success, failures are negative, so that a count may
 * share the return value where that reads well. Each has a name and a text for people. */
#define MN_ERR_MAP(X)                                                                       \
    X(MN_OK,             0, "ok")                                                           \
    X(MN_ERR_TIMEOUT,   -1, "deadline passed")                                              \
    X(MN_ERR_CLOSED,    -2, "other side is gone")                                           \
    X(MN_ERR_FULL,      -3, "no room left")                                                 \
    X(MN_ERR_EMPTY,     -4, "nothing there yet")                                            \
    X(MN_ERR_BUSY,      -5, "in use by somebody else")                                      \
    X(MN_ERR_NO_MEMORY, -6, "heap exhausted")                                               \
    X(MN_ERR_TOO_BIG,   -7, "larger than could ever fit")                                   \
    X(MN_ERR_NOT_FOUND, -8, "no such thing")                                                \
    X(MN_ERR_TAKEN,     -9, "already there")                                                \
    X(MN_ERR_TYPE,     -10, "compiled against another type")                                \
    X(MN_ERR_REFUSED,  -11, "refused by the service")                                       \
    X(MN_ERR_FAILED,   -12, "the service answered with its own error")                      \
    X(MN_ERR_CANCELED, -13, "given up by its owner")                                        \
    X(MN_ERR_INVALID,  -14, "value out of range")

#define MN_ERR_ENUM_(name, value, text) name = (value),
enum mn_err { MN_ERR_MAP(MN_ERR_ENUM_) };

/* The constant's own name ("MN_ERR_TIMEOUT") and what it means ("deadline passed"). Never NULL;
 * an unknown value gives "?". */
const char *mn_err_name(enum mn_err err);
const char *mn_err_text(enum mn_err err);

/* Provided by the platform: reports a broken promise and does not return. `line` is where `what`
 * was promised. The simulator prints it and exits with status 4; a board prints it on its early
 * console and stops. */
_Noreturn void mn_panic(const char *file, unsigned line, const char *what);

/* A promise between pieces of kernel code. Stays on in every build. */
#define MN_ASSERT(cond) ((cond) ? (void)0 : mn_panic(__FILE__, __LINE__, #cond))

#define MN_MUST_USE __attribute__((warn_unused_result))
#define MN_PRINTF(text_at, first_at) __attribute__((format(printf, text_at, first_at)))
#define MN_LIKELY(cond) __builtin_expect(!!(cond), 1)
#define MN_UNLIKELY(cond) __builtin_expect(!!(cond), 0)
#define MN_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define MN_CONTAINER(ptr, type, member) ((type *)(void *)((char *)(ptr) - offsetof(type, member)))

/* Machine time is counted in microseconds since the kernel started, in 64 bits: it never wraps. */
#define MN_TIME_NEVER UINT64_MAX
#define MN_US UINT64_C(1)
#define MN_MS UINT64_C(1000)
#define MN_S UINT64_C(1000000)

#endif
