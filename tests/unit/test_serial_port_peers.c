/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/svc/serial_port.h"

#include <string.h>

#include "cut.h"
#include "fake_uart.h"

#define LINE 4u
#define QUEUE_BYTES 8u

/* A client that opens the port, writes what it is given, and stays until it is cancelled. */
struct user {
    struct mn_co co;
    struct mn_kernel *kernel;
    struct mn_task task;
    struct mn_serial_client client;
    const char *text; /* NULL: nothing */
    struct mn_waitq never;
    bool is_open;
    bool has_written;
    union {
        struct mn_serial_open open;
        struct mn_bbq_write write;
        struct mn_wait wait;
    } on;
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
    MN_TRY(mn_serial_open(&user->on.open, &user->kernel->registry, 0, &user->client));
    user->is_open = true;
    if (user->text)
        MN_TRY(mn_bbq_write(&user->on.write, user->client.port.out, user->text,
                            (uint32_t)strlen(user->text)));
    user->has_written = true;
    MN_AWAIT(mn_wait(&user->on.wait, &user->never));
    MN_CO_END;
}

static void user_drop(struct mn_co *co)
{
    mn_serial_close(&MN_FRAME(co, struct user)->client);
}

static const struct mn_co_type user_type = {.name = "user", .poll = user_poll, .drop = user_drop};

static void start_user(struct bench *bench, struct user *user, const char *text)
{
    *user = (struct user){.kernel = &bench->kernel, .text = text};
    mn_waitq_init(&user->never);
    mn_serial_client_init(&user->client);
    mn_spawn(&bench->kernel, &user->task, "user", mn_co_init(&user->co, &user_type));
}

static void start_driver(struct bench *bench, struct scene *scene)
{
    struct mn_serial_settings settings = {
        .incoming_bytes = QUEUE_BYTES,
        .outgoing_bytes = QUEUE_BYTES,
    };
    fake_uart_init(&scene->uart, bench, LINE);
    mn_spawn(&bench->kernel, &scene->driver_task, "driver",
             mn_serial_serve(&scene->driver, &bench->kernel, &scene->uart.hal, &settings));
}

/* Somebody is there, who takes nothing, and the first user has written the text. */
static void start(struct bench *bench, struct scene *scene, const char *text)
{
    start_driver(bench, scene);
    fake_uart_toggle_carrier(&scene->uart);
    scene->uart.is_stalled = true;
    start_user(bench, &scene->users[0], text);
    bench_settle(bench);
}

static void say(struct user *user, const char *text)
{
    uint32_t count = (uint32_t)strlen(text);
    assert_int_equal(mn_bbq_write_now(user->client.port.out, text, count), count);
}

static uint64_t discarded_bytes(const struct scene *scene)
{
    return scene->uart.aborted_bytes + scene->driver.discarded_bytes;
}

static void flow(struct scene *scene)
{
    scene->uart.is_stalled = false;
    fake_uart_settle(&scene->uart);
}

static void what_is_queued_for_a_peer_that_left_does_not_reach_the_next(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene, "old"); /* with the wire */
    say(&scene.users[0], "er");  /* in the queue */

    fake_uart_change_peers(&scene.uart);
    bench_settle(bench);
    say(&scene.users[0], "new");
    flow(&scene);

    assert_int_equal(scene.driver.carrier, 3);
    assert_string_equal(scene.uart.said, "new");
    assert_int_equal(scene.uart.aborted_bytes, 3);
    assert_int_equal(scene.driver.discarded_bytes, 2);
    bench_cancel_all(bench);
}

static void what_wraps_round_the_queues_end_goes_too(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene, "12345");
    fake_uart_flow(&scene.uart);
    scene.uart.is_stalled = false;
    fake_uart_settle(&scene.uart);
    scene.uart.is_stalled = true;
    say(&scene.users[0], "678");
    bench_settle(bench);
    say(&scene.users[0], "9abc"); /* in front, where the first five were */

    fake_uart_change_peers(&scene.uart);
    bench_settle(bench);
    flow(&scene);

    assert_string_equal(scene.uart.said, "12345");
    assert_int_equal(discarded_bytes(&scene), 7);
    bench_cancel_all(bench);
}

