/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/svc/serial_port.h"

#include <string.h>

#include "cut.h"
#include "fake_uart.h"

#define LINE 3u

/* A driver on a fake UART, and up to two clients that open it and then do as they are told. */
struct user {
    struct mn_co co;
    struct mn_kernel *kernel;
    struct mn_task task;
    struct mn_serial_client client;
    struct mn_serial_open open;
    struct mn_wait wait;
    struct mn_waitq never;
    enum mn_err opened;
    bool is_open;
};

struct scene {
    struct fake_uart uart;
    struct mn_serial_driver driver;
    struct mn_task driver_task;
    struct user users[2];
};

static enum mn_poll user_poll(struct mn_co *co, struct mn_task *task)
{
    struct user *user = MN_FRAME(co, struct user);

    MN_CO_BEGIN;
    MN_AWAIT(mn_serial_open(&user->open, &user->kernel->registry, 0, &user->client));
    user->opened = co->err;
    user->is_open = co->err == MN_OK;
    if (user->is_open)
        MN_AWAIT(mn_wait(&user->wait, &user->never));
    MN_CO_END;
}

static void user_drop(struct mn_co *co)
{
    mn_serial_close(&MN_FRAME(co, struct user)->client);
}

static const struct mn_co_type user_type = {.name = "user", .poll = user_poll, .drop = user_drop};

static void start_user(struct bench *bench, struct user *user)
{
    *user = (struct user){.kernel = &bench->kernel, .opened = MN_ERR_EMPTY};
    mn_waitq_init(&user->never);
    mn_serial_client_init(&user->client);
    mn_spawn(&bench->kernel, &user->task, "user", mn_co_init(&user->co, &user_type));
}

static void start_driver(struct bench *bench, struct scene *scene, uint32_t queue_bytes)
{
    struct mn_serial_settings settings = {
        .incoming_bytes = queue_bytes,
        .outgoing_bytes = queue_bytes,
    };
    fake_uart_init(&scene->uart, bench, LINE);
    mn_spawn(&bench->kernel, &scene->driver_task, "driver",
             mn_serial_serve(&scene->driver, &bench->kernel, &scene->uart.hal, &settings));
}

static void start(struct bench *bench, struct scene *scene)
{
    start_driver(bench, scene, 8);
    start_user(bench, &scene->users[0]);
    bench_settle(bench);
    assert_true(scene->users[0].is_open);
}

/* What a user would read now. */
static const char *read_all(struct user *user)
{
    static char text[256];
    uint32_t count = mn_bbq_read_bytes_now(user->client.port.in, text, sizeof text - 1);
    text[count] = '\0';
    return text;
}

static void say(struct user *user, const char *text)
{
    uint32_t count = (uint32_t)strlen(text);
    assert_int_equal(mn_bbq_write_now(user->client.port.out, text, count), count);
}

static void bytes_go_both_ways(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene);

    fake_uart_hear(&scene.uart, "hear");
    say(&scene.users[0], "said");
    fake_uart_settle(&scene.uart);

    assert_string_equal(read_all(&scene.users[0]), "hear");
    assert_string_equal(scene.uart.said, "said");
    bench_cancel_all(bench);
}

static void a_client_that_does_not_read_stops_the_wire_and_loses_nothing(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene);

    fake_uart_hear(&scene.uart, "0123456789abcdef");
    fake_uart_settle(&scene.uart);
    assert_int_equal(scene.uart.heard_taken, 8); /* as much as the queue holds */

    assert_string_equal(read_all(&scene.users[0]), "01234567");
    fake_uart_settle(&scene.uart);
    assert_string_equal(read_all(&scene.users[0]), "89abcdef");
    bench_cancel_all(bench);
}

