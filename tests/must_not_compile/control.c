/* What the others would be with their one mistake put right: this compiles.
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
        MN_AWAIT(mn_sleep(&sum->sleep, 5));
        sum->total += next();
    }
    MN_CO_END;
}
