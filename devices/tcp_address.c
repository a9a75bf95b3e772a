/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "devices/tcp_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static const struct sockaddr_in *as_v4(const struct sockaddr_storage *address)
{
    return (const struct sockaddr_in *)(const void *)address;
}

static const struct sockaddr_in6 *as_v6(const struct sockaddr_storage *address)
{
    return (const struct sockaddr_in6 *)(const void *)address;
}

/* Decimal digits and nothing else, 0..65535. */
static bool parse_port(const char *text, uint16_t *port)
{
    uint32_t value = 0;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return false;
        value = value * 10 + (uint32_t)(*text - '0');
        if (value > UINT16_MAX)
            return false;
    }
    *port = (uint16_t)value;
    return true;
}

static bool parse_host(const char *host, uint16_t port, struct sockaddr_storage *address)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    size_t length = strlen(host);
    char inside[INET6_ADDRSTRLEN];

    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
        memcpy(address, &v4, sizeof v4);
        return true;
    }
    if (length < 2 || length - 2 >= sizeof inside || host[0] != '[' || host[length - 1] != ']')
        return false;
    memcpy(inside, host + 1, length - 2);
    inside[length - 2] = '\0';
    if (inet_pton(AF_INET6, inside, &v6.sin6_addr) != 1)
        return false;
    memcpy(address, &v6, sizeof v6);
    return true;
}

bool tcp_address_parse(const char *text, struct sockaddr_storage *address,
                       struct device_error *error)
{
    const char *colon = strrchr(text, ':');
    char host[TCP_ADDRESS_TEXT_BYTES];
    uint16_t port = 0;
    size_t length = colon ? (size_t)(colon - text) : 0;

    if (colon && length < sizeof host) {
        memcpy(host, text, length);
        host[length] = '\0';
        if (parse_port(colon + 1, &port) && parse_host(host, port, address))
            return true;
    }
    snprintf(error->text, sizeof error->text,
             "\"%.64s\" is not an address with a port (0 to 65535), as in 127.0.0.1:9999 or "
             "[::1]:9999", text);
    return false;
}

void tcp_address_format(const struct sockaddr_storage *address, char text[TCP_ADDRESS_TEXT_BYTES])
{
    char host[INET6_ADDRSTRLEN] = "?";
    unsigned port = tcp_address_port(address);

    if (address->ss_family == AF_INET) {
        inet_ntop(AF_INET, &as_v4(address)->sin_addr, host, sizeof host);
        snprintf(text, TCP_ADDRESS_TEXT_BYTES, "%s:%u", host, port);
    } else if (address->ss_family == AF_INET6) {
        inet_ntop(AF_INET6, &as_v6(address)->sin6_addr, host, sizeof host);
        snprintf(text, TCP_ADDRESS_TEXT_BYTES, "[%s]:%u", host, port);
    } else {
        snprintf(text, TCP_ADDRESS_TEXT_BYTES, "?");
    }
}

uint16_t tcp_address_port(const struct sockaddr_storage *address)
{
    return ntohs(address->ss_family == AF_INET6 ? as_v6(address)->sin6_port
                                                : as_v4(address)->sin_port);
}

socklen_t tcp_address_bytes(const struct sockaddr_storage *address)
{
    return address->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                          : sizeof(struct sockaddr_in);
}

bool tcp_address_is_loopback(const struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&as_v6(address)->sin6_addr);
    return (ntohl(as_v4(address)->sin_addr.s_addr) >> 24) == IN_LOOPBACKNET;
}
