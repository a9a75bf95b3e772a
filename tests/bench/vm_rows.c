/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "measure.h"
#include "mn/shell/program.h"
#include "rows.h"
#include "sizes32.h" /* made by sizes32.py */

#define CHILDREN 1000u
#define BIG_ARENA_BYTES (64u * 1024u * 1024u)

/* What a program of a few words needs: the test of a thousand programs runs with this. */
static const struct mn_forth_config small = {
    .stack_cells = 32, .return_cells = 32, .local_cells = 16, .code_words = 512,
    .header_bytes = 1024, .data_bytes = 2048, .line_bytes = 80, .out_bytes = 80,
};
static const struct mn_forth_config normal; /* all as forth.h says */

/* ---- a program that has children -------------------------------------------------------- */

struct family {
    struct mn_co co;
    struct mn_task task, spawnulator_task;
    struct mn_program program;
    struct mn_spawnulator spawnulator;
    bool is_done;
    uint32_t others_bytes; /* live in the heap before there were children */
    void *arena, *memory;
    struct machine machine;
};

static enum mn_poll parent_poll(struct mn_co *co, struct mn_task *task)
{
    struct family *family = MN_FRAME(co, struct family);
    enum mn_program_state state = mn_program_run(&family->program, task);
    if (state == MN_PROGRAM_BUSY)
        mn_task_wake(task);
    if (state == MN_PROGRAM_BUSY || state == MN_PROGRAM_BLOCKED)
        return MN_PENDING;
    MN_ASSERT(state == MN_PROGRAM_DONE);
    family->is_done = true;
    return MN_READY;
}

static void parent_drop(struct mn_co *co)
{
    mn_program_finish(&MN_FRAME(co, struct family)->program);
}

static const struct mn_co_type parent_type = {
    .name = "parent",
    .poll = parent_poll,
    .drop = parent_drop,
};

static void give(struct family *family, const char *line)
{
    MN_ASSERT(mn_forth_line(&family->program.vm, line, (uint32_t)strlen(line)) == MN_OK);
}

/* `work` is what the thousand children do. */
static void family_open(struct family *family, const struct mn_forth_config *vm, const char *work)
{
    struct mn_program_settings settings = {
        .vm = *vm,
        .words = &mn_host_words_screen,
        .bag_items = 4,
        .spawn_timeout_us = 5 * MN_S,
    };
    struct mn_spawnulator_settings spawnulator = {.capacity = CHILDREN};
    struct mn_kernel *kernel = &family->machine.kernel;
    family->is_done = false;
    family->arena = malloc(BIG_ARENA_BYTES);
    family->memory = malloc(mn_program_bytes(&settings));
    if (!family->arena || !family->memory)
        abort();
    machine_open_with(&family->machine, family->arena, BIG_ARENA_BYTES);
    mn_program_init(&family->program, kernel, NULL, &settings, family->memory);
    give(family, work);
    MN_ASSERT(mn_forth_run(&family->program.vm, MN_PROGRAM_BUDGET) == MN_FORTH_DONE);
    give(family, ": all 1000 0 do ['] work spawn loop ; all");
    mn_spawn(kernel, &family->spawnulator_task, "spawnulator",
             mn_spawnulate(&family->spawnulator, kernel, &spawnulator));
    mn_spawn(kernel, &family->task, "parent", mn_co_init(&family->co, &parent_type));
    family->others_bytes = mn_heap_stats(&kernel->heap).live_bytes;
}

static void family_close(struct family *family)
{
    machine_close(&family->machine);
    free(family->memory);
    free(family->arena);
}

/* Until the parent has made them all. */
static void make_children(struct family *family)
{
    while (!family->is_done)
        mn_tick(&family->machine.kernel);
}

/* ---- time ------------------------------------------------------------------------------- */

static double spawn_and_end(void *context)
{
    static struct family family;
    family_open(&family, context, ": work ;");
    double begin_ns = measure_thread_ns();
    make_children(&family);
    while (mn_tick(&family.machine.kernel).is_ready) {
    }
    double spent_ns = measure_thread_ns() - begin_ns;
    MN_ASSERT(family.spawnulator.child_count == 0);
    family_close(&family);
    return spent_ns / CHILDREN;
}

