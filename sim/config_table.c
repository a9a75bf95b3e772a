/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "config_table.h"

#include <string.h>

#define DAY_US (UINT64_C(86400) * 1000000)
#define MIB (1024u * 1024u)

_Static_assert(sizeof(enum melpo_level) == sizeof(uint32_t), "choices are stored as uint32_t");
_Static_assert(sizeof(bool) == 1, "configurations are compared byte by byte in tests");

#define FIELD(type, field) .offset = offsetof(type, field), .bytes = sizeof(((type *)0)->field)
#define BOOL(type, field) {#field, MELPO_KIND_BOOL, FIELD(type, field)}
#define INTEGER(type, field, min_, max_)                                                    \
    {#field, MELPO_KIND_INTEGER, FIELD(type, field), .min = (min_), .max = (max_)}
#define DURATION(type, key, field)                                                          \
    {key, MELPO_KIND_DURATION, FIELD(type, field), .min = 1, .max = DAY_US}
#define TEXT(type, field, min_)                                                             \
    {#field, MELPO_KIND_TEXT, FIELD(type, field), .min = (min_), .max = MELPO_TEXT_CHARS}
#define CHOICE(type, field, choices_)                                                       \
    {#field, MELPO_KIND_CHOICE, FIELD(type, field), .choices = (choices_)}
#define COLOR(type, field) {#field, MELPO_KIND_COLOR, FIELD(type, field)}
#define SECTION(type, field)                                                                \
    {#field, MELPO_KIND_SECTION, FIELD(type, field), .section = &field##_section}
#define SECTION_OF(name, type)                                                              \
    static const struct melpo_section name##_section = {                                    \
        name##_keys, sizeof name##_keys / sizeof name##_keys[0], sizeof(type)}

static const char *const levels[] = {"trace", "debug", "info", "warn", "error", "off", NULL};
static const char *const backends[] = {"tcp", "null", NULL};
static const char *const attachments[] = {"nothing",       "loopback",   "hello",
                                          "console_shell", "serial_mux", NULL};
static const char *const unconnecteds[] = {"discard", "hold", NULL};

static const struct melpo_uart_config uart_default = MELPO_UART_DEFAULT;

static const struct melpo_key watchdog_keys[] = {
    BOOL(struct melpo_watchdog_config, enabled),
    DURATION(struct melpo_watchdog_config, "patience", patience_us),
    DURATION(struct melpo_watchdog_config, "poll", poll_us),
    INTEGER(struct melpo_watchdog_config, ticks, 1000, UINT32_MAX),
};
SECTION_OF(watchdog, struct melpo_watchdog_config);

static const struct melpo_key kernel_keys[] = {
    INTEGER(struct melpo_kernel_config, max_drivers, 1, 1024),
    {"heap_size", MELPO_KIND_SIZE, FIELD(struct melpo_kernel_config, heap_size_bytes),
     .min = 4096, .max = 1024u * MIB},
    SECTION(struct melpo_kernel_config, watchdog),
};
SECTION_OF(kernel, struct melpo_kernel_config);

static const struct melpo_key keyboard_mux_keys[] = {
    BOOL(struct melpo_keyboard_mux_config, enabled),
    INTEGER(struct melpo_keyboard_mux_config, max_keyboards, 1, 64),
    INTEGER(struct melpo_keyboard_mux_config, buffer_capacity, 1, 65536),
    BOOL(struct melpo_keyboard_mux_config, sermux_port_enabled),
    INTEGER(struct melpo_keyboard_mux_config, sermux_port, 0, 65535),
};
SECTION_OF(keyboard_mux, struct melpo_keyboard_mux_config);

static const struct melpo_key serial_mux_keys[] = {
    BOOL(struct melpo_serial_mux_config, enabled),
    INTEGER(struct melpo_serial_mux_config, max_ports, 4, 65535),
    INTEGER(struct melpo_serial_mux_config, max_frame, 16, 65535),
};
SECTION_OF(serial_mux, struct melpo_serial_mux_config);

static const struct melpo_key spawnulator_keys[] = {
    BOOL(struct melpo_spawnulator_config, enabled),
    INTEGER(struct melpo_spawnulator_config, capacity, 1, 1024),
};
SECTION_OF(spawnulator, struct melpo_spawnulator_config);

static const struct melpo_key sermux_loopback_keys[] = {
    BOOL(struct melpo_sermux_loopback_config, enabled),
    INTEGER(struct melpo_sermux_loopback_config, port, 0, 65535),
    INTEGER(struct melpo_sermux_loopback_config, buffer_size, 16, MIB),
};
SECTION_OF(sermux_loopback, struct melpo_sermux_loopback_config);

static const struct melpo_key sermux_hello_keys[] = {
    BOOL(struct melpo_sermux_hello_config, enabled),
    INTEGER(struct melpo_sermux_hello_config, port, 0, 65535),
    INTEGER(struct melpo_sermux_hello_config, buffer_size, 16, MIB),
    TEXT(struct melpo_sermux_hello_config, message, 1),
    DURATION(struct melpo_sermux_hello_config, "interval", interval_us),
};
SECTION_OF(sermux_hello, struct melpo_sermux_hello_config);

static const struct melpo_key sermux_trace_keys[] = {
    BOOL(struct melpo_sermux_trace_config, enabled),
    INTEGER(struct melpo_sermux_trace_config, port, 0, 65535),
    INTEGER(struct melpo_sermux_trace_config, sendbuf_capacity, 64, MIB),
    INTEGER(struct melpo_sermux_trace_config, tracebuf_capacity, 64, MIB),
    CHOICE(struct melpo_sermux_trace_config, initial_level, levels),
};
SECTION_OF(sermux_trace, struct melpo_sermux_trace_config);

static const struct melpo_key torture_keys[] = {
    BOOL(struct melpo_torture_config, enabled),
    INTEGER(struct melpo_torture_config, tasks, 1, 16),
    INTEGER(struct melpo_torture_config, rounds, 1, 100000000),
    INTEGER(struct melpo_torture_config, seed, 0, UINT32_MAX),
    DURATION(struct melpo_torture_config, "lateness", lateness_us),
};
SECTION_OF(torture, struct melpo_torture_config);

static const struct melpo_key services_keys[] = {
    SECTION(struct melpo_services_config, keyboard_mux),
    SECTION(struct melpo_services_config, serial_mux),
    SECTION(struct melpo_services_config, spawnulator),
    SECTION(struct melpo_services_config, sermux_loopback),
    SECTION(struct melpo_services_config, sermux_hello),
    SECTION(struct melpo_services_config, sermux_trace),
    SECTION(struct melpo_services_config, torture),
};
SECTION_OF(services, struct melpo_services_config);

static const struct melpo_key display_keys[] = {
    BOOL(struct melpo_display_config, enabled),
    INTEGER(struct melpo_display_config, width, 16, 4096),
    INTEGER(struct melpo_display_config, height, 16, 4096),
    INTEGER(struct melpo_display_config, scaling, 1, 16),
    INTEGER(struct melpo_display_config, frames_per_second, 1, 240),
    INTEGER(struct melpo_display_config, kchannel_depth, 1, 1024),
    COLOR(struct melpo_display_config, on_color),
    COLOR(struct melpo_display_config, off_color),
};
SECTION_OF(display, struct melpo_display_config);

static const struct melpo_key params_keys[] = {
    INTEGER(struct melpo_forth_params, stack_size, 16, 65536),
    INTEGER(struct melpo_forth_params, input_buf_size, 16, 65536),
    INTEGER(struct melpo_forth_params, output_buf_size, 16, 65536),
    INTEGER(struct melpo_forth_params, dictionary_size, 256, 16 * MIB),
    INTEGER(struct melpo_forth_params, stdin_capacity, 16, MIB),
    INTEGER(struct melpo_forth_params, stdout_capacity, 16, MIB),
    INTEGER(struct melpo_forth_params, bag_of_holding_capacity, 1, 65536),
    DURATION(struct melpo_forth_params, "spawnulator_timeout", spawnulator_timeout_us),
};
SECTION_OF(params, struct melpo_forth_params);

static const struct melpo_key forth_shell_keys[] = {
    BOOL(struct melpo_forth_shell_config, enabled),
    INTEGER(struct melpo_forth_shell_config, capacity, 16, MIB),
    SECTION(struct melpo_forth_shell_config, params),
};
SECTION_OF(forth_shell, struct melpo_forth_shell_config);

static const struct melpo_key uart_keys[] = {
    {"name", MELPO_KIND_NAME, FIELD(struct melpo_uart_config, name)},
    CHOICE(struct melpo_uart_config, backend, backends),
    {"address", MELPO_KIND_ADDRESS, FIELD(struct melpo_uart_config, address)},
    INTEGER(struct melpo_uart_config, incoming_size, 16, MIB),
    INTEGER(struct melpo_uart_config, outgoing_size, 16, MIB),
    CHOICE(struct melpo_uart_config, attach, attachments),
    CHOICE(struct melpo_uart_config, unconnected_output, unconnecteds),
    TEXT(struct melpo_uart_config, greeting, 0),
};
SECTION_OF(uart, struct melpo_uart_config);

static const struct melpo_key platform_keys[] = {
    SECTION(struct melpo_platform_config, display),
    SECTION(struct melpo_platform_config, forth_shell),
    {"uarts", MELPO_KIND_LIST, FIELD(struct melpo_platform_config, uarts),
     .max = MELPO_UARTS_MAX, .section = &uart_section,
     .count_offset = offsetof(struct melpo_platform_config, uart_count),
     .item_default = &uart_default},
};
SECTION_OF(platform, struct melpo_platform_config);

static const struct melpo_key config_keys[] = {
    {"$schema", MELPO_KIND_IGNORED, .offset = 0, .bytes = 0},
    SECTION(struct melpo_config, kernel),
    SECTION(struct melpo_config, services),
    SECTION(struct melpo_config, platform),
};

const struct melpo_section melpo_config_section = {
    config_keys, sizeof config_keys / sizeof config_keys[0], sizeof(struct melpo_config)};

const struct melpo_key *melpo_section_find(const struct melpo_section *section, const char *name)
{
    for (size_t i = 0; i < section->key_count; i++)
        if (strcmp(section->keys[i].name, name) == 0)
            return &section->keys[i];
    return NULL;
}

void melpo_config_init(struct melpo_config *config)
{
    *config = (struct melpo_config)MELPO_CONFIG_DEFAULT;
}
