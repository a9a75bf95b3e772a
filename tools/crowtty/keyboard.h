/* keyboard.h — standard input as the target's keyboard.
 *
 * On a terminal each key goes at once, as bytes; Ctrl-C, Ctrl-Z and the like too. Ctrl-] is the
 * way out. From a pipe or a file bytes go as they come, and its user holds them back while the
 * target is away; its end ends the keyboard and nothing else.
 *
 * The terminal is put back on every way out: keyboard_restore is called at exit, and by what ends
 * the program in a hurry (abort, a fault).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_KEYBOARD_H
#define CROWTTY_KEYBOARD_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#define KEYBOARD_WAY_OUT 0x1d /* Ctrl-] */
#define KEYBOARD_READ_BYTES 1024u

struct keyboard {
    uv_loop_t *loop;
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tty_t tty;
        uv_pipe_t pipe;
    } in;
    uv_fs_t reading;       /* of a file */
    char bytes[KEYBOARD_READ_BYTES];
    bool is_stream, is_open, is_terminal, is_paused;
    bool is_reading; /* a file: a read is under way */
    uint32_t held; /* bytes of a file in `bytes` that came in a pause */
    void *context;
    void (*keys)(void *context, const uint8_t *data, uint32_t count);
    void (*way_out)(void *context);
};

/* Begins to read. False: nothing to read from, such as a terminal that is another program's. */
bool keyboard_init(struct keyboard *keyboard, uv_loop_t *loop, void *context,
                   void (*keys)(void *context, const uint8_t *data, uint32_t count),
                   void (*way_out)(void *context));

/* Stops reading, and begins again. */
void keyboard_pause(struct keyboard *keyboard, bool is_paused);

/* After the program was stopped and is running again. */
void keyboard_resume(struct keyboard *keyboard);

void keyboard_close(struct keyboard *keyboard);

/* Puts the terminal back as it was. May be called at any time, also from a signal handler. */
void keyboard_restore(void);

#endif
