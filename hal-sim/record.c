/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/record.h"

#include "hal-sim/record_line.h"

static void put(struct recorder *recorder, struct record_entry *entry)
{
    record_file_put(&recorder->file, entry);
    if (recorder->file.error == 0 || recorder->has_said || !recorder->failed)
        return;
    recorder->has_said = true;
    recorder->failed(recorder->context, recorder->file.error);
}

static void put_bytes(struct recorder *recorder, enum record_kind kind, uint8_t device,
                      const void *bytes, uint32_t count)
{
    struct record_entry entry = {.kind = kind, .device = device, .bytes = bytes, .count = count};
    put(recorder, &entry);
}

static void put_number(struct recorder *recorder, enum record_kind kind, uint8_t device,
                       uint64_t number)
{
    struct record_entry entry = {.kind = kind, .device = device, .numbers = {number}};
    put(recorder, &entry);
}

/* A call was answered as expected. */
static void note_quiet(struct recorder *recorder)
{
    (*recorder->file.quiet)++;
}

/* ---- the machine ------------------------------------------------------------------------ */

static struct recorder *recorder_of(struct mn_hal *hal)
{
    return MN_CONTAINER(hal, struct recorder, hal);
}

static struct mn_hal_sample sample(struct mn_hal *hal)
{
    struct recorder *recorder = recorder_of(hal);
    struct mn_hal_sample sample = recorder->inner->ops->sample(recorder->inner);
    if (sample.now_us == recorder->expected_us && sample.lines == 0) {
        note_quiet(recorder);
    } else {
        struct record_entry entry = {
            .kind = RECORD_SAMPLE,
            .numbers = {sample.now_us - recorder->now_us, sample.lines},
        };
        put(recorder, &entry);
    }
    recorder->now_us = recorder->expected_us = sample.now_us;
    return sample;
}

static void sleep_until(struct mn_hal *hal, uint64_t due_us)
{
    struct recorder *recorder = recorder_of(hal);
    recorder->inner->ops->sleep_until(recorder->inner, due_us);
    if (due_us != MN_TIME_NEVER && due_us > recorder->now_us)
        recorder->expected_us = due_us;
}

static void entropy(struct mn_hal *hal, uint8_t *bytes, uint32_t count)
{
    struct recorder *recorder = recorder_of(hal);
    recorder->inner->ops->entropy(recorder->inner, bytes, count);
    put_bytes(recorder, RECORD_ENTROPY, 0, bytes, count);
}

static uint32_t choose(struct mn_hal *hal, uint32_t count)
{
    struct recorder *recorder = recorder_of(hal);
    uint32_t index = recorder->inner->ops->choose(recorder->inner, count);
    if (index == 0)
        note_quiet(recorder);
    else
        put_number(recorder, RECORD_CHOICE, 0, index);
    return index;
}

struct mn_hal *recorder_machine(struct recorder *recorder, struct mn_hal *inner)
{
    recorder->ops = (struct mn_hal_ops){
        .sample = sample,
        .sleep_until = sleep_until,
        .entropy = entropy,
        .choose = inner->ops->choose ? choose : NULL,
    };
    recorder->hal.ops = &recorder->ops;
    recorder->inner = inner;
    return &recorder->hal;
}

/* ---- UARTs ------------------------------------------------------------------------------ */

static struct recorder_uart *uart_of(struct mn_hal_uart *hal)
{
    return MN_CONTAINER(hal, struct recorder_uart, hal);
}

static uint32_t receive(struct mn_hal_uart *hal, uint8_t *bytes, uint32_t room)
{
    struct recorder_uart *uart = uart_of(hal);
    uint32_t count = uart->inner->ops->receive(uart->inner, bytes, room);
    if (count == 0)
        note_quiet(uart->recorder);
    else
        put_bytes(uart->recorder, RECORD_RECEIVED, uart->device, bytes, count);
    return count;
}

static void start_sending(struct mn_hal_uart *hal, const uint8_t *bytes, uint32_t count)
{
    struct recorder_uart *uart = uart_of(hal);
    put_bytes(uart->recorder, RECORD_SENT, uart->device, bytes, count);
    uart->is_sending = false;
    uart->inner->ops->send(uart->inner, bytes, count);
}

static bool sending(struct mn_hal_uart *hal)
{
    struct recorder_uart *uart = uart_of(hal);
    bool is_sending = uart->inner->ops->sending(uart->inner);
    if (is_sending == uart->is_sending)
        note_quiet(uart->recorder);
    else
        put_number(uart->recorder, RECORD_SENDING, uart->device, is_sending);
    uart->is_sending = is_sending;
    return is_sending;
}

static void abort_sending(struct mn_hal_uart *hal)
{
    struct recorder_uart *uart = uart_of(hal);
    uart->inner->ops->abort(uart->inner);
    uart->is_sending = false;
    note_quiet(uart->recorder);
}

static uint32_t carrier(struct mn_hal_uart *hal)
{
    struct recorder_uart *uart = uart_of(hal);
    uint32_t carrier = uart->inner->ops->carrier(uart->inner);
    if (carrier == uart->carrier)
        note_quiet(uart->recorder);
    else
        put_number(uart->recorder, RECORD_CARRIER, uart->device, carrier);
    uart->carrier = carrier;
    return carrier;
}

