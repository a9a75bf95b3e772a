/* config.h — everything about a machine that its owner may choose, as plain data.
 *
 *     file ──find──► path ──read──► text ──JSON──► struct melpo_config ──print──► text
 *                                    ▲    │
 *                                  --set  └──► every problem, each with its place and JSON path
 *
 * Names      The fields are the keys of the JSON file, in the same nesting; config_table.c is the
 *            one list of both, and configs/melpo.schema.json says the same to editors.
 * Defaults   MELPO_CONFIG_DEFAULT: `{}` is a whole configuration. A file that names
 *            platform.uarts replaces the whole list; what an entry leaves out is that of
 *            MELPO_UART_DEFAULT.
 * Switched   Everything off under services, so that nothing is started that was not asked for;
 *   on       the display on, as on the original; one UART that echoes.
 * Memory     No pointers inside: copy it, compare it, throw it away.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MELPO_CONFIG_H
#define MELPO_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "problems.h"
#include "values.h"

#define MELPO_UARTS_MAX 8u
#define MELPO_TEXT_CHARS 255u /* longest text, in characters; up to 4 bytes each in UTF-8 */
#define MELPO_TEXT_BYTES (4u * MELPO_TEXT_CHARS + 1u)
#define MELPO_CONFIG_BYTES_MAX (1024u * 1024u) /* longest file */
#define MELPO_CONFIG_DEPTH_MAX 32u             /* deepest nesting of objects and arrays */

struct melpo_watchdog_config {
    bool enabled;
    uint64_t patience_us; /* with requests and queues, 1 us to 1 day */
    uint64_t poll_us;     /* of the processor's time in one poll, 1 us to 1 day; at least 10 ms */
    uint32_t ticks;       /* without virtual time moving on, 1000 to 4294967295 */
};

struct melpo_kernel_config {
    uint32_t max_drivers;     /* services bound at once, 1 to 1024 */
    uint32_t heap_size_bytes; /* 4 KiB to 1 GiB; in JSON bytes, or text such as "64KiB", "1MiB" */
    struct melpo_watchdog_config watchdog;
};

struct melpo_keyboard_mux_config {
    bool enabled;
    bool sermux_port_enabled; /* a port of the serial mux is a keyboard too; needs serial_mux */
    uint32_t max_keyboards;   /* 1 to 64 */
    uint32_t buffer_capacity; /* key events, 1 to 65536 */
    uint32_t sermux_port;     /* 0 to 65535 */
};

struct melpo_serial_mux_config { /* needs exactly one UART with attach "serial_mux" */
    bool enabled;
    uint32_t max_ports; /* open at once, 4 (the well-known services) to 65535 */
    uint32_t max_frame; /* bytes of port and data in a frame, 16 to 65535 */
};

struct melpo_spawnulator_config {
    bool enabled;
    uint32_t capacity; /* children at once, 1 to 1024 */
};

/* The Forth shells on the serial mux: ports 10 to 13. */
#define MELPO_MUX_SHELL_PORT 10u
#define MELPO_MUX_SHELLS 4u

/* The three that follow need serial_mux, and each a port of its own. */
struct melpo_sermux_loopback_config {
    bool enabled;
    uint32_t port;        /* 0 to 65535 */
    uint32_t buffer_size; /* bytes, 16 to 1048576 */
};

struct melpo_sermux_hello_config {
    bool enabled;
    uint32_t port;        /* 0 to 65535 */
    uint32_t buffer_size; /* bytes, 16 to 1048576 */
    char message[MELPO_TEXT_BYTES];
    uint64_t interval_us; /* 1 us to 1 day; in JSON text such as "100ms", "1s" */
};

enum melpo_level { /* the kernel's numbers for log levels */
    MELPO_LEVEL_TRACE,
    MELPO_LEVEL_DEBUG,
    MELPO_LEVEL_INFO,
    MELPO_LEVEL_WARN,
    MELPO_LEVEL_ERROR,
    MELPO_LEVEL_OFF,
};

