/* retire.h — the one road out of the executor, shared by finishing and cancelling.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_CORE_RETIRE_H
#define MN_CORE_RETIRE_H

#include "mn/task.h"

/* Forgets a task whose future has ended, then calls `ended`: its memory may be gone afterwards. */
void mn_task_retire(struct mn_task *task);

#endif
