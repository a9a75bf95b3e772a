/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/poll_watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* What a task in the middle of its poll looks like from a signal. */
static const struct mn_co_type hog_type = {.name = "hog"};
static struct mn_co hog_co = {.type = &hog_type};
static struct mn_task hog = {.name = "hog", .root = &hog_co, .polls = 1};

static void a_poll_that_lasts_is_found_with_its_task(void **state)
{
    static struct poll_watch watch;
    static struct mn_kernel kernel;
    (void)state;
    kernel.running = &hog;

    assert_true(poll_watch_start(&watch, &kernel, 1));
    while (!watch.has_found) {
    }
    kernel.running = NULL;
    poll_watch_stop(&watch);

    assert_true(poll_watch_take(&watch));
    assert_string_equal(watch.name, "hog");
    assert_string_equal(watch.at, "hog");
    assert_false(poll_watch_take(&watch));
    assert_int_equal(watch.found, 1);
}

static void many_short_polls_are_not(void **state)
{
    static struct poll_watch watch;
    static struct mn_kernel kernel;
    const volatile uint32_t *strikes = &watch.strikes;
    struct mn_task *const volatile *seen = (struct mn_task *const volatile *)(void *)&watch.task;
    (void)state;
    kernel.running = &hog;

    assert_true(poll_watch_start(&watch, &kernel, 1));
    for (uint32_t looks = 0; looks < 5; looks++) {
        watch.task = NULL;
        while (!*seen)
            (*(volatile uint32_t *)&hog.polls)++;
        assert_int_equal(*strikes, 0);
    }
    poll_watch_stop(&watch);

    assert_false(poll_watch_take(&watch));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_poll_that_lasts_is_found_with_its_task),
        cmocka_unit_test(many_short_polls_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
