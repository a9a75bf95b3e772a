/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct desk {
    uv_loop_t loop;
    struct sim_machine machine;
    uint64_t rang_us[4];
    uint32_t rang_count;
};

static void open_desk(struct desk *desk, bool is_virtual, uint64_t seed)
{
    struct sim_machine_settings settings = {.is_virtual = is_virtual, .seed = seed};
    memset(desk, 0, sizeof *desk);
    assert_int_equal(uv_loop_init(&desk->loop), 0);
    sim_machine_open(&desk->machine, &desk->loop, &settings);
}

static void close_desk(struct desk *desk)
{
    sim_machine_close(&desk->machine);
    uv_run(&desk->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&desk->loop), 0);
}

static struct mn_hal_sample sample(struct desk *desk)
{
    return desk->machine.hal.ops->sample(&desk->machine.hal);
}

static void sleep_until(struct desk *desk, uint64_t due_us)
{
    desk->machine.hal.ops->sleep_until(&desk->machine.hal, due_us);
}

static void ring(struct sim_alarm *alarm)
{
    struct desk *desk = alarm->context;
    desk->rang_us[desk->rang_count++] = sim_machine_now_us(&desk->machine);
}

static void note_sleep(struct sim_watcher *watcher)
{
    struct desk *desk = watcher->context;
    desk->rang_us[desk->rang_count++] = sim_machine_now_us(&desk->machine);
}

static void who_watches_is_called_after_each_sleep(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, true, 1);
    struct sim_watcher watcher = {.slept = note_sleep, .context = &desk};
    mn_list_init(&watcher.link);
    sim_machine_watch(&desk.machine, &watcher);

    sleep_until(&desk, 7);
    sleep_until(&desk, 7);
    sleep_until(&desk, 9);

    assert_int_equal(desk.rang_count, 3);
    assert_int_equal(desk.rang_us[0], 7);
    assert_int_equal(desk.rang_us[1], 7);
    assert_int_equal(desk.rang_us[2], 9);
    close_desk(&desk);
}

static void virtual_time_stands_until_it_jumps(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, true, 1);

    assert_int_equal(sample(&desk).now_us, 0);
    sleep_until(&desk, 3600 * MN_S);

    assert_int_equal(sample(&desk).now_us, 3600 * MN_S);
    close_desk(&desk);
}

static void real_time_goes_on_by_itself_and_never_back(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, false, 1);
    uint64_t before_us = sample(&desk).now_us;

    sleep_until(&desk, before_us + 2000);

    assert_true(sample(&desk).now_us >= before_us + 1000); /* early by less than a tick of libuv */
    close_desk(&desk);
}

static void a_raised_line_is_taken_once_and_keeps_time_from_jumping(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, true, 1);
    uint8_t first = sim_machine_line(&desk.machine);
    uint8_t second = sim_machine_line(&desk.machine);

    sim_machine_raise(&desk.machine, first);
    sim_machine_raise(&desk.machine, second);
    sleep_until(&desk, MN_S);

    struct mn_hal_sample taken = sample(&desk);
    assert_int_equal(taken.now_us, 0);
    assert_int_equal(taken.lines, 1u << first | 1u << second);
    assert_int_equal(sample(&desk).lines, 0);
    close_desk(&desk);
}

static void a_line_raised_before_a_real_sleep_ends_it_at_once(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, false, 1);
    uint8_t line = sim_machine_line(&desk.machine);

    sim_machine_raise(&desk.machine, line);
    sleep_until(&desk, MN_TIME_NEVER); /* or it would never return */

    assert_int_equal(sample(&desk).lines, 1u << line);
    close_desk(&desk);
}

static void the_hosts_time_passes_to_a_moment_and_no_further(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, true, 1);
    uint64_t due_us = sim_machine_wall_us(&desk.machine) + 5000;

    while (sim_machine_wait(&desk.machine, due_us))
        continue;

    assert_true(sim_machine_wall_us(&desk.machine) + 1000 > due_us);
    assert_false(sim_machine_wait(&desk.machine, 0));
    assert_int_equal(sim_machine_now_us(&desk.machine), 0);
    close_desk(&desk);
}

static void alarms_ring_in_order_and_at_their_time(void **state)
{
    (void)state;
    struct desk desk;
    struct sim_alarm late, early, never;
    open_desk(&desk, true, 1);
    sim_alarm_init(&late, ring, &desk);
    sim_alarm_init(&early, ring, &desk);
    sim_alarm_init(&never, ring, &desk);
    sim_alarm_set(&desk.machine, &late, 300);
    sim_alarm_set(&desk.machine, &never, 200);
    sim_alarm_set(&desk.machine, &early, 250);
    sim_alarm_set(&desk.machine, &early, 100); /* moved */
    sim_alarm_clear(&never);

    sleep_until(&desk, MN_TIME_NEVER);
    sleep_until(&desk, MN_TIME_NEVER);

    assert_int_equal(desk.rang_count, 2);
    assert_int_equal(desk.rang_us[0], 100);
    assert_int_equal(desk.rang_us[1], 300);
    close_desk(&desk);
}

static void chance_follows_from_the_seed(void **state)
{
    (void)state;
    struct desk desk;
    uint8_t drawn[3][32];
    static const uint64_t seeds[] = {7, 7, 8};
    for (int i = 0; i < 3; i++) {
        open_desk(&desk, true, seeds[i]);
        desk.machine.hal.ops->entropy(&desk.machine.hal, drawn[i], sizeof drawn[i]);
        close_desk(&desk);
    }

    assert_memory_equal(drawn[0], drawn[1], sizeof drawn[0]);
    assert_memory_not_equal(drawn[0], drawn[2], sizeof drawn[0]);
}

static void polls_are_measured_in_real_time_only(void **state)
{
    (void)state;
    struct desk desk;
    open_desk(&desk, true, 1);
    assert_null(desk.machine.hal.ops->stopwatch_ns);
    close_desk(&desk);

    open_desk(&desk, false, 1);
    uint64_t first_ns = desk.machine.hal.ops->stopwatch_ns(&desk.machine.hal);
    assert_true(desk.machine.hal.ops->stopwatch_ns(&desk.machine.hal) >= first_ns);
    close_desk(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(virtual_time_stands_until_it_jumps),
        cmocka_unit_test(who_watches_is_called_after_each_sleep),
        cmocka_unit_test(real_time_goes_on_by_itself_and_never_back),
        cmocka_unit_test(a_raised_line_is_taken_once_and_keeps_time_from_jumping),
        cmocka_unit_test(a_line_raised_before_a_real_sleep_ends_it_at_once),
        cmocka_unit_test(the_hosts_time_passes_to_a_moment_and_no_further),
        cmocka_unit_test(alarms_ring_in_order_and_at_their_time),
        cmocka_unit_test(chance_follows_from_the_seed),
        cmocka_unit_test(polls_are_measured_in_real_time_only),
    };
    return cmocka_run_group_tests_name("machine", tests, NULL, NULL);
}
