/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mux_fixture.h"

/* ---- both ways -------------------------------------------------------------------------- */

static void frames_find_their_ports_and_ports_their_hosts(void **state)
{
    struct mux_scene scene = {0};
    struct mux_user zero = {0}, far = {0};
    mux_start(&scene, *state);
    mux_open(&scene, &zero, 0, 64, 64, MN_OK);
    mux_open(&scene, &far, 65535, 64, 64, MN_OK);

    host_says(&scene, 0, "to zero");
    host_says(&scene, 65535, "to the last");
    user_writes(&zero, "from zero");
    user_writes(&far, "from the last");

    assert_string_equal(user_reads(&zero), "to zero");
    assert_string_equal(user_reads(&far), "to the last");
    assert_string_equal(host_heard(&scene, 0), "from zero");
    assert_string_equal(host_heard(&scene, 65535), "from the last");
    mn_mux_close(&zero.client);
    mn_mux_close(&far.client);
    mux_stop(&scene);
}

static void what_is_said_looks_on_the_wire_as_it_should(void **state)
{
    static const char hello[] = "\x02\x01\x08hello\r\n";
    struct mux_scene scene = {0};
    struct mux_user user = {0};
    mux_start(&scene, *state);
    mux_open(&scene, &user, 1, 64, 64, MN_OK);

    user_writes(&user, "hello\r\n");
    fake_uart_settle(&scene.uart);

    assert_int_equal(scene.uart.said_count, sizeof hello);
    assert_memory_equal(scene.uart.said, hello, sizeof hello);
    mn_mux_close(&user.client);
    mux_stop(&scene);
}

static void a_frame_in_single_bytes_is_a_frame(void **state)
{
    static const uint8_t bytes[] = {0x01, 0x01, 0x02, 0x21, 0x00};
    struct mux_scene scene = {0};
    struct mux_user user = {0};
    mux_start(&scene, *state);
    mux_open(&scene, &user, 0, 64, 64, MN_OK);

    for (uint32_t i = 0; i < sizeof bytes; i++) {
        assert_string_equal(user_reads(&user), "");
        fake_uart_hear_bytes(&scene.uart, bytes + i, 1);
        fake_uart_settle(&scene.uart);
    }

    assert_string_equal(user_reads(&user), "!");
    mn_mux_close(&user.client);
    mux_stop(&scene);
}

/* ---- opening and closing ---------------------------------------------------------------- */

static void a_port_is_opened_once_and_only_so_many_are(void **state)
{
    struct mux_scene scene = {0};
    struct mux_user users[4] = {0}, more = {0};
    mux_start(&scene, *state);
    for (uint16_t i = 0; i < 4; i++)
        mux_open(&scene, &users[i], i, 16, 16, MN_OK);

    mux_open(&scene, &more, 2, 16, 16, MN_ERR_FAILED);
    assert_int_equal(more.open.error, MN_MUX_TAKEN);
    mux_open(&scene, &more, 4, 16, 16, MN_ERR_FAILED);
    assert_int_equal(more.open.error, MN_MUX_FULL);

    mn_mux_close(&users[2].client);
    mux_open(&scene, &more, 4, 16, 16, MN_OK);
    mn_mux_close(&more.client);
    mux_open(&scene, &more, 2, 16, 16, MN_OK);
    mn_mux_close(&more.client);
    mux_stop(&scene);
    for (uint16_t i = 0; i < 4; i++)
        mn_mux_close(&users[i].client);
}

static void queues_of_no_size_and_without_memory_are_refused(void **state)
{
    struct mux_scene scene = {0};
    struct mux_user user = {0};
    mux_start(&scene, *state);

    mux_open(&scene, &user, 0, 0, 16, MN_ERR_FAILED);
    assert_int_equal(user.open.error, MN_MUX_RANGE);
    mux_open(&scene, &user, 0, 16, UINT32_C(1) << 31, MN_ERR_FAILED);
    assert_int_equal(user.open.error, MN_MUX_RANGE);
    mux_open(&scene, &user, 0, UINT32_C(1) << 30, UINT32_C(1) << 30, MN_ERR_FAILED);
    assert_int_equal(user.open.error, MN_MUX_NO_MEMORY);
    mn_heap_fail_after(&scene.bench->kernel.heap, 1);
    mux_open(&scene, &user, 0, 16, 16, MN_ERR_FAILED);
    assert_int_equal(user.open.error, MN_MUX_NO_MEMORY);

    mux_open(&scene, &user, 0, 16, 16, MN_OK);
    mn_mux_close(&user.client);
    mux_stop(&scene);
}

