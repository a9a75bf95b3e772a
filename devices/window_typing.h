/* window_typing.h — what SDL says of its keyboard, as keys: one event for each thing that happens.
 *
 * SDL tells of a key twice: that it went down, and, if it wrote something, what. The layout is in
 * the second, so that is where characters come from; everything else comes from the first. A key
 * with ctrl, alt or meta is a command: it comes from the first too, and what it wrote is dropped.
 * What goes up is what went down, whatever the layout and shift are by then.
 *
 * Context  The thread of the window. No SDL function is called, so the type of its events is all
 *          that is needed of SDL.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef DEVICES_WINDOW_TYPING_H
#define DEVICES_WINDOW_TYPING_H

#include <SDL.h>
#include <stdbool.h>

#include "devices/window_key.h"

struct window_typing {
    void (*put)(void *context, struct window_key key);
    void *context;
    SDL_KeyboardEvent down;     /* the latest key that went down and may write something */
    bool is_down_known;         /* `down` is one, it is still down, and nothing came of it */
    bool drops_text;            /* what comes next was written by a command */
    uint16_t modifiers;         /* SDL_Keymod, after the latest event */
    uint32_t codes[SDL_NUM_SCANCODES]; /* of the keys that are down; 0: none */
};

/* Makes one with every key up. */
void window_typing_init(struct window_typing *typing,
                        void (*put)(void *context, struct window_key key), void *context);

/* Takes an SDL_KEYDOWN, SDL_KEYUP or SDL_TEXTINPUT; others are of no interest. */
void window_typing_take(struct window_typing *typing, const SDL_Event *event);

#endif
