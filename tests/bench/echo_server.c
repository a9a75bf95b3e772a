/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "echo_server.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#define PIECE_BYTES 65536u

struct piece { /* under way from a read to the end of its write */
    uv_write_t write;
    char bytes[PIECE_BYTES];
};

static struct piece *piece_of(char *bytes)
{
    return (struct piece *)(void *)(bytes - offsetof(struct piece, bytes));
}

static void give_room(uv_handle_t *handle, size_t hint, uv_buf_t *room)
{
    (void)handle;
    (void)hint;
    struct piece *piece = malloc(sizeof *piece);
    *room = piece ? uv_buf_init(piece->bytes, PIECE_BYTES) : uv_buf_init(NULL, 0);
}

static void written(uv_write_t *write, int status)
{
    (void)status;
    free(write); /* begins its piece */
}

static void free_peer(uv_handle_t *handle)
{
    free(handle);
}

static void came(uv_stream_t *peer, ssize_t count, const uv_buf_t *room)
{
    struct piece *piece = room->base ? piece_of(room->base) : NULL;
    if (count > 0) {
        uv_buf_t bytes = uv_buf_init(piece->bytes, (unsigned)count);
        if (uv_write(&piece->write, peer, &bytes, 1, written) == 0)
            return;
    }
    free(piece);
    if (count < 0)
        uv_close((uv_handle_t *)peer, free_peer);
}

static void knocked(uv_stream_t *listener, int status)
{
    uv_tcp_t *peer = malloc(sizeof *peer);
    if (status != 0 || !peer)
        abort();
    uv_tcp_init(listener->loop, peer);
    if (uv_accept(listener, (uv_stream_t *)peer) != 0)
        abort();
    uv_tcp_nodelay(peer, 1);
    uv_read_start((uv_stream_t *)peer, give_room, came);
}

_Noreturn static void serve(int listener_fd)
{
    uv_loop_t loop;
    uv_tcp_t listener;
    if (uv_loop_init(&loop) != 0 || uv_tcp_init(&loop, &listener) != 0 ||
        uv_tcp_open(&listener, listener_fd) != 0 ||
        uv_listen((uv_stream_t *)&listener, 1, knocked) != 0)
        abort();
    uv_run(&loop, UV_RUN_DEFAULT);
    _exit(1);
}

static int open_listener(uint16_t *port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t bytes = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, bytes) != 0 || listen(fd, 1) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &bytes) != 0)
        return -1;
    *port = ntohs(address.sin_port);
    return fd;
}

pid_t echo_server_start(uint16_t *port)
{
    int fd = open_listener(port);
    if (fd < 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0)
        serve(fd);
    close(fd);
    return pid;
}
