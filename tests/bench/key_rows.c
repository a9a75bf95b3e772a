/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "machine.h"
#include "measure.h"
#include "mn/daemons/keyboard_feed.h"
#include "rows.h"

#define KEYS 100000u
#define LINE 0u

/* A keyboard and its reader, who presses the next key as soon as it has read the last: what is
 * measured is the way of one key, from the interrupt to the reader. */
struct desk {
    struct machine machine;
    struct mn_hal_keyboard hal;
    bool is_pressed;
    struct mn_keyboard_mux mux;
    struct mn_keyboard_feed feed;
    struct mn_keyboard_driver driver;
    struct mn_task mux_task, keyboard_task, reader_task;
    struct reader {
        struct mn_co co;
        struct desk *desk;
        struct mn_keyboard_subscription keys;
        struct mn_key_event slots[MN_KEYBOARD_SLOTS], event;
        uint32_t left;
        union {
            struct mn_keyboard_subscribe subscribe;
            struct mn_chan_recv recv;
        } on;
    } reader;
    struct sender { /* the reference: a task that only waits for the line, and sends */
        struct mn_co co;
        struct desk *desk;
        struct mn_key_event event;
        union {
            struct mn_chan_send send;
            struct mn_wait wait;
        } on;
    } sender;
};

static bool next(struct mn_hal_keyboard *hal, struct mn_key_event *event)
{
    struct desk *desk = MN_CONTAINER(hal, struct desk, hal);
    if (!desk->is_pressed)
        return false;
    desk->is_pressed = false;
    *event = (struct mn_key_event){.code = 'k'};
    return true;
}

static const struct mn_hal_keyboard_ops ops = {.next = next};

static void press(struct desk *desk)
{
    desk->is_pressed = true;
    mn_waitq_wake_all(mn_kernel_line(&desk->machine.kernel, LINE));
}

static enum mn_poll reader_poll(struct mn_co *co, struct mn_task *task)
{
    struct reader *reader = MN_FRAME(co, struct reader);

    MN_CO_BEGIN;
    if (reader->desk->keyboard_task.root != &reader->desk->sender.co)
        MN_TRY(mn_keyboard_subscribe(&reader->on.subscribe, &task->kernel->registry, 0,
                                     &reader->keys));
    for (; reader->left > 0; reader->left--) {
        press(reader->desk);
        MN_TRY(mn_key_queue_recv(&reader->on.recv, &reader->keys.queue, &reader->event));
    }
    mn_halt(task->kernel, 0);
    MN_CO_END;
}

static void reader_drop(struct mn_co *co)
{
    mn_keyboard_unsubscribe(&MN_FRAME(co, struct reader)->keys);
}

static const struct mn_co_type reader_type = {
    .name = "reader",
    .poll = reader_poll,
    .drop = reader_drop,
};

static enum mn_poll sender_poll(struct mn_co *co, struct mn_task *task)
{
    struct sender *sender = MN_FRAME(co, struct sender);
    struct desk *desk = sender->desk;

    MN_CO_BEGIN;
    for (;;) {
        while (!next(&desk->hal, &sender->event))
            MN_AWAIT(mn_wait(&sender->on.wait, mn_kernel_line(task->kernel, LINE)));
        MN_TRY(mn_key_queue_send(&sender->on.send, &desk->reader.keys.queue, &sender->event));
    }
    MN_CO_END;
}

static const struct mn_co_type sender_type = {.name = "sender", .poll = sender_poll};

static double run(struct desk *desk, struct mn_co *keyboard, bool has_mux)
{
    static const struct mn_keyboard_mux_settings settings = {.keyboards_max = 8};
    struct mn_kernel *kernel = &desk->machine.kernel;
    desk->hal = (struct mn_hal_keyboard){.ops = &ops, .name = "keyboard", .line = LINE};
    desk->reader = (struct reader){.desk = desk, .left = KEYS};
    mn_keyboard_subscription_init(&desk->reader.keys, desk->reader.slots, MN_KEYBOARD_SLOTS);
    if (has_mux)
        mn_spawn(kernel, &desk->mux_task, "mux",
                 mn_keyboard_multiplex(&desk->mux, kernel, &settings));
    mn_spawn(kernel, &desk->keyboard_task, "keyboard", keyboard);
    mn_spawn(kernel, &desk->reader_task, "reader",
             mn_co_init(&desk->reader.co, &reader_type));

    double begin_ns = measure_thread_ns();
    mn_run(kernel);
    double spent_ns = measure_thread_ns() - begin_ns;

    machine_close(&desk->machine);
    return spent_ns / KEYS;
}

static double through_mux(void *context)
{
    struct desk *desk = context;
    machine_open(&desk->machine);
    return run(desk, mn_keyboard_feed(&desk->feed, &desk->machine.kernel, &desk->hal), true);
}

static double through_driver(void *context)
{
    struct desk *desk = context;
    machine_open(&desk->machine);
    return run(desk, mn_keyboard_serve(&desk->driver, &desk->machine.kernel, &desk->hal, 0),
               false);
}

static double through_channel(void *context)
{
    struct desk *desk = context;
    machine_open(&desk->machine);
    desk->sender.desk = desk;
    return run(desk, mn_co_init(&desk->sender.co, &sender_type), false);
}

static void row(struct table *table, const char *what, struct measured measured,
                struct limit limit)
{
    table_row(table, &(struct row){
                         .what = what,
                         .ours = measured.ours,
                         .unit = "ns",
                         .reference_name = "bare channel",
                         .reference = measured.reference,
                         .ratio = measured.ratio,
                         .limit = limit,
                     });
}

void key_rows(struct table *table)
{
    static struct desk desk;
    row(table, "key to its reader, through driver",
        measure_pair(through_driver, through_channel, &desk, RUNS), AT_MOST(2));
    row(table, "key to its reader, through feed and mux",
        measure_pair(through_mux, through_channel, &desk, RUNS), AT_MOST(2.5));
}
