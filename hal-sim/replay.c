/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/replay.h"

#include <stdio.h>
#include <string.h>

#include "hal-sim/record.h"
#include "hal-sim/replay_say.h"

#define SLEEPS_PER_LOOK 256u /* before the loop hears signals */

/* ---- the entries ------------------------------------------------------------------------ */

static bool is_from_outside(enum record_kind kind)
{
    return kind == RECORD_RECEIVED || kind == RECORD_CARRIER || kind == RECORD_KEY ||
           kind == RECORD_STRIKE || kind == RECORD_LINE;
}

/* Passes on from the present one to the next. */
static void read_entry(struct player *player)
{
    if (player->has_entry && is_from_outside(player->entry.kind))
        player->outside_us = player->now_us;
    player->has_entry = record_read_next(player->reading, &player->entry);
    player->quiet = player->has_entry ? player->entry.quiet : player->reading->end_quiet;
}

static void end(struct player *player, enum player_state state)
{
    player->state = state;
    if (player->watch.over)
        player->watch.over(player->watch.context);
}

/* A file of which somebody has made up the times is no reason for time to go back. */
static uint64_t later_us(uint64_t since_us, uint64_t length_us)
{
    return length_us < MN_TIME_NEVER - since_us ? since_us + length_us : MN_TIME_NEVER - 1;
}

static void tell_line(struct player *player)
{
    struct record_line line;
    const struct record_entry *entry = &player->entry;
    if (!player->watch.line || !record_line_read(&line, entry->bytes, entry->count))
        return;
    line.record.time_us = later_us(player->now_us, entry->numbers[0]);
    line.site.level = entry->numbers[1] > MN_LEVEL_ERROR ? MN_LEVEL_ERROR
                                                         : (enum mn_level)entry->numbers[1];
    player->watch.line(player->watch.context, &line.record);
}

/* Passes over what is no answer to a call. */
void player_tell_lines(struct player *player)
{
    while (player->state == PLAYER_PLAYING && player->quiet == 0 && player->has_entry &&
           (player->entry.kind == RECORD_LINE || player->entry.kind == RECORD_CHECK)) {
        if (player->entry.kind == RECORD_LINE)
            tell_line(player);
        read_entry(player);
    }
}

static bool says(const struct record_entry *entry, const char *text)
{
    struct record_line line;
    return entry->kind == RECORD_LINE && record_line_read(&line, entry->bytes, entry->count) &&
           strcmp(line.site.text, text) == 0;
}

void player_tell_lines_saying(struct player *player, const char *text)
{
    while (player->state == PLAYER_PLAYING && player->quiet == 0 && player->has_entry &&
           says(&player->entry, text)) {
        tell_line(player);
        read_entry(player);
    }
}

static void depart(struct player *player, enum record_kind kind, uint8_t device)
{
    struct player_departure *departure = &player->departure;
    departure->device = replay_device_name(player, kind, device);
    if (player->quiet > 0)
        snprintf(departure->expected, sizeof departure->expected, "nothing of the kind");
    else
        replay_say_entry(player, &player->entry, departure->expected);
    end(player, PLAYER_DEPARTED);
}

static void depart_from_call(struct player *player, enum record_kind kind, uint8_t device)
{
    replay_say_call(kind, player->departure.came);
    depart(player, kind, device);
}

/* The entry that answers this call, or NULL: as expected, or the replay is over. */
static const struct record_entry *take(struct player *player, enum record_kind kind,
                                       uint8_t device)
{
    player_tell_lines(player);
    if (player->state != PLAYER_PLAYING)
        return NULL;
    if (player->quiet > 0) {
        player->quiet--;
        return NULL;
    }
    if (!player->has_entry) {
        end(player, PLAYER_CUT);
        return NULL;
    }
    if (player->entry.kind != kind || player->entry.device != device) {
        depart_from_call(player, kind, device);
        return NULL;
    }
    player->taken = player->entry;
    read_entry(player);
    return &player->taken;
}

/* The entry of something that went out, and leaves an entry each time; NULL: the replay is over. */
static const struct record_entry *take_sure(struct player *player, enum record_kind kind,
                                            uint8_t device)
{
    player_tell_lines(player);
    if (player->state == PLAYER_PLAYING && player->quiet > 0) {
        depart_from_call(player, kind, device);
        return NULL;
    }
    return take(player, kind, device);
}