static void what_a_client_wrote_is_sent_before_its_port_is_free(void **state)
{
    struct mux_scene scene = {0};
    struct mux_user first = {0}, second = {0}, third = {0};
    mux_start(&scene, *state);
    mux_open(&scene, &first, 7, 64, 512, MN_OK);
    scene.uart.is_hasty = false;
    scene.uart.is_stalled = true;
    for (int i = 0; i < 32; i++)
        user_writes(&first, "0123456789abcdef");
    host_says(&scene, 7, "never read");
    mn_mux_close(&first.client);

    runner_spawn(&second.runner, &scene.bench->kernel, "second", NULL,
                 mn_mux_open(&second.open, &scene.bench->kernel.registry, 7, 64, 64,
                             &second.client));
    bench_settle(*state);
    assert_false(second.runner.returned);
    mux_open(&scene, &third, 7, 64, 64, MN_ERR_FAILED); /* the second is first in line */
    assert_int_equal(third.open.error, MN_MUX_TAKEN);
    scene.uart.is_stalled = false;
    fake_uart_settle(&scene.uart);

    assert_true(second.runner.returned);
    assert_int_equal(second.runner.err, MN_OK);
    assert_int_equal(strlen(host_heard(&scene, 7)), 32 * 16);
    assert_string_equal(user_reads(&second), "");
    host_says(&scene, 7, "new");
    assert_string_equal(user_reads(&second), "new");
    mn_mux_close(&second.client);
    mux_stop(&scene);
}

static void a_port_that_is_opened_again_at_once_is_heard(void **state)
{
    struct mux_scene scene = {0};
    struct mux_user first = {0}, second = {0};
    mux_start(&scene, *state);
    mux_open(&scene, &first, 7, 64, 64, MN_OK);
    runner_spawn(&second.runner, &scene.bench->kernel, "second", NULL,
                 mn_mux_open(&second.open, &scene.bench->kernel.registry, 7, 64, 64,
                             &second.client));
    mn_mux_close(&first.client);

    bench_settle(*state); /* the mux hears of both in one poll */
    assert_int_equal(second.runner.err, MN_OK);
    user_writes(&second, "again");
    fake_uart_settle(&scene.uart);

    assert_string_equal(host_heard(&scene, 7), "again");
    mn_mux_close(&second.client);
    mux_stop(&scene);
}

static void who_gives_up_waiting_for_a_port_is_not_in_the_way(void **state)
{
    struct mux_scene scene = {0};
    struct mux_user first = {0}, second = {0}, third = {0};
    mux_start(&scene, *state);
    mux_open(&scene, &first, 7, 64, 512, MN_OK);
    scene.uart.is_hasty = false;
    scene.uart.is_stalled = true;
    for (int i = 0; i < 32; i++)
        user_writes(&first, "0123456789abcdef");
    bench_settle(*state);
    mn_mux_close(&first.client);
    runner_spawn(&second.runner, &scene.bench->kernel, "second", NULL,
                 mn_mux_open(&second.open, &scene.bench->kernel.registry, 7, 64, 64,
                             &second.client));
    bench_settle(*state);

    mn_task_cancel(&second.runner.task);
    runner_spawn(&third.runner, &scene.bench->kernel, "third", NULL,
                 mn_mux_open(&third.open, &scene.bench->kernel.registry, 7, 64, 64,
                             &third.client));
    bench_settle(*state);
    scene.uart.is_stalled = false;
    fake_uart_settle(&scene.uart);

    assert_true(third.runner.returned);
    assert_int_equal(third.runner.err, MN_OK);
    mn_mux_close(&third.client);
    mux_stop(&scene);
}

static void a_full_mux_lets_wait_for_a_port_that_is_leaving(void **state)
{
    struct mux_scene scene = {0};
    struct mux_user users[4] = {0}, more = {0};
    mux_start(&scene, *state);
    for (uint16_t i = 0; i < 4; i++)
        mux_open(&scene, &users[i], i, 16, 512, MN_OK);
    scene.uart.is_hasty = false;
    scene.uart.is_stalled = true;
    for (int i = 0; i < 32; i++)
        user_writes(&users[3], "0123456789abcdef");
    bench_settle(*state);
    mn_mux_close(&users[3].client);

    runner_spawn(&more.runner, &scene.bench->kernel, "more", NULL,
                 mn_mux_open(&more.open, &scene.bench->kernel.registry, 9, 64, 64,
                             &more.client));
    bench_settle(*state);
    assert_false(more.runner.returned);
    scene.uart.is_stalled = false;
    fake_uart_settle(&scene.uart);

    assert_true(more.runner.returned);
    assert_int_equal(more.runner.err, MN_OK);
    mn_mux_close(&more.client);
    mux_stop(&scene);
    for (uint16_t i = 0; i < 3; i++)
        mn_mux_close(&users[i].client);
}

