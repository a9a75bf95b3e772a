/* tcp_socket.h — the few system calls of a server that watches its sockets itself.
 *
 * All sockets are non-blocking and closed on exec. Errors are negative, as libuv's (UV_EADDRINUSE).
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef DEVICES_TCP_SOCKET_H
#define DEVICES_TCP_SOCKET_H

#include "devices/tcp_address.h"

/* Gives a listening socket, or an error. A port that somebody listens on is an error; one that has
 * only remains of past connections is not. */
int tcp_listen(const struct sockaddr_storage *address);

/* Gives the next peer's socket and writes where it comes from. UV_EAGAIN: nobody waits after all;
 * any other error stays until its cause is gone. */
int tcp_accept(int listener_fd, char peer_address[TCP_ADDRESS_TEXT_BYTES]);

/* What a serial line wants of its peer's socket: no delay, urgent bytes in their place, and a peer
 * that vanished without a word noticed within some minutes. */
void tcp_set_options(int fd);

/* Writes the sentence for a user whose `address` could not be listened at. */
void tcp_explain(struct device_error *error, const char *address, int reason);

#endif
