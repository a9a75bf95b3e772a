/* Likewise in a switch on an enum.
 *
 * gcc:   error: (conversion from .* changes value|case value '.*' not in enumerated type)
 * clang: error: (overflow converting case value|case value not in enumerated type)
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "mn/time.h"

struct step {
    struct mn_co co;
    struct mn_sleep sleep;
    enum { FIRST, SECOND } kind;
};

enum mn_poll step_poll(struct mn_co *co, struct mn_task *task);

enum mn_poll step_poll(struct mn_co *co, struct mn_task *task)
{
    struct step *step = MN_FRAME(co, struct step);

    MN_CO_BEGIN;
    switch (step->kind) {
    case FIRST:
        MN_AWAIT(mn_sleep(&step->sleep, 5));
        break;
    case SECOND:
        break;
    }
    MN_CO_END;
}