static void a_wire_that_takes_nothing_stops_the_client(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene);
    scene.uart.is_stalled = true;

    say(&scene.users[0], "12345678");
    fake_uart_settle(&scene.uart);
    assert_int_equal(mn_bbq_write_now(scene.users[0].client.port.out, "9", 1), 0);

    scene.uart.is_stalled = false;
    fake_uart_settle(&scene.uart);
    assert_int_equal(mn_bbq_write_now(scene.users[0].client.port.out, "9", 1), 1);
    fake_uart_settle(&scene.uart);
    assert_string_equal(scene.uart.said, "123456789");
    bench_cancel_all(bench);
}

static void a_device_that_sends_at_once_is_given_everything(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene);
    scene.uart.is_hasty = true;

    for (int i = 0; i < 10; i++) {
        say(&scene.users[0], "1234567");
        bench_settle(bench);
    }

    assert_int_equal(scene.uart.said_count, 70);
    bench_cancel_all(bench);
}

static void bytes_wait_on_the_wire_until_somebody_opens_the_port(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start_driver(bench, &scene, 8);
    fake_uart_hear(&scene.uart, "early");
    bench_settle(bench);
    assert_int_equal(scene.uart.heard_taken, 0);

    start_user(bench, &scene.users[0]);
    bench_settle(bench);

    assert_string_equal(read_all(&scene.users[0]), "early");
    bench_cancel_all(bench);
}

static void one_client_has_the_port_at_a_time(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene);

    start_user(bench, &scene.users[1]);
    bench_settle(bench);

    assert_int_equal(scene.users[1].opened, MN_ERR_FAILED);
    assert_int_equal(scene.users[1].open.error, MN_SERIAL_TAKEN);
    bench_cancel_all(bench);
}

static void the_next_client_gets_the_port_once_the_last_word_is_sent(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene);
    scene.uart.is_stalled = true;
    say(&scene.users[0], "bye");
    bench_settle(bench);
    mn_task_cancel(&scene.users[0].task);

    start_user(bench, &scene.users[1]);
    bench_settle(bench);
    assert_false(scene.users[1].is_open);
    scene.uart.is_stalled = false;
    fake_uart_settle(&scene.uart);

    assert_true(scene.users[1].is_open);
    assert_string_equal(scene.uart.said, "bye");
    bench_cancel_all(bench);
}

static void who_gives_up_waiting_for_the_port_makes_way_for_the_next(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene);
    scene.uart.is_stalled = true;
    say(&scene.users[0], "bye");
    bench_settle(bench);
    mn_task_cancel(&scene.users[0].task);
    start_user(bench, &scene.users[1]);
    bench_settle(bench);
    mn_task_cancel(&scene.users[1].task);

    start_user(bench, &scene.users[0]);
    bench_settle(bench);
    scene.uart.is_stalled = false;
    fake_uart_settle(&scene.uart);

    assert_true(scene.users[0].is_open);
    bench_cancel_all(bench);
}

static void a_client_that_only_stops_talking_keeps_the_port_until_it_closes(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene);
    mn_bbq_close(scene.users[0].client.port.out);
    bench_settle(bench);
    start_user(bench, &scene.users[1]);
    bench_settle(bench);
    assert_false(scene.users[1].is_open);

    mn_task_cancel(&scene.users[0].task);
    bench_settle(bench);

    assert_true(scene.users[1].is_open);
    assert_false(mn_bbq_is_closed(scene.users[1].client.port.in));
    bench_cancel_all(bench);
}

static void a_driver_that_ends_leaves_what_it_had_heard(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene);
    fake_uart_hear(&scene.uart, "last");
    say(&scene.users[0], "lost");
    bench_settle(bench);

    mn_task_cancel(&scene.driver_task);

    assert_int_equal(scene.uart.aborts, 1);
    assert_string_equal(read_all(&scene.users[0]), "last");
    struct mn_grant grant;
    assert_int_equal(mn_bbq_read_now(scene.users[0].client.port.in, &grant), MN_ERR_CLOSED);
    assert_false(mn_client_is_open(&scene.users[0].client.service.client));
    bench_cancel_all(bench);
}

