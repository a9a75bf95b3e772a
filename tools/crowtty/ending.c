/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "ending.h"

#include <signal.h>

static void signal_came(uv_signal_t *signal, int number)
{
    struct ending *ending = signal->data;
    (void)number;
    ending->end(ending->context);
}

void ending_init(struct ending *ending, uv_loop_t *loop, void *context, void (*end)(void *context))
{
    static const int numbers[ENDING_SIGNALS] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    ending->context = context;
    ending->end = end;
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < ENDING_SIGNALS; i++) {
        uv_signal_init(loop, &ending->signals[i]);
        ending->signals[i].data = ending;
        uv_signal_start_oneshot(&ending->signals[i], signal_came, numbers[i]);
    }
}

void ending_close(struct ending *ending)
{
    for (size_t i = 0; i < ENDING_SIGNALS; i++)
        uv_close((uv_handle_t *)&ending->signals[i], NULL);
}

static void close_handle(uv_handle_t *handle, void *context)
{
    (void)context;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

void ending_finish_loop(uv_loop_t *loop)
{
    uv_walk(loop, close_handle, NULL);
    uv_run(loop, UV_RUN_DEFAULT);
    uv_loop_close(loop);
}
