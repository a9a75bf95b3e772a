/* An await inside a switch could not be found again: keys are wider than any int.
 *
 * gcc:   error: overflow in conversion from
 * clang: error: overflow converting case value to switch condition type
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "mn/time.h"

struct step {
    struct mn_co co;
    struct mn_sleep sleep;
    int kind;
};

enum mn_poll step_poll(struct mn_co *co, struct mn_task *task);

enum mn_poll step_poll(struct mn_co *co, struct mn_task *task)
{
    struct step *step = MN_FRAME(co, struct step);

    MN_CO_BEGIN;
    switch (step->kind) {
    case 1:
        MN_AWAIT(mn_sleep(&step->sleep, 5));
        break;
    default:
        break;
    }
    MN_CO_END;
}
