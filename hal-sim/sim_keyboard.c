/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/sim_keyboard.h"

#include "mn/key_decoder.h"

static bool next(struct mn_hal_keyboard *hal, struct mn_key_event *event)
{
    struct sim_keyboard *keyboard = MN_CONTAINER(hal, struct sim_keyboard, hal);
    struct keys_event key;
    if (!keys_take(keyboard->keys, &key))
        return false;
    *event = (struct mn_key_event){key.code, key.kind, key.modifiers};
    return true;
}

static const struct mn_hal_keyboard_ops ops = {.next = next};

void sim_keyboard_raised(void *context)
{
    struct sim_keyboard *keyboard = context;
    if (keyboard->machine)
        sim_machine_raise(keyboard->machine, keyboard->hal.line);
}

/* ---- the typist ------------------------------------------------------------------------- */

static void put(struct sim_keyboard *keyboard, const struct mn_key_event *event, uint8_t kind)
{
    struct keys_event key = {event->code, kind, event->modifiers};
    keys_put(keyboard->keys, &key);
}

/* Types the next key, unless the machine is behind: then it is looked at again in a while. */
static void type_next(struct sim_keyboard *keyboard)
{
    if (keyboard->typed_count == 0)
        return;
    if (keyboard->keys->count == 0) {
        const struct mn_key_event *event = &keyboard->typed[keyboard->typed_head];
        keyboard->typed_head = (keyboard->typed_head + 1) % SIM_KEYBOARD_TYPED_MAX;
        keyboard->typed_count--;
        put(keyboard, event, MN_KEY_PRESSED);
        put(keyboard, event, MN_KEY_RELEASED);
    }
    struct sim_machine *machine = keyboard->machine;
    uint32_t pace_us = SIM_KEYBOARD_PACE_US;
    if (machine->disturb.plan.is_timed)
        pace_us = 1 + chance_below(&machine->chance, CHANCE_KEYS, pace_us);
    sim_alarm_set(machine, &keyboard->pace, sim_machine_now_us(machine) + pace_us);
}

static void is_time(struct sim_alarm *pace)
{
    type_next(pace->context);
}

/* Begins, unless a key was typed just now. */
static void begin(struct sim_keyboard *keyboard)
{
    if (!mn_list_is_linked(&keyboard->pace.link))
        type_next(keyboard);
}

static void line_up(struct sim_keyboard *keyboard, const struct mn_key_event *event)
{
    uint32_t place = (keyboard->typed_head + keyboard->typed_count++) % SIM_KEYBOARD_TYPED_MAX;
    keyboard->typed[place] = *event;
}

enum mn_err sim_keyboard_press(struct sim_keyboard *keyboard, const struct mn_key_event *event)
{
    if (!mn_key_is_valid(event))
        return MN_ERR_INVALID;
    if (keyboard->typed_count == SIM_KEYBOARD_TYPED_MAX)
        return MN_ERR_FULL;
    line_up(keyboard, event);
    begin(keyboard);
    return MN_OK;
}

enum mn_err sim_keyboard_type(struct sim_keyboard *keyboard, const char *text, uint32_t bytes)
{
    uint32_t before = keyboard->typed_count;
    struct mn_key_decoder decoder;
    struct mn_key_event event;
    if (bytes > SIM_KEYBOARD_TYPED_MAX - before) /* no byte is more than one key */
        return MN_ERR_FULL;
    mn_key_decoder_init(&decoder);
    for (uint32_t i = 0; i < bytes; i++) {
        if (mn_key_decoder_byte(&decoder, (uint8_t)text[i], &event))
            line_up(keyboard, &event);
    }
    if (mn_key_decoder_expire(&decoder, &event))
        line_up(keyboard, &event);
    if (decoder.skipped_bytes > 0) {
        keyboard->typed_count = before;
        return MN_ERR_INVALID;
    }
    begin(keyboard);
    return MN_OK;
}

/* ---- the keyboard ----------------------------------------------------------------------- */

void sim_keyboard_init(struct sim_keyboard *keyboard, struct sim_machine *machine,
                       struct keys *keys, const char *name)
{
    *keyboard = (struct sim_keyboard){
        .hal = {.ops = &ops, .name = name, .line = sim_machine_line(machine)},
        .keys = keys,
        .machine = machine,
    };
    sim_alarm_init(&keyboard->pace, is_time, keyboard);
}

void sim_keyboard_finish(struct sim_keyboard *keyboard)
{
    if (!keyboard->machine)
        return;
    sim_alarm_clear(&keyboard->pace);
    keyboard->machine = NULL;
}
