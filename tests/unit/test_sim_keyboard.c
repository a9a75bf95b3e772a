/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/sim_keyboard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "mn/kernel.h"
#include "mn/svc/keyboard.h"

#define HEARD_BYTES 16384u

/* A machine with a keyboard and a task that writes down what it hears: "+a" pressed, "-a" released,
 * "*a" held, each with a space behind it. */
struct desk {
    struct mn_co co;
    uv_loop_t loop;
    struct sim_machine machine;
    struct keys keys;
    struct sim_keyboard keyboard;
    struct mn_kernel kernel;
    uint8_t arena[16 * 1024];
    struct mn_keyboard_driver driver;
    struct mn_task driver_task, reader_task;
    struct mn_keyboard_subscription subscription;
    struct mn_key_event slots[MN_KEYBOARD_SLOTS];
    struct mn_key_event event;
    char heard[HEARD_BYTES];
    uint32_t count;
    uint64_t heard_us; /* when the latest came */
    union {
        struct mn_keyboard_subscribe subscribe;
        struct mn_chan_recv recv;
    } on;
};

static void write_down(struct desk *desk)
{
    struct mn_text text = {desk->heard, HEARD_BYTES - 1, desk->count};
    mn_text_byte(&text, "+-*"[desk->event.kind]);
    mn_key_name(&desk->event, &text);
    mn_text_byte(&text, ' ');
    desk->count = text.count;
    desk->heard[desk->count] = '\0';
    desk->heard_us = desk->kernel.now_us;
}

static enum mn_poll reader_poll(struct mn_co *co, struct mn_task *task)
{
    struct desk *desk = MN_FRAME(co, struct desk);

    MN_CO_BEGIN;
    MN_TRY(mn_keyboard_subscribe(&desk->on.subscribe, &desk->kernel.registry, 0,
                                 &desk->subscription));
    for (;;) {
        MN_TRY(mn_key_queue_recv(&desk->on.recv, &desk->subscription.queue, &desk->event));
        write_down(desk);
    }
    MN_CO_END;
}

static void reader_drop(struct mn_co *co)
{
    mn_keyboard_unsubscribe(&MN_FRAME(co, struct desk)->subscription);
}

static const struct mn_co_type reader_type = {
    .name = "reader",
    .poll = reader_poll,
    .drop = reader_drop,
};

/* Runs the machine for `length_us` of its time. */
static void run(struct desk *desk, uint64_t length_us)
{
    uint64_t until_us = desk->machine.now_us + length_us;
    for (;;) {
        struct mn_tick tick = mn_tick(&desk->kernel);
        if (tick.is_ready)
            continue;
        if (desk->machine.now_us >= until_us)
            return;
        desk->machine.hal.ops->sleep_until(
            &desk->machine.hal, tick.deadline_us < until_us ? tick.deadline_us : until_us);
    }
}

static int open_desk(void **state)
{
    static struct desk desk;
    struct sim_machine_settings settings = {.is_virtual = true};
    struct mn_kernel_config config = {.arena = desk.arena, .arena_bytes = sizeof desk.arena};
    memset(&desk, 0, sizeof desk);
    assert_int_equal(uv_loop_init(&desk.loop), 0);
    sim_machine_open(&desk.machine, &desk.loop, &settings);
    keys_init(&desk.keys, sim_keyboard_raised, &desk.keyboard);
    sim_keyboard_init(&desk.keyboard, &desk.machine, &desk.keys, "keyboard");
    assert_int_equal(mn_kernel_init(&desk.kernel, &desk.machine.hal, &config), MN_OK);
    mn_keyboard_subscription_init(&desk.subscription, desk.slots, MN_COUNT_OF(desk.slots));
    mn_spawn(&desk.kernel, &desk.driver_task, "driver",
             mn_keyboard_serve(&desk.driver, &desk.kernel, &desk.keyboard.hal, 0));
    mn_spawn(&desk.kernel, &desk.reader_task, "reader", mn_co_init(&desk.co, &reader_type));
    run(&desk, 0);
    *state = &desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    mn_kernel_finish(&desk->kernel);
    sim_keyboard_finish(&desk->keyboard);
    sim_machine_close(&desk->machine);
    uv_run(&desk->loop, UV_RUN_DEFAULT);
    return uv_loop_close(&desk->loop);
}

static enum mn_err type(struct desk *desk, const char *text)
{
    return sim_keyboard_type(&desk->keyboard, text, (uint32_t)strlen(text));
}

