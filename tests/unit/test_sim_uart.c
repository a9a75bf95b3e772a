/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/sim_uart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "devices/null_uart.h"

#define OUTBOX_BYTES 4u

struct desk {
    uv_loop_t loop;
    struct sim_machine machine;
    struct null_uart device;
    struct sim_uart uart;
};

static int open_desk(void **state)
{
    static struct desk desk;
    struct sim_machine_settings machine = {.is_virtual = true};
    struct uart_settings settings = {
        .name = "console",
        .ring_bytes = 16,
        .raised = sim_uart_raised,
        .context = &desk.uart,
    };
    memset(&desk, 0, sizeof desk);
    assert_int_equal(uv_loop_init(&desk.loop), 0);
    sim_machine_open(&desk.machine, &desk.loop, &machine);
    assert_int_equal(null_uart_open(&desk.device, &settings, OUTBOX_BYTES), 0);
    sim_uart_init(&desk.uart, &desk.machine, &desk.device.uart, "console");
    *state = &desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    sim_uart_finish(&desk->uart);
    null_uart_close(&desk->device);
    sim_machine_close(&desk->machine);
    uv_run(&desk->loop, UV_RUN_DEFAULT);
    return uv_loop_close(&desk->loop);
}

/* What the kernel does with nothing to do: sleeps until `length_us` have passed. */
static void rest(struct desk *desk, uint64_t length_us)
{
    struct mn_hal *hal = &desk->machine.hal;
    uint64_t until_us = sim_machine_now_us(&desk->machine) + length_us;
    while (sim_machine_now_us(&desk->machine) < until_us) {
        hal->ops->sample(hal); /* lowers the lines, or no sleep would end */
        hal->ops->sleep_until(hal, until_us);
    }
}

static void say(struct desk *desk, const char *text)
{
    struct mn_hal_uart *hal = &desk->uart.hal;
    hal->ops->send(hal, (const uint8_t *)text, (uint32_t)strlen(text));
}

static uint32_t take(struct desk *desk)
{
    uint8_t bytes[OUTBOX_BYTES];
    return null_uart_take(&desk->device, bytes, sizeof bytes);
}

static void finish_sending(struct desk *desk)
{
    assert_true(null_uart_connect(&desk->device));
    null_uart_finish_sending(&desk->device);
}

static void a_finished_peer_is_parted_with_once_nothing_was_sent_for_a_while(void **state)
{
    struct desk *desk = *state;
    finish_sending(desk);

    rest(desk, SIM_UART_LINGER_US - 1);
    assert_true(desk->device.uart.has_peer);

    rest(desk, 1);
    assert_false(desk->device.uart.has_peer);
}

static void what_is_sent_meanwhile_prolongs_its_stay(void **state)
{
    struct desk *desk = *state;
    finish_sending(desk);
    rest(desk, SIM_UART_LINGER_US / 2);
    say(desk, "answ");

    rest(desk, SIM_UART_LINGER_US);
    assert_true(desk->device.uart.has_peer);

    rest(desk, SIM_UART_LINGER_US);
    assert_false(desk->device.uart.has_peer);
}

static void a_finished_peer_that_is_slow_to_read_gets_the_whole_answer(void **state)
{
    struct desk *desk = *state;
    finish_sending(desk);
    say(desk, "answer"); /* two bytes more than the peer takes */

    rest(desk, 100 * SIM_UART_LINGER_US);
    assert_true(desk->device.uart.has_peer);
    assert_int_equal(take(desk), 4);
    assert_int_equal(take(desk), 2);
    assert_int_equal(desk->device.uart.counters.discarded_bytes, 0);

    rest(desk, 2 * SIM_UART_LINGER_US);
    assert_false(desk->device.uart.has_peer);
}

#define TEST_ON_DESK(f) cmocka_unit_test_setup_teardown(f, open_desk, close_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_DESK(a_finished_peer_is_parted_with_once_nothing_was_sent_for_a_while),
        TEST_ON_DESK(what_is_sent_meanwhile_prolongs_its_stay),
        TEST_ON_DESK(a_finished_peer_that_is_slow_to_read_gets_the_whole_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
