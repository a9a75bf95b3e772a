/* wire.h — the other end of a serial port over TCP, for measurements.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef WIRE_H
#define WIRE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#define WIRE_PIECE_BYTES 65536u

/* Connects to a port of this host. Returns the socket, or -1. */
int wire_dial(uint16_t port);

/* All of it, or the measurement ends. */
void wire_say(int fd, const char *bytes, size_t count);
void wire_hear(int fd, char *bytes, size_t count);

/* Moves what `call`, send or recv, can move without waiting. Returns how many bytes. */
size_t wire_move(ssize_t (*call)(int fd, void *bytes, size_t count, int flags), int fd,
                 char *bytes, size_t count);

#endif
