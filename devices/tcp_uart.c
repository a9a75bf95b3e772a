/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "devices/tcp_uart.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "devices/tcp_socket.h"

#define TARGET "devices::tcp_uart"
#define RETRY_MS 100u

static struct tcp_uart *of(struct uart *uart)
{
    return (struct tcp_uart *)(void *)uart; /* its first member */
}

static void say(const struct tcp_uart *tcp, enum device_level level, const char *text,
                const char *peer, const char *reason)
{
    const struct device_fact facts[] = {
        {"address", tcp->address},
        {"peer", peer},
        {"reason", reason},
    };
    uart_log(&tcp->uart, level, TARGET, text, facts, 3);
}

/* ---- what to watch for ---- */

static void on_knock(uv_poll_t *listener, int status, int events);
static void on_peer(uv_poll_t *peer, int status, int events);

static bool wants_knocks(const struct tcp_uart *tcp)
{
    if (uv_is_active((const uv_handle_t *)&tcp->retry))
        return false;
    if (tcp->uart.has_peer)
        return !tcp->successor_waits;
    return !tcp->peer_is_closing && uart_is_vacant(&tcp->uart);
}

/* Peers that are not wanted yet wait in the backlog. The listener then waits for urgent data, which
 * a listening socket never has: that keeps the handle, and with it the loop, alive. */
static void watch_listener(struct tcp_uart *tcp)
{
    bool wanted = wants_knocks(tcp);
    if (wanted == tcp->hears_knocks)
        return;
    tcp->hears_knocks = wanted;
    uv_poll_start(&tcp->listener, wanted ? UV_READABLE : UV_PRIORITIZED, on_knock);
}

/* A finished peer would be readable for ever: its end of file. Waiting for urgent data, which can
 * no longer come, still tells of a reset. */
static int wanted_of_peer(const struct tcp_uart *tcp)
{
    int reading = tcp->uart.peer_is_finished ? UV_PRIORITIZED : tcp->paused ? 0 : UV_READABLE;
    int writing = tcp->uart.out_bytes > 0 ? UV_WRITABLE : 0;
    return reading | writing;
}

static void watch_peer(struct tcp_uart *tcp)
{
    int wanted = tcp->peer_fd >= 0 ? wanted_of_peer(tcp) : 0;
    if (wanted == tcp->watched)
        return;
    tcp->watched = wanted;
    if (wanted)
        uv_poll_start(&tcp->peer, wanted, on_peer);
    else
        uv_poll_stop(&tcp->peer);
}

/* ---- parting ---- */

static void finish(struct tcp_uart *tcp)
{
    uart_finish(&tcp->uart);
    if (tcp->closed)
        tcp->closed(tcp->closed_context);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct tcp_uart *tcp = handle->data;
    if (handle == (uv_handle_t *)&tcp->peer)
        tcp->peer_is_closing = false;
    if (--tcp->handles == 0)
        finish(tcp);
    else if (!tcp->is_closing)
        watch_listener(tcp);
}

static void close_peer(struct tcp_uart *tcp)
{
    uv_poll_stop(&tcp->peer); /* before its descriptor goes */
    uv_close((uv_handle_t *)&tcp->peer, on_handle_closed);
    close(tcp->peer_fd);
    tcp->peer_fd = -1;
    tcp->watched = 0;
    tcp->peer_is_closing = true;
}

static void lose_peer(struct tcp_uart *tcp, const char *reason)
{
    close_peer(tcp);
    tcp->paused = tcp->deaf = tcp->successor_waits = false;
    say(tcp, DEVICE_INFO, "peer gone", tcp->peer_address, reason);
    uart_peer_went(&tcp->uart);
    watch_listener(tcp);
}

/* ---- bytes out ---- */

/* Output failed, so the connection is dead; but bytes that came before may still be unread. */
static void fall_deaf(struct tcp_uart *tcp, int error)
{
    if (tcp->uart.peer_is_finished) {
        lose_peer(tcp, uv_strerror(error));
        return;
    }
    tcp->deaf = true;
    shutdown(tcp->peer_fd, SHUT_RDWR); /* whatever the failure was, reading ends after those */
    uart_discard(&tcp->uart);
}

static void push_some(struct tcp_uart *tcp)
{
    const struct uart *uart = &tcp->uart;
    if (tcp->deaf) {
        uart_discard(&tcp->uart);
        return;
    }
    ssize_t sent = send(tcp->peer_fd, uart->out, uart->out_bytes, MSG_NOSIGNAL);
    if (sent > 0)
        uart_sent(&tcp->uart, (uint32_t)sent);
    else if (errno != EAGAIN && errno != EINTR)
        fall_deaf(tcp, -errno);
}

