/* audit.h — what the files of the audit share, and nobody else calls.
 *
 *     audit.c         futures, lines and lists: what a type's `audit` is given to say
 *     audit_kernel.c  everything that can be reached from a kernel, in order
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_CORE_AUDIT_H
#define MN_CORE_AUDIT_H

#include "mn/audit.h"

/* Begins the finding with the future being looked at. False when there is one already, or nothing
 * is to be told. */
bool mn_audit_tell(struct mn_audit *audit);

/* Tells what is said, in two pieces. */
void mn_audit_say(struct mn_audit *audit, const char *first, const char *second);

/* Whether it is a task of the kernel that has not ended. Looks at nothing of it. */
bool mn_audit_is_task(const struct mn_audit *audit, const struct mn_task *task);

/* Whether a future of `task` stands at this place, or has this timer. */
bool mn_audit_has(struct mn_audit *audit, const struct mn_task *task, const void *sought);

#endif
