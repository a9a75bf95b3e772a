/* audit_fixture.h — what the tests of the audit share: what it says, and a task that waits.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef AUDIT_FIXTURE_H
#define AUDIT_FIXTURE_H

#include "mn/audit.h"
#include "probe.h"

static inline void assert_finding(struct bench *bench, const char *expected)
{
    char finding[MN_AUDIT_BYTES];
    bool is_sound = mn_audit(&bench->kernel, finding, sizeof finding);
    assert_string_equal(finding, expected);
    assert_false(is_sound);
}

/* Spawns a task "waiter" in `inner`, lets it wait, and sees that this is as it should be. */
static inline void begin(struct bench *bench, struct runner *runner, struct mn_co *inner)
{
    runner_spawn(runner, &bench->kernel, "waiter", NULL, inner);
    bench_settle(bench);
    assert_false(mn_task_is_done(&runner->task));
    bench_assert_sound(bench);
}

#endif
