/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "daemons/graphical_shell.h"

#include "mn/audit.h"
#include "mn/mem.h"
#include "mn/str.h"

#define KEYS_BYTES 256u  /* of the channel to the session */
#define TEXT_BYTES 2048u /* and of the one back */

/* ---- keys ------------------------------------------------------------------------------- */

struct sequence { /* what a terminal sends for a key that types nothing */
    enum mn_key_code code;
    const char *bytes;
};

static const struct sequence sequences[] = {
    {MN_KEY_ENTER, "\r"}, /* a line feed would be taken for a line that was sent whole */
    {MN_KEY_UP, "\x1b[A"},
    {MN_KEY_DOWN, "\x1b[B"},
    {MN_KEY_RIGHT, "\x1b[C"},
    {MN_KEY_LEFT, "\x1b[D"},
    {MN_KEY_HOME, "\x1b[H"},
    {MN_KEY_END, "\x1b[F"},
    {MN_KEY_DELETE, "\x1b[3~"},
};

static uint32_t bytes_of(const struct mn_key_event *event, uint8_t *bytes)
{
    for (uint32_t i = 0; i < MN_COUNT_OF(sequences); i++) {
        uint32_t count = 0;
        if (sequences[i].code != event->code)
            continue;
        for (; sequences[i].bytes[count]; count++)
            bytes[count] = (uint8_t)sequences[i].bytes[count];
        return count;
    }
    return mn_key_write(event, bytes);
}

static void scroll(struct mn_graphical_shell *shell, int32_t rows)
{
    mn_terminal_scroll(&shell->terminal, rows);
    shell->picture.is_dirty = true;
}

static void take_key(struct mn_graphical_shell *shell)
{
    struct mn_graphical_keys *keys = &shell->keys;
    int32_t page = (int32_t)shell->terminal.settings.rows - 1;
    page = page > 0 ? page : 1;
    if (keys->event.kind == MN_KEY_RELEASED)
        return;
    if (keys->event.code == MN_KEY_PAGE_UP || keys->event.code == MN_KEY_PAGE_DOWN) {
        scroll(shell, keys->event.code == MN_KEY_PAGE_UP ? page : -page);
        return;
    }
    uint32_t count = bytes_of(&keys->event, keys->bytes);
    if (count == 0)
        return;
    if (shell->terminal.back_rows > 0)
        scroll(shell, INT32_MIN);
    mn_bbq_write(&keys->write, shell->end.out, keys->bytes, count);
    keys->is_typing = true;
}

static void subscribe(struct mn_graphical_shell *shell)
{
    struct mn_graphical_keys *keys = &shell->keys;
    keys->is_subscribed = false;
    mn_keyboard_subscribe(&keys->subscribe, &shell->kernel->registry, shell->settings.keyboard,
                          &keys->subscription);
}

/* Goes on until there is a key. True if there may be another. */
static bool hear_keys(struct mn_graphical_shell *shell, struct mn_task *task)
{
    struct mn_graphical_keys *keys = &shell->keys;
    if (keys->is_typing && mn_co_poll(&keys->write.co, task) == MN_PENDING)
        return false;
    keys->is_typing = false;
    if (!keys->is_subscribed) {
        if (keys->is_deaf || mn_co_poll(&keys->subscribe.co, task) == MN_PENDING)
            return false;
        keys->is_subscribed = keys->subscribe.co.err == MN_OK;
        keys->is_deaf = !keys->is_subscribed; /* it is no keyboard that we know */
        return keys->is_subscribed;
    }
    if (!keys->asks_key)
        mn_key_queue_recv(&keys->recv, &keys->subscription.queue, &keys->event);
    keys->asks_key = mn_co_poll(&keys->recv.co, task) == MN_PENDING;
    if (keys->asks_key)
        return false;
    if (keys->recv.co.err == MN_OK) {
        take_key(shell);
        return true;
    }
    mn_keyboard_unsubscribe(&keys->subscription); /* it has gone: there may be another */
    subscribe(shell);
    return true;
}

/* ---- text ------------------------------------------------------------------------------- */

static void say(struct mn_graphical_shell *shell, const char *text)
{
    mn_terminal_write(&shell->terminal, (const uint8_t *)text, mn_str_of(text).count);
}