static void push(struct uart *uart)
{
    push_some(of(uart));
    watch_peer(of(uart));
}

static void rest(struct uart *uart)
{
    watch_peer(of(uart));
}

/* ---- bytes in ---- */

static void end_of_input(struct tcp_uart *tcp)
{
    if (tcp->deaf) {
        lose_peer(tcp, "takes no output");
    } else if (tcp->successor_waits) {
        lose_peer(tcp, "finished, and another one came");
    } else {
        say(tcp, DEVICE_DEBUG, "peer finished sending", tcp->peer_address, NULL);
        uart_peer_finished(&tcp->uart);
    }
}

/* Reads once, into all the room there is: it either ends the bytes or fills the ring. A ring found
 * full pauses reading only now, not when it became full: mostly the owner has been there since,
 * and pausing and resuming costs system calls. */
static void fill(struct tcp_uart *tcp)
{
    struct iovec spans[2];
    int span_count = byte_ring_room(&tcp->uart.ring, spans);
    if (span_count == 0) {
        tcp->paused = true;
        return;
    }
    ssize_t got = readv(tcp->peer_fd, spans, span_count);
    if (got > 0) {
        byte_ring_commit(&tcp->uart.ring, (uint32_t)got);
        uart_got(&tcp->uart, (uint32_t)got);
    } else if (got == 0) {
        end_of_input(tcp);
    } else if (errno != EAGAIN && errno != EINTR) {
        lose_peer(tcp, uv_strerror(-errno));
    }
}

/* Half the ring must be free first, so that a slow owner does not cause a read for each byte. */
static void room(struct uart *uart)
{
    struct tcp_uart *tcp = of(uart);
    if (!tcp->paused || uart->ring.count > uart->ring.capacity / 2)
        return;
    tcp->paused = false;
    watch_peer(tcp);
}

static void on_peer(uv_poll_t *peer, int status, int events)
{
    struct tcp_uart *tcp = peer->data;
    if (status < 0) { /* the socket has an error, which reading or writing will tell */
        events = tcp->watched;
        tcp->watched = 0; /* libuv has stopped watching */
    }
    if ((events & UV_WRITABLE) && tcp->uart.out_bytes > 0)
        push_some(tcp);
    if ((events & UV_PRIORITIZED) && tcp->peer_fd >= 0)
        lose_peer(tcp, "reset after it had finished");
    if ((events & UV_READABLE) && tcp->peer_fd >= 0)
        fill(tcp);
    watch_peer(tcp);
}

/* ---- peers come ---- */

static void admit(struct tcp_uart *tcp, int fd, const char *address)
{
    int error = uv_poll_init_socket(tcp->listener.loop, &tcp->peer, fd);
    if (error != 0) {
        close(fd);
        tcp->uart.counters.refused_peers++;
        say(tcp, DEVICE_ERROR, "refused a peer", address, uv_strerror(error));
        return;
    }
    tcp_set_options(fd);
    tcp->peer.data = tcp;
    tcp->handles++;
    tcp->peer_fd = fd;
    snprintf(tcp->peer_address, sizeof tcp->peer_address, "%s", address);
    say(tcp, DEVICE_INFO, "peer connected", address, NULL);
    uart_peer_came(&tcp->uart);
    watch_peer(tcp);
    watch_listener(tcp);
}

static void refuse(struct tcp_uart *tcp, int fd, const char *address)
{
    close(fd);
    tcp->uart.counters.refused_peers++;
    say(tcp, DEVICE_INFO, "refused a second peer", address, NULL);
}

static void on_retry(uv_timer_t *timer)
{
    watch_listener(timer->data);
}

/* The peer stays in the backlog, so trying at once would be trying for ever. */
static void retry_later(struct tcp_uart *tcp, int error)
{
    if (!tcp->retry_is_said)
        say(tcp, DEVICE_ERROR, "cannot accept a peer, will keep trying", NULL,
            uv_strerror(error));
    tcp->retry_is_said = true;
    uv_timer_start(&tcp->retry, on_retry, RETRY_MS, 0);
    watch_listener(tcp);
}

/* Asked of the socket, since the peer's end may have arrived together with the knock: who leaves
 * and comes back must not find the port still taken by himself. */
static bool peer_is_ending(const struct tcp_uart *tcp)
{
    struct pollfd asked = {.fd = tcp->peer_fd, .events = POLLRDHUP};
    return poll(&asked, 1, 0) == 1;
}

