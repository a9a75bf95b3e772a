/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "devices/tcp_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <unistd.h>
#include <uv.h>

#define KEEPALIVE_IDLE_S 60

static void set_option(int fd, int level, int option, int value)
{
    setsockopt(fd, level, option, &value, sizeof value); /* a wish: the wire works without it */
}

int tcp_listen(const struct sockaddr_storage *address)
{
    int fd = socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (bind(fd, (const struct sockaddr *)address, tcp_address_bytes(address)) != 0 ||
        listen(fd, SOMAXCONN) != 0) {
        int error = -errno;
        close(fd);
        return error;
    }
    return fd;
}

int tcp_accept(int listener_fd, char peer_address[TCP_ADDRESS_TEXT_BYTES])
{
    struct sockaddr_storage address = {0};
    socklen_t bytes = sizeof address;
    int fd = accept4(listener_fd, (struct sockaddr *)&address, &bytes,
                     SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0)
        tcp_address_format(&address, peer_address);
    else if (errno == EINTR || errno == ECONNABORTED)
        return UV_EAGAIN;
    return fd >= 0 ? fd : -errno;
}

void tcp_set_options(int fd)
{
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(fd, SOL_SOCKET, SO_OOBINLINE, 1);
    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S);
}

void tcp_explain(struct device_error *error, const char *address, int reason)
{
    const char *advice = "";
    if (reason == UV_EADDRINUSE) {
        snprintf(error->text, sizeof error->text,
                 "%s is in use; choose another port or 0 to let the system choose", address);
        return;
    }
    if (reason == UV_EACCES)
        advice = "; ports below 1024 may be reserved, choose a higher one";
    if (reason == UV_EADDRNOTAVAIL)
        advice = "; it is not an address of this machine";
    snprintf(error->text, sizeof error->text, "cannot listen at %s: %s%s", address,
             uv_strerror(reason), advice);
}
