/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "devices/window_wait.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#ifdef WINDOW_HAS_X11

#include <SDL_syswm.h>
#include <X11/Xlib.h>

static int ignore_io_error(Display *display)
{
    (void)display;
    return 0; /* else it is reported on standard error, and the process ended */
}

static int ignore_error(Display *display, XErrorEvent *error)
{
    (void)display;
    (void)error;
    return 0; /* a request that came too late for a window is no reason to end a machine */
}

static void display_is_gone(Display *display, void *context)
{
    struct window_wait *wait = context;
    (void)display;
    wait->is_gone = true;
}

/* The connection to the X server, or -1 if it is another one. */
static int watch_display(struct window_wait *wait, SDL_Window *window)
{
    SDL_SysWMinfo info;
    SDL_VERSION(&info.version);
    if (!SDL_GetWindowWMInfo(window, &info) || info.subsystem != SDL_SYSWM_X11)
        return -1;
    XSetErrorHandler(ignore_error);
    XSetIOErrorHandler(ignore_io_error);
    XSetIOErrorExitHandler(info.info.x11.display, display_is_gone, wait);
    return ConnectionNumber(info.info.x11.display);
}

#else

static int watch_display(struct window_wait *wait, SDL_Window *window)
{
    (void)wait;
    (void)window;
    return -1;
}

#endif

bool window_wait_open(struct window_wait *wait, SDL_Window *window)
{
    *wait = (struct window_wait){.pipe = {-1, -1}};
    wait->display = watch_display(wait, window);
    if (wait->display >= 0)
        return pipe2(wait->pipe, O_CLOEXEC | O_NONBLOCK) == 0;
    wait->event_type = SDL_RegisterEvents(1);
    return true;
}

void window_wait_close(struct window_wait *wait)
{
    if (wait->pipe[0] >= 0)
        close(wait->pipe[0]);
    if (wait->pipe[1] >= 0)
        close(wait->pipe[1]);
}

void window_wait_sleep(struct window_wait *wait)
{
    char bytes[64];
    struct pollfd fds[] = {{wait->display, POLLIN, 0}, {wait->pipe[0], POLLIN, 0}};
    if (wait->display < 0)
        SDL_WaitEvent(NULL);
    else if (poll(fds, 2, -1) > 0 && fds[1].revents)
        (void)!read(wait->pipe[0], bytes, sizeof bytes);
}

void window_wait_wake(void *context)
{
    struct window_wait *wait = context;
    SDL_Event event = {.type = wait->event_type};
    if (wait->display < 0)
        SDL_PushEvent(&event);
    else
        (void)!write(wait->pipe[1], "", 1); /* a full pipe wakes as well as one more byte */
}
