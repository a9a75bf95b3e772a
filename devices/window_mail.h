/* window_mail.h — what goes between the thread of a window and the thread of the machine.
 *
 *     machine ──push──► [ latest frame | what of it is new ] ──take_frame──► window
 *             ◄──next_key── [ key | key | key ] ◄──post_key──────────────────
 *             ◄──notices─── { close asked, window gone } ◄──post_notice──────
 *
 * Nobody waits for the other side: the lock is held for a copy, never for a call to the screen.
 * The latest frame wins, and what changed since the window last looked is united. Keys that do not
 * fit are lost and counted. Each side is woken when something comes that it does not know of yet,
 * and by nothing else.
 *
 * Memory   The mail owns a copy of the frame.
 * Context  Each function says whose it is; `open` and `close` while there is one thread.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef DEVICES_WINDOW_MAIL_H
#define DEVICES_WINDOW_MAIL_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "devices/window_key.h"

#define WINDOW_KEYS_MAX 256u

struct window_rect { /* pixels of the frame; empty if a side is 0 */
    int32_t x, y, width, height;
};

enum window_notice { /* bits */
    WINDOW_CLOSE_ASKED = 1, /* somebody pressed the close button */
    WINDOW_GONE = 2,        /* there is no window any more, and no key will come */
};

struct window_wake { /* how to wake a side; called from the other side, with the lock held */
    void (*call)(void *context); /* never waits, and leaves the mail alone; NULL: nobody there */
    void *context;
};

struct window_mail {
    uv_mutex_t lock; /* of everything below */
    uint8_t *pixels; /* [height_px][width_px]: 0 is off, everything else on */
    int32_t width_px, height_px;
    struct window_rect damage; /* not taken yet */
    bool is_finished;
    struct window_key keys[WINDOW_KEYS_MAX];
    uint32_t first_key, key_count; /* a ring: the oldest, and how many */
    uint64_t lost_keys;
    uint32_t notices;
    struct window_wake window, machine;
};

/* Makes an empty mail, the frame all off and all of it new. False: no memory, nothing to close. */
bool window_mail_open(struct window_mail *mail, int32_t width_px, int32_t height_px);

/* Gives its memory back, once neither side uses it. */
void window_mail_close(struct window_mail *mail);

/* ---- the machine's side ----------------------------------------------------------------- */

/* From now on `wake` is called when there is a key or a notice; at once if there is one already. A
 * call that is NULL: no more, from the moment this returns. */
void window_mail_listen(struct window_mail *mail, struct window_wake wake);

/* Hands over the part `rect` of a frame as large as the mail's; what of it lies outside is left
 * out. `pixels` is the frame's upper left one. */
void window_mail_push(struct window_mail *mail, const uint8_t *pixels, uint32_t stride_bytes,
                      struct window_rect rect);

/* Takes the oldest key; false if there is none. */
bool window_mail_next_key(struct window_mail *mail, struct window_key *key);

/* The notices that came since it was last asked. */
uint32_t window_mail_notices(struct window_mail *mail);

/* Keys lost so far. */
uint64_t window_mail_lost_keys(struct window_mail *mail);

/* Tells the window to close: nothing will be pushed any more. */
void window_mail_finish(struct window_mail *mail);

/* ---- the window's side ------------------------------------------------------------------ */

/* From now on `wake` is called when there is something new. A call that is NULL: no more, from the
 * moment this returns. */
void window_mail_watch(struct window_mail *mail, struct window_wake wake);

/* Copies what is new to the window's own frame, of the same size and without gaps between rows.
 * False if nothing is; else `rect` is around it. */
bool window_mail_take_frame(struct window_mail *mail, uint8_t *pixels, struct window_rect *rect);

/* Whether the machine has told the window to close. */
bool window_mail_is_finished(struct window_mail *mail);

/* Wakes  the machine. */
void window_mail_post_key(struct window_mail *mail, struct window_key key);

/* Wakes  the machine. */
void window_mail_post_notice(struct window_mail *mail, enum window_notice notice);

#endif
