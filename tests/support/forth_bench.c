/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "forth_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUDGET 1000
#define RUNS_MAX 2000000

struct forth_bench *forth_bench_create(const struct mn_forth_config *config,
                                       const struct mn_forth_word *host, uint32_t host_count)
{
    struct forth_bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    bench->bytes = mn_forth_memory_bytes(config, host_count);
    assert_int_not_equal(bench->bytes, 0);
    bench->memory = malloc(bench->bytes);
    assert_non_null(bench->memory);
    assert_int_equal(
        mn_forth_init(&bench->vm, config, bench->memory, bench->bytes, host, host_count), MN_OK);
    return bench;
}

void forth_bench_destroy(struct forth_bench *bench)
{
    free(bench->memory);
    free(bench);
}

int forth_bench_setup(void **state)
{
    static const struct mn_forth_config config;
    *state = forth_bench_create(&config, NULL, 0);
    return 0;
}

int forth_bench_teardown(void **state)
{
    forth_bench_destroy(*state);
    return 0;
}

void forth_bench_clear(struct forth_bench *bench)
{
    bench->count = 0;
    bench->text[0] = 0;
}

static void take_out(struct forth_bench *bench)
{
    uint32_t count;
    const uint8_t *text = mn_forth_out(&bench->vm, &count);
    uint32_t room = FORTH_BENCH_TEXT - 1 - bench->count;
    uint32_t kept = count < room ? count : room;
    memcpy(bench->text + bench->count, text, kept);
    bench->count += kept;
    bench->text[bench->count] = 0;
    mn_forth_out_taken(&bench->vm, count);
}

enum mn_forth_status forth_bench_go_on(struct forth_bench *bench)
{
    for (int runs = 0; runs < RUNS_MAX; runs++) {
        enum mn_forth_status status = mn_forth_run(&bench->vm, BUDGET);
        take_out(bench);
        if (status == MN_FORTH_WAITING && bench->vm.waits == MN_FORTH_FOR_OUT)
            continue;
        if (status != MN_FORTH_BUDGET)
            return status;
    }
    return MN_FORTH_BUDGET;
}

enum mn_forth_status forth_bench_line(struct forth_bench *bench, const char *line)
{
    assert_int_equal(mn_forth_line(&bench->vm, line, (uint32_t)strlen(line)), MN_OK);
    return forth_bench_go_on(bench);
}

void forth_bench_prints(struct forth_bench *bench, const char *line, const char *text)
{
    forth_bench_clear(bench);
    enum mn_forth_status status = forth_bench_line(bench, line);
    if (status == MN_FORTH_ERROR)
        print_error("%s: %s (%s)\n", line, bench->vm.report.reason, bench->vm.report.token);
    assert_int_equal(status, MN_FORTH_DONE);
    assert_string_equal(bench->text, text);
}

void forth_bench_fails(struct forth_bench *bench, const char *line, int32_t code)
{
    assert_int_equal(forth_bench_line(bench, line), MN_FORTH_ERROR);
    assert_int_equal(bench->vm.report.code, code);
}

int forth_bench_file(struct forth_bench *bench, const char *path)
{
    char line[512];
    int failed = 0;
    FILE *file = fopen(path, "r");
    if (!file)
        return -1;
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = 0;
        if (forth_bench_line(bench, line) == MN_FORTH_ERROR) {
            print_error("%s: %s: %s\n", path, line, bench->vm.report.reason);
            failed++;
        }
    }
    fclose(file);
    return failed;
}
