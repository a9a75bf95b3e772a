/* tcp_uart.h — a UART whose wire is a TCP socket that listens: `nc 127.0.0.1 9999`.
 *
 *     peer ═══ TCP ═══► recv straight into the ring ──► uart_receive
 *          ◄══════════  send straight from the span ◄── uart_send
 *
 * Peers    One at a time; another one is accepted and closed at once. Bytes are not lost while a
 *          peer is there: with the ring full the socket is not read, with the socket full the span
 *          waits. After a reset too, what had come is received first.
 * Ending   A peer that closed only its sending side looks like one that closed both, until output
 *          is sent to it. It therefore stays, finished (see uart_peer_is_finished), until output
 *          fails, until another peer comes, which takes over at once, or until uart_hang_up.
 * Memory   The ring, allocated when it is opened; nothing for a peer or a byte.
 * Loop     Idle, it makes no wake-ups. It holds at most two descriptors, and while another peer is
 *          being refused three. The loop stays alive until it is closed.
 *
 * The socket is watched with uv_poll rather than handed to uv_tcp: so a span can be given back at
 * any moment, nothing raises SIGPIPE, and nobody is turned away without being counted.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef DEVICES_TCP_UART_H
#define DEVICES_TCP_UART_H

#include <uv.h>

#include "devices/tcp_address.h"
#include "devices/uart.h"

struct tcp_uart {
    struct uart uart;

    int listener_fd;
    uv_poll_t listener;
    uv_timer_t retry;        /* runs while no peer can be accepted for want of descriptors */
    bool retry_is_said;      /* in the log, once until it works again */
    bool hears_knocks;       /* the listener is watched for peers */
    char address[TCP_ADDRESS_TEXT_BYTES]; /* with the port really in use */
    uint16_t port;

    int peer_fd;             /* -1: nobody */
    uv_poll_t peer;
    bool peer_is_closing;    /* the handle of the former peer is not free yet */
    int watched;             /* UV_READABLE and so on, as last told to libuv */
    bool paused;             /* the ring was full when bytes came */
    bool deaf;               /* the peer takes nothing more; what it sent is still being read */
    bool successor_waits;    /* in the backlog, until a peer that is ending has been read */
    char peer_address[TCP_ADDRESS_TEXT_BYTES];

    int handles;             /* open in the loop */
    void (*closed)(void *context);
    void *closed_context;
    bool is_closing;
};

/* Listens at `address`; port 0 lets the system choose. Logs "listening", and a warning if other
 * machines can reach it.
 *
 * Borrows  `loop` and `settings->name` until it is closed; `tcp` must not move until then.
 * Gives    0
 *          UV_EINVAL      not an address
 *          UV_EADDRINUSE  somebody else listens there
 *          UV_ENOMEM      no memory for the ring
 *          another UV_E…  what the system said
 *          Unless it is 0, `error` has a sentence for the user and there is nothing to close. */
int tcp_uart_open(struct tcp_uart *tcp, uv_loop_t *loop, const char *address,
                  const struct uart_settings *settings, struct device_error *error);

/* Stops listening, parts with the peer and gives back the span being sent. Raises nothing. Its
 * memory is free again when `closed` (or NULL) is called from the loop; nothing of it is then left
 * there. Once only. */
void tcp_uart_close(struct tcp_uart *tcp, void (*closed)(void *context), void *context);

/* Where it listens: "127.0.0.1:9999", with the port the system chose. */
const char *tcp_uart_address(const struct tcp_uart *tcp);
uint16_t tcp_uart_port(const struct tcp_uart *tcp);

#endif
