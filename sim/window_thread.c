/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "window_thread.h"

#include <libgen.h>

#ifndef MELPO_LIBRARIES
#error "MELPO_LIBRARIES: the folder where the window is installed"
#endif

/* Beside the program as it was built, or where both were installed. */
static const struct window_ops *load(struct device_error *error)
{
    char program[4096] = ".";
    size_t count = sizeof program;
    uv_exepath(program, &count);
    const char *folders[] = {dirname(program), MELPO_LIBRARIES, NULL};
    return window_load(folders, error);
}

static bool open_window(struct window_thread *thread, const struct melpo_display_config *config,
                        struct device_error *error)
{
    const struct window_settings settings = {
        .title = "mnemOS",
        .scaling = config->scaling,
        .on_color = config->on_color,
        .off_color = config->off_color,
    };
    thread->window = thread->ops->open(&settings, &thread->mail, error);
    return thread->window != NULL;
}

bool window_thread_open(struct window_thread *thread, const struct melpo_display_config *config,
                        struct device_error *error)
{
    *thread = (struct window_thread){.ops = load(error)};
    if (!thread->ops)
        return false;
    if (!window_mail_open(&thread->mail, (int32_t)config->width, (int32_t)config->height)) {
        snprintf(error->text, sizeof error->text, "there is no memory for a frame");
        return false;
    }
    if (open_window(thread, config, error))
        return true;
    window_mail_close(&thread->mail);
    return false;
}

static void run_machine(void *context)
{
    struct window_thread *thread = context;
    thread->status = thread->machine(thread->context);
    window_mail_finish(&thread->mail);
}

int window_thread_run(struct window_thread *thread, int (*machine)(void *context), void *context)
{
    uv_thread_t other;
    thread->machine = machine;
    thread->context = context;
    if (!thread->window)
        return machine(context);
    if (uv_thread_create(&other, run_machine, thread) != 0) {
        window_mail_post_notice(&thread->mail, WINDOW_GONE);
        return machine(context);
    }
    thread->ops->run(thread->window);
    uv_thread_join(&other);
    return thread->status;
}

void window_thread_close(struct window_thread *thread)
{
    if (!thread->window)
        return;
    thread->ops->close(thread->window);
    window_mail_close(&thread->mail);
    thread->window = NULL;
}
