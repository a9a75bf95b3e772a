/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/svc/keyboard_mux.h"

#include <string.h>

#include "cut.h"
#include "fake_keyboard.h"
#include "fake_uart.h"
#include "mn/daemons/keyboard_feed.h"
#include "mn/daemons/pseudo_keyboard.h"

#define LINE 3u
#define KEYBOARDS 8u
#define UART_LINE 20u

struct scene {
    struct mn_keyboard_mux mux;
    struct mn_task mux_task;
    struct fake_keyboard keyboards[KEYBOARDS + 1];
    struct mn_keyboard_feed feeds[KEYBOARDS + 1];
    struct mn_task feed_tasks[KEYBOARDS + 1];
    struct key_reader readers[3];
};

static void start_mux(struct bench *bench, struct scene *scene)
{
    struct mn_keyboard_mux_settings settings = {.keyboards_max = KEYBOARDS};
    mn_spawn(&bench->kernel, &scene->mux_task, "mux",
             mn_keyboard_multiplex(&scene->mux, &bench->kernel, &settings));
}

static void start_feed(struct bench *bench, struct scene *scene, uint32_t index)
{
    fake_keyboard_init(&scene->keyboards[index], bench, (uint8_t)(LINE + index));
    mn_spawn(&bench->kernel, &scene->feed_tasks[index], "feed",
             mn_keyboard_feed(&scene->feeds[index], &bench->kernel,
                              &scene->keyboards[index].hal));
}

static void start(struct bench *bench, struct scene *scene, uint32_t keyboards, uint32_t readers,
                  uint32_t capacity)
{
    start_mux(bench, scene);
    for (uint32_t i = 0; i < keyboards; i++)
        start_feed(bench, scene, i);
    for (uint32_t i = 0; i < readers; i++)
        key_reader_start(&scene->readers[i], bench, 0, capacity);
    bench_settle(bench);
}

static void every_key_of_every_keyboard_reaches_every_subscriber(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    uint32_t counts[KEYBOARDS] = {0};
    start(bench, &scene, KEYBOARDS, 3, 1);

    for (uint32_t i = 0; i < KEYBOARDS; i++) {
        for (uint32_t key = 0; key < 26; key++)
            fake_keyboard_press(&scene.keyboards[i], (struct mn_key_event){.code = '0' + i});
    }
    bench_settle(bench);

    assert_int_equal(scene.readers[0].count, 26 * KEYBOARDS);
    for (uint32_t i = 0; i < scene.readers[0].count; i++)
        counts[scene.readers[0].heard[i] - '0']++;
    for (uint32_t i = 0; i < KEYBOARDS; i++)
        assert_int_equal(counts[i], 26);
    assert_string_equal(scene.readers[1].heard, scene.readers[0].heard);
    assert_string_equal(scene.readers[2].heard, scene.readers[0].heard);
    assert_int_equal(scene.mux.hub.lost, 0);
    assert_int_equal(scene.mux.keyboards, KEYBOARDS);
    bench_cancel_all(bench);
}

static void the_keys_of_one_keyboard_keep_their_order_and_keyboards_take_turns(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene, 2, 1, 4);

    fake_keyboard_type(&scene.keyboards[0], "abcd");
    fake_keyboard_type(&scene.keyboards[1], "1234");
    bench_settle(bench);

    assert_string_equal(scene.readers[0].heard, "a1b2c3d4");
    bench_cancel_all(bench);
}

static void a_stalled_and_a_dead_subscriber_hold_up_nobody(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {.readers = {{.is_stalled = true}, {.is_stalled = true}}};
    start(bench, &scene, 1, 3, 2);
    fake_keyboard_type(&scene.keyboards[0], "abc");
    bench_settle(bench);

    mn_task_cancel(&scene.readers[1].task);
    memset(&scene.readers[1], 0xa5, sizeof scene.readers[1]);
    fake_keyboard_type(&scene.keyboards[0], "defgh");
    bench_settle(bench);

    assert_string_equal(scene.readers[2].heard, "abcdefgh");
    assert_int_equal(scene.readers[0].keys.queue.chan.dropped, 6);
    assert_int_equal(scene.mux.hub.lost, 7);
    bench_cancel_all(bench);
}

static void one_keyboard_too_many_is_refused_and_a_place_given_back_is_free(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene, KEYBOARDS + 1, 1, 64);
    for (uint32_t i = 0; i <= KEYBOARDS; i++)
        fake_keyboard_type(&scene.keyboards[i], "x");
    bench_settle(bench);
    assert_int_equal(scene.readers[0].count, KEYBOARDS);
    assert_true(mn_task_is_done(&scene.feed_tasks[KEYBOARDS]));
    assert_int_equal(scene.feeds[KEYBOARDS].co.err, MN_ERR_REFUSED);

    mn_task_cancel(&scene.feed_tasks[0]);
    assert_int_equal(scene.mux.keyboards, KEYBOARDS - 1);
    start_feed(bench, &scene, KEYBOARDS);
    fake_keyboard_type(&scene.keyboards[KEYBOARDS], "y");
    bench_settle(bench);

    assert_int_equal(scene.readers[0].heard[scene.readers[0].count - 1], 'y');
    bench_cancel_all(bench);
}

