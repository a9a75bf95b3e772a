/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/svc/keyboard.h"

#include <string.h>

#include "cut.h"
#include "fake_keyboard.h"

#define LINE 3u

struct scene {
    struct fake_keyboard keyboard;
    struct mn_keyboard_driver driver;
    struct mn_task driver_task;
    struct key_reader readers[3];
};

static void start_driver(struct bench *bench, struct scene *scene)
{
    fake_keyboard_init(&scene->keyboard, bench, LINE);
    mn_spawn(&bench->kernel, &scene->driver_task, "driver",
             mn_keyboard_serve(&scene->driver, &bench->kernel, &scene->keyboard.hal, 0));
}

static void start(struct bench *bench, struct scene *scene, uint32_t readers, uint32_t capacity)
{
    start_driver(bench, scene);
    for (uint32_t i = 0; i < readers; i++)
        key_reader_start(&scene->readers[i], bench, 0, capacity);
    bench_settle(bench);
}

static void every_subscriber_hears_every_key_in_order(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene, 3, 4);

    fake_keyboard_type(&scene.keyboard, "hello");
    bench_settle(bench);

    for (uint32_t i = 0; i < 3; i++)
        assert_string_equal(scene.readers[i].heard, "hello");
    assert_int_equal(scene.driver.hub.events, 5);
    assert_int_equal(scene.driver.hub.lost, 0);
    bench_cancel_all(bench);
}

static void who_reads_when_woken_loses_nothing_even_with_room_for_one(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    char text[FAKE_KEYBOARD_EVENTS] = {0};
    memset(text, 'x', sizeof text - 1);
    start(bench, &scene, 2, 1);

    fake_keyboard_type(&scene.keyboard, text);
    bench_settle(bench);

    assert_string_equal(scene.readers[0].heard, text);
    assert_string_equal(scene.readers[1].heard, text);
    bench_cancel_all(bench);
}

static uint32_t choose_last(struct mn_hal *hal, uint32_t count)
{
    (void)hal;
    return count - 1;
}

/* The driver is woken after those it wakes, and comes before them. */
static void that_does_not_depend_on_the_order_in_which_tasks_take_turns(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    struct mn_hal_ops ops = *bench->hal.ops;
    ops.choose = choose_last;
    bench->hal.ops = &ops;
    start(bench, &scene, 2, 1);

    fake_keyboard_type(&scene.keyboard, "hello");
    bench_settle(bench);

    assert_string_equal(scene.readers[0].heard, "hello");
    assert_string_equal(scene.readers[1].heard, "hello");
    bench_cancel_all(bench);
}

static void keys_wait_in_the_hal_for_nobody_and_a_later_subscriber_hears_later_keys(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene, 0, 1);
    fake_keyboard_type(&scene.keyboard, "early");
    bench_settle(bench);

    key_reader_start(&scene.readers[0], bench, 0, 4);
    bench_settle(bench);
    fake_keyboard_type(&scene.keyboard, "late");
    bench_settle(bench);

    assert_string_equal(scene.readers[0].heard, "late");
    bench_cancel_all(bench);
}

static void a_stalled_subscriber_keeps_what_came_first_and_holds_nobody_up(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {.readers = {{.is_stalled = true}}};
    start(bench, &scene, 2, 4);

    fake_keyboard_type(&scene.keyboard, "abcdefgh");
    bench_settle(bench);
    assert_string_equal(scene.readers[1].heard, "abcdefgh");
    assert_int_equal(scene.readers[0].keys.queue.chan.dropped, 4);
    assert_int_equal(scene.driver.hub.lost, 4);

    scene.readers[0].is_stalled = false;
    mn_waitq_wake_all(&scene.readers[0].never);
    bench_settle(bench);
    fake_keyboard_type(&scene.keyboard, "ij");
    bench_settle(bench);

    assert_string_equal(scene.readers[0].heard, "abcdij");
    assert_string_equal(scene.readers[1].heard, "abcdefghij");
    bench_cancel_all(bench);
}

static void a_subscriber_that_dies_is_forgotten_at_once(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {.readers = {{.is_stalled = true}}};
    start(bench, &scene, 2, 2);
    fake_keyboard_type(&scene.keyboard, "abc");
    bench_settle(bench);

    mn_task_cancel(&scene.readers[0].task);
    memset(&scene.readers[0], 0xa5, sizeof scene.readers[0]); /* its memory is its own */
    fake_keyboard_type(&scene.keyboard, "def");
    bench_settle(bench);

    assert_string_equal(scene.readers[1].heard, "abcdef");
    assert_int_equal(scene.driver.hub.lost, 1);
    bench_cancel_all(bench);
}

static void who_gives_up_before_it_is_let_in_is_not_let_in(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene, 0, 1);
    key_reader_start(&scene.readers[0], bench, 0, 1);
    mn_tick(&bench->kernel);

    mn_task_cancel(&scene.readers[0].task);
    bench_settle(bench);

    assert_true(mn_list_is_empty(&scene.driver.hub.subscriptions));
    bench_cancel_all(bench);
}

