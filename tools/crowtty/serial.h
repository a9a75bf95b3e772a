/* serial.h — a serial device, made ready for bytes.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef CROWTTY_SERIAL_H
#define CROWTTY_SERIAL_H

#include <stdint.h>

/* Opens it raw, 8 bits, no parity, 1 stop bit, no flow control, and forgets what came before.
 * Returns a descriptor, or an error as a negative errno. */
int serial_open(const char *path, uint32_t baud);

#endif
