/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "measure.h"
#include "program.h"
#include "rows.h"

#define BOOT_RUNS 15u

/* From the fork until the machine has said on which port it listens, in milliseconds. */
static double boot(void *context)
{
    struct program program;
    bool *works = context;
    double begin_ns = measure_wall_ns();
    *works &= program_boot(&program) && program_port(&program) != 0;
    double spent_ms = (measure_wall_ns() - begin_ns) / 1e6;
    program_stop(&program);
    return spent_ms;
}

static double start_nothing(void *context)
{
    static const char *const arguments[] = {"/bin/true", NULL};
    struct program program;
    bool *works = context;
    double begin_ns = measure_wall_ns();
    *works &= program_start(&program, arguments) && program_wait(&program) == 0;
    return (measure_wall_ns() - begin_ns) / 1e6;
}

void boot_rows(struct table *table)
{
    bool works = true;
    struct measured measured = measure_pair(boot, start_nothing, &works, BOOT_RUNS);
    if (!works) {
        table_absent(table, "boot to listening", NO_LIMIT, "it did not come up");
        return;
    }
    table_row(table, &(struct row){
                         .what = "boot to listening",
                         .ours = measured.ours,
                         .unit = "ms",
                         .reference_name = "/bin/true",
                         .reference = measured.reference,
                         .ratio = measured.ratio,
                     });
}
