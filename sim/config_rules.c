/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <string.h>

#include "config_reading.h"

/* The item a path such as "$.platform.uarts[1].name" leads to, or the last one on the way that
 * the text has: where the reader should look. */
static const cJSON *item_at(const struct melpo_reading *reading, const char *path)
{
    const cJSON *item = reading->json.root;
    for (path++; *path;) {
        char key[MELPO_PATH_BYTES];
        const cJSON *next;
        bool is_index = *path++ == '[';
        size_t count = strcspn(path, ".[]");
        snprintf(key, sizeof key, "%.*s", (int)count, path);
        uint64_t index = 0;
        if (is_index && melpo_parse_u64(key, &index))
            next = cJSON_GetArrayItem(item, (int)index);
        else
            next = cJSON_GetObjectItemCaseSensitive(item, key);
        if (!next)
            break;
        item = next;
        path += count + (is_index ? 1 : 0);
    }
    return item;
}

/* Whether the field holds what the text says, or its default; a refused one holds neither. */
static bool is_read(const struct melpo_reading *reading, const void *field)
{
    return !melpo_reading_is_refused(reading, field);
}

#define REPORT_AT(reading, path, ...)                                                       \
    melpo_reading_report((reading), item_at((reading), (path)), (path), __VA_ARGS__)

struct mux_user { /* somebody who wants a port of the serial mux */
    const char *path;        /* of its section */
    const char *enabled_key; /* by which it wants one */
    const char *port_key;
    bool wants;
    const uint32_t *port;
};

#define MUX_USERS 4u

static void list_mux_users(const struct melpo_reading *reading,
                           struct mux_user users[MUX_USERS])
{
    const struct melpo_services_config *services = &reading->config->services;
    const struct melpo_keyboard_mux_config *keyboard = &services->keyboard_mux;
    const struct melpo_sermux_loopback_config *loopback = &services->sermux_loopback;
    const struct melpo_sermux_hello_config *hello = &services->sermux_hello;
    const struct melpo_sermux_trace_config *trace = &services->sermux_trace;

    users[0] = (struct mux_user){"$.services.keyboard_mux", "sermux_port_enabled", "sermux_port",
                                 keyboard->enabled && keyboard->sermux_port_enabled &&
                                     is_read(reading, &keyboard->enabled) &&
                                     is_read(reading, &keyboard->sermux_port_enabled),
                                 &keyboard->sermux_port};
    users[1] = (struct mux_user){"$.services.sermux_loopback", "enabled", "port",
                                 loopback->enabled && is_read(reading, &loopback->enabled),
                                 &loopback->port};
    users[2] = (struct mux_user){"$.services.sermux_hello", "enabled", "port",
                                 hello->enabled && is_read(reading, &hello->enabled),
                                 &hello->port};
    users[3] = (struct mux_user){"$.services.sermux_trace", "enabled", "port",
                                 trace->enabled && is_read(reading, &trace->enabled),
                                 &trace->port};
}

static bool is_clash(const struct melpo_reading *reading, const struct mux_user *one,
                     const struct mux_user *other)
{
    return one->wants && other->wants && is_read(reading, one->port) &&
           is_read(reading, other->port) && *one->port == *other->port;
}

static void check_mux_ports(struct melpo_reading *reading, const struct mux_user *users)
{
    char path[MELPO_PATH_BYTES];
    for (size_t i = 1; i < MUX_USERS; i++) {
        for (size_t j = 0; j < i; j++) {
            if (!is_clash(reading, &users[i], &users[j]))
                continue;
            snprintf(path, sizeof path, "%s.%s", users[i].path, users[i].port_key);
            REPORT_AT(reading, path, "mux port %u is taken by %s", *users[i].port,
                      users[j].path);
            break;
        }
    }
}

/* The ports of the Forth shells are what they are, so it is the others that have to move. */
static void check_mux_shells(struct melpo_reading *reading, const struct mux_user *users)
{
    char path[MELPO_PATH_BYTES];
    const bool *enabled = &reading->config->platform.forth_shell.enabled;
    if (!*enabled || !is_read(reading, enabled))
        return;
    for (size_t i = 0; i < MUX_USERS; i++) {
        if (!users[i].wants || !is_read(reading, users[i].port) ||
            *users[i].port - MELPO_MUX_SHELL_PORT >= MELPO_MUX_SHELLS)
            continue;
        snprintf(path, sizeof path, "%s.%s", users[i].path, users[i].port_key);
        REPORT_AT(reading, path, "mux port %u is a Forth shell's: $.platform.forth_shell.enabled",
                  *users[i].port);
    }
}

