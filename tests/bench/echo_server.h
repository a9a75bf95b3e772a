/* echo_server.h — the least that echoes over TCP with libuv: what the machine is measured against.
 *
 * It reads up to 64 KiB at a time, as much as the machine's own queues hold, and writes them back.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef ECHO_SERVER_H
#define ECHO_SERVER_H

#include <stdint.h>
#include <sys/types.h>

/* Forks a process that serves. Returns its id, or -1; `port` is where it listens on this host. End
 * it by a signal. */
pid_t echo_server_start(uint16_t *port);

#endif