/* ---- the machine ------------------------------------------------------------------------ */

static struct player *player_of(struct mn_hal *hal)
{
    return MN_CONTAINER(hal, struct player, hal);
}

static struct mn_hal_sample sample(struct mn_hal *hal)
{
    struct player *player = player_of(hal);
    struct mn_hal_sample sample = {.lines = 0};
    const struct record_entry *entry = take(player, RECORD_SAMPLE, 0);
    sample.now_us = player->state == PLAYER_PLAYING ? player->expected_us : player->now_us;
    if (entry) {
        sample.now_us = later_us(player->now_us, entry->numbers[0]);
        sample.lines = (uint32_t)entry->numbers[1];
    }
    player->samples++;
    player->now_us = player->expected_us = sample.now_us;
    player->machine->now_us = sample.now_us;
    if (sample.lines != 0 && player->watch.raised)
        player->watch.raised(player->watch.context, sample.lines);
    return sample;
}

/* Whether the next entry is of a kind, when those that tell lines, and what is done to the kernel
 * before it, are passed over; and no call was to be answered as expected before it. */
static bool comes_next(const struct player *player, enum record_kind kind,
                       struct record_entry *entry)
{
    struct record_reading ahead = *player->reading;
    bool is_there = player->has_entry && player->quiet == 0;
    *entry = player->entry;
    while (is_there && entry->kind != kind &&
           (entry->kind == RECORD_LINE || entry->kind == RECORD_CHECK ||
            entry->kind == RECORD_STRIKE))
        is_there = record_read_next(&ahead, entry) && entry->quiet == 0;
    return is_there && entry->kind == kind;
}

/* What the next sample will show, if that is the next call; a tick later it is known for sure. */
static uint64_t next_sample_us(const struct player *player)
{
    struct record_entry entry;
    bool is_known = comes_next(player, RECORD_SAMPLE, &entry);
    return is_known ? later_us(player->now_us, entry.numbers[0]) : player->expected_us;
}

static void sleep_until(struct mn_hal *hal, uint64_t due_us)
{
    struct player *player = player_of(hal);
    struct sim_machine *machine = player->machine;
    if (due_us != MN_TIME_NEVER && due_us > player->now_us)
        player->expected_us = due_us;
    if (machine->look && player->state == PLAYER_PLAYING)
        machine->look(machine->look_context, due_us); /* how long it sleeps is in the recording */
    if (player->watch.sleeps && player->state == PLAYER_PLAYING)
        player->watch.sleeps(player->watch.context, next_sample_us(player));
    if (!mn_list_is_empty(&machine->alarms))
        sim_machine_move(machine, next_sample_us(player));
    player_strike(player);
    if (++player->sleeps < SLEEPS_PER_LOOK)
        return;
    player->sleeps = 0;
    uv_run(machine->loop, UV_RUN_NOWAIT);
}

static void entropy(struct mn_hal *hal, uint8_t *bytes, uint32_t count)
{
    struct player *player = player_of(hal);
    const struct record_entry *entry = take_sure(player, RECORD_ENTROPY, 0);
    memset(bytes, 0, count);
    if (!entry)
        return;
    memcpy(bytes, entry->bytes, entry->count < count ? entry->count : count);
    if (entry->count != count) {
        replay_say_entry(player, entry, player->departure.expected);
        snprintf(player->departure.came, PLAYER_TEXT_BYTES, "%u random bytes", count);
        player->departure.device = "machine";
        end(player, PLAYER_DEPARTED);
    }
}

static uint32_t choose(struct mn_hal *hal, uint32_t count)
{
    struct player *player = player_of(hal);
    const struct record_entry *entry = take(player, RECORD_CHOICE, 0);
    if (!entry || entry->numbers[0] < count)
        return entry ? (uint32_t)entry->numbers[0] : 0;
    replay_say_entry(player, entry, player->departure.expected);
    snprintf(player->departure.came, PLAYER_TEXT_BYTES, "only %u are ready", count);
    player->departure.device = "machine";
    end(player, PLAYER_DEPARTED);
    return 0;
}

struct mn_hal *player_machine(struct player *player)
{
    return &player->hal;
}

/* ---- UARTs ------------------------------------------------------------------------------ */

