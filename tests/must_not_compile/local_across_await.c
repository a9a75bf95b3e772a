/* A local that outlives an await has lost its value: it belongs in the frame.
 *
 * gcc:   error: (switch jumps over variable initialization|'kept' may be used uninitialized)
 * clang: error: variable 'kept' may be uninitialized when used here
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "mn/time.h"

struct sum {
    struct mn_co co;
    struct mn_sleep sleep;
    int total;
};

int next(void);
enum mn_poll sum_poll(struct mn_co *co, struct mn_task *task);

enum mn_poll sum_poll(struct mn_co *co, struct mn_task *task)
{
    struct sum *sum = MN_FRAME(co, struct sum);

    MN_CO_BEGIN;
    for (;;) {
        int kept = next();
        MN_AWAIT(mn_sleep(&sum->sleep, 5));
        sum->total += kept;
    }
    MN_CO_END;
}