static void say_over(struct mn_graphical_shell *shell)
{
    say(shell, "\r\nThe shell has ended: ");
    say(shell, mn_err_text(shell->session.co.err));
    say(shell, ".\r\n");
    shell->is_over = true;
}

static bool hear_session(struct mn_graphical_shell *shell, struct mn_task *task)
{
    if (shell->is_over)
        return false;
    if (!shell->asks_text)
        mn_bbq_read(&shell->read, shell->end.in, &shell->text);
    shell->asks_text = mn_co_poll(&shell->read.co, task) == MN_PENDING;
    if (shell->asks_text)
        return false;
    shell->picture.is_dirty = true;
    if (shell->read.co.err == MN_OK) {
        mn_terminal_write(&shell->terminal, shell->text.bytes, shell->text.count);
        mn_bbq_release(shell->end.in, &shell->text, shell->text.count);
    } else {
        say_over(shell);
    }
    return true;
}

/* ---- the shell -------------------------------------------------------------------------- */

static enum mn_poll serve_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_graphical_shell *shell = MN_CONTAINER(co, struct mn_graphical_shell, serve);
    bool goes_on;
    do {
        goes_on = hear_keys(shell, task);
        goes_on |= hear_session(shell, task);
        goes_on |= mn_graphical_redraw(shell, task);
    } while (goes_on);
    if (!mn_client_is_open(&shell->screen.service.client)) {
        co->err = MN_ERR_CLOSED;
        return MN_READY;
    }
    co->child = shell->picture.is_drawing ? &shell->picture.draw.co
                : shell->asks_text        ? &shell->read.co
                                          : NULL; /* for whoever looks */
    return MN_PENDING;
}

static void serve_audit(const struct mn_co *co, struct mn_audit *audit)
{
    const struct mn_graphical_shell *shell =
        MN_CONTAINER(co, const struct mn_graphical_shell, serve);
    const struct mn_graphical_keys *keys = &shell->keys;
    if (!keys->is_subscribed)
        mn_audit_future(audit, &keys->subscribe.co);
    if (keys->asks_key)
        mn_audit_future(audit, &keys->recv.co);
    if (keys->is_typing)
        mn_audit_future(audit, &keys->write.co);
    if (shell->asks_text)
        mn_audit_future(audit, &shell->read.co);
    if (shell->picture.is_drawing)
        mn_audit_future(audit, &shell->picture.draw.co);
    if (shell->picture.is_pausing)
        mn_audit_future(audit, &shell->picture.pause.co);
}

static const struct mn_co_type serve_type = {
    .name = "serve",
    .poll = serve_poll,
    .audit = MN_AUDIT_BY(serve_audit),
};

/* The parts of the block, each aligned for what is in it. */
static uint32_t lay_out(struct mn_graphical_shell *shell, uint8_t *block)
{
    struct mn_graphical_picture *picture = &shell->picture;
    struct mn_bidi_config channel = {KEYS_BYTES, TEXT_BYTES, NULL, NULL};
    struct mn_terminal_settings terminal = {picture->columns, picture->rows - 1,
                                            shell->settings.past_cells};
    uint32_t cells_at = (mn_bidi_bytes(&channel) + 7u) & ~7u;
    uint32_t cells_bytes = picture->columns * picture->rows * (uint32_t)sizeof(uint16_t);
    uint32_t terminal_at = cells_at + 2 * cells_bytes;
    uint32_t keys_at = (terminal_at + mn_terminal_bytes(&terminal) + 7u) & ~7u;
    if (block) {
        mn_bidi_init(block, &channel, &shell->end, &shell->given);
        picture->wanted = (uint16_t *)(void *)(block + cells_at);
        picture->shown = picture->wanted + picture->columns * picture->rows;
        mn_terminal_init(&shell->terminal, &terminal, block + terminal_at);
        mn_keyboard_subscription_init(&shell->keys.subscription, (void *)(block + keys_at),
                                      shell->settings.key_events);
    }
    return keys_at + shell->settings.key_events * (uint32_t)sizeof(struct mn_key_event);
}