static void a_driver_that_ends_leaves_what_is_unread_and_the_next_can_be_had(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {.readers = {{.is_stalled = true}}};
    start(bench, &scene, 1, 4);
    fake_keyboard_type(&scene.keyboard, "abc");
    bench_settle(bench);

    mn_task_cancel(&scene.driver_task);
    scene.readers[0].is_stalled = false;
    mn_waitq_wake_all(&scene.readers[0].never);
    bench_settle(bench);
    assert_string_equal(scene.readers[0].heard, "abc");
    assert_true(scene.readers[0].has_ended);
    assert_int_equal(scene.readers[0].err, MN_ERR_CLOSED);

    start(bench, &scene, 1, 4);
    fake_keyboard_type(&scene.keyboard, "d");
    bench_settle(bench);
    assert_string_equal(scene.readers[0].heard, "d");
    bench_cancel_all(bench);
}

static void an_event_that_is_none_is_skipped(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene, 1, 4);

    fake_keyboard_press(&scene.keyboard, (struct mn_key_event){.code = 0xd800});
    fake_keyboard_press(&scene.keyboard, (struct mn_key_event){.code = 'x', .kind = 3});
    fake_keyboard_type(&scene.keyboard, "a");
    bench_settle(bench);

    assert_string_equal(scene.readers[0].heard, "a");
    bench_cancel_all(bench);
}

static void a_keyboard_number_is_served_once(void **state)
{
    struct bench *bench = *state;
    struct scene first = {0}, second = {0};
    start(bench, &first, 0, 1);
    start(bench, &second, 0, 1);

    assert_true(mn_task_is_done(&second.driver_task));
    assert_int_equal(second.driver.co.err, MN_ERR_TAKEN);
    bench_cancel_all(bench);
}

static void nothing_allocates(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    uint32_t live = mn_heap_stats(&bench->kernel.heap).live_blocks;
    mn_heap_fail_after(&bench->kernel.heap, 1);

    start(bench, &scene, 3, 4);
    fake_keyboard_type(&scene.keyboard, "abc");
    bench_settle(bench);

    assert_int_equal(mn_heap_stats(&bench->kernel.heap).live_blocks, live);
    assert_int_equal(mn_heap_stats(&bench->kernel.heap).refusals, 0);
    mn_heap_fail_after(&bench->kernel.heap, 0);
    bench_cancel_all(bench);
}

/* ---- cut everywhere --------------------------------------------------------------------- */

static void set_up(struct bench *bench, void *context)
{
    struct scene *scene = context;
    scene->readers[0].is_stalled = true;
    start_driver(bench, scene);
    for (uint32_t i = 0; i < MN_COUNT_OF(scene->readers); i++)
        key_reader_start(&scene->readers[i], bench, 0, 2);
}

static void act(struct bench *bench, void *context, uint32_t tick)
{
    struct scene *scene = context;
    (void)bench;
    if (tick < 8)
        fake_keyboard_type(&scene->keyboard, "ab");
    if (tick == 6)
        mn_task_cancel(&scene->readers[1].task);
    if (tick == 20)
        mn_task_cancel(&scene->readers[0].task);
    if (tick == 24)
        mn_task_cancel(&scene->driver_task);
}

static void cut_driver(struct bench *bench, void *context)
{
    struct scene *scene = context;
    mn_task_cancel(&scene->driver_task);
    bench_settle(bench);
    if (scene->readers[2].is_subscribed) { /* in the middle of a keyboard's life: hears its end */
        assert_true(scene->readers[2].has_ended);
        assert_int_equal(scene->readers[2].err, MN_ERR_CLOSED);
    }
    bench_cancel_all(bench);
}

static bool is_over(struct bench *bench, void *context)
{
    struct scene *scene = context;
    (void)bench;
    return mn_task_is_done(&scene->driver_task);
}

static void check(struct bench *bench, void *context, uint32_t ticks)
{
    struct scene *scene = context;
    (void)bench;
    (void)ticks;
    for (uint32_t i = 1; i < scene->readers[2].count; i++) /* nothing lost, nothing twice */
        assert_int_not_equal(scene->readers[2].heard[i], scene->readers[2].heard[i - 1]);
}

static void a_driver_can_be_cut_off_anywhere(void **state)
{
    static const struct cut life = {
        .scene_bytes = sizeof(struct scene),
        .ticks_max = 60,
        .setup = set_up,
        .act = act,
        .is_over = is_over,
        .cut = cut_driver,
        .check = check,
    };
    static struct cut whole;
    (void)state;
    assert_in_range(cut_everywhere(&life), 8, 60);

    whole = life;
    whole.cut = NULL; /* the kernel finishes */
    assert_in_range(cut_everywhere(&whole), 8, 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(every_subscriber_hears_every_key_in_order),
        TEST_ON_BENCH(who_reads_when_woken_loses_nothing_even_with_room_for_one),
        TEST_ON_BENCH(that_does_not_depend_on_the_order_in_which_tasks_take_turns),
        TEST_ON_BENCH(keys_wait_in_the_hal_for_nobody_and_a_later_subscriber_hears_later_keys),
        TEST_ON_BENCH(a_stalled_subscriber_keeps_what_came_first_and_holds_nobody_up),
        TEST_ON_BENCH(a_subscriber_that_dies_is_forgotten_at_once),
        TEST_ON_BENCH(who_gives_up_before_it_is_let_in_is_not_let_in),
        TEST_ON_BENCH(a_driver_that_ends_leaves_what_is_unread_and_the_next_can_be_had),
        TEST_ON_BENCH(an_event_that_is_none_is_skipped),
        TEST_ON_BENCH(a_keyboard_number_is_served_once),
        TEST_ON_BENCH(nothing_allocates),
        cmocka_unit_test(a_driver_can_be_cut_off_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
