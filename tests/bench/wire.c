/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

int wire_dial(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

void wire_say(int fd, const char *bytes, size_t count)
{
    if (send(fd, bytes, count, 0) != (ssize_t)count) /* small, with nothing under way */
        abort();
}

void wire_hear(int fd, char *bytes, size_t count)
{
    if (recv(fd, bytes, count, MSG_WAITALL) != (ssize_t)count)
        abort();
}

size_t wire_move(ssize_t (*call)(int fd, void *bytes, size_t count, int flags), int fd,
                 char *bytes, size_t count)
{
    if (count == 0)
        return 0;
    size_t piece = count < WIRE_PIECE_BYTES ? count : WIRE_PIECE_BYTES;
    ssize_t moved = call(fd, bytes, piece, MSG_DONTWAIT);
    if (moved > 0)
        return (size_t)moved;
    if (moved == 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
        abort();
    return 0;
}