struct melpo_sermux_trace_config {
    bool enabled;
    uint32_t port;              /* 0 to 65535 */
    uint32_t sendbuf_capacity;  /* bytes, 64 to 1048576 */
    uint32_t tracebuf_capacity; /* bytes, 64 to 1048576 */
    enum melpo_level initial_level;
};

struct melpo_display_config {
    bool enabled;
    uint32_t width, height;     /* pixels, 16 to 4096 */
    uint32_t scaling;           /* screen pixels along the side of one pixel, 1 to 16 */
    uint32_t frames_per_second; /* at most so many, 1 to 240 */
    uint32_t kchannel_depth;    /* requests waiting, 1 to 1024 */
    uint32_t on_color, off_color; /* 0xrrggbb, of pixels lit and dark; in JSON "#rrggbb" */
};

struct melpo_forth_params {
    uint32_t stack_size;              /* cells of each stack, 16 to 65536 */
    uint32_t input_buf_size;          /* bytes of a line, 16 to 65536; held to 80..4096 */
    uint32_t output_buf_size;         /* bytes between VM and console, 16 to 65536; at least 80 */
    uint32_t dictionary_size;         /* bytes of data, as many of code and half as many of names,
                                       * 256 to 16777216; data is held to 2 KiB..8 MiB */
    uint32_t stdin_capacity;          /* bytes of type-ahead, 16 to 1048576 */
    uint32_t stdout_capacity;         /* bytes, 16 to 1048576, on a mux port up to 65536; on a UART
                                       * its outgoing_size rules */
    uint32_t bag_of_holding_capacity; /* items, 1 to 65536 */
    uint64_t spawnulator_timeout_us;  /* a spawn waits so long for memory, 1 us to 1 day */
};

struct melpo_forth_shell_config {
    bool enabled;
    uint32_t capacity; /* bytes of former lines to call back, 16 to 1048576 */
    struct melpo_forth_params params;
};

enum melpo_backend {
    MELPO_BACKEND_TCP,  /* listens on `address`, one peer at a time */
    MELPO_BACKEND_NULL, /* never anybody there; `address` is not used */
};

enum melpo_attach {
    MELPO_ATTACH_NOTHING,
    MELPO_ATTACH_LOOPBACK, /* greets with `greeting`, then sends back what it gets */
    MELPO_ATTACH_HELLO,    /* says hello from time to time */
    MELPO_ATTACH_CONSOLE_SHELL, /* a Forth shell, made as forth_shell.params say */
    MELPO_ATTACH_SERIAL_MUX, /* needs serial_mux; one UART at most */
};

enum melpo_unconnected {
    MELPO_UNCONNECTED_DISCARD, /* output with nobody there is counted and thrown away */
    MELPO_UNCONNECTED_HOLD,    /* it waits for the next peer */
};

struct melpo_uart_config {
    char name[MELPO_NAME_BYTES]; /* of its own: 1 to 31 of a-z 0-9 _ - */
    enum melpo_backend backend;
    struct melpo_address address; /* of its own, unless its port is 0 */
    uint32_t incoming_size;       /* bytes of the queue, 16 to 1048576 */
    uint32_t outgoing_size;       /* bytes of the queue, 16 to 1048576 */
    enum melpo_attach attach;
    enum melpo_unconnected unconnected_output;
    char greeting[MELPO_TEXT_BYTES]; /* may be empty */
};

struct melpo_torture_config {
    bool enabled;
    uint32_t tasks;       /* 1 to 16 */
    uint32_t rounds;      /* of each of them, 1 to 100000000 */
    uint32_t seed;        /* 0: one that the machine draws */
    uint64_t lateness_us; /* of a timer at most, 1 us to 1 day */
};

struct melpo_services_config {
    struct melpo_keyboard_mux_config keyboard_mux;
    struct melpo_serial_mux_config serial_mux;
    struct melpo_spawnulator_config spawnulator;
    struct melpo_sermux_loopback_config sermux_loopback;
    struct melpo_sermux_hello_config sermux_hello;
    struct melpo_sermux_trace_config sermux_trace;
    struct melpo_torture_config torture;
};

