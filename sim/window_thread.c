/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "window_thread.h"

#include <errno.h>
#include <libgen.h>
#include <time.h>
#include <unistd.h>

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
                        const char *title, struct device_error *error)
{
    const struct window_settings settings = {
        .title = title,
        .scaling = config->scaling,
        .on_color = config->on_color,
        .off_color = config->off_color,
    };
    thread->window = thread->ops->open(&settings, &thread->mail, error);
    return thread->window != NULL;
}

bool window_thread_open(struct window_thread *thread, const struct melpo_display_config *config,
                        const char *title, struct device_error *error)
{
    *thread = (struct window_thread){.ops = load(error)};
    if (!thread->ops)
        return false;
    if (!window_mail_open(&thread->mail, (int32_t)config->width, (int32_t)config->height)) {
        snprintf(error->text, sizeof error->text, "there is no memory for a frame");
        return false;
    }
    if (open_window(thread, config, title, error))
        return true;
    window_mail_close(&thread->mail);
    return false;
}

void window_thread_close(struct window_thread *thread)
{
    if (!thread->window)
        return;
    thread->ops->close(thread->window);
    window_mail_close(&thread->mail);
    thread->window = NULL;
}

/* Whether the main thread has closed the window, within WINDOW_CLOSE_MS. */
static bool is_closed(struct window_thread *thread)
{
    struct timespec limit;
    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += WINDOW_CLOSE_MS / 1000;
    int status;
    do {
        status = sem_timedwait(&thread->closed, &limit);
    } while (status != 0 && errno == EINTR);
    return status == 0;
}

static void run_machine(void *context)
{
    struct window_thread *thread = context;
    thread->status = thread->machine(thread->context);
    window_mail_finish(&thread->mail);
    if (is_closed(thread))
        return;
    fputs("melpo: the display server does not answer; the window is left to it\n", stderr);
    fflush(stderr);
    _exit(thread->status);
}

int window_thread_run(struct window_thread *thread, int (*machine)(void *context), void *context)
{
    uv_thread_t other;
    thread->machine = machine;
    thread->context = context;
    if (!thread->window || sem_init(&thread->closed, 0, 0) != 0)
        return machine(context);
    if (uv_thread_create(&other, run_machine, thread) != 0) {
        window_mail_post_notice(&thread->mail, WINDOW_GONE);
        int status = machine(context);
        window_thread_close(thread);
        return status;
    }
    thread->ops->run(thread->window);
    thread->ops->close(thread->window);
    sem_post(&thread->closed);
    uv_thread_join(&other);
    sem_destroy(&thread->closed);
    window_mail_close(&thread->mail);
    thread->window = NULL;
    return thread->status;
}
