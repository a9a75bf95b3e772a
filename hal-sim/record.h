/* record.h — the kernel's tables with an ear in between: what they answer is kept in a file.
 *
 *     kernel ◄──► recorder ◄──► machine, UARTs, keyboard, display
 *                    └──► file: answers that were not to be expected, and what went out
 *
 * Time      A machine that is recorded has no stopwatch: what polls cost is the host's affair, and
 *           would not come again.
 * Lines     of the log that do not come from the kernel, but from devices and people, go into the
 *           file as well, so that a replay has the same log.
 * Failure   When the file cannot be written on, it is marked, `failed` is called once, and the
 *           machine goes on.
 * Context   The machine's thread.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef HAL_SIM_RECORD_H
#define HAL_SIM_RECORD_H

#include "hal-sim/record_file.h"
#include "mn/hal/display.h"
#include "mn/hal/hal.h"
#include "mn/hal/keyboard.h"
#include "mn/hal/uart.h"
#include "mn/log.h"

struct recorder;

struct recorder_uart {
    struct mn_hal_uart hal;
    struct mn_hal_uart *inner;
    struct recorder *recorder;
    uint32_t carrier; /* as the kernel knows it */
    bool is_sending;  /* likewise */
    uint8_t device;
};

struct recorder {
    struct mn_hal hal;
    struct mn_hal_ops ops;
    struct mn_hal *inner;
    struct record_file file;
    uint64_t now_us;      /* of the latest sample */
    uint64_t expected_us; /* of the next */
    struct recorder_uart uarts[RECORD_DEVICES];
    uint32_t uart_count;
    struct mn_hal_keyboard keyboard;
    struct mn_hal_keyboard *inner_keyboard;
    struct mn_hal_display display;
    struct mn_hal_display *inner_display;
    void (*failed)(void *context, int error);
    void *context;
    bool has_said; /* that it failed */
};

/* Begins a recording. False: `error` says why not, and nothing is open. */
bool recorder_open(struct recorder *recorder, const char *path, const struct record_head *head,
                   struct device_error *error);

/* From now on `failed` is told, with an errno, when the file cannot be written on. */
void recorder_watch(struct recorder *recorder, void (*failed)(void *context, int error),
                    void *context);

/* The tables to give to the kernel in place of those given, which are borrowed until it is
 * finished. At most RECORD_DEVICES UARTs, one of each other. */
struct mn_hal *recorder_machine(struct recorder *recorder, struct mn_hal *inner);
struct mn_hal_uart *recorder_uart(struct recorder *recorder, struct mn_hal_uart *inner);
struct mn_hal_keyboard *recorder_keyboard(struct recorder *recorder,
                                          struct mn_hal_keyboard *inner);
struct mn_hal_display *recorder_display(struct recorder *recorder, struct mn_hal_display *inner);

/* Keeps what the world answered, in `count` bytes, to a question of a task that went past the
 * tables; `check` is of the question. */
void recorder_answer(struct recorder *recorder, uint64_t check, const void *bytes,
                     uint32_t count);

/* Keeps what is done to the kernel here and now, after the machine has slept or before it has
 * started. To be called before it is done, since it may lead to calls of the tables. */
void recorder_strike(struct recorder *recorder, const struct record_strike *strike);

/* Keeps a line of the log that a replay cannot come to by itself. */
void recorder_line(struct recorder *recorder, const struct mn_log_record *line);

/* Ends the recording of a machine that made `ticks` and halted with `code`. */
void recorder_close(struct recorder *recorder, uint64_t ticks, int code);

/* What both sides make of a frame: a check of the rectangles and of their pixels. */
uint64_t record_frame_check(const struct mn_bitmap *frame, const struct mn_rect *damage,
                            uint32_t count);

#endif
