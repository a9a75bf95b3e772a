/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mux_fixture.h"

#include "cut.h"
#include "mn/daemons/hello.h"
#include "mn/daemons/loopback.h"

/* A busy life: two daemons on the mux, a client that comes and goes, a host that talks to all. */
struct life {
    struct mux_scene mux;
    struct mn_loopback loopback;
    struct mn_hello hello;
    struct mn_task loopback_task, hello_task;
    struct mux_user guest;
    bool guest_opened, guest_closed;
};

static struct mn_port_address on_mux(uint32_t number)
{
    return (struct mn_port_address){
        .wire = MN_PORT_MUX, .number = number, .incoming_bytes = 16, .outgoing_bytes = 16};
}

static void setup(struct bench *bench, void *scene)
{
    static const struct mn_serial_settings serial = {.incoming_bytes = 64, .outgoing_bytes = 64};
    static const struct mn_mux_settings settings = {.ports_max = 3, .frame_max = 64};
    struct mn_loopback_settings loopback = {.port = on_mux(0)};
    struct mn_hello_settings hello = {
        .port = on_mux(1), .message = "hello\r\n", .message_bytes = 7, .interval_us = MN_S};
    struct life *life = scene;
    struct mn_kernel *kernel = &bench->kernel;
    life->mux.bench = bench;
    mn_mux_client_init(&life->guest.client);
    fake_uart_init(&life->mux.uart, bench, MUX_LINE);
    mn_spawn(kernel, &life->loopback_task, "loopback",
             mn_loopback(&life->loopback, kernel, &loopback));
    mn_spawn(kernel, &life->hello_task, "hello", mn_hello(&life->hello, kernel, &hello));
    mn_spawn(kernel, &life->mux.driver_task, "driver",
             mn_serial_serve(&life->mux.driver, kernel, &life->mux.uart.hal, &serial));
    mn_spawn(kernel, &life->mux.mux_task, "mux",
             mn_mux_serve(&life->mux.mux, kernel, &settings));
}

static void guest_acts(struct bench *bench, struct life *life, uint32_t tick)
{
    struct mux_user *guest = &life->guest;
    if (tick == 3) {
        runner_spawn(&guest->runner, &bench->kernel, "guest", NULL,
                     mn_mux_open(&guest->open, &bench->kernel.registry, 2, 16, 16,
                                 &guest->client));
        life->guest_opened = true;
    }
    if (tick == 14) {
        if (guest->client.port.bidi)
            mn_bbq_write_now(guest->client.port.out, "goodbye", 7);
        mn_mux_close(&guest->client);
        life->guest_closed = true;
    }
}

static void act(struct bench *bench, void *scene, uint32_t tick)
{
    struct life *life = scene;
    struct fake_uart *uart = &life->mux.uart;
    guest_acts(bench, life, tick);
    if (tick == 5 || tick == 17 || tick == 18)
        fake_uart_toggle_carrier(uart);
    if (tick == 6)
        host_sends(&life->mux, 0, "more than the queue can hold", 28);
    if (tick == 8)
        host_sends(&life->mux, 2, "more than the queue can hold", 28);
    if (tick == 10)
        fake_uart_hear_bytes(uart, "\x05garbage", 9);
    if (tick == 16)
        fake_uart_hear_bytes(uart, "\x09half", 5);
    if (tick == 20)
        host_sends(&life->mux, 0, "and once more", 13);
    if (tick % 3 == 2)
        fake_uart_flow(uart);
    if (tick == 30)
        mn_task_cancel(&life->mux.mux_task);
    if (tick == 32)
        mn_task_cancel(&life->mux.driver_task);
}

static void cut_mux(struct bench *bench, void *scene)
{
    struct life *life = scene;
    (void)bench;
    mn_task_cancel(&life->mux.mux_task);
    mn_task_cancel(&life->mux.driver_task);
}

/* Whoever had a port knows that there is nobody at its other end. */
static void check(struct bench *bench, void *scene, uint32_t ticks)
{
    struct life *life = scene;
    (void)ticks;
    (void)bench;
    if (life->hello.port.end.bidi)
        assert_true(mn_bbq_is_closed(life->hello.port.end.out));
    assert_null(life->loopback.port.end.bidi);
    if (life->guest.client.port.bidi)
        assert_true(mn_bbq_is_closed(life->guest.client.port.in));
    mn_mux_close(&life->guest.client);
}

static bool is_over(struct bench *bench, void *scene)
{
    const struct life *life = scene;
    (void)bench;
    return life->guest_closed && mn_co_is_ended(&life->mux.mux.co) &&
           mn_co_is_ended(&life->mux.driver.co);
}

static void end_kernel(struct bench *bench, void *scene)
{
    struct life *life = scene;
    bench_cancel_all(bench);
    mn_mux_close(&life->guest.client);
}

static void the_mux_can_be_cut_off_at_any_tick(void **state)
{
    (void)state;
    struct cut cut = {
        .scene_bytes = sizeof(struct life), .ticks_max = 60, .setup = setup, .act = act,
        .is_over = is_over, .cut = cut_mux, .check = check,
    };
    assert_in_range(cut_everywhere(&cut), 20, 60);

    cut.cut = end_kernel; /* now the whole kernel, clients first */
    cut.check = NULL;
    assert_in_range(cut_everywhere(&cut), 20, 60);
}

/* Whichever allocation is refused: an error that somebody sees, or a wait, and nothing left. */
static void any_allocation_may_be_refused(void **state)
{
    (void)state;
    for (uint32_t nth = 1; nth < 8; nth++) {
        struct bench *bench = bench_create();
        struct life *life = calloc(1, sizeof *life);
        assert_non_null(life);
        setup(bench, life);
        mn_heap_fail_after(&bench->kernel.heap, nth);
        for (uint32_t tick = 0; tick < 40; tick++) {
            act(bench, life, tick);
            mn_tick(&bench->kernel);
        }
        end_kernel(bench, life);
        bench_destroy(bench);
        free(life);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mux_can_be_cut_off_at_any_tick),
        cmocka_unit_test(any_allocation_may_be_refused),
    };
    return cmocka_run_group_tests_name("serial_mux_cut", tests, NULL, NULL);
}