static void a_port_number_is_served_once(void **state)
{
    struct bench *bench = *state;
    struct scene first = {0}, second = {0};
    start_driver(bench, &first, 8);
    start_driver(bench, &second, 8);
    second.uart.hal.line = LINE + 1;
    bench_settle(bench);

    assert_true(mn_task_is_done(&second.driver_task));
    assert_int_equal(second.driver.co.err, MN_ERR_TAKEN);
    bench_cancel_all(bench);
}

static void queues_larger_than_the_heap_are_refused(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start_driver(bench, &scene, BENCH_ARENA_BYTES);
    bench_settle(bench);

    assert_true(mn_task_is_done(&scene.driver_task));
    assert_int_equal(scene.driver.co.err, MN_ERR_TOO_BIG);
}

static void a_refused_allocation_delays_the_driver_and_no_more(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    mn_heap_fail_after(&bench->kernel.heap, 1);

    start(bench, &scene);

    assert_int_equal(mn_heap_stats(&bench->kernel.heap).refusals, 1);
    bench_cancel_all(bench);
}

/* ---- carrier ---------------------------------------------------------------------------- */

struct watcher {
    struct mn_co co;
    struct mn_serial_client *client;
    struct mn_task task;
    struct mn_serial_carrier carrier;
    uint32_t known;
    uint32_t seen[8], seen_count;
    enum mn_err end;
};

static enum mn_poll watcher_poll(struct mn_co *co, struct mn_task *task)
{
    struct watcher *watcher = MN_FRAME(co, struct watcher);

    MN_CO_BEGIN;
    for (;;) {
        MN_AWAIT(mn_serial_carrier(&watcher->carrier, watcher->client, watcher->known));
        watcher->end = co->err;
        if (co->err != MN_OK)
            MN_RETURN(co->err);
        watcher->known = watcher->seen[watcher->seen_count++] = watcher->carrier.carrier;
    }
    MN_CO_END;
}

static const struct mn_co_type watcher_type = {.name = "watcher", .poll = watcher_poll};

static void start_watcher(struct bench *bench, struct watcher *watcher, struct user *user)
{
    *watcher = (struct watcher){.client = &user->client};
    mn_spawn(&bench->kernel, &watcher->task, "watcher",
             mn_co_init(&watcher->co, &watcher_type));
}

static void every_change_of_the_carrier_is_told(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    struct watcher watcher;
    start(bench, &scene);
    start_watcher(bench, &watcher, &scene.users[0]);

    for (int i = 0; i < 3; i++) {
        fake_uart_toggle_carrier(&scene.uart);
        bench_settle(bench);
    }

    assert_int_equal(watcher.seen_count, 3);
    assert_int_equal(watcher.seen[0], 1);
    assert_int_equal(watcher.seen[2], 3);
    bench_cancel_all(bench);
}

static void one_at_a_time_waits_for_the_carrier(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    struct watcher first, second, third;
    start(bench, &scene);
    start_watcher(bench, &first, &scene.users[0]);
    start_watcher(bench, &second, &scene.users[0]);
    bench_settle(bench);
    assert_int_equal(second.end, MN_ERR_FAILED);
    assert_int_equal(second.carrier.error, MN_SERIAL_BUSY);

    mn_task_cancel(&first.task); /* gives its place up */
    start_watcher(bench, &third, &scene.users[0]);
    bench_settle(bench);
    fake_uart_toggle_carrier(&scene.uart);
    bench_settle(bench);

    assert_int_equal(third.seen_count, 1);
    bench_cancel_all(bench);
}

static void who_waits_for_the_carrier_hears_of_the_end(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    struct watcher watcher;
    start(bench, &scene);
    start_watcher(bench, &watcher, &scene.users[0]);
    bench_settle(bench);

    mn_task_cancel(&scene.driver_task);
    bench_settle(bench);

    assert_int_equal(watcher.end, MN_ERR_CLOSED);
    bench_cancel_all(bench);
}