/* Whether the one who knocks has to wait in the backlog for the former peer to be gone. */
static bool takes_over(struct tcp_uart *tcp)
{
    if (!tcp->uart.has_peer)
        return false;
    if (tcp->uart.peer_is_finished) {
        lose_peer(tcp, "finished, and another one came");
        return true;
    }
    if (!peer_is_ending(tcp))
        return false;
    tcp->successor_waits = true; /* until end_of_input */
    watch_listener(tcp);
    return true;
}

static void on_knock(uv_poll_t *listener, int status, int events)
{
    struct tcp_uart *tcp = listener->data;
    char address[TCP_ADDRESS_TEXT_BYTES];

    (void)events;
    if (status < 0 || !wants_knocks(tcp) || takes_over(tcp))
        return;
    int fd = tcp_accept(tcp->listener_fd, address);
    if (fd == UV_EAGAIN)
        return;
    if (fd < 0) {
        retry_later(tcp, fd);
        return;
    }
    tcp->retry_is_said = false;
    if (tcp->uart.has_peer)
        refuse(tcp, fd, address);
    else
        admit(tcp, fd, address);
}

static void vacant(struct uart *uart)
{
    watch_listener(of(uart));
}

static void hang_up(struct uart *uart)
{
    lose_peer(of(uart), "hung up");
}

static const struct uart_wire tcp_wire = {
    .push = push,
    .rest = rest,
    .room = room,
    .vacant = vacant,
    .hang_up = hang_up,
};

/* ---- opening and closing ---- */

static void note_address(struct tcp_uart *tcp)
{
    struct sockaddr_storage actual = {0};
    socklen_t bytes = sizeof actual;
    getsockname(tcp->listener_fd, (struct sockaddr *)&actual, &bytes);
    tcp_address_format(&actual, tcp->address);
    tcp->port = tcp_address_port(&actual);
    say(tcp, DEVICE_INFO, "listening", NULL, NULL);
    if (!tcp_address_is_loopback(&actual))
        say(tcp, DEVICE_WARN, "other machines can reach this port, which asks for no password",
            NULL, NULL);
}

static int start(struct tcp_uart *tcp, uv_loop_t *loop, const struct sockaddr_storage *address)
{
    tcp->listener_fd = tcp_listen(address);
    if (tcp->listener_fd < 0)
        return tcp->listener_fd;
    int error = uv_poll_init_socket(loop, &tcp->listener, tcp->listener_fd);
    if (error != 0) {
        close(tcp->listener_fd);
        return error;
    }
    uv_timer_init(loop, &tcp->retry);
    tcp->listener.data = tcp->retry.data = tcp;
    tcp->handles = 2;
    return 0;
}

int tcp_uart_open(struct tcp_uart *tcp, uv_loop_t *loop, const char *address,
                  const struct uart_settings *settings, struct device_error *error)
{
    struct sockaddr_storage parsed;

    *tcp = (struct tcp_uart){.listener_fd = -1, .peer_fd = -1};
    error->text[0] = '\0';
    if (!tcp_address_parse(address, &parsed, error))
        return UV_EINVAL;
    if (!uart_init(&tcp->uart, &tcp_wire, settings)) {
        snprintf(error->text, sizeof error->text, "no memory for the %u bytes of the ring of %s",
                 (unsigned)settings->ring_bytes, settings->name);
        return UV_ENOMEM;
    }
    int failed = start(tcp, loop, &parsed);
    if (failed != 0) {
        tcp_explain(error, address, failed);
        uart_finish(&tcp->uart);
        return failed;
    }
    note_address(tcp);
    watch_listener(tcp);
    return 0;
}

void tcp_uart_close(struct tcp_uart *tcp, void (*closed)(void *context), void *context)
{
    assert(!tcp->is_closing);
    tcp->is_closing = true;
    tcp->closed = closed;
    tcp->closed_context = context;
    if (tcp->peer_fd >= 0)
        close_peer(tcp);
    tcp->uart.has_peer = false;
    uart_abort(&tcp->uart);
    uv_poll_stop(&tcp->listener);
    close(tcp->listener_fd);
    uv_close((uv_handle_t *)&tcp->listener, on_handle_closed);
    uv_close((uv_handle_t *)&tcp->retry, on_handle_closed);
}

const char *tcp_uart_address(const struct tcp_uart *tcp)
{
    return tcp->address;
}

uint16_t tcp_uart_port(const struct tcp_uart *tcp)
{
    return tcp->port;
}
