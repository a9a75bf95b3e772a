/* top.h — `crowtty top`: attached to a target, the table of what it is busy with.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_TOP_H
#define CROWTTY_TOP_H

#include "options.h"

/* Runs until the user ends it, or prints one table; the result is the exit status. */
int top_run(const struct options *options);

#endif
