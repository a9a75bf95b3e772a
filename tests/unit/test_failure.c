/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "failure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_kind(const char *said, const char *expected)
{
    char kind[FAILURE_KIND_BYTES];
    failure_kind(said, kind);
    assert_string_equal(kind, expected);
}

static void the_first_reason_counts_and_figures_do_not(void **state)
{
    (void)state;
    assert_kind("x.scenario:12: wait 1s\n"
                "  but       the machine has left behind 12 blocks of memory, 0 armed timers\n"
                "  repeat    ./melpo test --seed 3 x.scenario\n",
                "but       the machine has left behind n blocks of memory, 0 armed timers");
}

static void that_a_run_was_cut_short_is_no_reason(void **state)
{
    (void)state;
    assert_kind("x.scenario:12: wait 1s\n  cut short it is busy still: tick 30012\n"
                "x.scenario:12: wait 1s\n  watchdog  task 3 waits\n",
                "watchdog  task n waits");
}

static void of_a_sanitizer_it_counts_what_it_found_not_where(void **state)
{
    (void)state;
    assert_kind("==12==ERROR: AddressSanitizer: heap-use-after-free on address 0x123\n"
                "SUMMARY: AddressSanitizer: heap-use-after-free kernel/list.c:12 in unlink\n"
                "x.scenario:3: wait 1s\n  but       the program ended with status 1\n",
                "AddressSanitizer: heap-use-after-free");
    assert_kind("SUMMARY: AddressSanitizer:\n", "AddressSanitizer:");
}

static void a_panic_is_told_by_its_place(void **state)
{
    (void)state;
    assert_kind("melpo: kernel panic at kernel/core/task.c:81: a task cancels itself\n"
                "  but       the kernel panicked\n",
                "kernel panic at kernel/core/task.c:n: a task cancels itself");
}

static void what_says_nothing_is_of_no_kind(void **state)
{
    (void)state;
    assert_kind("", "");
    assert_kind("one\ntwo\n", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_reason_counts_and_figures_do_not),
        cmocka_unit_test(that_a_run_was_cut_short_is_no_reason),
        cmocka_unit_test(of_a_sanitizer_it_counts_what_it_found_not_where),
        cmocka_unit_test(a_panic_is_told_by_its_place),
        cmocka_unit_test(what_says_nothing_is_of_no_kind),
    };
    return cmocka_run_group_tests_name("failure", tests, NULL, NULL);
}