static struct player_uart *uart_of(struct mn_hal_uart *hal)
{
    return MN_CONTAINER(hal, struct player_uart, hal);
}

static uint32_t receive(struct mn_hal_uart *hal, uint8_t *bytes, uint32_t room)
{
    struct player_uart *uart = uart_of(hal);
    struct player *player = uart->player;
    const struct record_entry *entry = take(player, RECORD_RECEIVED, uart->device);
    if (!entry)
        return 0;
    if (entry->count > room) {
        snprintf(player->departure.came, PLAYER_TEXT_BYTES, "room for %u bytes", room);
        replay_say_entry(player, entry, player->departure.expected);
        player->departure.device = hal->name;
        end(player, PLAYER_DEPARTED);
        return 0;
    }
    memcpy(bytes, entry->bytes, entry->count);
    if (player->watch.received)
        player->watch.received(player->watch.context, uart->device, bytes, entry->count);
    return entry->count;
}

static void start_sending(struct mn_hal_uart *hal, const uint8_t *bytes, uint32_t count)
{
    struct player_uart *uart = uart_of(hal);
    struct player *player = uart->player;
    uart->is_sending = false;
    player_tell_lines(player);
    bool is_next = player->state == PLAYER_PLAYING && player->quiet == 0 && player->has_entry;
    const struct record_entry *entry = &player->entry;
    if (is_next && (entry->kind != RECORD_SENT || entry->device != uart->device ||
                    entry->count != count || memcmp(entry->bytes, bytes, count) != 0)) {
        replay_say_sent(entry, bytes, count, player->departure.came);
        depart(player, RECORD_SENT, uart->device);
    } else if (take_sure(player, RECORD_SENT, uart->device) && player->watch.sent) {
        player->watch.sent(player->watch.context, uart->device, bytes, count);
    }
}

static bool sending(struct mn_hal_uart *hal)
{
    struct player_uart *uart = uart_of(hal);
    const struct record_entry *entry = take(uart->player, RECORD_SENDING, uart->device);
    if (entry)
        uart->is_sending = entry->numbers[0] != 0;
    return uart->player->state == PLAYER_PLAYING && uart->is_sending;
}

/* Nothing answers it, so no entry may stand for it. */
static void abort_sending(struct mn_hal_uart *hal)
{
    struct player_uart *uart = uart_of(hal);
    uart->is_sending = false;
    take(uart->player, RECORD_KINDS, uart->device);
}

static uint32_t carrier(struct mn_hal_uart *hal)
{
    struct player_uart *uart = uart_of(hal);
    const struct record_entry *entry = take(uart->player, RECORD_CARRIER, uart->device);
    if (entry)
        uart->carrier = (uint32_t)entry->numbers[0];
    return uart->carrier;
}

static const struct mn_hal_uart_ops uart_ops = {
    .receive = receive,
    .send = start_sending,
    .sending = sending,
    .abort = abort_sending,
    .carrier = carrier,
};

struct mn_hal_uart *player_uart(struct player *player, const struct mn_hal_uart *like)
{
    MN_ASSERT(player->uart_count < RECORD_DEVICES);
    struct player_uart *uart = &player->uarts[player->uart_count];
    *uart = (struct player_uart){
        .hal = *like,
        .player = player,
        .device = (uint8_t)player->uart_count++,
    };
    uart->hal.ops = &uart_ops;
    return &uart->hal;
}

/* ---- keyboard and display --------------------------------------------------------------- */

static bool next(struct mn_hal_keyboard *hal, struct mn_key_event *event)
{
    struct player *player = MN_CONTAINER(hal, struct player, keyboard);
    const struct record_entry *entry = take(player, RECORD_KEY, 0);
    if (!entry)
        return false;
    *event = (struct mn_key_event){
        .code = (uint32_t)entry->numbers[0],
        .kind = (uint8_t)entry->numbers[1],
        .modifiers = (uint8_t)entry->numbers[2],
    };
    return true;
}

static const struct mn_hal_keyboard_ops keyboard_ops = {.next = next};

struct mn_hal_keyboard *player_keyboard(struct player *player, const struct mn_hal_keyboard *like)
{
    player->keyboard = *like;
    player->keyboard.ops = &keyboard_ops;
    return &player->keyboard;
}

