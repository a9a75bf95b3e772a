/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "bare.h"

void bare_init(struct bare_loop *loop)
{
    loop->first = NULL;
    loop->last = &loop->first;
}

void bare_wake(struct bare_task *task)
{
    bare_wake_inline(task);
}

bool bare_send(struct bare_task *task, const struct bare_message *message)
{
    return bare_send_inline(task, message);
}

bool bare_recv(struct bare_task *task, struct bare_message *message)
{
    return bare_recv_inline(task, message);
}

void bare_run(struct bare_loop *loop)
{
    bare_run_inline(loop);
}

void bare_nothing(void *context)
{
    (void)context;
}
