/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/daemons/keyboard_feed.h"

#include "mn/kernel.h"

#define MN_LOG_TARGET "kernel::daemons::keyboard_feed"

static bool next(struct mn_keyboard_feed *feed)
{
    return feed->keyboard->ops->next(feed->keyboard, &feed->event);
}

static enum mn_poll feed_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_keyboard_feed *feed = MN_FRAME(co, struct mn_keyboard_feed);

    MN_CO_BEGIN;
    for (;;) {
        while (!next(feed))
            MN_AWAIT(mn_wait(&feed->on.line, mn_kernel_line(feed->kernel, feed->keyboard->line)));
        MN_AWAIT(mn_keyboard_publish(&feed->on.publish, &feed->publisher, &feed->event));
        if (co->err == MN_ERR_FAILED)
            MN_WARN(&feed->kernel->log, "no such key", MN_FIELD_U64("code", feed->event.code),
                    MN_FIELD_STR("keyboard", feed->keyboard->name));
        else if (co->err != MN_OK)
            MN_RETURN(co->err);
    }
    MN_CO_END;
}

static void feed_drop(struct mn_co *co)
{
    mn_keyboard_publisher_close(&MN_FRAME(co, struct mn_keyboard_feed)->publisher);
}

static const struct mn_co_type feed_type = {
    .name = "keyboard_feed",
    .poll = feed_poll,
    .drop = feed_drop,
};

struct mn_co *mn_keyboard_feed(struct mn_keyboard_feed *frame, struct mn_kernel *kernel,
                               struct mn_hal_keyboard *keyboard)
{
    frame->kernel = kernel;
    frame->keyboard = keyboard;
    mn_keyboard_publisher_init(&frame->publisher, &kernel->registry, keyboard->name);
    return mn_co_init(&frame->co, &feed_type);
}
