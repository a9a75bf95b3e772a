/* forth_cli.c — runs Forth files on the bare VM, for benchmarks and for test suites:
 *
 *     forth_cli [-t] FILE...
 *
 * Prints what the programs print. Errors go to standard error and count in the exit status. With
 * -t the processor time of the whole run is printed at the end, in seconds.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mn/shell/program.h"

#define BUDGET MN_PROGRAM_BUDGET /* stops as often as the shell makes it stop */

_Noreturn void mn_panic(const char *file, unsigned line, const char *what)
{
    fprintf(stderr, "%s:%u: %s\n", file, line, what);
    abort();
}

static void print_out(struct mn_forth *vm)
{
    uint32_t count;
    const uint8_t *text = mn_forth_out(vm, &count);
    fwrite(text, 1, count, stdout);
    mn_forth_out_taken(vm, count);
}

static void print_report(const struct mn_forth_report *report, const char *line)
{
    fflush(stdout);
    fprintf(stderr, "\n%s\nline %u, %u: %s (%d): %s in %s, by %s, depth %u\n", line,
            report->line_number, report->token_at, report->reason, report->code, report->token,
            report->word, report->primitive, report->depth);
}

/* Runs until the VM wants another line. Returns whether it ended with an error. */
static bool run(struct mn_forth *vm, const char *line)
{
    for (;;) {
        enum mn_forth_status status = mn_forth_run(vm, BUDGET);
        if (status != MN_FORTH_BUDGET)
            print_out(vm);
        if (status == MN_FORTH_ERROR)
            print_report(&vm->report, line);
        if (status == MN_FORTH_ERROR || status == MN_FORTH_DONE)
            return status == MN_FORTH_ERROR;
        if (status == MN_FORTH_WAITING && vm->waits == MN_FORTH_FOR_LINE)
            return false;
        if (status == MN_FORTH_WAITING && vm->waits == MN_FORTH_FOR_KEY)
            mn_forth_key(vm, 'k');
    }
}

static int run_file(struct mn_forth *vm, const char *path)
{
    char line[4096];
    int errors = 0;
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        return 1;
    }
    while (!vm->bye && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = 0;
        if (mn_forth_line(vm, line, (uint32_t)strlen(line)) != MN_OK) {
            fprintf(stderr, "refused: %s\n", line);
            errors++;
            continue;
        }
        errors += run(vm, line);
    }
    fclose(file);
    return errors;
}

int main(int count, char **arguments)
{
    static const struct mn_forth_config config = {
        .stack_cells = 1024,
        .return_cells = 1024,
        .code_words = 65536,
        .header_bytes = 262144,
        .data_bytes = 1048576,
        .line_bytes = 1024,
        .out_bytes = 4096,
    };
    struct mn_forth vm;
    bool is_timed = count > 1 && strcmp(arguments[1], "-t") == 0;
    int errors = 0;
    uint32_t bytes = mn_forth_memory_bytes(&config, 0);
    void *memory = malloc(bytes);
    if (!memory || mn_forth_init(&vm, &config, memory, bytes, NULL, 0) != MN_OK)
        return 1;
    clock_t begin = clock();
    for (int i = 1 + is_timed; i < count; i++)
        errors += run_file(&vm, arguments[i]);
    if (is_timed)
        printf("%.4f s\n", (double)(clock() - begin) / CLOCKS_PER_SEC);
    free(memory);
    return errors != 0;
}
