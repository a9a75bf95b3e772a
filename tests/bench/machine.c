/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "machine.h"

#include <stdio.h>
#include <stdlib.h>

static struct mn_hal_sample sample(struct mn_hal *hal)
{
    return (struct mn_hal_sample){.now_us = MN_CONTAINER(hal, struct machine, hal)->now_us};
}

static void sleep_until(struct mn_hal *hal, uint64_t due_us)
{
    struct machine *machine = MN_CONTAINER(hal, struct machine, hal);
    if (due_us != MN_TIME_NEVER && due_us > machine->now_us)
        machine->now_us = due_us;
}

static const struct mn_hal_ops ops = {.sample = sample, .sleep_until = sleep_until};

void machine_open(struct machine *machine)
{
    machine->hal.ops = &ops;
    machine->now_us = 1;
    struct mn_kernel_config config = {
        .arena = machine->arena,
        .arena_bytes = sizeof machine->arena,
    };
    if (mn_kernel_init(&machine->kernel, &machine->hal, &config) != MN_OK)
        abort();
}

void machine_close(struct machine *machine)
{
    mn_kernel_finish(&machine->kernel);
}

_Noreturn void mn_panic(const char *file, unsigned line, const char *what)
{
    fprintf(stderr, "%s:%u: %s\n", file, line, what);
    abort();
}