static void check_mux_needed(struct melpo_reading *reading, const struct mux_user *users)
{
    char path[MELPO_PATH_BYTES];
    const struct melpo_serial_mux_config *mux = &reading->config->services.serial_mux;
    if (mux->enabled || !is_read(reading, &mux->enabled))
        return;
    for (size_t i = 0; i < MUX_USERS; i++) {
        if (!users[i].wants)
            continue;
        snprintf(path, sizeof path, "%s.%s", users[i].path, users[i].enabled_key);
        REPORT_AT(reading, path, "needs $.services.serial_mux.enabled to be true");
    }
}

static void uart_path(char path[MELPO_PATH_BYTES], uint32_t index, const char *key)
{
    snprintf(path, MELPO_PATH_BYTES, "$.platform.uarts[%u].%s", index, key);
}

static void check_names(struct melpo_reading *reading, uint32_t index, uint32_t other)
{
    const struct melpo_uart_config *uarts = reading->config->platform.uarts;
    char path[MELPO_PATH_BYTES];
    if (!is_read(reading, uarts[index].name) || !is_read(reading, uarts[other].name) ||
        strcmp(uarts[index].name, uarts[other].name) != 0)
        return;
    uart_path(path, index, "name");
    REPORT_AT(reading, path, "\"%s\" is the name of $.platform.uarts[%u]", uarts[index].name,
              other);
}

static bool listens(const struct melpo_reading *reading, const struct melpo_uart_config *uart)
{
    return uart->backend == MELPO_BACKEND_TCP && is_read(reading, &uart->backend) &&
           is_read(reading, &uart->address);
}

static void check_addresses(struct melpo_reading *reading, uint32_t index, uint32_t other)
{
    const struct melpo_uart_config *uarts = reading->config->platform.uarts;
    char path[MELPO_PATH_BYTES], address[MELPO_ADDRESS_BYTES];
    if (!listens(reading, &uarts[index]) || !listens(reading, &uarts[other]) ||
        !melpo_address_clashes(&uarts[index].address, &uarts[other].address))
        return;
    uart_path(path, index, "address");
    melpo_print_address(&uarts[other].address, address);
    REPORT_AT(reading, path, "$.platform.uarts[%u] listens on %s", other, address);
}

static void check_uarts(struct melpo_reading *reading)
{
    for (uint32_t i = 1; i < reading->config->platform.uart_count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            check_names(reading, i, j);
            check_addresses(reading, i, j);
        }
    }
}

/* `first` is the first UART attached to the mux, UINT32_MAX before one is found. */
static void check_attached(struct melpo_reading *reading, uint32_t index, uint32_t first)
{
    char path[MELPO_PATH_BYTES];
    const bool *enabled = &reading->config->services.serial_mux.enabled;
    uart_path(path, index, "attach");
    if (!*enabled && is_read(reading, enabled))
        REPORT_AT(reading, path, "needs $.services.serial_mux.enabled to be true");
    if (first < index)
        REPORT_AT(reading, path, "the serial mux has one UART, $.platform.uarts[%u]", first);
}

static void check_mux_uart(struct melpo_reading *reading)
{
    const struct melpo_platform_config *platform = &reading->config->platform;
    bool enabled = reading->config->services.serial_mux.enabled;
    bool all_read = is_read(reading, platform->uarts);
    uint32_t first = UINT32_MAX;
    for (uint32_t i = 0; i < platform->uart_count; i++) {
        const enum melpo_attach *attach = &platform->uarts[i].attach;
        all_read = all_read && is_read(reading, attach);
        if (*attach != MELPO_ATTACH_SERIAL_MUX || !is_read(reading, attach))
            continue;
        check_attached(reading, i, first);
        if (first == UINT32_MAX)
            first = i;
    }
    if (enabled && first == UINT32_MAX && all_read)
        REPORT_AT(reading, "$.services.serial_mux.enabled",
                  "needs a UART: one of $.platform.uarts with \"attach\": \"serial_mux\"");
}

void melpo_reading_check_rules(struct melpo_reading *reading)
{
    struct mux_user users[MUX_USERS];
    list_mux_users(reading, users);
    check_mux_needed(reading, users);
    check_mux_ports(reading, users);
    check_mux_shells(reading, users);
    check_uarts(reading);
    check_mux_uart(reading);
}
