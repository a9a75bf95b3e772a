/* sim_keyboard.h — the kernel's keyboard table on top of a ring of host keys, and a typist.
 *
 *     window ──────────────┐
 *     typist, at its pace ─┴─keys_put──► ring ──next──► driver
 *
 * The typist is who types for scripts and tests: what is typed goes into the same ring as the keys
 * of a window, each key pressed and released, SIM_KEYBOARD_PACE_US of machine time after the one
 * before it. In virtual time that is after everything the key before it has led to.
 *
 * Context  One thread: the kernel's, between ticks.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef HAL_SIM_SIM_KEYBOARD_H
#define HAL_SIM_SIM_KEYBOARD_H

#include "devices/keys.h"
#include "hal-sim/machine.h"
#include "mn/hal/keyboard.h"

#define SIM_KEYBOARD_PACE_US (2 * MN_MS)
#define SIM_KEYBOARD_TYPED_MAX 4096u /* keys that wait for the typist */

struct sim_keyboard {
    struct mn_hal_keyboard hal;
    struct keys *keys;
    struct sim_machine *machine;
    struct sim_alarm pace; /* set while the typist is at work */
    struct mn_key_event typed[SIM_KEYBOARD_TYPED_MAX]; /* a ring */
    uint32_t typed_head, typed_count;
};

/* Joins the two and takes an interrupt line. Pass sim_keyboard_raised with the sim_keyboard as
 * context to keys_init. Borrows both until sim_keyboard_finish. */
void sim_keyboard_init(struct sim_keyboard *keyboard, struct sim_machine *machine,
                       struct keys *keys, const char *name);
void sim_keyboard_finish(struct sim_keyboard *keyboard);

/* For keys_init; `context` is the sim_keyboard. */
void sim_keyboard_raised(void *context);

/* Has one key typed, with its modifiers held; its kind does not matter.
 *
 * Returns  MN_OK
 *          MN_ERR_INVALID  it is no key (mn_key_is_valid)
 *          MN_ERR_FULL     SIM_KEYBOARD_TYPED_MAX keys wait already */
MN_MUST_USE enum mn_err sim_keyboard_press(struct sim_keyboard *keyboard,
                                           const struct mn_key_event *event);

/* Has a text typed: UTF-8, and whatever else a terminal would send (mn/key_decoder.h).
 *
 * Returns  MN_OK
 *          MN_ERR_INVALID  it is not UTF-8, or a sequence in it is no key; nothing is typed
 *          MN_ERR_FULL     so many keys cannot wait; nothing is typed */
MN_MUST_USE enum mn_err sim_keyboard_type(struct sim_keyboard *keyboard, const char *text,
                                          uint32_t bytes);

/* Whether the typist has nothing left to type. */
static inline bool sim_keyboard_is_idle(const struct sim_keyboard *keyboard)
{
    return keyboard->typed_count == 0;
}

#endif
