/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/daemons/hello.h"
#include "mn/daemons/loopback.h"

#include <string.h>

#include "cut.h"
#include "fake_uart.h"

#define LINE 5u

struct scene {
    struct fake_uart uart;
    struct mn_serial_driver driver;
    struct mn_task driver_task, daemon_task;
    union {
        struct mn_loopback loopback;
        struct mn_hello hello;
    } daemon;
};

static void start_driver(struct bench *bench, struct scene *scene)
{
    struct mn_serial_settings settings = {.incoming_bytes = 16, .outgoing_bytes = 16};
    fake_uart_init(&scene->uart, bench, LINE);
    mn_spawn(&bench->kernel, &scene->driver_task, "driver",
             mn_serial_serve(&scene->driver, &bench->kernel, &scene->uart.hal, &settings));
}

static void start_loopback(struct bench *bench, struct scene *scene, const char *greeting)
{
    struct mn_loopback_settings settings = {
        .greeting = greeting,
        .greeting_bytes = greeting ? (uint32_t)strlen(greeting) : 0,
    };
    mn_spawn(&bench->kernel, &scene->daemon_task, "loopback",
             mn_loopback(&scene->daemon.loopback, &bench->kernel, &settings));
}

static void start_hello(struct bench *bench, struct scene *scene)
{
    struct mn_hello_settings settings = {
        .message = "hello\r\n", .message_bytes = 7, .interval_us = MN_S,
    };
    mn_spawn(&bench->kernel, &scene->daemon_task, "hello",
             mn_hello(&scene->daemon.hello, &bench->kernel, &settings));
}

static void a_peer_is_greeted_and_then_echoed(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start_loopback(bench, &scene, "welcome\n"); /* before there is a port: it waits */
    start_driver(bench, &scene);
    fake_uart_settle(&scene.uart);
    assert_string_equal(scene.uart.said, "");

    fake_uart_toggle_carrier(&scene.uart);
    fake_uart_hear(&scene.uart, "one line\n");
    fake_uart_settle(&scene.uart);

    assert_string_equal(scene.uart.said, "welcome\none line\n");
    bench_cancel_all(bench);
}

static void every_peer_is_greeted_anew(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start_driver(bench, &scene);
    start_loopback(bench, &scene, "hi ");

    for (int i = 0; i < 6; i++) {
        fake_uart_toggle_carrier(&scene.uart);
        fake_uart_settle(&scene.uart);
    }

    assert_string_equal(scene.uart.said, "hi hi hi ");
    bench_cancel_all(bench);
}

static void what_a_peer_left_unanswered_is_not_said_to_the_next(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start_driver(bench, &scene);
    start_loopback(bench, &scene, "hi ");
    fake_uart_toggle_carrier(&scene.uart);
    fake_uart_settle(&scene.uart);
    scene.uart.is_stalled = true;
    fake_uart_hear(&scene.uart, "0123456789abcdefghijklmnop"); /* 16 of them are on their way out */
    fake_uart_settle(&scene.uart);

    fake_uart_toggle_carrier(&scene.uart);
    bench_settle(bench);
    fake_uart_toggle_carrier(&scene.uart);
    fake_uart_hear(&scene.uart, "new");
    bench_settle(bench);
    scene.uart.is_stalled = false;
    fake_uart_settle(&scene.uart);

    assert_string_equal(scene.uart.said, "hi hi new");
    assert_int_equal(scene.uart.aborted_bytes + scene.driver.discarded_bytes, 16);
    bench_cancel_all(bench);
}

static void tick_some(struct bench *bench, uint32_t ticks)
{
    while (ticks-- > 0)
        mn_tick(&bench->kernel);
}

/* Two changes in one poll of the driver: the daemon hears of the first when the second is past. */
static void who_comes_as_another_leaves_hears_nothing_of_it(void **state)
{
    struct bench *bench = *state;
    for (uint32_t later = 0; later < 12; later++) {
        struct scene scene = {0};
        start_driver(bench, &scene);
        start_loopback(bench, &scene, "a greeting too long for the queue ");
        fake_uart_toggle_carrier(&scene.uart);
        scene.uart.is_hasty = scene.uart.is_stalled = true;
        fake_uart_hear(&scene.uart, "old");
        while (scene.uart.heard_taken < 3)
            mn_tick(&bench->kernel);
        tick_some(bench, later);

        fake_uart_change_peers(&scene.uart);
        while (scene.uart.has_next)
            mn_tick(&bench->kernel);
        fake_uart_hear(&scene.uart, "new");
        bench_settle(bench);
        scene.uart.is_stalled = false;
        fake_uart_settle(&scene.uart);

        assert_string_equal(scene.uart.said, "a greeting too long for the queue new");
        bench_cancel_all(bench);
    }
}