static void push(struct mn_hal_display *hal, const struct mn_bitmap *frame,
                 const struct mn_rect *damage, uint32_t count)
{
    struct player *player = MN_CONTAINER(hal, struct player, display);
    const struct record_entry *entry = take_sure(player, RECORD_PUSH, 0);
    uint64_t check = record_frame_check(frame, damage, count);
    if (entry && (entry->numbers[0] != count || entry->numbers[1] != check)) {
        replay_say_entry(player, entry, player->departure.expected);
        snprintf(player->departure.came, PLAYER_TEXT_BYTES,
                 "it shows a frame: %u parts, pixels %08llx", count, (unsigned long long)check);
        player->departure.device = hal->name;
        end(player, PLAYER_DEPARTED);
    }
    player->inner_display->ops->push(player->inner_display, frame, damage, count);
}

static const struct mn_hal_display_ops display_ops = {.push = push};

struct mn_hal_display *player_display(struct player *player, struct mn_hal_display *inner)
{
    player->inner_display = inner;
    player->display = *inner;
    player->display.ops = &display_ops;
    return &player->display;
}

/* ---- what goes past the tables ---------------------------------------------------------- */

bool player_answer(struct player *player, uint64_t check, const uint8_t **bytes, uint32_t *count)
{
    const struct record_entry *entry = take_sure(player, RECORD_ANSWER, 0);
    if (!entry)
        return false;
    *bytes = entry->bytes;
    *count = entry->count;
    if (entry->numbers[0] == check)
        return true;
    replay_say_entry(player, entry, player->departure.expected);
    snprintf(player->departure.came, PLAYER_TEXT_BYTES, "a picture of other pixels");
    player->departure.device = "display";
    end(player, PLAYER_DEPARTED);
    return false;
}

static void strike(struct player *player)
{
    struct record_entry entry = player->entry;
    struct record_strike one = {
        .kind = (enum record_strike_kind)entry.numbers[0],
        .number = (uint32_t)entry.numbers[1],
        .time_us = later_us(player->now_us, entry.numbers[2]),
        .name = (const char *)entry.bytes,
        .name_bytes = entry.count,
    };
    read_entry(player);
    if (one.time_us > player->machine->now_us)
        sim_machine_move(player->machine, one.time_us);
    bool is_known = entry.numbers[0] < RECORD_STRIKE_KINDS;
    if (is_known && player->watch.strike && player->watch.strike(player->watch.context, &one))
        return;
    replay_say_entry(player, &entry, player->departure.expected);
    snprintf(player->departure.came, PLAYER_TEXT_BYTES, "there is no such task");
    player->departure.device = "machine";
    end(player, PLAYER_DEPARTED);
}

void player_strike(struct player *player)
{
    struct record_entry entry;
    while (player->state == PLAYER_PLAYING && comes_next(player, RECORD_STRIKE, &entry)) {
        player_tell_lines(player);
        strike(player);
    }
}

/* ---- the whole -------------------------------------------------------------------------- */

void player_open(struct player *player, struct record_reading *reading,
                 struct sim_machine *machine, const struct player_watch *watch)
{
    *player = (struct player){
        .hal.ops = &player->ops,
        .ops = {
            .sample = sample,
            .sleep_until = sleep_until,
            .entropy = entropy,
            .choose = reading->head.has_choices ? choose : NULL,
        },
        .machine = machine,
        .reading = reading,
        .watch = *watch,
    };
    read_entry(player);
}

void player_stop(struct player *player)
{
    if (player->state == PLAYER_PLAYING)
        player->state = PLAYER_STOPPED;
}

void player_finish(struct player *player, uint64_t ticks, int code)
{
    player_tell_lines(player);
    if (player->state != PLAYER_PLAYING)
        return;
    const struct record_entry *entry = &player->entry;
    if (player->quiet == 0 && !player->has_entry) {
        player->state = PLAYER_CUT;
    } else if (player->quiet == 0 && entry->kind == RECORD_END && entry->numbers[0] == ticks &&
               entry->numbers[2] == (uint32_t)code) {
        player->state = PLAYER_DONE;
    } else {
        snprintf(player->departure.came, PLAYER_TEXT_BYTES,
                 "it halts with status %d after %llu ticks", code, (unsigned long long)ticks);
        depart(player, RECORD_END, 0);
    }
}
