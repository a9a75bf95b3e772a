/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "keyboard.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static struct termios before; /* of the terminal; a signal handler has nowhere else to look */
static volatile sig_atomic_t is_changed;

/* ---- the terminal -------------------------------------------------------------------------- */

void keyboard_restore(void)
{
    if (is_changed)
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
    is_changed = 0;
}

static void end_in_a_hurry(int number)
{
    keyboard_restore();
    raise(number); /* the handler is gone: this is the end */
}

static void guard_against_faults(void)
{
    static const int numbers[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV};
    const struct sigaction guard = {.sa_handler = end_in_a_hurry,
                                    .sa_flags = (int)(SA_RESETHAND | SA_NODEFER)};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        sigaction(numbers[i], &guard, NULL);
    atexit(keyboard_restore);
}

/* Keys at once and unchanged; what is printed still gets its carriage returns. */
static void change_terminal(void)
{
    struct termios raw = before;
    raw.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INLCR | IGNCR | ISTRIP | IXON);
    raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    is_changed = 1;
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

static bool take_terminal(void)
{
    if (tcgetpgrp(STDIN_FILENO) != getpgrp() || tcgetattr(STDIN_FILENO, &before) != 0)
        return false; /* in the background: the terminal is somebody else's */
    guard_against_faults();
    change_terminal();
    return true;
}

void keyboard_resume(struct keyboard *keyboard)
{
    if (keyboard->is_open && keyboard->is_terminal)
        change_terminal();
}

/* ---- keys ---------------------------------------------------------------------------------- */

static void take_keys(struct keyboard *keyboard, uint32_t count)
{
    const char *out = keyboard->is_terminal ? memchr(keyboard->bytes, KEYBOARD_WAY_OUT, count)
                                            : NULL;
    uint32_t keys = out ? (uint32_t)(out - keyboard->bytes) : count;
    if (keys)
        keyboard->keys(keyboard->context, (const uint8_t *)keyboard->bytes, keys);
    if (out)
        keyboard->way_out(keyboard->context);
}

static void give_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct keyboard *keyboard = handle->data;
    (void)suggested;
    *buffer = uv_buf_init(keyboard->bytes, sizeof keyboard->bytes);
}

static void bytes_came(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    struct keyboard *keyboard = stream->data;
    (void)buffer;
    if (count > 0)
        take_keys(keyboard, (uint32_t)count);
    else if (count < 0)
        keyboard_close(keyboard);
}

static void go_on_with_file(struct keyboard *keyboard);

static void file_came(uv_fs_t *reading)
{
    struct keyboard *keyboard = reading->data;
    ssize_t count = reading->result;
    uv_fs_req_cleanup(reading);
    keyboard->is_reading = false;
    if (count <= 0 || !keyboard->is_open) {
        keyboard->is_open = false;
        return;
    }
    keyboard->held_bytes = (uint32_t)count;
    go_on_with_file(keyboard);
}

static void read_file(struct keyboard *keyboard)
{
    uv_buf_t buffer = uv_buf_init(keyboard->bytes, sizeof keyboard->bytes);
    keyboard->reading.data = keyboard;
    keyboard->is_reading = true;
    uv_fs_read(keyboard->loop, &keyboard->reading, STDIN_FILENO, &buffer, 1, -1, file_came);
}

/* A read that was under way as a pause began ends during it: what came waits for its end. */
static void go_on_with_file(struct keyboard *keyboard)
{
    uint32_t held_bytes = keyboard->held_bytes;
    if (!keyboard->is_open || keyboard->is_paused || keyboard->is_reading)
        return;
    keyboard->held_bytes = 0;
    if (held_bytes)
        take_keys(keyboard, held_bytes); /* which may begin a pause */
    if (keyboard->is_open && !keyboard->is_paused)
        read_file(keyboard);
}

static bool open_stream(struct keyboard *keyboard, uv_loop_t *loop, uv_handle_type type)
{
    int error = 0;
    keyboard->is_terminal = type == UV_TTY;
    if (keyboard->is_terminal && !take_terminal())
        return false;
    if (keyboard->is_terminal) {
        error = uv_tty_init(loop, &keyboard->in.tty, STDIN_FILENO, 1);
    } else {
        uv_pipe_init(loop, &keyboard->in.pipe, 0);
        error = uv_pipe_open(&keyboard->in.pipe, STDIN_FILENO);
    }
    if (error) {
        keyboard_restore();
        return false;
    }
    keyboard->is_stream = true;
    keyboard->in.handle.data = keyboard;
    uv_read_start(&keyboard->in.stream, give_buffer, bytes_came);
    return true;
}

bool keyboard_init(struct keyboard *keyboard, uv_loop_t *loop, void *context,
                   void (*keys)(void *context, const uint8_t *data, uint32_t count),
                   void (*way_out)(void *context))
{
    uv_handle_type type = uv_guess_handle(STDIN_FILENO);
    *keyboard = (struct keyboard){
        .loop = loop, .context = context, .keys = keys, .way_out = way_out};
    if (type == UV_TTY || type == UV_NAMED_PIPE || type == UV_TCP) {
        keyboard->is_open = open_stream(keyboard, loop, type);
    } else if (type == UV_FILE) {
        keyboard->is_open = true;
        go_on_with_file(keyboard);
    }
    return keyboard->is_open;
}

void keyboard_pause(struct keyboard *keyboard, bool is_paused)
{
    if (!keyboard->is_open || keyboard->is_paused == is_paused)
        return;
    keyboard->is_paused = is_paused;
    if (keyboard->is_stream && is_paused)
        uv_read_stop(&keyboard->in.stream);
    else if (keyboard->is_stream)
        uv_read_start(&keyboard->in.stream, give_buffer, bytes_came);
    else
        go_on_with_file(keyboard);
}

void keyboard_close(struct keyboard *keyboard)
{
    if (keyboard->is_open && keyboard->is_stream)
        uv_close(&keyboard->in.handle, NULL);
    keyboard->is_open = false;
    keyboard_restore();
}
