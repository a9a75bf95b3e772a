/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "devices/window_mail.h"

#include <stdlib.h>
#include <string.h>

static bool is_empty(const struct window_rect *rect)
{
    return rect->width <= 0 || rect->height <= 0;
}

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static struct window_rect clip(const struct window_mail *mail, struct window_rect rect)
{
    int32_t left = larger(rect.x, 0), top = larger(rect.y, 0);
    int64_t right = (int64_t)rect.x + rect.width, bottom = (int64_t)rect.y + rect.height;
    right = right < mail->width_px ? right : mail->width_px;
    bottom = bottom < mail->height_px ? bottom : mail->height_px;
    if (right <= left || bottom <= top)
        return (struct window_rect){0, 0, 0, 0};
    return (struct window_rect){left, top, (int32_t)right - left, (int32_t)bottom - top};
}

static struct window_rect unite(struct window_rect a, struct window_rect b)
{
    if (is_empty(&a))
        return b;
    int32_t left = smaller(a.x, b.x), top = smaller(a.y, b.y);
    int32_t right = larger(a.x + a.width, b.x + b.width);
    int32_t bottom = larger(a.y + a.height, b.y + b.height);
    return (struct window_rect){left, top, right - left, bottom - top};
}

/* Copies `rect`, which lies within both frames. */
static void copy(uint8_t *to, uint32_t to_stride, const uint8_t *from, uint32_t from_stride,
                 const struct window_rect *rect)
{
    for (int32_t row = rect->y; row < rect->y + rect->height; row++)
        memcpy(to + (size_t)row * to_stride + (size_t)rect->x,
               from + (size_t)row * from_stride + (size_t)rect->x, (size_t)rect->width);
}

/* With the lock held, so that no side is woken any more once it has said so. */
static void wake_up(const struct window_wake *wake)
{
    if (wake->call)
        wake->call(wake->context);
}

bool window_mail_open(struct window_mail *mail, int32_t width_px, int32_t height_px)
{
    *mail = (struct window_mail){
        .width_px = width_px, .height_px = height_px, .damage = {0, 0, width_px, height_px}};
    mail->pixels = calloc((size_t)height_px, (size_t)width_px);
    if (!mail->pixels)
        return false;
    if (uv_mutex_init(&mail->lock) == 0)
        return true;
    free(mail->pixels);
    return false;
}

void window_mail_close(struct window_mail *mail)
{
    uv_mutex_destroy(&mail->lock);
    free(mail->pixels);
}

/* ---- the machine's side ----------------------------------------------------------------- */

void window_mail_listen(struct window_mail *mail, struct window_wake wake)
{
    uv_mutex_lock(&mail->lock);
    mail->machine = wake;
    if (mail->notices != 0 || mail->key_count > 0)
        wake_up(&mail->machine);
    uv_mutex_unlock(&mail->lock);
}

void window_mail_push(struct window_mail *mail, const uint8_t *pixels, uint32_t stride_bytes,
                      struct window_rect rect)
{
    rect = clip(mail, rect);
    if (is_empty(&rect))
        return;
    uv_mutex_lock(&mail->lock);
    bool is_first = is_empty(&mail->damage);
    copy(mail->pixels, (uint32_t)mail->width_px, pixels, stride_bytes, &rect);
    mail->damage = unite(mail->damage, rect);
    if (is_first)
        wake_up(&mail->window);
    uv_mutex_unlock(&mail->lock);
}

bool window_mail_next_key(struct window_mail *mail, struct window_key *key)
{
    uv_mutex_lock(&mail->lock);
    bool has_one = mail->key_count > 0;
    if (has_one) {
        *key = mail->keys[mail->first_key];
        mail->first_key = (mail->first_key + 1) % WINDOW_KEYS_MAX;
        mail->key_count--;
    }
    uv_mutex_unlock(&mail->lock);
    return has_one;
}

uint32_t window_mail_notices(struct window_mail *mail)
{
    uv_mutex_lock(&mail->lock);
    uint32_t notices = mail->notices;
    mail->notices = 0;
    uv_mutex_unlock(&mail->lock);
    return notices;
}

uint64_t window_mail_lost_keys(struct window_mail *mail)
{
    uv_mutex_lock(&mail->lock);
    uint64_t lost = mail->lost_keys;
    uv_mutex_unlock(&mail->lock);
    return lost;
}

void window_mail_finish(struct window_mail *mail)
{
    uv_mutex_lock(&mail->lock);
    mail->is_finished = true;
    wake_up(&mail->window);
    uv_mutex_unlock(&mail->lock);
}

/* ---- the window's side ------------------------------------------------------------------ */

void window_mail_watch(struct window_mail *mail, struct window_wake wake)
{
    uv_mutex_lock(&mail->lock);
    mail->window = wake;
    uv_mutex_unlock(&mail->lock);
}

bool window_mail_take_frame(struct window_mail *mail, uint8_t *pixels, struct window_rect *rect)
{
    uv_mutex_lock(&mail->lock);
    *rect = mail->damage;
    uint32_t stride = (uint32_t)mail->width_px;
    copy(pixels, stride, mail->pixels, stride, rect);
    mail->damage = (struct window_rect){0, 0, 0, 0};
    uv_mutex_unlock(&mail->lock);
    return !is_empty(rect);
}

bool window_mail_is_finished(struct window_mail *mail)
{
    uv_mutex_lock(&mail->lock);
    bool is_finished = mail->is_finished;
    uv_mutex_unlock(&mail->lock);
    return is_finished;
}

void window_mail_post_key(struct window_mail *mail, struct window_key key)
{
    uv_mutex_lock(&mail->lock);
    if (mail->key_count == WINDOW_KEYS_MAX)
        mail->lost_keys++;
    else
        mail->keys[(mail->first_key + mail->key_count++) % WINDOW_KEYS_MAX] = key;
    wake_up(&mail->machine);
    uv_mutex_unlock(&mail->lock);
}

void window_mail_post_notice(struct window_mail *mail, enum window_notice notice)
{
    uv_mutex_lock(&mail->lock);
    mail->notices |= notice;
    wake_up(&mail->machine);
    uv_mutex_unlock(&mail->lock);
}
