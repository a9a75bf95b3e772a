/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "instructions.h"

#include <signal.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The child stops itself at every border: what lies behind an odd one is counted. */
static void border(pid_t self)
{
    syscall(SYS_kill, self, SIGSTOP);
}

static void nothing(void *context, uint32_t index)
{
    (void)context;
    (void)index;
}

/* Piece 0 is empty: what counting itself costs. */
_Noreturn static void run_child(instructions_piece prepare, instructions_piece piece,
                                void *context, uint32_t count)
{
    pid_t self = getpid();
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
        _exit(1);
    for (uint32_t i = 0; i <= count; i++) {
        instructions_piece counted = i == 0 ? nothing : piece;
        if (i > 0)
            prepare(context, i - 1);
        border(self);
        counted(context, i - 1);
        border(self);
    }
    _exit(0);
}

/* Lets the child go on to its next border, in one go or in steps. Returns how many, or -1. */
static int64_t go(pid_t child, bool in_steps)
{
    int64_t steps = 0;
    for (;;) {
        int status;
        long failed = ptrace(in_steps ? PTRACE_SINGLESTEP : PTRACE_CONT, child, NULL, NULL);
        if (failed || waitpid(child, &status, 0) != child)
            return -1;
        if (!WIFSTOPPED(status))
            return -1;
        if (WSTOPSIG(status) == SIGSTOP)
            return steps;
        if (WSTOPSIG(status) != SIGTRAP)
            return -1;
        steps++;
    }
}

static bool watch_child(pid_t child, uint32_t count, struct instructions *result)
{
    int64_t overhead = 0, sum = 0;
    int status;
    *result = (struct instructions){0};
    if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) /* at the first border */
        return false;
    for (uint32_t i = 0; i <= count; i++) {
        int64_t steps = go(child, true);
        if (steps < 0)
            return false;
        if (i == 0)
            overhead = steps;
        steps -= overhead;
        sum += steps;
        if (steps > (int64_t)result->most)
            result->most = (uint64_t)steps;
        if (i < count && go(child, false) < 0)
            return false;
    }
    result->pieces = count;
    result->mean = (double)sum / count;
    return true;
}

bool instructions_count(instructions_piece prepare, instructions_piece piece, void *context,
                        uint32_t count, struct instructions *result)
{
    pid_t child = fork();
    if (child == 0)
        run_child(prepare, piece, context, count);
    bool is_good = child > 0 && watch_child(child, count, result);
    if (child > 0) {
        kill(child, SIGKILL);
        while (waitpid(child, NULL, 0) == child) {
        }
    }
    return is_good;
}
