/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "board_parts.h"
#include "mn/key.h"

#define TARGET "sim::window"

/* The numbers cross as they are. */
#define CHECK_(name, text)                                                                      \
    _Static_assert((int)MN_KEY_##name == (int)WINDOW_KEY_##name, "keys of window and kernel");
MN_KEY_CODES(CHECK_)
_Static_assert((int)MN_KEY_CODE_END == (int)WINDOW_KEY_CODE_END, "keys of window and kernel");
_Static_assert((int)MN_KEY_PRESSED == (int)WINDOW_KEY_PRESSED &&
                   (int)MN_KEY_RELEASED == (int)WINDOW_KEY_RELEASED &&
                   (int)MN_KEY_HELD == (int)WINDOW_KEY_HELD,
               "kinds of keys of window and kernel");
_Static_assert((int)MN_MOD_SHIFT == (int)WINDOW_MOD_SHIFT &&
                   (int)MN_MOD_CTRL == (int)WINDOW_MOD_CTRL &&
                   (int)MN_MOD_ALT == (int)WINDOW_MOD_ALT &&
                   (int)MN_MOD_META == (int)WINDOW_MOD_META &&
                   (int)MN_MOD_CAPS_LOCK == (int)WINDOW_MOD_CAPS_LOCK &&
                   (int)MN_MOD_NUM_LOCK == (int)WINDOW_MOD_NUM_LOCK,
               "modifiers of window and kernel");

static void show(void *context, const uint8_t *pixels, uint32_t stride_bytes,
                 const struct mn_rect *damage, uint32_t count)
{
    struct board_window *window = context;
    for (uint32_t i = 0; i < count; i++)
        window_mail_push(window->mail, pixels, stride_bytes,
                         (struct window_rect){damage[i].x, damage[i].y, damage[i].width,
                                              damage[i].height});
}

static void say_key(struct board *board, const struct window_key *key)
{
    const struct mn_field fields[] = {
        MN_FIELD_U64("code", key->code),
        MN_FIELD_U64("kind", key->kind),
        MN_FIELD_U64("modifiers", key->modifiers),
    };
    log_text_outside(board->log, MN_LEVEL_TRACE, TARGET, "key", fields, MN_COUNT_OF(fields));
}

static void take_keys(struct board_window *window)
{
    struct window_key key;
    while (window_mail_next_key(window->mail, &key)) {
        if (window->board->seam.is_replay)
            continue; /* the keys of then are in the recording */
        const struct keys_event event = {key.code, key.kind, key.modifiers};
        say_key(window->board, &key);
        keys_put(&window->board->keyboard.keys, &event); /* it counts what is lost */
    }
}

static void close_asked(struct board *board)
{
    const struct mn_field field = MN_FIELD_STR("because", "the window was closed");
    if (!board->kernel.halting)
        log_text_outside(board->log, MN_LEVEL_INFO, TARGET, "halting", &field, 1);
    board_press_power(board);
}

static void window_is_gone(struct board *board)
{
    sim_display_watch(&board->display.hal, NULL, NULL);
    board->seam.is_dismissed = true;
    log_text_outside(board->log, MN_LEVEL_WARN, TARGET,
                     "the display server is gone; the machine goes on without a window", NULL, 0);
}

static void mail_came(uv_async_t *async)
{
    struct board_window *window = async->data;
    uint32_t notices = window_mail_notices(window->mail);
    take_keys(window);
    if (notices & WINDOW_CLOSE_ASKED)
        close_asked(window->board);
    if (notices & WINDOW_GONE)
        window_is_gone(window->board);
}

/* From the window's thread. */
static void wake_machine(void *context)
{
    uv_async_send(context);
}

void board_window_open(struct board *board, struct window_mail *mail)
{
    struct board_window *window = &board->window;
    if (!mail)
        return;
    window->board = board;
    window->mail = mail;
    MN_ASSERT(uv_async_init(&board->loop, &window->async, mail_came) == 0);
    window->async.data = window;
    window_mail_listen(mail, (struct window_wake){wake_machine, &window->async});
    sim_display_watch(&board->display.hal, show, window);
}

void board_window_close(struct board *board)
{
    struct board_window *window = &board->window;
    if (!window->mail)
        return;
    const struct mn_field field =
        MN_FIELD_U64("lost_keys", window_mail_lost_keys(window->mail));
    if (!board->seam.is_replay) /* then it is in the recording */
        log_text_outside(board->log, MN_LEVEL_DEBUG, TARGET, "window at the end", &field, 1);
    window_mail_listen(window->mail, (struct window_wake){NULL, NULL});
    uv_close((uv_handle_t *)&window->async, NULL);
}
