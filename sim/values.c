/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "values.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
    const char *name;
    uint64_t worth;
};

/* Smallest first, so that printing finds the largest last. */
static const struct unit time_units[] = {
    {"us", 1},
    {"ms", 1000},
    {"s", 1000000},
    {"m", UINT64_C(60) * 1000000},
    {"h", UINT64_C(3600) * 1000000},
    {"d", UINT64_C(86400) * 1000000},
};

static const struct unit size_units[] = {
    {"B", 1},
    {"KiB", 1024},
    {"MiB", 1024 * 1024},
    {"GiB", 1024 * 1024 * 1024},
};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Reads digits and returns what follows them, or NULL if there is no number or it does not fit. */
static const char *read_digits(const char *text, uint64_t *value)
{
    uint64_t sum = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (sum > (UINT64_MAX - digit) / 10)
            return NULL;
        sum = sum * 10 + digit;
    }
    if (at == text || (*text == '0' && at != text + 1))
        return NULL;
    *value = sum;
    return at;
}

bool melpo_parse_u64(const char *text, uint64_t *value)
{
    uint64_t number;
    const char *rest = read_digits(text, &number);
    if (!rest || *rest)
        return false;
    *value = number;
    return true;
}

static bool parse_with_unit(const char *text, const struct unit *units, size_t count,
                            uint64_t *value)
{
    uint64_t number;
    const char *rest = read_digits(text, &number);
    if (!rest)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rest, units[i].name) != 0)
            continue;
        if (number > UINT64_MAX / units[i].worth)
            return false;
        *value = number * units[i].worth;
        return true;
    }
    return false;
}

static void print_with_unit(uint64_t value, const struct unit *units, size_t count, char *text)
{
    const struct unit *best = &units[0];
    for (size_t i = 1; i < count; i++)
        if (value >= units[i].worth && value % units[i].worth == 0)
            best = &units[i];
    snprintf(text, MELPO_VALUE_BYTES, "%" PRIu64 "%s", value / best->worth, best->name);
}

bool melpo_parse_duration(const char *text, uint64_t *value_us)
{
    return parse_with_unit(text, time_units, COUNT_OF(time_units), value_us);
}

void melpo_print_duration(uint64_t value_us, char text[MELPO_VALUE_BYTES])
{
    print_with_unit(value_us, time_units, COUNT_OF(time_units), text);
}

bool melpo_parse_size(const char *text, uint64_t *value_bytes)
{
    return parse_with_unit(text, size_units, COUNT_OF(size_units), value_bytes);
}

void melpo_print_size(uint64_t value_bytes, char text[MELPO_VALUE_BYTES])
{
    print_with_unit(value_bytes, size_units, COUNT_OF(size_units), text);
}

/* The numeric form in and out again, so that equal addresses are equal texts. */
static bool parse_ip(const char *text, struct melpo_address *address)
{
    struct in6_addr raw; /* the larger of the two */
    int family = strchr(text, ':') ? AF_INET6 : AF_INET;
    if (inet_pton(family, text, &raw) != 1)
        return false;
    return inet_ntop(family, &raw, address->ip, sizeof address->ip) != NULL;
}

static bool is_bracketed(const char *text, size_t count)
{
    return count >= 2 && text[0] == '[' && text[count - 1] == ']';
}

bool melpo_parse_address(const char *text, struct melpo_address *value)
{
    char ip[MELPO_IP_BYTES];
    uint64_t port;
    struct melpo_address address;
    const char *colon = strrchr(text, ':');
    if (!colon || !melpo_parse_u64(colon + 1, &port) || port > UINT16_MAX)
        return false;
    size_t count = (size_t)(colon - text);
    bool bracketed = is_bracketed(text, count);
    if (bracketed) {
        text += 1;
        count -= 2;
    }
    if (count >= sizeof ip || bracketed != (memchr(text, ':', count) != NULL))
        return false;
    memcpy(ip, text, count);
    ip[count] = '\0';
    memset(&address, 0, sizeof address);
    address.port = (uint16_t)port;
    if (!parse_ip(ip, &address))
        return false;
    *value = address;
    return true;
}

static bool is_ipv6(const struct melpo_address *address)
{
    return strchr(address->ip, ':') != NULL;
}

void melpo_print_address(const struct melpo_address *value, char text[MELPO_ADDRESS_BYTES])
{
    const char *format = is_ipv6(value) ? "[%s]:%u" : "%s:%u";
    snprintf(text, MELPO_ADDRESS_BYTES, format, value->ip, (unsigned)value->port);
}

bool melpo_address_is_loopback(const struct melpo_address *address)
{
    const char *mapped = "::ffff:";
    const char *ip = address->ip;
    if (strncmp(ip, mapped, strlen(mapped)) == 0)
        ip += strlen(mapped);
    return strncmp(ip, "127.", 4) == 0 || strcmp(ip, "::1") == 0;
}

static bool is_wildcard(const struct melpo_address *address)
{
    return strcmp(address->ip, "0.0.0.0") == 0 || strcmp(address->ip, "::") == 0;
}

bool melpo_address_clashes(const struct melpo_address *one, const struct melpo_address *other)
{
    if (one->port == 0 || one->port != other->port || is_ipv6(one) != is_ipv6(other))
        return false;
    return is_wildcard(one) || is_wildcard(other) || strcmp(one->ip, other->ip) == 0;
}

bool melpo_parse_color(const char *text, uint32_t *value)
{
    if (text[0] != '#' || strlen(text) != 7 || strspn(text + 1, "0123456789abcdefABCDEF") != 6)
        return false;
    *value = (uint32_t)strtoul(text + 1, NULL, 16);
    return true;
}

void melpo_print_color(uint32_t value, char text[MELPO_VALUE_BYTES])
{
    snprintf(text, MELPO_VALUE_BYTES, "#%06" PRIx32, value & 0xffffff);
}

bool melpo_name_is_valid(const char *text)
{
    size_t count = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-");
    return count >= 1 && count <= MELPO_NAME_CHARS && text[count] == '\0';
}