static void keys_wait_for_the_mux_and_for_the_next_one(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start_feed(bench, &scene, 0);
    fake_keyboard_type(&scene.keyboards[0], "ab");
    key_reader_start(&scene.readers[0], bench, 0, 4);
    start_mux(bench, &scene);
    bench_settle(bench);
    assert_string_equal(scene.readers[0].heard, "ab");

    mn_task_cancel(&scene.mux_task);
    fake_keyboard_type(&scene.keyboards[0], "cd");
    bench_settle(bench);
    key_reader_start(&scene.readers[1], bench, 0, 4);
    start_mux(bench, &scene);
    bench_settle(bench);

    assert_int_equal(scene.readers[0].err, MN_ERR_CLOSED);
    assert_string_equal(scene.readers[1].heard, "cd");
    bench_cancel_all(bench);
}

static void an_event_that_is_none_is_refused_and_the_keyboard_goes_on(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene, 1, 1, 4);

    fake_keyboard_press(&scene.keyboards[0], (struct mn_key_event){.code = UINT32_MAX});
    fake_keyboard_type(&scene.keyboards[0], "a");
    bench_settle(bench);

    assert_string_equal(scene.readers[0].heard, "a");
    assert_int_equal(scene.mux.hub.events, 1);
    bench_cancel_all(bench);
}

static void a_mux_beside_another_or_beside_a_keyboard_number_0_is_refused(void **state)
{
    struct bench *bench = *state;
    struct scene first = {0}, second = {0};
    struct fake_keyboard keyboard;
    struct mn_keyboard_driver driver;
    struct mn_task task;
    start(bench, &first, 0, 0, 1);
    start(bench, &second, 0, 0, 1);
    assert_int_equal(second.mux.co.err, MN_ERR_TAKEN);
    mn_task_cancel(&first.mux_task);

    fake_keyboard_init(&keyboard, bench, LINE);
    mn_spawn(&bench->kernel, &task, "driver",
             mn_keyboard_serve(&driver, &bench->kernel, &keyboard.hal, 0));
    bench_settle(bench);
    start(bench, &second, 0, 0, 1);

    assert_int_equal(second.mux.co.err, MN_ERR_TAKEN);
    assert_null(mn_registry_find(&bench->kernel.registry, &mn_keyboard_mux_type()->uuid, 0));
    bench_cancel_all(bench);
}

/* ---- the pseudo-keyboard ---------------------------------------------------------------- */

struct typist { /* a terminal on a serial port */
    struct fake_uart uart;
    struct mn_serial_driver driver;
    struct mn_pseudo_keyboard pseudo;
    struct mn_task driver_task, pseudo_task;
};

static void start_typist(struct bench *bench, struct typist *typist)
{
    struct mn_serial_settings settings = {.incoming_bytes = 8, .outgoing_bytes = 8};
    struct mn_port_address address = {.wire = MN_PORT_SERIAL};
    fake_uart_init(&typist->uart, bench, UART_LINE);
    mn_spawn(&bench->kernel, &typist->driver_task, "driver",
             mn_serial_serve(&typist->driver, &bench->kernel, &typist->uart.hal, &settings));
    mn_spawn(&bench->kernel, &typist->pseudo_task, "pseudo",
             mn_pseudo_keyboard(&typist->pseudo, &bench->kernel, &address));
}

static void a_terminal_is_a_keyboard(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    struct typist typist = {0};
    start(bench, &scene, 1, 1, 1);
    start_typist(bench, &typist);

    fake_uart_hear(&typist.uart, "a long line, longer than any queue\x1bz");
    fake_uart_settle(&typist.uart);
    fake_keyboard_type(&scene.keyboards[0], "!");
    bench_settle(bench);

    assert_string_equal(scene.readers[0].heard, "a long line, longer than any queuez!");
    bench_cancel_all(bench);
}

static void an_esc_that_nothing_follows_is_a_key_in_a_while(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    struct typist typist = {0};
    start(bench, &scene, 0, 1, 4);
    start_typist(bench, &typist);

    fake_uart_hear(&typist.uart, "\x1b");
    bench_advance(bench, MN_KEY_ESC_US - 1);
    assert_int_equal(scene.readers[0].count, 0);
    bench_advance(bench, 1);
    assert_int_equal(scene.readers[0].count, 1);
    assert_int_equal(scene.readers[0].event.code, MN_KEY_ESC);

    fake_uart_hear(&typist.uart, "\x1b");
    bench_advance(bench, MN_KEY_ESC_US - 1);
    fake_uart_hear(&typist.uart, "[");
    bench_advance(bench, MN_KEY_ESC_US - 1);
    fake_uart_hear(&typist.uart, "A");
    bench_settle(bench);
    assert_int_equal(scene.readers[0].count, 2);
    assert_int_equal(scene.readers[0].event.code, MN_KEY_UP);
    bench_cancel_all(bench);
}

