/* tcp_address.h — "127.0.0.1:9999" or "[::1]:0", as people write it and as sockets want it.
 *
 * Numbers only: a name could mean several addresses, and looking it up could wait.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef DEVICES_TCP_ADDRESS_H
#define DEVICES_TCP_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "devices/device_log.h"

#define TCP_ADDRESS_TEXT_BYTES 64u /* longest text and its end */

/* Reads an address with its port (0..65535). False: `error` says what is wrong with it, in a
 * sentence that quotes it. */
bool tcp_address_parse(const char *text, struct sockaddr_storage *address,
                       struct device_error *error);

/* Writes it the way `tcp_address_parse` reads it; "?" for another family. */
void tcp_address_format(const struct sockaddr_storage *address, char text[TCP_ADDRESS_TEXT_BYTES]);

/* Its port, in the host's byte order, and the size of its family's struct. */
uint16_t tcp_address_port(const struct sockaddr_storage *address);
socklen_t tcp_address_bytes(const struct sockaddr_storage *address);

/* Whether only this machine can reach it. */
bool tcp_address_is_loopback(const struct sockaddr_storage *address);

#endif
