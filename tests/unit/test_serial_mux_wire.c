/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mux_fixture.h"

/* ---- out -------------------------------------------------------------------------------- */

static void ports_take_turns_a_frame_each(void **state)
{
    struct mux_scene scene = {0};
    struct mux_user users[3] = {0};
    mux_start(&scene, *state);
    for (uint16_t i = 0; i < 3; i++)
        mux_open(&scene, &users[i], i, 16, 256, MN_OK);
    scene.uart.is_hasty = false;

    for (uint32_t i = 0; i < 8 * 3; i++)
        user_writes(&users[i % 3], "thirty-two bytes, a whole frame.");
    fake_uart_settle(&scene.uart);
    host_hears(&scene);

    assert_int_equal(scene.host.frame_count, 8 * 3);
    for (uint32_t i = 0; i < scene.host.frame_count; i++) {
        assert_int_equal(scene.host.frames[i].port, i % 3);
        assert_int_equal(scene.host.frames[i].count, 32);
    }
    for (uint32_t i = 0; i < 3; i++)
        mn_mux_close(&users[i].client);
    mux_stop(&scene);
}

static void one_who_says_little_is_not_behind_one_who_says_much(void **state)
{
    struct mux_scene scene = {0};
    struct mux_user loud = {0}, quiet = {0};
    mux_start(&scene, *state);
    mux_open(&scene, &loud, 0, 16, 1024, MN_OK);
    mux_open(&scene, &quiet, 1, 16, 16, MN_OK);
    scene.uart.is_hasty = false;
    scene.uart.is_stalled = true;
    for (uint32_t i = 0; i < 32; i++)
        user_writes(&loud, "thirty-two bytes, a whole frame.");
    bench_settle(*state); /* the wire is full of them */

    user_writes(&quiet, "me");
    uint64_t before = scene.mux.wire.frames_out;
    scene.uart.is_stalled = false;
    fake_uart_settle(&scene.uart);
    host_hears(&scene);

    uint32_t at = 0;
    while (scene.host.frames[at].port != 1)
        at++;
    assert_in_range(at, before, before + 1); /* the next, or the one after that */
    mn_mux_close(&loud.client);
    mn_mux_close(&quiet.client);
    mux_stop(&scene);
}

static void frames_fit_a_wire_of_any_size(void **state)
{
    struct bench *bench = *state;
    for (uint32_t wire_bytes = 5; wire_bytes < 80; wire_bytes++) {
        struct mn_serial_settings serial = {.incoming_bytes = 1, .outgoing_bytes = wire_bytes};
        static const struct mn_mux_settings settings = {.ports_max = 1, .frame_max = 64};
        struct mux_scene scene = {0};
        struct mux_user user = {0};
        mux_start_with(&scene, bench, &serial, &settings);
        mux_open(&scene, &user, 300, 16, 100, MN_OK);

        user_writes(&user, "a text that has to be cut in pieces where the wire is a short one");

        assert_string_equal(host_heard(&scene, 300),
                            "a text that has to be cut in pieces where the wire is a short one");
        mn_mux_close(&user.client);
        mux_stop(&scene);
    }
}

/* ---- in --------------------------------------------------------------------------------- */

static void what_a_client_does_not_read_is_dropped_and_counted(void **state)
{
    struct mux_scene scene = {0};
    struct mux_user stalled = {0}, other = {0};
    mux_start(&scene, *state);
    mux_open(&scene, &stalled, 0, 20, 16, MN_OK);
    mux_open(&scene, &other, 1, 64, 16, MN_OK);

    for (uint32_t i = 0; i < 10; i++) {
        host_says(&scene, 0, "0123456789abcdef");
        host_says(&scene, 1, "through");
        assert_string_equal(user_reads(&other), "through");
    }

    assert_int_equal(mn_mux_stats_of(&scene.mux, 0).in_bytes, 20);
    assert_int_equal(mn_mux_stats_of(&scene.mux, 0).dropped_bytes, 140);
    assert_int_equal(mn_mux_stats_of(&scene.mux, 1).dropped_bytes, 0);
    assert_string_equal(user_reads(&stalled), "0123456789abcdef0123");
    host_says(&scene, 0, "and again");
    assert_string_equal(user_reads(&stalled), "and again");
    assert_int_equal(mn_mux_stats_of(&scene.mux, 0).dropped_bytes, 140);
    mn_mux_close(&stalled.client);
    mn_mux_close(&other.client);
    mux_stop(&scene);
}