/* Finds out how much there is room for. */
static enum mn_err measure(struct mn_graphical_shell *shell)
{
    const struct mn_display_geometry *geometry = &shell->screen.geometry;
    struct mn_graphical_picture *picture = &shell->picture;
    picture->columns = (uint32_t)(geometry->width_px / shell->settings.font->width_px);
    picture->rows = (uint32_t)(geometry->height_px / shell->settings.font->height_px);
    return picture->columns < 1 || picture->rows < 2 ? MN_ERR_INVALID : MN_OK;
}

/* One that ended before it took its end has not closed it. */
static void session_ended(struct mn_task *task)
{
    struct mn_graphical_shell *shell = MN_CONTAINER(task, struct mn_graphical_shell,
                                                    session_task);
    mn_bidi_close(&shell->given);
}

static struct mn_co *serve(struct mn_graphical_shell *shell)
{
    struct mn_graphical_picture *picture = &shell->picture;
    lay_out(shell, shell->block);
    for (uint32_t i = 0; i < picture->columns * picture->rows; i++)
        picture->shown[i] = 0; /* nothing yet: every row is drawn */
    struct mn_canvas mask = mn_canvas_of(&picture->chunk.mask);
    mn_canvas_fill(&mask, mask.clip, MN_PIXEL_ON);
    picture->wanted_cursor = picture->shown_cursor = UINT32_MAX;
    picture->row = picture->rows;
    picture->is_dirty = true;
    shell->settings.session.port = (struct mn_port_address){.wire = MN_PORT_GIVEN,
                                                            .given = &shell->given};
    mn_spawn(shell->kernel, &shell->session_task, "screen shell",
             mn_session(&shell->session, shell->kernel, &shell->settings.session));
    shell->session_task.ended = session_ended;
    subscribe(shell);
    shell->is_serving = true;
    return mn_co_init(&shell->serve, &serve_type);
}

static enum mn_poll shell_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_graphical_shell *shell = MN_FRAME(co, struct mn_graphical_shell);

    MN_CO_BEGIN;
    MN_TRY(mn_screen_open(&shell->on.open, &shell->kernel->registry, shell->settings.display,
                          &shell->screen));
    if (measure(shell) != MN_OK)
        MN_RETURN(MN_ERR_INVALID);
    MN_AWAIT(mn_screen_chunk(&shell->on.chunk, &shell->screen, &shell->picture.chunk,
                             shell->screen.geometry.width_px,
                             shell->settings.font->height_px, MN_TIME_NEVER));
    if (co->err != MN_OK)
        MN_RETURN(co->err == MN_ERR_FAILED ? MN_ERR_TOO_BIG : co->err);
    MN_TRY(mn_heap_alloc(&shell->on.alloc, &shell->kernel->heap, lay_out(shell, NULL)));
    shell->block = shell->on.alloc.memory;
    MN_TRY(serve(shell));
    MN_CO_END;
}

static void shell_drop(struct mn_co *co)
{
    struct mn_graphical_shell *shell = MN_FRAME(co, struct mn_graphical_shell);
    struct mn_graphical_keys *keys = &shell->keys;
    if (shell->is_serving) {
        mn_task_cancel(&shell->session_task);
        mn_graphical_redraw_end(shell);
        mn_co_drop(&keys->subscribe.co);
        if (keys->asks_key)
            mn_co_drop(&keys->recv.co);
        if (keys->is_typing)
            mn_co_drop(&keys->write.co);
        if (shell->asks_text)
            mn_co_drop(&shell->read.co);
    }
    mn_keyboard_unsubscribe(&keys->subscription);
    mn_bidi_close(&shell->given);
    mn_bidi_close(&shell->end);
    mn_screen_close(&shell->screen);
    mn_heap_free(&shell->kernel->heap, shell->block);
}

static const struct mn_co_type shell_type = {
    .name = "graphical_shell",
    .poll = shell_poll,
    .drop = shell_drop,
};

struct mn_co *mn_graphical_shell(struct mn_graphical_shell *frame, struct mn_kernel *kernel,
                                 const struct mn_graphical_shell_settings *settings)
{
    *frame = (struct mn_graphical_shell){.kernel = kernel, .settings = *settings};
    if (settings->key_events == 0)
        frame->settings.key_events = MN_KEYBOARD_SLOTS;
    mn_screen_init(&frame->screen);
    mn_keyboard_subscription_init(&frame->keys.subscription, &frame->keys.event, 1); /* for now */
    return mn_co_init(&frame->co, &shell_type);
}
