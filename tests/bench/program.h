/* program.h — another program, run as a child: the machine under measurement.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct program {
    pid_t pid;
    int log; /* its standard error */
};

/* Forks and executes `arguments`, whose first is a path and last is NULL. Its standard output is
 * thrown away. Returns false if it could not fork. */
bool program_start(struct program *program, const char *const arguments[]);

/* Reads its log until it says on which port of this host it listens. Returns the port, or 0 if it
 * ended before. */
uint16_t program_port(struct program *program);

/* The same for the first `count` of several. */
bool program_ports(struct program *program, uint16_t *ports, unsigned count);

/* Waits for its end. Returns its exit status, or -1. */
int program_wait(struct program *program);

/* Ends it by SIGTERM, and waits. */
void program_stop(struct program *program);

/* Boots the simulator with one UART that echoes, on a port of the system's choice. */
bool program_boot(struct program *program);

/* Boots it with that UART and, as the second, the wire of a serial mux that echoes on port 0. */
bool program_boot_mux(struct program *program);

#endif