static void a_stalled_client_costs_a_few_ticks_once(void **state)
{
    struct mux_scene scene = {0};
    struct mux_user stalled = {0}, other = {0};
    mux_start(&scene, *state);
    mux_open(&scene, &stalled, 0, 16, 16, MN_OK);
    mux_open(&scene, &other, 1, 256, 16, MN_OK);
    host_says(&scene, 0, "0123456789abcdef");

    host_sends(&scene, 0, "x", 1);
    host_sends(&scene, 1, "through", 7);
    uint32_t first = bench_settle(*state);
    assert_string_equal(user_reads(&other), "through");
    host_sends(&scene, 0, "y", 1);
    host_sends(&scene, 1, "again", 5);
    uint32_t second = bench_settle(*state);

    assert_string_equal(user_reads(&other), "again");
    assert_int_equal(first - second, MN_MUX_PATIENCE_TICKS);
    mn_mux_close(&stalled.client);
    mn_mux_close(&other.client);
    mux_stop(&scene);
}

static void warnings_are_not_repeated_for_each_frame(void **state)
{
    struct mux_scene scene = {0};
    struct mux_user stalled = {0};
    mux_start(&scene, *state);
    mux_open(&scene, &stalled, 0, 16, 16, MN_OK);

    for (uint32_t i = 0; i < 50; i++)
        host_says(&scene, 0, "0123456789abcdef");
    assert_int_equal(scene.warnings, 1);
    assert_string_equal(scene.warning, "a port's client does not read, bytes are dropped");
    for (uint32_t i = 0; i < 50; i++)
        host_says(&scene, 3, "who?");
    assert_int_equal(scene.warnings, 2);
    assert_string_equal(scene.warning, "bytes for a port that nobody has open are dropped");
    bench_advance(*state, MN_MUX_QUIET_US);
    host_says(&scene, 0, "0");

    assert_int_equal(scene.warnings, 3);
    mn_mux_close(&stalled.client);
    mux_stop(&scene);
}

static void bytes_for_nobody_are_counted(void **state)
{
    struct mux_scene scene = {0};
    struct mux_user user = {0};
    mux_start(&scene, *state);
    mux_open(&scene, &user, 0, 16, 16, MN_OK);

    host_says(&scene, 1, "12345");
    mn_mux_close(&user.client);
    host_says(&scene, 0, "678");

    assert_int_equal(scene.mux.wire.nobody_bytes, 8);
    assert_int_equal(scene.mux.wire.frames_in, 2);
    mux_stop(&scene);
}

/* ---- garbage ---------------------------------------------------------------------------- */

static void after_garbage_the_next_frame_is_good(void **state)
{
    static const uint8_t broken[] = {0x09, 'a', 'b', 0x00}, headless[] = {0x02, 0x07, 0x00};
    struct mux_scene scene = {0};
    struct mux_user user = {0};
    char long_text[64] = {0};
    memset(long_text, 'x', sizeof long_text - 1);
    mux_start(&scene, *state);
    mux_open(&scene, &user, 0, 64, 64, MN_OK);

    fake_uart_hear_bytes(&scene.uart, broken, sizeof broken);
    host_says(&scene, 0, "one ");
    fake_uart_hear_bytes(&scene.uart, headless, sizeof headless);
    host_says(&scene, 0, "two ");
    host_says(&scene, 0, long_text); /* a byte more than frame_max, with the port's number */
    host_says(&scene, 0, "three");

    assert_string_equal(user_reads(&user), "one two three");
    assert_int_equal(scene.mux.wire.malformed, 1);
    assert_int_equal(scene.mux.wire.too_short, 1);
    assert_int_equal(scene.mux.wire.too_long, 1);
    assert_int_equal(scene.warnings, 1);
    mn_mux_close(&user.client);
    mux_stop(&scene);
}