static void clients_outlive_the_mux_and_read_what_is_inside(void **state)
{
    struct mux_scene scene = {0};
    struct mux_user user = {0};
    struct mn_grant grant;
    mux_start(&scene, *state);
    mux_open(&scene, &user, 0, 16, 16, MN_OK);
    host_says(&scene, 0, "the last");

    mn_task_cancel(&scene.mux_task);

    assert_string_equal(user_reads(&user), "the last");
    assert_int_equal(mn_bbq_read_now(user.client.port.in, &grant), MN_ERR_CLOSED);
    assert_int_equal(mn_bbq_write_now(user.client.port.out, "x", 1), 0);
    mn_mux_close(&user.client);
    mux_stop(&scene);
}

static void the_mux_ends_with_its_serial_port(void **state)
{
    struct mux_scene scene = {0};
    mux_start(&scene, *state);

    mn_task_cancel(&scene.driver_task);
    bench_settle(*state);

    assert_true(mn_co_is_ended(&scene.mux.co));
    assert_int_equal(scene.mux.co.err, MN_ERR_CLOSED);
    mux_stop(&scene);
}

static void a_wire_too_short_for_any_frame_is_refused(void **state)
{
    static const struct mn_serial_settings serial = {.incoming_bytes = 16, .outgoing_bytes = 4};
    static const struct mn_mux_settings settings = {.ports_max = 4, .frame_max = 64};
    struct mux_scene scene = {0};

    mux_start_with(&scene, *state, &serial, &settings);

    assert_int_equal(scene.mux.co.err, MN_ERR_TOO_BIG);
    mux_stop(&scene);
}

static void a_second_mux_and_a_second_owner_of_the_wire_are_refused(void **state)
{
    static const struct mn_mux_settings settings = {.ports_max = 4, .frame_max = 64};
    struct mux_scene scene = {0};
    struct runner runner;
    struct mn_serial_mux second;
    mux_start(&scene, *state);

    runner_spawn(&runner, &scene.bench->kernel, "second", NULL,
                 mn_mux_serve(&second, &scene.bench->kernel, &settings));
    bench_settle(*state);

    assert_true(runner.returned);
    assert_int_equal(runner.err, MN_ERR_FAILED);
    mux_stop(&scene);
}

/* ---- memory ----------------------------------------------------------------------------- */

static void a_mux_without_memory_says_so_and_serves_once_it_has_some(void **state)
{
    struct bench *bench = *state;
    struct mux_scene scene = {0};
    struct mux_user user = {0};
    struct mn_heap *heap = &bench->kernel.heap;
    void *hog = mn_heap_try(heap, mn_heap_stats(heap).capacity_bytes - 1024);
    assert_non_null(hog);

    mux_start(&scene, bench);
    assert_string_equal(scene.warning, "no memory for the ports, waiting until there is some");
    mn_heap_free(heap, hog);
    bench_settle(bench);

    mux_open(&scene, &user, 0, 16, 16, MN_OK);
    mn_mux_close(&user.client);
    mux_stop(&scene);
}

static void nothing_is_allocated_but_tables_and_queues(void **state)
{
    struct mux_scene scene = {0};
    struct mux_user user = {0};
    mux_start(&scene, *state);
    mux_open(&scene, &user, 0, 64, 64, MN_OK);

    mn_heap_fail_after(&scene.bench->kernel.heap, 1);
    for (int i = 0; i < 100; i++) {
        host_says(&scene, 0, "there");
        assert_string_equal(user_reads(&user), "there");
        user_writes(&user, "and back");
        fake_uart_settle(&scene.uart);
        scene.uart.said_count = 0;
    }

    assert_int_equal(mn_heap_stats(&scene.bench->kernel.heap).refusals, 0);
    mn_mux_close(&user.client);
    mux_stop(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(frames_find_their_ports_and_ports_their_hosts),
        TEST_ON_BENCH(what_is_said_looks_on_the_wire_as_it_should),
        TEST_ON_BENCH(a_frame_in_single_bytes_is_a_frame),
        TEST_ON_BENCH(a_port_is_opened_once_and_only_so_many_are),
        TEST_ON_BENCH(queues_of_no_size_and_without_memory_are_refused),
        TEST_ON_BENCH(what_a_client_wrote_is_sent_before_its_port_is_free),
        TEST_ON_BENCH(a_port_that_is_opened_again_at_once_is_heard),
        TEST_ON_BENCH(who_gives_up_waiting_for_a_port_is_not_in_the_way),
        TEST_ON_BENCH(a_full_mux_lets_wait_for_a_port_that_is_leaving),
        TEST_ON_BENCH(clients_outlive_the_mux_and_read_what_is_inside),
        TEST_ON_BENCH(the_mux_ends_with_its_serial_port),
        TEST_ON_BENCH(a_wire_too_short_for_any_frame_is_refused),
        TEST_ON_BENCH(a_second_mux_and_a_second_owner_of_the_wire_are_refused),
        TEST_ON_BENCH(a_mux_without_memory_says_so_and_serves_once_it_has_some),
        TEST_ON_BENCH(nothing_is_allocated_but_tables_and_queues),
    };
    return cmocka_run_group_tests_name("serial_mux", tests, NULL, NULL);
}
