/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/kernel.h"

#include "probe.h"

static const uint32_t *choices; /* what the HAL will choose next */
static uint32_t asked;

static uint32_t choose(struct mn_hal *hal, uint32_t count)
{
    (void)hal;
    assert_true(count >= 2);
    assert_true(*choices < count);
    asked++;
    return *choices++;
}

struct crowd { /* three tasks, each of which is polled once and ends */
    struct trail trail;
    struct probe futures[3];
    struct runner runners[3];
    struct mn_hal_ops ops;
};

static void gather(struct crowd *crowd, struct bench *bench, uint32_t waits)
{
    static const char *const names[] = {"a", "b", "c"};
    *crowd = (struct crowd){.ops = *bench->hal.ops};
    crowd->ops.choose = choose;
    bench->hal.ops = &crowd->ops;
    asked = 0;
    for (int i = 0; i < 3; i++)
        runner_spawn(&crowd->runners[i], &bench->kernel, names[i], NULL,
                     probe(&crowd->futures[i], names[i], &crowd->trail, waits, MN_OK));
}

static void each_order_can_be_chosen_and_each_task_is_polled_once(void **state)
{
    static const struct {
        uint32_t choices[2];
        const char *order;
    } rows[] = {
        {{0, 0}, "c -c a -a b -b"}, {{0, 1}, "b -b a -a c -c"}, {{1, 0}, "c -c b -b a -a"},
        {{1, 1}, "a -a b -b c -c"}, {{2, 0}, "b -b c -c a -a"}, {{2, 1}, "a -a c -c b -b"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bench *bench = bench_create();
        const struct mn_hal_ops *ops = bench->hal.ops;
        struct crowd crowd;
        gather(&crowd, bench, 0);
        choices = rows[i].choices;

        mn_tick(&bench->kernel);

        assert_string_equal(crowd.trail.text, rows[i].order);
        assert_int_equal(asked, 2);
        bench->hal.ops = ops;
        bench_destroy(bench);
    }
}

static void nothing_is_asked_where_there_is_no_choice(void **state)
{
    struct bench *bench = *state;
    const struct mn_hal_ops *ops = bench->hal.ops;
    static const uint32_t none[1] = {0};
    struct crowd crowd;
    gather(&crowd, bench, PROBE_FOREVER);
    choices = (const uint32_t[]){0, 0};
    mn_tick(&bench->kernel);
    asked = 0;
    choices = none;

    mn_tick(&bench->kernel);
    mn_task_wake(&crowd.runners[1].task);
    mn_tick(&bench->kernel);

    assert_int_equal(asked, 0);
    assert_int_equal(crowd.futures[1].polls, 2);
    bench->hal.ops = ops;
    bench_cancel_all(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_order_can_be_chosen_and_each_task_is_polled_once),
        cmocka_unit_test_setup_teardown(nothing_is_asked_where_there_is_no_choice, bench_setup,
                                        bench_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
