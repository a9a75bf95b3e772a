/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mux_fixture.h"

#include "mn/daemons/hello.h"
#include "mn/daemons/loopback.h"
#include "mn/shell/session.h"

struct opening {
    struct mn_port port;
    struct mn_port_open open;
    struct runner runner;
};

static struct mn_port_address on_mux(uint32_t number)
{
    return (struct mn_port_address){
        .wire = MN_PORT_MUX, .number = number, .incoming_bytes = 16, .outgoing_bytes = 16};
}

static void open_port(struct mux_scene *scene, struct opening *opening,
                      struct mn_port_address address, enum mn_err err)
{
    struct mn_kernel *kernel = &scene->bench->kernel;
    runner_spawn(&opening->runner, kernel, "opening", NULL,
                 mn_port_open(&opening->open, &kernel->registry, &address, &opening->port));
    bench_settle(scene->bench);
    assert_true(opening->runner.returned);
    assert_int_equal(opening->runner.err, err);
}

static void a_port_is_a_serial_port_or_one_of_the_mux(void **state)
{
    struct mux_scene scene = {0};
    struct opening mux = {0}, serial = {0};
    mux_start(&scene, *state);

    open_port(&scene, &serial, (struct mn_port_address){.number = 0}, MN_ERR_TAKEN);
    open_port(&scene, &mux, on_mux(1), MN_OK);
    host_says(&scene, 1, "there");
    char text[6] = {0};
    assert_int_equal(mn_bbq_read_bytes_now(mux.port.end.in, text, 5), 5);
    assert_string_equal(text, "there");

    mn_port_close(&mux.port);
    mn_port_close(&mux.port); /* harmless */
    mn_port_close(&serial.port);
    mux_stop(&scene);
}

static void errors_of_the_mux_have_names_of_their_own(void **state)
{
    struct mux_scene scene = {0};
    struct opening openings[4] = {0}, more = {0};
    mux_start(&scene, *state);

    open_port(&scene, &more, on_mux(65536), MN_ERR_INVALID);
    open_port(&scene, &more, (struct mn_port_address){.wire = MN_PORT_MUX}, MN_ERR_INVALID);
    mn_heap_fail_after(&scene.bench->kernel.heap, 1);
    open_port(&scene, &more, on_mux(1), MN_ERR_NO_MEMORY);
    for (uint32_t i = 0; i < 4; i++)
        open_port(&scene, &openings[i], on_mux(i), MN_OK);
    open_port(&scene, &more, on_mux(1), MN_ERR_TAKEN);
    open_port(&scene, &more, on_mux(9), MN_ERR_FULL);

    for (uint32_t i = 0; i < 4; i++)
        mn_port_close(&openings[i].port);
    mux_stop(&scene);
}

static void over_the_mux_somebody_is_there_for_good(void **state)
{
    struct mux_scene scene = {0};
    struct opening opening = {0};
    struct mn_port_carrier carrier;
    struct runner runner;
    mux_start(&scene, *state);
    open_port(&scene, &opening, on_mux(1), MN_OK);

    runner_spawn(&runner, &scene.bench->kernel, "first", NULL,
                 mn_port_carrier(&carrier, &opening.port, 0));
    bench_settle(*state);
    assert_true(runner.returned);
    assert_int_equal(carrier.carrier, 1);
    struct runner second;
    runner_spawn(&second, &scene.bench->kernel, "second", NULL,
                 mn_port_carrier(&carrier, &opening.port, 1));
    fake_uart_toggle_carrier(&scene.uart);
    bench_settle(*state);

    assert_false(second.returned);
    mn_task_cancel(&second.task);
    mn_port_close(&opening.port);
    mux_stop(&scene);
}

static void daemons_live_on_the_mux(void **state)
{
    struct mux_scene scene = {0};
    struct mn_loopback loopback;
    struct mn_hello hello;
    struct mn_task loopback_task, hello_task;
    struct mn_loopback_settings echo = {.port = on_mux(0)};
    struct mn_hello_settings say = {
        .port = on_mux(1), .message = "hello\r\n", .message_bytes = 7, .interval_us = MN_S};
    struct bench *bench = *state;
    mn_spawn(&bench->kernel, &loopback_task, "loopback",
             mn_loopback(&loopback, &bench->kernel, &echo)); /* before there is a mux: it waits */
    mn_spawn(&bench->kernel, &hello_task, "hello", mn_hello(&hello, &bench->kernel, &say));
    mux_start(&scene, bench);

    bench_advance(bench, 2 * MN_S);
    host_says(&scene, 0, "sixteen are not enough for this text, so it goes in pieces");

    assert_string_equal(host_heard(&scene, 1), "hello\r\nhello\r\nhello\r\n");
    assert_string_equal(host_heard(&scene, 0),
                        "sixteen are not enough for this text, so it goes in pieces");
    assert_int_equal(mn_mux_stats_of(&scene.mux, 0).dropped_bytes, 0);
    mux_stop(&scene);
}

static void a_shell_begins_when_it_is_talked_to_and_loses_nothing(void **state)
{
    struct mux_scene scene = {0};
    struct mn_session session;
    struct mn_task task;
    struct bench *bench = *state;
    struct mn_session_settings settings = {
        .port = on_mux(10),
        .greeting = "a shell\r\n",
        .waits_for_talk = true,
        .ahead_bytes = 64,
        .past_bytes = 64,
        .patience_us = MN_S,
        .program = {
            .vm = {.stack_cells = 32, .return_cells = 32, .local_cells = 16, .code_words = 512,
                   .header_bytes = 1024, .data_bytes = 2048, .line_bytes = 80, .out_bytes = 80},
            .bag_items = 4,
        },
    };
    mux_start(&scene, bench);
    mn_spawn(&bench->kernel, &task, "shell", mn_session(&session, &bench->kernel, &settings));
    bench_settle(bench);
    uint32_t before = mn_heap_stats(&bench->kernel.heap).live_bytes;

    host_says(&scene, 10, "1 2 + .\n");

    assert_string_equal(host_heard(&scene, 10), "a shell\r\n3 ok.\r\n");
    assert_in_range(mn_heap_stats(&bench->kernel.heap).live_bytes,
                    before + mn_session_bytes(&settings), UINT32_MAX);
    mux_stop(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_port_is_a_serial_port_or_one_of_the_mux),
        TEST_ON_BENCH(errors_of_the_mux_have_names_of_their_own),
        TEST_ON_BENCH(over_the_mux_somebody_is_there_for_good),
        TEST_ON_BENCH(daemons_live_on_the_mux),
        TEST_ON_BENCH(a_shell_begins_when_it_is_talked_to_and_loses_nothing),
    };
    return cmocka_run_group_tests_name("port", tests, NULL, NULL);
}