static void a_terminal_whose_port_closes_ends_its_keyboard(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    struct typist typist = {0};
    start(bench, &scene, 0, 1, 4);
    start_typist(bench, &typist);
    fake_uart_hear(&typist.uart, "x");
    bench_settle(bench);
    assert_int_equal(scene.mux.keyboards, 1);

    mn_task_cancel(&typist.driver_task);
    bench_settle(bench);

    assert_int_equal(typist.pseudo.co.err, MN_ERR_CLOSED);
    assert_int_equal(scene.mux.keyboards, 0);
    bench_cancel_all(bench);
}

static void a_pseudo_keyboard_without_memory_for_its_port_waits_for_it(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    struct typist typist = {0};
    mn_heap_fail_after(&bench->kernel.heap, 1);
    start(bench, &scene, 0, 1, 4);
    start_typist(bench, &typist);

    fake_uart_hear(&typist.uart, "x");
    bench_settle(bench);

    assert_int_equal(mn_heap_stats(&bench->kernel.heap).refusals, 1);
    assert_string_equal(scene.readers[0].heard, "x");
    bench_cancel_all(bench);
}

/* ---- cut everywhere --------------------------------------------------------------------- */

struct life {
    struct scene scene;
    struct typist typist;
};

static void set_up(struct bench *bench, void *context)
{
    struct life *life = context;
    life->scene.readers[0].is_stalled = true;
    for (uint32_t i = 0; i < 2; i++)
        start_feed(bench, &life->scene, i);
    start_typist(bench, &life->typist);
    for (uint32_t i = 0; i < 3; i++)
        key_reader_start(&life->scene.readers[i], bench, 0, 2);
    start_mux(bench, &life->scene);
}

static void act(struct bench *bench, void *context, uint32_t tick)
{
    struct life *life = context;
    (void)bench;
    if (tick < 6) {
        fake_keyboard_type(&life->scene.keyboards[tick % 2], "ab");
        fake_uart_hear(&life->typist.uart, "c\x1b");
    }
    if (tick == 9)
        mn_task_cancel(&life->scene.readers[1].task);
    if (tick == 14)
        mn_task_cancel(&life->scene.feed_tasks[0]);
    if (tick == 60)
        mn_task_cancel(&life->scene.mux_task);
}

static bool is_over(struct bench *bench, void *context)
{
    (void)bench;
    return mn_task_is_done(&((struct life *)context)->scene.mux_task);
}

static void cut_mux(struct bench *bench, void *context)
{
    struct life *life = context;
    mn_task_cancel(&life->scene.mux_task);
    bench_settle(bench);
    if (life->scene.readers[2].is_subscribed)
        assert_int_equal(life->scene.readers[2].err, MN_ERR_CLOSED);
    start_mux(bench, &life->scene); /* the keyboards find the next one */
    fake_keyboard_type(&life->scene.keyboards[1], "z");
    bench_settle(bench);
    bench_cancel_all(bench);
}

static void cut_keyboards(struct bench *bench, void *context)
{
    struct life *life = context;
    for (uint32_t i = 0; i < 2; i++)
        mn_task_cancel(&life->scene.feed_tasks[i]);
    mn_task_cancel(&life->typist.pseudo_task);
    bench_settle(bench);
    assert_int_equal(life->scene.mux.keyboards, 0);
    bench_cancel_all(bench);
}

static void any_part_can_be_cut_off_anywhere(void **state)
{
    struct cut cut = {
        .scene_bytes = sizeof(struct life),
        .ticks_max = 100,
        .setup = set_up,
        .act = act,
        .is_over = is_over,
    };
    (void)state;
    assert_in_range(cut_everywhere(&cut), 20, 100);
    cut.cut = cut_mux;
    assert_in_range(cut_everywhere(&cut), 20, 100);
    cut.cut = cut_keyboards;
    assert_in_range(cut_everywhere(&cut), 20, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(every_key_of_every_keyboard_reaches_every_subscriber),
        TEST_ON_BENCH(the_keys_of_one_keyboard_keep_their_order_and_keyboards_take_turns),
        TEST_ON_BENCH(a_stalled_and_a_dead_subscriber_hold_up_nobody),
        TEST_ON_BENCH(one_keyboard_too_many_is_refused_and_a_place_given_back_is_free),
        TEST_ON_BENCH(keys_wait_for_the_mux_and_for_the_next_one),
        TEST_ON_BENCH(an_event_that_is_none_is_refused_and_the_keyboard_goes_on),
        TEST_ON_BENCH(a_mux_beside_another_or_beside_a_keyboard_number_0_is_refused),
        TEST_ON_BENCH(a_terminal_is_a_keyboard),
        TEST_ON_BENCH(an_esc_that_nothing_follows_is_a_key_in_a_while),
        TEST_ON_BENCH(a_terminal_whose_port_closes_ends_its_keyboard),
        TEST_ON_BENCH(a_pseudo_keyboard_without_memory_for_its_port_waits_for_it),
        cmocka_unit_test(any_part_can_be_cut_off_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
