/* fake_keyboard.h — a keyboard whose keys are pressed by hand, and who reads one.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef FAKE_KEYBOARD_H
#define FAKE_KEYBOARD_H

#include "bench.h"
#include "mn/svc/keyboard.h"

#define FAKE_KEYBOARD_EVENTS 256u

struct fake_keyboard {
    struct mn_hal_keyboard hal;
    struct bench *bench;
    struct mn_key_event events[FAKE_KEYBOARD_EVENTS];
    uint32_t count, taken;
};

/* Joins the keyboard to `line` of the bench, which outlives it. */
void fake_keyboard_init(struct fake_keyboard *keyboard, struct bench *bench, uint8_t line);

/* An event happens. */
void fake_keyboard_press(struct fake_keyboard *keyboard, struct mn_key_event event);

/* Each letter of `text` is pressed. */
void fake_keyboard_type(struct fake_keyboard *keyboard, const char *text);

#define KEY_READER_TEXT 1024u

/* A task that subscribes, then writes down the characters it hears. */
struct key_reader { /* frame */
    struct mn_co co;
    struct mn_task task;
    struct mn_kernel *kernel;
    uint32_t instance;
    struct mn_keyboard_subscription keys;
    struct mn_key_event slots[64];
    struct mn_key_event event;
    bool is_subscribed;
    bool is_stalled; /* once subscribed: reads nothing until woken */
    bool has_ended;
    enum mn_err err; /* what ended the reading */
    char heard[KEY_READER_TEXT];
    uint32_t count;
    struct mn_wait wait;
    struct mn_waitq never;
    union {
        struct mn_keyboard_subscribe subscribe;
        struct mn_chan_recv recv;
    } on;
};

/* Spawns a reader of keyboard number `instance` with room for `capacity` events, at most 64. */
void key_reader_start(struct key_reader *reader, struct bench *bench, uint32_t instance,
                      uint32_t capacity);

#endif
