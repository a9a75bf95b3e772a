/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "config.h"

/* The linker sends every malloc and realloc of this program here (--wrap). */
void *__real_malloc(size_t count);
void *__real_realloc(void *old, size_t count);
void *__wrap_malloc(size_t count);
void *__wrap_realloc(void *old, size_t count);

static long allocations_left = -1; /* until one fails; below 0: none does */

static bool fails(void)
{
    bool now = allocations_left == 0;
    if (allocations_left >= 0)
        allocations_left--;
    if (now)
        errno = ENOMEM;
    return now;
}

void *__wrap_malloc(size_t count)
{
    return fails() ? NULL : __real_malloc(count);
}

void *__wrap_realloc(void *old, size_t count)
{
    return fails() ? NULL : __real_realloc(old, count);
}

static bool read_text(struct melpo_config *config, const char *text)
{
    struct melpo_problems problems = MELPO_PROBLEMS_NONE;
    bool good = melpo_config_read_text(config, "test", text, strlen(text), NULL, 0, &problems);
    assert_int_equal(good, problems.count == 0);
    melpo_problems_finish(&problems);
    return good;
}

static void an_empty_object_is_the_default_machine(void **state)
{
    struct melpo_config config, defaults;
    (void)state;
    melpo_config_init(&defaults);

    assert_true(read_text(&config, "{}"));

    assert_int_equal(config.kernel.heap_size_bytes, 1024 * 1024);
    assert_int_equal(config.kernel.max_drivers, 16);
    assert_int_equal(config.services.sermux_hello.interval_us, 1000000);
    assert_string_equal(config.services.sermux_hello.message, "hello\r\n");
    assert_int_equal(config.platform.forth_shell.params.spawnulator_timeout_us, 5000000);
    assert_int_equal(config.platform.uart_count, 1);
    assert_string_equal(config.platform.uarts[0].name, "console");
    assert_string_equal(config.platform.uarts[0].address.ip, "127.0.0.1");
    assert_int_equal(config.platform.uarts[0].address.port, 9999);
    assert_memory_equal(&config.platform.uarts[0].greeting, &defaults.platform.uarts[0].greeting,
                        MELPO_TEXT_BYTES);
}

static void a_list_replaces_the_default_one_and_its_items_are_filled_up(void **state)
{
    struct melpo_config config;
    (void)state;

    assert_true(read_text(&config, "{\"platform\": {\"uarts\": [{\"name\": \"a\", \"address\": "
                                   "\"[::1]:7\"}, {\"name\": \"b\", \"attach\": \"nothing\"}]}}"));

    assert_int_equal(config.platform.uart_count, 2);
    assert_string_equal(config.platform.uarts[0].address.ip, "::1");
    assert_int_equal(config.platform.uarts[0].attach, MELPO_ATTACH_LOOPBACK);
    assert_int_equal(config.platform.uarts[1].address.port, 9999);
    assert_int_equal(config.platform.uarts[1].attach, MELPO_ATTACH_NOTHING);
    assert_int_equal(config.platform.uarts[1].incoming_size, 4096);
}

static void what_is_refused_keeps_its_default(void **state)
{
    struct melpo_config config;
    (void)state;

    assert_false(read_text(&config, "{\"kernel\": {\"max_drivers\": 0, \"heap_size\": 8192}}"));

    assert_int_equal(config.kernel.max_drivers, 16);
    assert_int_equal(config.kernel.heap_size_bytes, 8192);
}

static bool read_file(void)
{
    const char *const sets[] = {"platform.uarts.0.name=first", "kernel={\"max_drivers\": 3}"};
    struct melpo_config config;
    struct melpo_problems problems = MELPO_PROBLEMS_NONE;
    bool good = melpo_config_read_file(&config, "default.json", sets, 2, &problems);
    assert_int_equal(good, problems.count == 0);
    melpo_problems_finish(&problems);
    return good;
}

static void each_allocation_that_fails_is_a_problem_and_leaks_nothing(void **state)
{
    cJSON_Hooks hooks = {__wrap_malloc, free};
    long allowed = 0;
    (void)state;
    cJSON_InitHooks(&hooks);

    for (bool good = false; !good; allowed++) {
        allocations_left = allowed;
        good = read_file();
        if (good)
            assert_true(allocations_left >= 0); /* none was refused */
    }

    assert_in_range(allowed, 20, 500);
    allocations_left = -1;
    cJSON_InitHooks(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_object_is_the_default_machine),
        cmocka_unit_test(a_list_replaces_the_default_one_and_its_items_are_filled_up),
        cmocka_unit_test(what_is_refused_keeps_its_default),
        cmocka_unit_test(each_allocation_that_fails_is_a_problem_and_leaks_nothing),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
