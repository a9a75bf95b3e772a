/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "forth_bench.h"

#include <stdlib.h>
#include <string.h>

#include "forth_check.h"
#include "forth_grammar.h"
#include "random.h"

/* Every VM lives through many programs, so that one can trip over what another left behind. */
#define PROGRAMS_OF_ONE_VM 50

static void feed(struct forth_bench *bench, const char *line, uint32_t count)
{
    struct mn_forth *vm = &bench->vm;
    if (mn_forth_line(vm, line, count) != MN_OK)
        return;
    for (int runs = 0; runs < 6; runs++) {
        uint32_t taken;
        if (runs == 4)
            mn_forth_break(vm);
        enum mn_forth_status status = mn_forth_run(vm, 400);
        mn_forth_out(vm, &taken);
        mn_forth_out_taken(vm, taken);
        if (status == MN_FORTH_DONE || status == MN_FORTH_ERROR)
            return;
        if (status == MN_FORTH_WAITING && vm->waits == MN_FORTH_FOR_LINE)
            return;
        if (status == MN_FORTH_WAITING && vm->waits == MN_FORTH_FOR_KEY)
            mn_forth_key(vm, 'x');
    }
}

static struct forth_bench *small_vm(void)
{
    static const struct mn_forth_config config = {.stack_cells = 24,
                                                  .return_cells = 48,
                                                  .local_cells = 20,
                                                  .code_words = 512,
                                                  .header_bytes = 1024,
                                                  .data_bytes = 2048,
                                                  .line_bytes = 160,
                                                  .out_bytes = 80};
    return forth_bench_create(&config, NULL, 0);
}

static void random_bytes_do_no_harm(void **state)
{
    uint64_t random = 1;
    (void)state;
    for (int vms = 0; vms < 40; vms++) {
        struct forth_bench *bench = small_vm();
        for (int i = 0; i < PROGRAMS_OF_ONE_VM; i++) {
            char line[120];
            uint32_t count = test_random_below(&random, sizeof line);
            for (uint32_t at = 0; at < count; at++)
                line[at] = (char)test_random(&random);
            feed(bench, line, count);
            assert_null(forth_check(&bench->vm));
        }
        forth_bench_destroy(bench);
    }
}

static void random_programs_do_no_harm(void **state)
{
    uint64_t random = 2;
    (void)state;
    for (int vms = 0; vms < 100; vms++) {
        struct forth_bench *bench = small_vm();
        for (int i = 0; i < PROGRAMS_OF_ONE_VM; i++) {
            char line[160];
            feed(bench, line, forth_grammar_line(&random, line, sizeof line));
            assert_null(forth_check(&bench->vm));
        }
        forth_bench_destroy(bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_bytes_do_no_harm),
        cmocka_unit_test(random_programs_do_no_harm),
    };
    return cmocka_run_group_tests_name("forth_fuzz", tests, NULL, NULL);
}