static void half_a_frame_of_who_has_left_is_not_the_next_ones(void **state)
{
    struct mux_scene scene = {0};
    struct mux_user user = {0};
    mux_start(&scene, *state);
    mux_open(&scene, &user, 0, 64, 64, MN_OK);
    fake_uart_toggle_carrier(&scene.uart);
    fake_uart_hear_bytes(&scene.uart, "\x01\x01\x05go", 5);
    fake_uart_settle(&scene.uart);

    fake_uart_toggle_carrier(&scene.uart);
    bench_settle(*state);
    fake_uart_toggle_carrier(&scene.uart);
    host_says(&scene, 0, "whole");

    assert_string_equal(user_reads(&user), "whole");
    assert_int_equal(scene.mux.wire.cut_off, 1);
    assert_int_equal(scene.mux.wire.malformed, 0);
    mn_mux_close(&user.client);
    mux_stop(&scene);
}

static void a_change_of_peers_is_seen_however_the_tasks_take_turns(void **state)
{
    struct bench *bench = *state;
    struct mux_scene scene = {0};
    struct mux_user user = {0};
    mux_start(&scene, bench);
    mux_open(&scene, &user, 0, 64, 64, MN_OK);

    for (uint32_t ticks = 0; ticks < 8; ticks++) { /* each peer stays for so many */
        for (uint32_t peer = 0; peer < 5; peer++) {
            fake_uart_toggle_carrier(&scene.uart);
            host_sends(&scene, 0, "whole ", 6);
            fake_uart_hear_bytes(&scene.uart, "\x01\x01\x07gone", 7);
            for (uint32_t i = 0; i < ticks || scene.uart.heard_taken < scene.uart.heard_count; i++)
                mn_tick(&bench->kernel);
            fake_uart_toggle_carrier(&scene.uart); /* a device lets nobody in before this */
            mn_tick(&bench->kernel);
        }
        bench_settle(bench);
        assert_string_equal(user_reads(&user), "whole whole whole whole whole ");
    }
    assert_int_equal(scene.mux.wire.cut_off, 8 * 5);
    assert_int_equal(scene.mux.wire.malformed, 0);
    mn_mux_close(&user.client);
    mux_stop(&scene);
}

static void bytes_of_hosts_that_can_not_be_told_apart_go(void **state)
{
    struct mux_scene scene = {0};
    struct mux_user user = {0};
    mux_start(&scene, *state);
    mux_open(&scene, &user, 0, 4, 4096, MN_OK);
    fake_uart_toggle_carrier(&scene.uart);
    host_says(&scene, 0, "full");
    scene.uart.is_hasty = false;
    scene.uart.is_stalled = true;
    for (uint32_t i = 0; i < 96; i++) /* more than goes with those who leave */
        user_writes(&user, "thirty-two bytes, a whole frame.");

    host_sends(&scene, 0, "held", 4); /* its client has output to get rid of first */
    bench_settle(*state);
    while (scene.uart.carrier < 8) { /* meanwhile three come and go */
        fake_uart_toggle_carrier(&scene.uart);
        if (scene.uart.carrier % 2 == 1)
            fake_uart_hear_bytes(&scene.uart, "\x01\x01\x05go", 5);
        bench_settle(*state);
    }
    assert_string_equal(user_reads(&user), "full");
    scene.uart.is_stalled = false;
    fake_uart_settle(&scene.uart);
    scene.uart.said_count = 0;
    assert_string_equal(user_reads(&user), "held");
    fake_uart_toggle_carrier(&scene.uart);
    host_says(&scene, 0, "next");

    assert_string_equal(user_reads(&user), "next");
    assert_int_equal(scene.mux.wire.cut_off, 1);
    assert_int_equal(scene.mux.wire.skipped_bytes, 10);
    assert_int_equal(scene.mux.wire.malformed, 0);
    assert_int_equal(mn_mux_stats_of(&scene.mux, 0).dropped_bytes, 0);
    mn_mux_close(&user.client);
    mux_stop(&scene);
}

