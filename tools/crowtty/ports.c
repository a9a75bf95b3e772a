/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "ports.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "peer.h"

#define BACKLOG 16

__attribute__((format(printf, 2, 3))) static void say(struct ports *ports, const char *format, ...)
{
    char text[192];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    ports->news.news(ports->news.context, text);
}

static void peer_came(uv_stream_t *listener, int error)
{
    struct port *port = listener->data;
    if (error == 0 && !peer_accept(port))
        say(port->ports, "port %u: refused a peer: there are %u already", port->number,
            PORTS_PEERS_MAX);
    else if (error == 0 && port->ports->is_verbose)
        say(port->ports, "port %u: a peer came", port->number);
}

static int listen_at(struct port *port, uint16_t number, uint16_t *got)
{
    struct sockaddr_in address;
    int bytes = sizeof address;
    uv_ip4_addr("127.0.0.1", number, &address);
    int error = uv_tcp_bind(&port->listener, (const struct sockaddr *)&address, 0);
    if (!error)
        error = uv_listen((uv_stream_t *)&port->listener, BACKLOG, peer_came);
    if (!error)
        error = uv_tcp_getsockname(&port->listener, (struct sockaddr *)&address, &bytes);
    *got = ntohs(address.sin_port);
    return error;
}

static void open_port(struct ports *ports, uint16_t number, uint16_t base)
{
    struct port *port = &ports->items[number];
    uint16_t wanted = base ? (uint16_t)(base + number) : 0, got = 0;
    port->ports = ports;
    port->number = number;
    uv_tcp_init(ports->loop, &port->listener);
    port->listener.data = port;
    int error = listen_at(port, wanted, &got);
    port->is_open = true; /* to be closed, in any case */
    if (error)
        say(ports, "port %u: cannot listen on 127.0.0.1:%u: %s; left out", number, wanted,
            uv_strerror(error));
    else if (base == 0 || ports->is_verbose)
        say(ports, "port %u: 127.0.0.1:%u", number, got);
}

void ports_init(struct ports *ports, uv_loop_t *loop, struct mux *mux, uint64_t numbers,
                uint16_t base, const struct link_events *news, bool is_verbose)
{
    *ports = (struct ports){.loop = loop, .mux = mux, .news = *news, .is_verbose = is_verbose};
    for (uint16_t number = 0; number < MUX_PORTS_MAX; number++) {
        if (numbers >> number & 1)
            open_port(ports, number, base);
    }
}

bool ports_frame(struct ports *ports, uint16_t number, const uint8_t *data, uint32_t count)
{
    struct peer *peer = number < MUX_PORTS_MAX ? ports->items[number].peers : NULL;
    bool is_heard = peer != NULL;
    while (peer) {
        struct peer *next = peer->next; /* it may go as it is given to */
        peer_give(peer, data, count);
        peer = next;
    }
    return is_heard;
}

void ports_drained(struct ports *ports)
{
    for (uint16_t number = 0; number < MUX_PORTS_MAX; number++) {
        for (struct peer *peer = ports->items[number].peers; peer; peer = peer->next)
            peer_read(peer);
    }
}

void ports_up(struct ports *ports)
{
    for (uint16_t number = 0; number < MUX_PORTS_MAX; number++) {
        struct port *port = &ports->items[number];
        if (port->lost_away_bytes)
            say(ports, "port %u: %" PRIu64 " bytes for a target that was away were discarded",
                number, port->lost_away_bytes);
        port->lost_away_bytes = 0;
        port->is_away_said = false;
    }
    ports_drained(ports);
}

void ports_close(struct ports *ports)
{
    for (uint16_t number = 0; number < MUX_PORTS_MAX; number++) {
        struct port *port = &ports->items[number];
        while (port->peers)
            peer_close(port->peers);
        if (port->is_open)
            uv_close((uv_handle_t *)&port->listener, NULL);
        port->is_open = false;
    }
}