static void nothing_is_discarded_as_a_peer_comes(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start_driver(bench, &scene);
    scene.uart.is_stalled = true; /* the HAL holds it */
    start_user(bench, &scene.users[0], "12345678");
    bench_settle(bench);

    fake_uart_toggle_carrier(&scene.uart);
    bench_settle(bench);
    flow(&scene);

    assert_string_equal(scene.uart.said, "12345678");
    assert_int_equal(discarded_bytes(&scene), 0);
    bench_cancel_all(bench);
}

static void who_waits_for_room_has_it_when_the_peer_has_left(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene, "12345678for the one to come");
    assert_false(scene.users[0].has_written);

    fake_uart_change_peers(&scene.uart);
    flow(&scene);

    assert_true(scene.users[0].has_written);
    assert_string_equal(scene.uart.said, "for the one to come");
    assert_int_equal(discarded_bytes(&scene), 8);
    bench_cancel_all(bench);
}

static void the_last_words_of_a_client_go_with_who_they_were_for(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    start(bench, &scene, "bye");
    say(&scene.users[0], "bye");
    bench_settle(bench);
    mn_task_cancel(&scene.users[0].task);
    start_user(bench, &scene.users[1], "hi");
    bench_settle(bench);
    assert_false(scene.users[1].is_open);

    fake_uart_change_peers(&scene.uart);
    flow(&scene);

    assert_true(scene.users[1].is_open);
    assert_string_equal(scene.uart.said, "hi");
    assert_int_equal(discarded_bytes(&scene), 6);
    bench_cancel_all(bench);
}

/* ---- cut everywhere --------------------------------------------------------------------- */

static void life_setup(struct bench *bench, void *memory)
{
    struct scene *scene = memory;
    start_driver(bench, scene);
    start_user(bench, &scene->users[0], "some more than eight bytes, so that it has to wait");
}

static void life_act(struct bench *bench, void *memory, uint32_t tick)
{
    struct scene *scene = memory;
    (void)bench;
    if (tick % 7 == 1)
        fake_uart_change_peers(&scene->uart);
    if (tick % 5 == 0)
        fake_uart_flow(&scene->uart);
}

static bool life_is_over(struct bench *bench, void *memory)
{
    (void)bench;
    return ((struct scene *)memory)->users[0].has_written;
}

static void cut_driver(struct bench *bench, void *memory)
{
    (void)bench;
    mn_task_cancel(&((struct scene *)memory)->driver_task);
}

static void peers_change_with_a_driver_that_is_cut_off_at_any_tick(void **state)
{
    (void)state;
    struct cut cut = {
        .scene_bytes = sizeof(struct scene), .ticks_max = 100, .setup = life_setup,
        .act = life_act, .is_over = life_is_over, .cut = cut_driver,
    };
    assert_in_range(cut_everywhere(&cut), 10, 100);

    cut.cut = NULL; /* now the whole kernel */
    assert_in_range(cut_everywhere(&cut), 10, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(what_is_queued_for_a_peer_that_left_does_not_reach_the_next),
        TEST_ON_BENCH(what_wraps_round_the_queues_end_goes_too),
        TEST_ON_BENCH(nothing_is_discarded_as_a_peer_comes),
        TEST_ON_BENCH(who_waits_for_room_has_it_when_the_peer_has_left),
        TEST_ON_BENCH(the_last_words_of_a_client_go_with_who_they_were_for),
        cmocka_unit_test(peers_change_with_a_driver_that_is_cut_off_at_any_tick),
    };
    return cmocka_run_group_tests_name("serial_port_peers", tests, NULL, NULL);
}