struct melpo_platform_config {
    struct melpo_display_config display;
    struct melpo_forth_shell_config forth_shell;
    struct melpo_uart_config uarts[MELPO_UARTS_MAX];
    uint32_t uart_count; /* 0 to MELPO_UARTS_MAX */
};

struct melpo_config {
    struct melpo_kernel_config kernel;
    struct melpo_services_config services;
    struct melpo_platform_config platform;
};

#define MELPO_UART_DEFAULT                                                                  \
    {                                                                                       \
        .name = "console", .backend = MELPO_BACKEND_TCP,                                    \
        .address = {.ip = "127.0.0.1", .port = 9999}, .incoming_size = 4096,                \
        .outgoing_size = 4096, .attach = MELPO_ATTACH_LOOPBACK,                             \
        .unconnected_output = MELPO_UNCONNECTED_DISCARD,                                    \
        .greeting = "mnemOS: this port echoes what you type\r\n",                           \
    }

#define MELPO_SERVICES_DEFAULT                                                              \
    {                                                                                       \
        .keyboard_mux = {.max_keyboards = 8, .buffer_capacity = 32, .sermux_port = 2},      \
        .serial_mux = {.max_ports = 16, .max_frame = 512},                                  \
        .spawnulator = {.capacity = 16},                                                    \
        .sermux_loopback = {.port = 0, .buffer_size = 128},                                 \
        .sermux_hello = {.port = 1, .buffer_size = 32, .message = "hello\r\n",              \
                         .interval_us = 1000000},                                           \
        .sermux_trace = {.port = 3, .sendbuf_capacity = 1024, .tracebuf_capacity = 4096,    \
                         .initial_level = MELPO_LEVEL_INFO},                                \
        .torture = {.tasks = 6, .rounds = 100, .lateness_us = 1000000},                     \
    }

#define MELPO_FORTH_PARAMS_DEFAULT                                                          \
    {                                                                                       \
        .stack_size = 256, .input_buf_size = 256, .output_buf_size = 256,                   \
        .dictionary_size = 16384, .stdin_capacity = 1024, .stdout_capacity = 1024,           \
        .bag_of_holding_capacity = 16, .spawnulator_timeout_us = 5000000,                   \
    }

#define MELPO_CONFIG_DEFAULT                                                                \
    {                                                                                       \
        .kernel = {.max_drivers = 16, .heap_size_bytes = 1024 * 1024,                       \
                   .watchdog = {.enabled = true, .patience_us = 10000000,                   \
                                .poll_us = 1000000, .ticks = 50000}},                       \
        .services = MELPO_SERVICES_DEFAULT,                                                 \
        .platform = {                                                                       \
            .display = {.enabled = true, .width = 400, .height = 240, .scaling = 2,         \
                        .frames_per_second = 20, .kchannel_depth = 2,                       \
                        .on_color = 0x00d2ff, .off_color = 0x001428},                       \
            .forth_shell = {.capacity = 1024, .params = MELPO_FORTH_PARAMS_DEFAULT},        \
            .uarts = {MELPO_UART_DEFAULT},                                                  \
            .uart_count = 1,                                                                \
        },                                                                                  \
    }

/* Sets everything to its default. */
void melpo_config_init(struct melpo_config *config);

/* Finds, reads and checks the configuration file `name`, with `sets` ("PATH=VALUE", each as given
 * to --set) laid over it. `name` may be a path; a bare file name is looked up as
 * melpo_config_find says.
 *
 * Returns true if there was no problem. Otherwise every problem found was added to `problems`, and
 * `config` holds what could be read: fit for printing, not for starting a machine. */
bool melpo_config_read_file(struct melpo_config *config, const char *name,
                            const char *const *sets, size_t set_count,
                            struct melpo_problems *problems);

/* Likewise, from `count` bytes of text; `name` is what problems call it. */
bool melpo_config_read_text(struct melpo_config *config, const char *name, const char *text,
                            size_t count, const char *const *sets, size_t set_count,
                            struct melpo_problems *problems);

/* Writes the whole configuration as JSON that reads back to the same one and prints the same. */
void melpo_config_print(const struct melpo_config *config, FILE *out);

#endif
