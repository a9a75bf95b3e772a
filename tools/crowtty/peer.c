/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "peer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "memory.h"

#define READ_BYTES 4096u

struct giving { /* a write under way, with its bytes */
    uv_write_t request;
    struct peer *peer;
    uint8_t bytes[];
};

static void say(struct peer *peer, const char *what, uint64_t bytes)
{
    char text[160];
    int at = snprintf(text, sizeof text, "port %u: ", peer->port->number);
    if (bytes)
        at += snprintf(text + at, sizeof text - (size_t)at, "%" PRIu64 " bytes ", bytes);
    snprintf(text + at, sizeof text - (size_t)at, "%s", what);
    peer->port->ports->news.news(peer->port->ports->news.context, text);
}

/* ---- its end ------------------------------------------------------------------------------- */

static void closed(uv_handle_t *handle)
{
    struct peer *peer = handle->data;
    if (--peer->handles == 0)
        free(peer);
}

static void say_lost(struct peer *peer)
{
    if (peer->lost_bytes)
        say(peer, "were dropped for a peer that did not read them", peer->lost_bytes);
    peer->lost_bytes = 0;
}

void peer_close(struct peer *peer)
{
    struct peer **at = &peer->port->peers;
    if (peer->is_closing)
        return;
    peer->is_closing = true;
    while (*at != peer)
        at = &(*at)->next;
    *at = peer->next;
    peer->port->peer_count--;
    say_lost(peer);
    uv_close((uv_handle_t *)&peer->socket, closed);
    uv_close((uv_handle_t *)&peer->linger, closed);
}

static void linger_came(uv_timer_t *timer)
{
    struct peer *peer = timer->data;
    if (uv_stream_get_write_queue_size((uv_stream_t *)&peer->socket) == 0)
        peer_close(peer);
    else
        uv_timer_again(timer); /* still reading what it asked for */
}

/* ---- from it ------------------------------------------------------------------------------- */

static void give_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    static char bytes[READ_BYTES]; /* used up before anybody else reads */
    (void)handle, (void)suggested;
    *buffer = uv_buf_init(bytes, sizeof bytes);
}

static void discard(struct port *port, struct peer *peer, uint32_t count)
{
    port->lost_away_bytes += count;
    if (!port->is_away_said)
        say(peer, "the target is away: what is sent to it is discarded", 0);
    port->is_away_said = true;
}

static void bytes_came(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    struct peer *peer = stream->data;
    struct mux *mux = peer->port->ports->mux;
    if (count == UV_EOF) {
        peer->has_finished = true;
        uv_read_stop(stream);
        uv_timer_start(&peer->linger, linger_came, PORTS_LINGER_MS, PORTS_LINGER_MS);
    } else if (count < 0) {
        peer_close(peer);
    } else if (!link_is_up(mux->link)) {
        discard(peer->port, peer, (uint32_t)count);
    } else {
        mux_send(mux, peer->port->number, (const uint8_t *)buffer->base, (uint32_t)count);
        if (link_is_full(mux->link))
            uv_read_stop(stream); /* ports_drained begins again */
    }
}

void peer_read(struct peer *peer)
{
    if (!peer->has_finished && !peer->is_closing)
        uv_read_start((uv_stream_t *)&peer->socket, give_buffer, bytes_came);
}

/* ---- to it --------------------------------------------------------------------------------- */

static void given(uv_write_t *request, int error)
{
    struct giving *giving = (struct giving *)request;
    struct peer *peer = giving->peer;
    free(giving);
    if (error && error != UV_ECANCELED)
        peer_close(peer);
    else if (!peer->is_closing &&
             uv_stream_get_write_queue_size((uv_stream_t *)&peer->socket) == 0)
        say_lost(peer); /* it reads again, and has read all that waited */
}

static void queue(struct peer *peer, const uint8_t *data, uint32_t count)
{
    struct giving *giving = memory_zeroed(1, sizeof *giving + count);
    uv_buf_t buffer = uv_buf_init((char *)giving->bytes, count);
    memcpy(giving->bytes, data, count);
    giving->peer = peer;
    if (uv_write(&giving->request, (uv_stream_t *)&peer->socket, &buffer, 1, given) != 0) {
        free(giving);
        peer_close(peer);
    }
}

void peer_give(struct peer *peer, const uint8_t *data, uint32_t count)
{
    size_t waiting = uv_stream_get_write_queue_size((uv_stream_t *)&peer->socket);
    if (peer->is_closing)
        return;
    if (peer->has_finished)
        uv_timer_again(&peer->linger);
    if (waiting + count <= PORTS_QUEUE_MAX) {
        queue(peer, data, count);
        return;
    }
    if (peer->lost_bytes == 0)
        say(peer, "a peer does not read: what comes for it is dropped", 0);
    peer->lost_bytes += count;
}

bool peer_accept(struct port *port)
{
    struct peer *peer = memory_zeroed(1, sizeof *peer);
    bool has_place = port->peer_count < PORTS_PEERS_MAX;
    peer->port = port;
    peer->handles = 2;
    uv_tcp_init(port->ports->loop, &peer->socket);
    uv_timer_init(port->ports->loop, &peer->linger);
    peer->socket.data = peer->linger.data = peer;
    int error = uv_accept((uv_stream_t *)&port->listener, (uv_stream_t *)&peer->socket);
    peer->next = port->peers;
    port->peers = peer;
    port->peer_count++;
    if (error || !has_place) {
        peer_close(peer);
        return false;
    }
    uv_tcp_nodelay(&peer->socket, 1);
    peer_read(peer);
    return true;
}