static void who_comes_in_the_middle_of_output_sees_whole_frames(void **state)
{
    struct mux_scene scene = {0};
    struct mux_user user = {0};
    mux_start(&scene, *state);
    mux_open(&scene, &user, 0, 64, 1024, MN_OK);
    scene.uart.is_hasty = false;
    scene.uart.is_stalled = true;
    for (uint32_t i = 0; i < 32; i++)
        user_writes(&user, "thirty-two bytes, a whole frame.");
    bench_settle(*state);

    /* The peer leaves; as a device does, the wire forgets the span that it was sending. */
    while (scene.uart.span) {
        scene.uart.span = NULL;
        bench_raise(*state, MUX_LINE);
        fake_uart_toggle_carrier(&scene.uart);
        bench_settle(*state);
        scene.uart.is_stalled = false;
        fake_uart_flow(&scene.uart);
        bench_settle(*state);
        host_hears(&scene); /* no garbage */
        assert_true(scene.host.frame_count > 0);
        for (uint32_t i = 0; i < scene.host.frame_count; i++)
            assert_int_equal(scene.host.frames[i].count, 32);
        assert_int_equal(scene.host.decoder.cobs.count, 32 + MN_MUX_HEADER_BYTES);
    }
    mn_mux_close(&user.client);
    mux_stop(&scene);
}

/* ---- stats ------------------------------------------------------------------------------ */

static void who_asks_is_told_what_went_and_what_was_lost(void **state)
{
    struct mux_scene scene = {0};
    struct mux_user user = {0};
    struct mn_mux_ask_stats ask;
    struct runner runner;
    mux_start(&scene, *state);
    mux_open(&scene, &user, 5, 16, 16, MN_OK);
    host_says(&scene, 5, "twenty bytes of text");
    user_writes(&user, "three");
    fake_uart_settle(&scene.uart);

    runner_spawn(&runner, &scene.bench->kernel, "ask", NULL,
                 mn_mux_ask_stats(&ask, &scene.bench->kernel.registry, 5));
    bench_settle(*state);

    assert_int_equal(runner.err, MN_OK);
    assert_true(ask.response.stats.is_open);
    assert_int_equal(ask.response.stats.in_bytes, 16);
    assert_int_equal(ask.response.stats.dropped_bytes, 4);
    assert_int_equal(ask.response.stats.out_bytes, 5);
    assert_int_equal(ask.response.wire.frames_in, 1);
    assert_int_equal(ask.response.wire.frames_out, 1);
    mn_mux_close(&user.client);
    mux_stop(&scene);
}

static void of_a_closed_port_there_is_nothing_to_tell(void **state)
{
    struct mux_scene scene = {0};
    struct mn_mux_ask_stats ask;
    struct runner runner;
    mux_start(&scene, *state);

    runner_spawn(&runner, &scene.bench->kernel, "ask", NULL,
                 mn_mux_ask_stats(&ask, &scene.bench->kernel.registry, 5));
    bench_settle(*state);
    assert_int_equal(runner.err, MN_OK);
    assert_false(ask.response.stats.is_open);

    mn_task_cancel(&scene.mux_task);
    runner_spawn(&runner, &scene.bench->kernel, "ask", NULL,
                 mn_mux_ask_stats(&ask, &scene.bench->kernel.registry, 5));
    bench_settle(*state);
    assert_int_equal(runner.err, MN_ERR_NOT_FOUND);
    mux_stop(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(ports_take_turns_a_frame_each),
        TEST_ON_BENCH(one_who_says_little_is_not_behind_one_who_says_much),
        TEST_ON_BENCH(frames_fit_a_wire_of_any_size),
        TEST_ON_BENCH(what_a_client_does_not_read_is_dropped_and_counted),
        TEST_ON_BENCH(a_stalled_client_costs_a_few_ticks_once),
        TEST_ON_BENCH(warnings_are_not_repeated_for_each_frame),
        TEST_ON_BENCH(bytes_for_nobody_are_counted),
        TEST_ON_BENCH(after_garbage_the_next_frame_is_good),
        TEST_ON_BENCH(half_a_frame_of_who_has_left_is_not_the_next_ones),
        TEST_ON_BENCH(a_change_of_peers_is_seen_however_the_tasks_take_turns),
        TEST_ON_BENCH(bytes_of_hosts_that_can_not_be_told_apart_go),
        TEST_ON_BENCH(who_comes_in_the_middle_of_output_sees_whole_frames),
        TEST_ON_BENCH(who_asks_is_told_what_went_and_what_was_lost),
        TEST_ON_BENCH(of_a_closed_port_there_is_nothing_to_tell),
    };
    return cmocka_run_group_tests_name("serial_mux_wire", tests, NULL, NULL);
}
