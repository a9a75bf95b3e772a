/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/daemons/hello.h"

#include "mn/kernel.h"

static enum mn_poll hello_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_hello *hello = MN_FRAME(co, struct mn_hello);

    MN_CO_BEGIN;
    MN_TRY(mn_port_open(&hello->on.open, &hello->kernel->registry, &hello->settings.port,
                        &hello->port));
    for (;;) {
        MN_TRY(mn_bbq_write(&hello->on.write, hello->port.end.out, hello->settings.message,
                            hello->settings.message_bytes));
        MN_TRY(mn_sleep(&hello->on.sleep, hello->settings.interval_us));
    }
    MN_CO_END;
}

static void hello_drop(struct mn_co *co)
{
    mn_port_close(&MN_FRAME(co, struct mn_hello)->port);
}

static const struct mn_co_type hello_type = {
    .name = "hello",
    .poll = hello_poll,
    .drop = hello_drop,
};

struct mn_co *mn_hello(struct mn_hello *frame, struct mn_kernel *kernel,
                       const struct mn_hello_settings *settings)
{
    MN_ASSERT(settings->interval_us > 0);
    frame->kernel = kernel;
    frame->settings = *settings;
    mn_port_init(&frame->port);
    return mn_co_init(&frame->co, &hello_type);
}
