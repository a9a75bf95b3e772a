/* sizes.h — what costs memory, and how much: one list for every machine that is asked.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef SIZES_H
#define SIZES_H

#include "mn/bbq.h"
#include "mn/chan.h"
#include "mn/kernel.h"
#include "mn/service.h"

#define SIZES_TASK_MOST 64 /* bytes of a task on 32 bits, at most */

/* X(name, type, text, most bytes on 32 bits, or 0) */
#define SIZES_MAP(X)                                                                        \
    X(task, struct mn_task, "a task, beside its own state", SIZES_TASK_MOST)                \
    X(frame, struct mn_co, "a frame's head", 0)                                             \
    X(timer, struct mn_timer, "a timer", 0)                                                 \
    X(sleep, struct mn_sleep, "a sleep", 0)                                                 \
    X(channel, struct mn_chan, "a channel, beside its slots", 0)                            \
    X(bbq, struct mn_bbq, "a byte queue, beside its bytes", 0)                              \
    X(service, struct mn_service, "a service", 0)                                           \
    X(client, struct mn_client, "a client's handle", 0)                                     \
    X(call, struct mn_call, "a call, while it waits", 0)                                    \
    X(heap, struct mn_heap, "the heap's book-keeping", 0)                                   \
    X(wheel, struct mn_wheel, "the timer wheel", 0)                                         \
    X(kernel, struct mn_kernel, "the kernel, with wheel and heap", 0)

#endif
