/* values.h — durations, sizes, numbers, addresses and colors as people write them.
 *
 * Each parser takes the whole text or nothing: no spaces, no signs, no leading zeros, no
 * fractions, and no value that does not fit. On failure `*value` is untouched.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_VALUES_H
#define MELPO_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MELPO_VALUE_BYTES 32u /* room for any printed duration or size */
#define MELPO_NAME_CHARS 31u
#define MELPO_NAME_BYTES (MELPO_NAME_CHARS + 1u)
#define MELPO_IP_BYTES 46u      /* room for any numeric address */
#define MELPO_ADDRESS_BYTES 56u /* room for any address with brackets and port */

struct melpo_address {
    char ip[MELPO_IP_BYTES]; /* "127.0.0.1" or "::1", in the shortest usual form */
    uint16_t port;           /* 0: the system chooses */
};

/* "42". */
bool melpo_parse_u64(const char *text, uint64_t *value);

/* "20us", "100ms", "1s", "2m", "1h", "1d", to microseconds; printed in the largest unit that
 * leaves no fraction. */
bool melpo_parse_duration(const char *text, uint64_t *value_us);
void melpo_print_duration(uint64_t value_us, char text[MELPO_VALUE_BYTES]);

/* "512B", "64KiB", "1MiB", "1GiB", to bytes; printed likewise. */
bool melpo_parse_size(const char *text, uint64_t *value_bytes);
void melpo_print_size(uint64_t value_bytes, char text[MELPO_VALUE_BYTES]);

/* "127.0.0.1:9999" or "[::1]:9999": numeric, as host names may mean several addresses. */
bool melpo_parse_address(const char *text, struct melpo_address *value);
void melpo_print_address(const struct melpo_address *value, char text[MELPO_ADDRESS_BYTES]);

/* Only programs on this machine can reach it: 127.0.0.0/8, plain or mapped into
 * IPv6, or ::1. */
bool melpo_address_is_loopback(const struct melpo_address *address);

/* Both cannot be listened on at once: equal ports, not 0, and equal addresses or one of them the
 * whole family's (0.0.0.0, ::). */
bool melpo_address_clashes(const struct melpo_address *one, const struct melpo_address *other);

/* "#00d2ff": red, green and blue, two hexadecimal digits each, to 0xrrggbb. */
bool melpo_parse_color(const char *text, uint32_t *value);
void melpo_print_color(uint32_t value, char text[MELPO_VALUE_BYTES]);

/* 1 to MELPO_NAME_CHARS of a-z 0-9 _ - */
bool melpo_name_is_valid(const char *text);

#endif