static const struct mn_hal_uart_ops uart_ops = {
    .receive = receive,
    .send = start_sending,
    .sending = sending,
    .abort = abort_sending,
    .carrier = carrier,
};

struct mn_hal_uart *recorder_uart(struct recorder *recorder, struct mn_hal_uart *inner)
{
    MN_ASSERT(recorder->uart_count < RECORD_DEVICES);
    struct recorder_uart *uart = &recorder->uarts[recorder->uart_count];
    *uart = (struct recorder_uart){
        .hal = *inner,
        .inner = inner,
        .recorder = recorder,
        .device = (uint8_t)recorder->uart_count++,
    };
    uart->hal.ops = &uart_ops;
    return &uart->hal;
}

/* ---- keyboard and display --------------------------------------------------------------- */

static bool next(struct mn_hal_keyboard *hal, struct mn_key_event *event)
{
    struct recorder *recorder = MN_CONTAINER(hal, struct recorder, keyboard);
    struct mn_hal_keyboard *inner = recorder->inner_keyboard;
    if (!inner->ops->next(inner, event)) {
        note_quiet(recorder);
        return false;
    }
    struct record_entry entry = {
        .kind = RECORD_KEY,
        .numbers = {event->code, event->kind, event->modifiers},
    };
    put(recorder, &entry);
    return true;
}

static const struct mn_hal_keyboard_ops keyboard_ops = {.next = next};

struct mn_hal_keyboard *recorder_keyboard(struct recorder *recorder,
                                          struct mn_hal_keyboard *inner)
{
    recorder->inner_keyboard = inner;
    recorder->keyboard = *inner;
    recorder->keyboard.ops = &keyboard_ops;
    return &recorder->keyboard;
}

uint64_t record_frame_check(const struct mn_bitmap *frame, const struct mn_rect *damage,
                            uint32_t count)
{
    uint64_t check = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct mn_rect *part = &damage[i];
        const uint8_t *row = frame->pixels + (size_t)part->y * frame->stride_bytes + part->x;
        const int32_t sides[] = {part->x, part->y, part->width, part->height};
        check = record_check(check, sides, sizeof sides);
        for (int32_t y = 0; y < part->height; y++, row += frame->stride_bytes)
            check = record_check(check, row, (size_t)part->width);
    }
    return (uint32_t)check;
}

static void push(struct mn_hal_display *hal, const struct mn_bitmap *frame,
                 const struct mn_rect *damage, uint32_t count)
{
    struct recorder *recorder = MN_CONTAINER(hal, struct recorder, display);
    struct record_entry entry = {
        .kind = RECORD_PUSH,
        .numbers = {count, record_frame_check(frame, damage, count)},
    };
    put(recorder, &entry);
    recorder->inner_display->ops->push(recorder->inner_display, frame, damage, count);
}

static const struct mn_hal_display_ops display_ops = {.push = push};

struct mn_hal_display *recorder_display(struct recorder *recorder, struct mn_hal_display *inner)
{
    MN_ASSERT(inner->format == MN_PIXEL_MONO8);
    recorder->inner_display = inner;
    recorder->display = *inner;
    recorder->display.ops = &display_ops;
    return &recorder->display;
}

/* ---- what goes past the tables ---------------------------------------------------------- */

void recorder_answer(struct recorder *recorder, uint64_t check, const void *bytes, uint32_t count)
{
    struct record_entry entry = {
        .kind = RECORD_ANSWER,
        .numbers = {check},
        .bytes = bytes,
        .count = count,
    };
    put(recorder, &entry);
}

void recorder_strike(struct recorder *recorder, const struct record_strike *strike)
{
    struct record_entry entry = {
        .kind = RECORD_STRIKE,
        .numbers = {(uint64_t)strike->kind, strike->number, strike->time_us - recorder->now_us},
        .bytes = (const uint8_t *)strike->name,
        .count = strike->name_bytes,
    };
    put(recorder, &entry);
}

void recorder_line(struct recorder *recorder, const struct mn_log_record *line)
{
    uint8_t bytes[RECORD_LINE_BYTES];
    uint64_t after_us = line->time_us > recorder->now_us ? line->time_us - recorder->now_us : 0;
    struct record_entry entry = {
        .kind = RECORD_LINE,
        .numbers = {after_us, (uint64_t)line->site->level},
        .bytes = bytes,
        .count = record_line_write(line, bytes),
    };
    put(recorder, &entry);
}

/* ---- the whole -------------------------------------------------------------------------- */

bool recorder_open(struct recorder *recorder, const char *path, const struct record_head *head,
                   struct device_error *error)
{
    *recorder = (struct recorder){.now_us = 0};
    return record_file_open(&recorder->file, path, head, error);
}

void recorder_watch(struct recorder *recorder, void (*failed)(void *context, int error),
                    void *context)
{
    recorder->failed = failed;
    recorder->context = context;
}

void recorder_close(struct recorder *recorder, uint64_t ticks, int code)
{
    struct record_entry entry = {
        .kind = RECORD_END,
        .numbers = {ticks, recorder->now_us, (uint32_t)code},
    };
    put(recorder, &entry);
    record_file_close(&recorder->file);
}
