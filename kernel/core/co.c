/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/co.h"

void mn_co_drop(struct mn_co *co)
{
    if (mn_co_is_ended(co))
        return;
    co->at = MN_CO_ENDED; /* first, so that a drop which leads back here finds nothing to do */
    if (co->child) {
        mn_co_drop(co->child); /* innermost first: children borrow from parents */
        co->child = NULL;
    }
    if (co->type->drop)
        co->type->drop(co);
}

const struct mn_co *mn_co_leaf(const struct mn_co *co)
{
    while (co->child)
        co = co->child;
    return co;
}
