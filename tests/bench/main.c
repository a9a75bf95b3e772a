/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <signal.h>
#include <stdbool.h>
#include <string.h>

#include "measure.h"
#include "rows.h"

static const struct section {
    const char *name, *title;
    void (*rows)(struct table *table);
} sections[] = {
    {"kernel", "tasks and services", kernel_rows},
    {"trace", "trace points: one request and reply", trace_rows},
    {"timer", "timers", timer_rows},
    {"heap", "heap", heap_rows},
    {"bbq", "byte queue", bbq_rows},
    {"gfx", "drawing, on 400 by 240 pixels", gfx_rows},
    {"display", "display", display_rows},
    {"screen", "the shell on the screen", screen_rows},
    {"uart", "the whole machine, over a loopback socket", uart_rows},
    {"mux", "serial mux, against a bare serial port of the same machine", mux_rows},
    {"boot", "boot", boot_rows},
    {"replay", "recording and replaying, the whole machine in virtual time", replay_rows},
    {"key", "keyboards", key_rows},
    {"forth", "Forth, against those of Debian: processor time", forth_rows},
    {"vm", "Forth machines: children and memory", vm_rows},
    {"size", "memory, on 32 bits and (reference) on 64", size_rows},
};

#define SECTIONS (sizeof sections / sizeof sections[0])

static int usage(const char *problem)
{
    fprintf(stderr, "%s\nusage: mn_bench [--check] [SECTION...]\nsections:", problem);
    for (size_t i = 0; i < SECTIONS; i++)
        fprintf(stderr, " %s", sections[i].name);
    fputs("\n--check: exit status 1 when a limit is missed\n", stderr);
    return 2;
}

static const struct section *find(const char *name)
{
    for (size_t i = 0; i < SECTIONS; i++) {
        if (strcmp(sections[i].name, name) == 0)
            return &sections[i];
    }
    return NULL;
}

static bool is_wanted(const struct section *section, char *names[])
{
    bool any = false;
    for (; *names; names++) {
        any |= **names != '-';
        if (strcmp(*names, section->name) == 0)
            return true;
    }
    return !any;
}

int main(int argc, char *argv[])
{
    bool is_check = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--check") == 0)
            is_check = true;
        else if (!find(argv[i]))
            return usage("mn_bench: no such section or option");
    }
    signal(SIGPIPE, SIG_IGN);
    measure_pin(true);
    struct table table;
    table_begin(&table, stdout);
    for (size_t i = 0; i < SECTIONS; i++) {
        if (!is_wanted(&sections[i], argv + 1))
            continue;
        table_section(&table, sections[i].title);
        sections[i].rows(&table);
        fflush(stdout);
    }
    unsigned missed = table_end(&table);
    return is_check && missed > 0 ? 1 : 0;
}
