/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "link.h"

#include <stdio.h>
#include <string.h>

#include "memory.h"
#include "serial.h"

#define BACKOFF_MIN_MS 50u
#define BACKOFF_MAX_MS 2000u
#define PROOF_MS 300u
#define READ_BYTES 65536u

struct sending { /* a write under way, with its bytes */
    uv_write_t request;
    struct link *link;
    uint8_t bytes[];
};

static void attempt(struct link *link);

static void say(struct link *link, const char *what, const char *why)
{
    char text[LINK_NAME_BYTES + 192];
    snprintf(text, sizeof text, "%s %s%s%s", what, link->name, *why ? ": " : "", why);
    link->on.news(link->on.context, text);
}

/* ---- away ---------------------------------------------------------------------------------- */

static void retry_came(uv_timer_t *timer)
{
    attempt(timer->data);
}

static void try_later(struct link *link)
{
    link->state = LINK_AWAY;
    uv_timer_start(&link->retry, retry_came, link->backoff_ms, 0);
    link->backoff_ms = link->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS
                                                             : link->backoff_ms * 2;
}

static void wire_closed(uv_handle_t *handle)
{
    struct link *link = handle->data;
    if (!link->is_over)
        try_later(link);
}

/* The connection is lost, or was never made. */
static void give_up(struct link *link, int error)
{
    bool was_up = link->state == LINK_UP;
    if (link->state == LINK_CLOSING)
        return;
    link->state = LINK_CLOSING;
    link->last_error = error;
    uv_timer_stop(&link->proof);
    if (was_up && link->is_proven)
        say(link, "lost", error == UV_EOF ? "the target closed the connection; waiting for it"
                                          : uv_strerror(error));
    else if (!link->is_absence_said)
        say(link, "waiting for",
            was_up ? "it ends the connection at once; is another program attached to it?"
                   : uv_strerror(error));
    link->is_absence_said = true;
    if (was_up)
        link->on.down(link->on.context);
    uv_close(&link->wire.handle, wire_closed);
}

/* ---- up ------------------------------------------------------------------------------------ */

static void prove(struct link *link)
{
    if (link->is_proven)
        return;
    link->is_proven = true;
    link->is_absence_said = false;
    link->backoff_ms = BACKOFF_MIN_MS;
    uv_timer_stop(&link->proof);
    say(link, "connected to", "");
}

static void proof_came(uv_timer_t *timer)
{
    prove(timer->data);
}

static void give_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    static char bytes[READ_BYTES]; /* used up before anybody else reads */
    (void)handle, (void)suggested;
    *buffer = uv_buf_init(bytes, sizeof bytes);
}

static void bytes_came(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    struct link *link = stream->data;
    if (count < 0) {
        give_up(link, (int)count);
    } else if (count > 0) {
        prove(link);
        link->on.bytes(link->on.context, (const uint8_t *)buffer->base, (uint32_t)count);
    }
}

static void come_up(struct link *link)
{
    link->state = LINK_UP;
    link->is_proven = false;
    link->is_full = false;
    uv_timer_start(&link->proof, proof_came, PROOF_MS, 0);
    uv_read_start(&link->wire.stream, give_buffer, bytes_came);
    link->on.up(link->on.context);
}

static void connected(uv_connect_t *connecting, int error)
{
    struct link *link = connecting->data;
    if (link->is_over || error == UV_ECANCELED)
        return;
    if (error) {
        give_up(link, error);
        return;
    }
    uv_tcp_nodelay(&link->wire.tcp, 1);
    come_up(link);
}

static void attempt_tcp(struct link *link)
{
    struct sockaddr_storage address;
    const struct target_place *place = link->place;
    uv_tcp_init(link->retry.loop, &link->wire.tcp);
    link->wire.handle.data = link;
    link->connecting.data = link;
    if (uv_ip4_addr(place->ip, place->port, (struct sockaddr_in *)&address) != 0)
        uv_ip6_addr(place->ip, place->port, (struct sockaddr_in6 *)&address);
    link->state = LINK_CONNECTING;
    int error = uv_tcp_connect(&link->connecting, &link->wire.tcp,
                               (const struct sockaddr *)&address, connected);
    if (error)
        give_up(link, error);
}

/* A terminal is read and written as a pipe is: libuv's own terminals are for people. */
static void attempt_serial(struct link *link)
{
    uv_pipe_init(link->retry.loop, &link->wire.serial, 0);
    link->wire.handle.data = link;
    link->state = LINK_CONNECTING;
    int file = serial_open(link->place->path, link->place->baud);
    int error = file < 0 ? file : uv_pipe_open(&link->wire.serial, file);
    if (error)
        give_up(link, error);
    else
        come_up(link);
}

static void attempt(struct link *link)
{
    if (link->place->is_serial)
        attempt_serial(link);
    else
        attempt_tcp(link);
}

/* ---- sending ------------------------------------------------------------------------------- */

bool link_is_up(const struct link *link)
{
    return link->state == LINK_UP;
}

static size_t waiting(const struct link *link)
{
    return link_is_up(link) ? uv_stream_get_write_queue_size(&link->wire.stream) : 0;
}

bool link_is_full(struct link *link)
{
    if (waiting(link) > LINK_QUEUE_HIGH)
        link->is_full = true;
    return link->is_full;
}

static void sent(uv_write_t *request, int error)
{
    struct sending *sending = (struct sending *)request;
    struct link *link = sending->link;
    free(sending);
    if (link->is_over || link->state != LINK_UP)
        return;
    if (error) {
        give_up(link, error);
    } else if (link->is_full && waiting(link) <= LINK_QUEUE_HIGH) {
        link->is_full = false;
        link->on.drained(link->on.context);
    }
}

bool link_send(struct link *link, const uint8_t *data, uint32_t count)
{
    if (!link_is_up(link) || waiting(link) + count > LINK_QUEUE_MAX) {
        link->refused_bytes += count;
        return false;
    }
    struct sending *sending = memory_zeroed(1, sizeof *sending + count);
    uv_buf_t buffer = uv_buf_init((char *)sending->bytes, count);
    memcpy(sending->bytes, data, count);
    sending->link = link;
    if (uv_write(&sending->request, &link->wire.stream, &buffer, 1, sent) != 0) {
        free(sending);
        link->refused_bytes += count;
        return false;
    }
    return true;
}

/* ---- beginning and end --------------------------------------------------------------------- */

void link_init(struct link *link, uv_loop_t *loop, const struct target_place *place,
               const struct link_events *on)
{
    *link = (struct link){.place = place, .on = *on, .backoff_ms = BACKOFF_MIN_MS};
    if (place->is_serial)
        snprintf(link->name, sizeof link->name, "%s", place->path);
    else
        snprintf(link->name, sizeof link->name, strchr(place->ip, ':') ? "[%s]:%u" : "%s:%u",
                 place->ip, place->port);
    uv_timer_init(loop, &link->retry);
    uv_timer_init(loop, &link->proof);
    link->retry.data = link->proof.data = link;
    uv_timer_start(&link->retry, retry_came, 0, 0);
}

void link_close(struct link *link)
{
    link->is_over = true;
    if (link->state == LINK_UP || link->state == LINK_CONNECTING)
        uv_close(&link->wire.handle, wire_closed);
    uv_close((uv_handle_t *)&link->retry, NULL);
    uv_close((uv_handle_t *)&link->proof, NULL);
}
