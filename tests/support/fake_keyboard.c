/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "fake_keyboard.h"

static bool next(struct mn_hal_keyboard *hal, struct mn_key_event *event)
{
    struct fake_keyboard *keyboard = MN_CONTAINER(hal, struct fake_keyboard, hal);
    if (keyboard->taken == keyboard->count)
        return false;
    *event = keyboard->events[keyboard->taken++];
    return true;
}

static const struct mn_hal_keyboard_ops ops = {.next = next};

void fake_keyboard_init(struct fake_keyboard *keyboard, struct bench *bench, uint8_t line)
{
    *keyboard = (struct fake_keyboard){
        .hal = {.ops = &ops, .name = "fake", .line = line},
        .bench = bench,
    };
}

void fake_keyboard_press(struct fake_keyboard *keyboard, struct mn_key_event event)
{
    assert_true(keyboard->count < FAKE_KEYBOARD_EVENTS);
    keyboard->events[keyboard->count++] = event;
    bench_raise(keyboard->bench, keyboard->hal.line);
}

void fake_keyboard_type(struct fake_keyboard *keyboard, const char *text)
{
    for (; *text; text++)
        fake_keyboard_press(keyboard, (struct mn_key_event){.code = (uint8_t)*text});
}

/* ---- reader ----------------------------------------------------------------------------- */

static void write_down(struct key_reader *reader)
{
    assert_true(reader->count + 1 < KEY_READER_TEXT);
    reader->heard[reader->count++] = (char)reader->event.code;
}

static enum mn_poll reader_poll(struct mn_co *co, struct mn_task *task)
{
    struct key_reader *reader = MN_FRAME(co, struct key_reader);

    MN_CO_BEGIN;
    MN_TRY(mn_keyboard_subscribe(&reader->on.subscribe, &reader->kernel->registry,
                                 reader->instance, &reader->keys));
    reader->is_subscribed = true;
    while (reader->is_stalled)
        MN_AWAIT(mn_wait(&reader->wait, &reader->never));
    for (;;) {
        MN_TRY(mn_key_queue_recv(&reader->on.recv, &reader->keys.queue, &reader->event));
        write_down(reader);
    }
    MN_CO_END;
}

static void reader_drop(struct mn_co *co)
{
    struct key_reader *reader = MN_FRAME(co, struct key_reader);
    reader->has_ended = true;
    reader->err = co->err;
    mn_keyboard_unsubscribe(&reader->keys);
}

static const struct mn_co_type reader_type = {
    .name = "key_reader",
    .poll = reader_poll,
    .drop = reader_drop,
};

void key_reader_start(struct key_reader *reader, struct bench *bench, uint32_t instance,
                      uint32_t capacity)
{
    bool is_stalled = reader->is_stalled;
    assert_in_range(capacity, 1, MN_COUNT_OF(reader->slots));
    *reader = (struct key_reader){
        .kernel = &bench->kernel,
        .instance = instance,
        .is_stalled = is_stalled,
    };
    mn_waitq_init(&reader->never);
    mn_keyboard_subscription_init(&reader->keys, reader->slots, capacity);
    mn_spawn(&bench->kernel, &reader->task, "key_reader",
             mn_co_init(&reader->co, &reader_type));
}
