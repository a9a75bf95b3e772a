/* window_wait.h — how the thread of a window sleeps until there is something to do.
 *
 *     display server ─┐
 *                     ├──► window_wait_sleep returns
 *     window_wait_wake┘
 *
 * SDL wakes a thread that waits for events by a message through the display server. A machine
 * must not stand still because that server does, and must not end because it has: Xlib ends the
 * process of whoever finds it gone. So with X11, the machine's thread writes to a pipe instead, and
 * never calls SDL; with other servers it calls SDL_PushEvent, and SDL waits.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef DEVICES_WINDOW_WAIT_H
#define DEVICES_WINDOW_WAIT_H

#include <SDL.h>
#include <stdbool.h>

struct window_wait {
    int pipe[2];          /* a byte in it is a wake; -1: SDL waits */
    int display;          /* the connection to the X server, with the pipe */
    uint32_t event_type;  /* of SDL, which wakes without the pipe */
    bool is_gone;         /* the display server is; SDL is not called any more */
};

/* Prepares to wait for `window`. False: no pipe. */
bool window_wait_open(struct window_wait *wait, SDL_Window *window);
void window_wait_close(struct window_wait *wait);

/* Sleeps, unless woken since the last time, until there may be something; to be called when
 * SDL_PollEvent has just found nothing. */
void window_wait_sleep(struct window_wait *wait);

/* From any thread: ends the sleep, or the next one. `context` is the struct. Never waits. */
void window_wait_wake(void *context);

#endif