static void the_keys_of_a_window_come_as_they_are(void **state)
{
    struct desk *desk = *state;
    static const struct keys_event keys[] = {
        {MN_KEY_LEFT_CTRL, MN_KEY_PRESSED, 0}, {'c', MN_KEY_PRESSED, MN_MOD_CTRL},
        {'c', MN_KEY_HELD, MN_MOD_CTRL}, {'c', MN_KEY_RELEASED, MN_MOD_CTRL},
        {MN_KEY_LEFT_CTRL, MN_KEY_RELEASED, 0},
    };

    for (uint32_t i = 0; i < MN_COUNT_OF(keys); i++)
        assert_true(keys_put(&desk->keys, &keys[i]));
    run(desk, 0);

    assert_string_equal(desk->heard, "+LeftCtrl +Ctrl+c *Ctrl+c -Ctrl+c -LeftCtrl ");
}

static void text_is_typed_at_a_pace_and_each_key_released(void **state)
{
    struct desk *desk = *state;

    assert_int_equal(type(desk, "1 \xc3\xa9\n"), MN_OK);
    run(desk, 0);
    assert_string_equal(desk->heard, "+1 -1 ");
    run(desk, SIM_KEYBOARD_PACE_US - 1);
    assert_string_equal(desk->heard, "+1 -1 ");
    run(desk, 1);
    assert_string_equal(desk->heard, "+1 -1 +Space -Space ");
    run(desk, 2 * SIM_KEYBOARD_PACE_US);

    assert_string_equal(desk->heard, "+1 -1 +Space -Space +\xc3\xa9 -\xc3\xa9 +Enter -Enter ");
    assert_true(sim_keyboard_is_idle(&desk->keyboard));
}

static void keys_pressed_by_name_follow_what_is_typed(void **state)
{
    struct desk *desk = *state;
    struct mn_key_event event;

    assert_int_equal(type(desk, "ab"), MN_OK);
    assert_int_equal(mn_key_parse("ctrl+F5", 7, &event), MN_OK);
    assert_int_equal(sim_keyboard_press(&desk->keyboard, &event), MN_OK);
    run(desk, MN_S);

    assert_string_equal(desk->heard, "+a -a +b -b +Ctrl+F5 -Ctrl+F5 ");
    assert_int_equal(desk->heard_us, 2 * SIM_KEYBOARD_PACE_US);
}

static void what_cannot_be_typed_is_refused_as_a_whole(void **state)
{
    struct desk *desk = *state;
    static char much[SIM_KEYBOARD_TYPED_MAX + 1];
    memset(much, 'x', sizeof much);

    assert_int_equal(type(desk, "a\xffz"), MN_ERR_INVALID);
    assert_int_equal(type(desk, "a\xc3"), MN_ERR_INVALID);
    assert_int_equal(sim_keyboard_type(&desk->keyboard, much, sizeof much), MN_ERR_FULL);
    assert_int_equal(sim_keyboard_press(&desk->keyboard, &(struct mn_key_event){.code = 0xd800}),
                     MN_ERR_INVALID);
    run(desk, MN_S);
    assert_string_equal(desk->heard, "");

    assert_int_equal(sim_keyboard_type(&desk->keyboard, much, SIM_KEYBOARD_TYPED_MAX / 2), MN_OK);
    run(desk, 100 * MN_S);
    assert_int_equal(desk->count, SIM_KEYBOARD_TYPED_MAX / 2 * 6); /* "+x -x " */
}

static void more_keys_than_the_ring_holds_are_lost_and_counted(void **state)
{
    struct desk *desk = *state;
    struct keys_event key = {.code = 'x'};

    for (uint32_t i = 0; i < KEYS_ROOM; i++)
        assert_true(keys_put(&desk->keys, &key));
    assert_false(keys_put(&desk->keys, &key));
    run(desk, 0);

    assert_int_equal(desk->keys.lost, 1);
    assert_int_equal(desk->count, KEYS_ROOM * 3);
    assert_int_equal(desk->driver.hub.lost, 0);
}

static void nothing_typed_is_nothing_to_wake_up_for(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(type(desk, "a"), MN_OK);
    run(desk, MN_S);
    uint64_t ticks = desk->kernel.ticks;

    run(desk, 3600 * MN_S);

    assert_in_range(desk->kernel.ticks - ticks, 0, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_keys_of_a_window_come_as_they_are, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(text_is_typed_at_a_pace_and_each_key_released, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(keys_pressed_by_name_follow_what_is_typed, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(what_cannot_be_typed_is_refused_as_a_whole, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(more_keys_than_the_ring_holds_are_lost_and_counted,
                                        open_desk, close_desk),
        cmocka_unit_test_setup_teardown(nothing_typed_is_nothing_to_wake_up_for, open_desk,
                                        close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