/* What no child can do without: its memory copied. */
static double copy_memory(void *context)
{
    uint32_t bytes = mn_forth_memory_bytes(context, mn_host_words_screen.count);
    char *from = calloc(1, bytes), *to = malloc(bytes);
    if (!from || !to)
        abort();
    measure_hide(from);
    double begin_ns = measure_thread_ns();
    for (unsigned i = 0; i < CHILDREN; i++) {
        memcpy(to, from, bytes);
        measure_hide(to);
    }
    double spent_ns = measure_thread_ns() - begin_ns;
    free(from);
    free(to);
    return spent_ns / CHILDREN;
}

static void spawn_row(struct table *table, const char *what, const struct mn_forth_config *vm)
{
    struct measured measured = measure_pair(spawn_and_end, copy_memory, (void *)vm, RUNS);
    table_row(table, &(struct row){
                         .what = what,
                         .ours = measured.ours,
                         .unit = "ns",
                         .reference_name = "copying the memory",
                         .reference = measured.reference,
                         .ratio = measured.ratio,
                     });
}

/* ---- memory ----------------------------------------------------------------------------- */

/* The block is the same everywhere: it holds cells and indexes, no addresses. */
static void machine_row(struct table *table, const char *what, const struct mn_forth_config *vm)
{
    uint32_t block_bytes = mn_forth_memory_bytes(vm, mn_host_words_screen.count);
#if SIZES_32_COUNT > 0
    table_sizes(table, what, size_of_forth_32 + block_bytes, sizeof(struct mn_forth) + block_bytes,
                NO_LIMIT);
#else
    table_absent(table, what, NO_LIMIT, "no clang for 32-bit RISC-V");
#endif
}

static void value_row(struct table *table, const char *what, double value, const char *unit,
                      struct limit limit)
{
    table_row(table, &(struct row){.what = what, .ours = value, .unit = unit, .limit = limit});
}

/* All of them alive: each sleeps, then adds one to its own copy of `n`. */
static void thousand_rows(struct table *table)
{
    static struct family family;
    family_open(&family, &small, "variable n : work 1 sleep::s 1 n +! ;");
    make_children(&family);
    uint32_t count = family.spawnulator.child_count;
    uint32_t bytes = mn_heap_stats(&family.machine.kernel.heap).live_bytes - family.others_bytes;
    value_row(table, "small programs alive at once", count, "", AT_LEAST(CHILDREN));
    value_row(table, "RAM for all of them, on 64 bits", bytes / 1024.0, "KiB", NO_LIMIT);
    value_row(table, "RAM for each of them, on 64 bits", bytes / 1024.0 / count, "KiB", NO_LIMIT);
    family.machine.now_us += 2 * MN_S;
    while (mn_tick(&family.machine.kernel).is_ready) {
    }
    MN_ASSERT(family.spawnulator.child_count == 0);
    family_close(&family);
}

/* ---- code ------------------------------------------------------------------------------- */

/* Asks scripts/portable.py, which compiles the kernel for the small machine. */
static void code_rows(struct table *table)
{
    static const char command[] = PORTABLE_SCRIPT " --sizes " BUILD_DIRECTORY " 2>/dev/null";
    char line[200], part[32];
    unsigned found = 0, text, rodata, data, bss;
    FILE *sizes = popen(command, "r");
    while (sizes && fgets(line, sizeof line, sizes)) {
        if (sscanf(line, "%31s %u %u %u %u", part, &text, &rodata, &data, &bss) != 5)
            continue;
        char what[64];
        snprintf(what, sizeof what, "code of kernel/%s on rv32imc, -Os", part);
        if (strcmp(part, "forth") != 0 && strcmp(part, "shell") != 0)
            continue;
        value_row(table, what, (text + rodata) / 1024.0, "KiB", NO_LIMIT);
        found++;
    }
    if (sizes)
        pclose(sizes);
    if (found == 0)
        table_absent(table, "code on rv32imc", NO_LIMIT, "portable.py cannot compile it here");
}

void vm_rows(struct table *table)
{
    spawn_row(table, "spawn, run and end a child, default size", &normal);
    spawn_row(table, "spawn, run and end a child, small", &small);
    thousand_rows(table);
    machine_row(table, "a machine of default size, struct and block", &normal);
    machine_row(table, "a small machine, struct and block", &small);
    code_rows(table);
}