static void more_than_the_queues_hold_comes_back_whole(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    char text[1001];
    for (uint32_t i = 0; i < 1000; i++)
        text[i] = (char)('!' + i * 7 % 90);
    text[1000] = '\0';
    start_driver(bench, &scene);
    start_loopback(bench, &scene, NULL);

    fake_uart_hear(&scene.uart, text);
    fake_uart_settle(&scene.uart);

    assert_string_equal(scene.uart.said, text);
    bench_cancel_all(bench);
}

static void hello_is_said_at_once_and_every_interval(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start_driver(bench, &scene);
    start_hello(bench, &scene);
    scene.uart.is_hasty = true;

    bench_advance(bench, 3 * MN_S);

    assert_string_equal(scene.uart.said, "hello\r\nhello\r\nhello\r\nhello\r\n");
    bench_cancel_all(bench);
}

static void hello_waits_for_a_slow_wire_and_not_longer(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start_driver(bench, &scene);
    start_hello(bench, &scene);
    scene.uart.is_stalled = true;
    bench_advance(bench, 60 * MN_S);
    assert_int_equal(scene.uart.said_count, 0);

    scene.uart.is_stalled = false;
    fake_uart_settle(&scene.uart);

    assert_string_equal(scene.uart.said, "hello\r\nhello\r\nhello\r\n"); /* 16 bytes were full */
    bench_cancel_all(bench);
}

static void a_daemon_ends_when_its_port_does(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start_driver(bench, &scene);
    start_loopback(bench, &scene, "hi");
    bench_settle(bench);

    mn_task_cancel(&scene.driver_task);
    bench_settle(bench);

    assert_true(mn_task_is_done(&scene.daemon_task));
    assert_int_equal(scene.daemon.loopback.co.err, MN_ERR_CLOSED);
}

static void life_act(struct bench *bench, void *memory, uint32_t tick)
{
    struct scene *scene = memory;
    (void)bench;
    if (tick % 5 == 1)
        fake_uart_toggle_carrier(&scene->uart);
    if (tick % 4 == 0)
        fake_uart_hear(&scene->uart, "some more than sixteen bytes");
    if (tick % 3 == 0)
        fake_uart_flow(&scene->uart);
}

static bool life_is_over(struct bench *bench, void *memory)
{
    (void)bench;
    return ((struct scene *)memory)->uart.said_count > 150;
}

static void cut_daemon(struct bench *bench, void *memory)
{
    (void)bench;
    mn_task_cancel(&((struct scene *)memory)->daemon_task);
}

static void cut_driver(struct bench *bench, void *memory)
{
    (void)bench;
    mn_task_cancel(&((struct scene *)memory)->driver_task);
}

static void the_daemon_is_over(struct bench *bench, void *memory, uint32_t ticks)
{
    (void)ticks;
    if (bench)
        bench_advance(bench, MN_S); /* one that sleeps learns of it when it speaks again */
    assert_true(mn_task_is_done(&((struct scene *)memory)->daemon_task));
}

static void setup_loopback(struct bench *bench, void *memory)
{
    start_driver(bench, memory);
    start_loopback(bench, memory, "welcome to this machine\n");
    bench_settle(bench);
}

static void setup_hello(struct bench *bench, void *memory)
{
    start_driver(bench, memory);
    start_hello(bench, memory);
    bench_settle(bench);
}

static void cut_all_ways(void (*setup)(struct bench *bench, void *memory))
{
    struct cut cut = {
        .scene_bytes = sizeof(struct scene), .ticks_max = 200, .setup = setup, .act = life_act,
        .is_over = life_is_over, .cut = cut_daemon, .check = the_daemon_is_over,
    };
    assert_in_range(cut_everywhere(&cut), 5, 200);
    cut.cut = cut_driver;
    assert_in_range(cut_everywhere(&cut), 5, 200);
    cut.cut = NULL;
    assert_in_range(cut_everywhere(&cut), 5, 200);
}

static void loopback_can_be_cut_off_at_any_tick(void **state)
{
    (void)state;
    cut_all_ways(setup_loopback);
}

static void hello_can_be_cut_off_at_any_tick(void **state)
{
    (void)state;
    cut_all_ways(setup_hello);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_peer_is_greeted_and_then_echoed),
        TEST_ON_BENCH(every_peer_is_greeted_anew),
        TEST_ON_BENCH(what_a_peer_left_unanswered_is_not_said_to_the_next),
        TEST_ON_BENCH(who_comes_as_another_leaves_hears_nothing_of_it),
        TEST_ON_BENCH(more_than_the_queues_hold_comes_back_whole),
        TEST_ON_BENCH(hello_is_said_at_once_and_every_interval),
        TEST_ON_BENCH(hello_waits_for_a_slow_wire_and_not_longer),
        TEST_ON_BENCH(a_daemon_ends_when_its_port_does),
        cmocka_unit_test(loopback_can_be_cut_off_at_any_tick),
        cmocka_unit_test(hello_can_be_cut_off_at_any_tick),
    };
    return cmocka_run_group_tests_name("daemons", tests, NULL, NULL);
}