/* ---- cut everywhere --------------------------------------------------------------------- */

static void life_setup(struct bench *bench, void *memory)
{
    struct scene *scene = memory;
    start_driver(bench, scene, 8);
    start_user(bench, &scene->users[0]);
}

static void life_act(struct bench *bench, void *memory, uint32_t tick)
{
    struct scene *scene = memory;
    struct user *user = &scene->users[0];
    if (tick % 3 == 0 && tick < 12)
        fake_uart_hear(&scene->uart, "123456");
    if (tick == 2 || tick == 9)
        fake_uart_toggle_carrier(&scene->uart);
    if (tick % 2 == 0)
        fake_uart_flow(&scene->uart);
    if (user->is_open && user->client.port.bidi && tick < 14) {
        read_all(user);
        mn_bbq_write_now(user->client.port.out, "abcde", 5);
    }
    if (tick == 10)
        start_user(bench, &scene->users[1]);
    if (tick == 14)
        mn_task_cancel(&user->task);
}

static bool life_is_over(struct bench *bench, void *memory)
{
    (void)bench;
    struct scene *scene = memory;
    return scene->users[1].is_open || scene->users[1].opened == MN_ERR_FAILED;
}

static void cut_driver(struct bench *bench, void *memory)
{
    (void)bench;
    mn_task_cancel(&((struct scene *)memory)->driver_task);
}

static void every_user_knows(struct bench *bench, void *memory, uint32_t ticks)
{
    (void)ticks;
    struct scene *scene = memory;
    if (!bench)
        return;
    for (int i = 0; i < 2; i++) {
        struct user *user = &scene->users[i];
        if (user->is_open && user->client.port.bidi)
            assert_true(mn_bbq_is_closed(user->client.port.in));
    }
}

static void the_driver_can_be_cut_off_at_any_tick(void **state)
{
    (void)state;
    struct cut cut = {
        .scene_bytes = sizeof(struct scene), .ticks_max = 60, .setup = life_setup,
        .act = life_act, .is_over = life_is_over, .cut = cut_driver, .check = every_user_knows,
    };
    assert_in_range(cut_everywhere(&cut), 11, 60);

    cut.cut = NULL; /* now the whole kernel */
    assert_in_range(cut_everywhere(&cut), 11, 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(bytes_go_both_ways),
        TEST_ON_BENCH(a_client_that_does_not_read_stops_the_wire_and_loses_nothing),
        TEST_ON_BENCH(a_wire_that_takes_nothing_stops_the_client),
        TEST_ON_BENCH(a_device_that_sends_at_once_is_given_everything),
        TEST_ON_BENCH(bytes_wait_on_the_wire_until_somebody_opens_the_port),
        TEST_ON_BENCH(one_client_has_the_port_at_a_time),
        TEST_ON_BENCH(the_next_client_gets_the_port_once_the_last_word_is_sent),
        TEST_ON_BENCH(who_gives_up_waiting_for_the_port_makes_way_for_the_next),
        TEST_ON_BENCH(a_client_that_only_stops_talking_keeps_the_port_until_it_closes),
        TEST_ON_BENCH(a_driver_that_ends_leaves_what_it_had_heard),
        TEST_ON_BENCH(a_port_number_is_served_once),
        TEST_ON_BENCH(queues_larger_than_the_heap_are_refused),
        TEST_ON_BENCH(a_refused_allocation_delays_the_driver_and_no_more),
        TEST_ON_BENCH(every_change_of_the_carrier_is_told),
        TEST_ON_BENCH(one_at_a_time_waits_for_the_carrier),
        TEST_ON_BENCH(who_waits_for_the_carrier_hears_of_the_end),
        cmocka_unit_test(the_driver_can_be_cut_off_at_any_tick),
    };
    return cmocka_run_group_tests_name("serial_port", tests, NULL, NULL);
}
