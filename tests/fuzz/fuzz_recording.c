/* fuzz_recording.c — no bytes may harm the reader of recordings, and what it lets pass is whole;
 * nor may they harm the player, whatever a kernel asks of it.
 *
 * The first byte says what the rest is: odd, entries that are each as it should be, behind a good
 * head; else a whole file, or bytes behind a good head. What is let pass is played. The calls of
 * the kernel are those that the recording has next, but for some that follow from the bytes. With
 * libFuzzer, beside what hal-sim/ and devices/ are built of:
 *
 *     clang -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -I. -Ikernel/include \
 *         tests/fuzz/fuzz{,_recording}.c build/hal-sim/libhal_sim.a ...
 *
 * With fuzz_main.c instead, as `scripts/dev fuzz` does: fuzz_recording KIND SEED COUNT.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "hal-sim/replay.h"

#define FILE_BYTES 4096u
#define CALLS_MAX 400u
#define SIDE_PX 8

/* A line that was read is written the same way again. */
static void try_line(const struct record_entry *entry)
{
    uint8_t again[RECORD_LINE_BYTES];
    struct record_line line;
    if (!record_line_read(&line, entry->bytes, entry->count))
        return;
    uint32_t count = record_line_write(&line.record, again);
    demand(count <= entry->count, "a line grew");
}

static void walk(const uint8_t *bytes, size_t count)
{
    struct record_reading reading;
    struct device_error error;
    struct record_entry entry;
    uint8_t head[RECORD_ENTRY_HEAD_MAX];
    if (!record_read_bytes(&reading, bytes, count, &error)) {
        demand(strlen(error.text) > 0 && strlen(error.text) < sizeof error.text, "no reason given");
        return;
    }
    while (record_read_next(&reading, &entry)) {
        demand(record_entry_head(&entry, head) <= sizeof head, "the head of an entry is too long");
        if (entry.kind == RECORD_LINE)
            try_line(&entry);
    }
    demand(reading.at == reading.end, "an entry is left");
}

/* ---- playing ---------------------------------------------------------------------------- */

struct player_desk {
    uv_loop_t loop;
    struct sim_machine machine;
    struct player player;
    struct mn_hal_uart *uarts[2];
    struct mn_hal_keyboard *keyboard;
    struct mn_hal_display *display;
    uint8_t pixels[SIDE_PX * SIDE_PX];
    uint64_t now_us;
    bool is_over;
};

static bool strike_came(void *context, const struct record_strike *strike)
{
    uint8_t sum = 0;
    (void)context;
    for (uint32_t i = 0; i < strike->name_bytes; i++)
        sum ^= (uint8_t)strike->name[i];
    demand(strike->kind < RECORD_STRIKE_KINDS, "a strike of no kind");
    return strike->kind != RECORD_KILL || sum % 2 == 0;
}

static void line_came(void *context, const struct mn_log_record *line)
{
    (void)context;
    demand(strlen(line->site->text) < FILE_BYTES, "a line without an end");
}

static void over_came(void *context)
{
    struct player_desk *desk = context;
    demand(!desk->is_over, "it is over twice");
    desk->is_over = true;
}

static void push(struct mn_hal_display *hal, const struct mn_bitmap *frame,
                 const struct mn_rect *damage, uint32_t count)
{
    (void)hal;
    (void)frame;
    (void)damage;
    (void)count;
}

static const struct mn_hal_display_ops shown = {.push = push};

static void ask_uart(struct player_desk *desk, uint32_t call, uint8_t size)
{
    struct mn_hal_uart *uart = desk->uarts[size & 1];
    uint8_t bytes[16] = "hello";
    if (call == RECORD_RECEIVED)
        demand(uart->ops->receive(uart, bytes, size % sizeof bytes) <= size % sizeof bytes,
               "more than there is room for");
    else if (call == RECORD_SENT)
        uart->ops->send(uart, bytes, size % sizeof bytes);
    else if (call == RECORD_SENDING)
        uart->ops->sending(uart);
    else if (call == RECORD_CARRIER)
        uart->ops->carrier(uart);
    else
        uart->ops->abort(uart);
}

static void ask_machine(struct player_desk *desk, uint32_t call, uint8_t size)
{
    struct mn_hal *hal = player_machine(&desk->player);
    uint8_t bytes[16];
    if (call == RECORD_ENTROPY)
        hal->ops->entropy(hal, bytes, size % sizeof bytes);
    else if (call == RECORD_CHOICE && hal->ops->choose)
        demand(hal->ops->choose(hal, 1 + size) <= size, "a choice of none");
    else
        hal->ops->sleep_until(hal, desk->now_us + size);
    struct mn_hal_sample sample = hal->ops->sample(hal);
    demand(sample.now_us >= desk->now_us, "time goes back");
    desk->now_us = sample.now_us;
}

static void ask_rest(struct player_desk *desk, uint32_t call, uint8_t size)
{
    struct mn_bitmap frame = {.pixels = desk->pixels, .width_px = SIDE_PX, .height_px = SIDE_PX,
                              .stride_bytes = SIDE_PX};
    struct mn_rect damage = {size % 4, 0, 4, SIDE_PX};
    struct mn_key_event key;
    const uint8_t *bytes;
    uint32_t count;
    if (call == RECORD_KEY)
        desk->keyboard->ops->next(desk->keyboard, &key);
    else if (call == RECORD_PUSH)
        desk->display->ops->push(desk->display, &frame, &damage, 1);
    else if (player_answer(&desk->player, size, &bytes, &count))
        demand(count < FILE_BYTES, "an answer without an end");
}

static void ask(struct player_desk *desk, uint32_t call, uint8_t size)
{
    if (call == RECORD_RECEIVED || call == RECORD_SENT || call == RECORD_SENDING ||
        call == RECORD_CARRIER || call == RECORD_KINDS)
        ask_uart(desk, call, size);
    else if (call == RECORD_KEY || call == RECORD_PUSH || call == RECORD_ANSWER)
        ask_rest(desk, call, size);
    else
        ask_machine(desk, call, size);
}

static void open_desk(struct player_desk *desk, struct record_reading *reading)
{
    static const struct mn_hal_uart uart = {.name = "console"};
    static const struct mn_hal_keyboard keyboard = {.name = "keyboard"};
    static struct mn_hal_display display = {.name = "display", .ops = &shown};
    const struct sim_machine_settings settings = {.is_virtual = true};
    const struct player_watch watch = {.context = desk, .line = line_came, .strike = strike_came,
                                       .over = over_came};
    uv_loop_init(&desk->loop);
    sim_machine_open(&desk->machine, &desk->loop, &settings);
    player_open(&desk->player, reading, &desk->machine, &watch);
    desk->uarts[0] = player_uart(&desk->player, &uart);
    desk->uarts[1] = player_uart(&desk->player, &uart);
    desk->keyboard = player_keyboard(&desk->player, &keyboard);
    desk->display = player_display(&desk->player, &display);
}

/* Asks for what comes next, or by one byte in eight for something else. */
static void play(struct record_reading *reading, const uint8_t *bytes, size_t count)
{
    struct player_desk desk = {.now_us = 0};
    const struct player *player = &desk.player;
    open_desk(&desk, reading);
    player_strike(&desk.player);
    for (uint32_t i = 0; i < CALLS_MAX && player->state == PLAYER_PLAYING; i++) {
        uint8_t byte = bytes[i % count];
        bool is_next = player->quiet == 0 && player->has_entry && byte % 8 != 0;
        ask(&desk, is_next ? player->entry.kind : byte % (RECORD_KINDS + 1),
            is_next && byte % 2 == 0 ? player->entry.device : bytes[(i + 1) % count]);
    }
    player_finish(&desk.player, desk.player.samples, bytes[0]);
    demand(player->state != PLAYER_DEPARTED || player->departure.expected[0] != '\0',
           "it departs and does not say from what");
    sim_machine_close(&desk.machine);
    uv_run(&desk.loop, UV_RUN_DEFAULT);
    demand(uv_loop_close(&desk.loop) == 0, "a handle is left");
}

static void read_and_play(const uint8_t *file, size_t count)
{
    struct record_reading reading;
    struct device_error error;
    if (record_read_bytes(&reading, file, count, &error))
        play(&reading, file + RECORD_HEAD_BYTES, count - RECORD_HEAD_BYTES);
}

/* ---- files ------------------------------------------------------------------------------ */

/* Puts a good head before the entries. By their first byte, half the files claim to be all, the
 * others to be cut off. */
static size_t make_file(uint8_t *file, const uint8_t *entries, size_t count)
{
    const uint32_t texts = RECORD_TEXTS; /* empty ones */
    memset(file, 0, RECORD_HEAD_BYTES + texts);
    memcpy(file, RECORD_MAGIC, RECORD_MAGIC_BYTES);
    record_put(file + RECORD_AT_VERSION, 4, 1u + (count > 0 && entries[0] & 2));
    record_put(file + RECORD_AT_TIME, 4, count > 0 && entries[count - 1] & 4 ? 3 : 1);
    record_put(file + RECORD_AT_TEXTS, 8, texts);
    uint64_t check = record_check(0, file + RECORD_AT_SEED, RECORD_AT_CHECK - RECORD_AT_SEED);
    for (uint32_t i = 0; i < texts; i++)
        check = record_check(check, "", 1);
    record_put(file + RECORD_AT_CHECK, 4, (uint32_t)check);
    size_t bytes = RECORD_HEAD_BYTES + texts + count;
    record_put(file + RECORD_AT_COMMITTED, 8, bytes + (count > 0 && entries[0] & 1));
    memcpy(file + RECORD_HEAD_BYTES + texts, entries, count);
    return bytes;
}

/* Small ones, and some that are as large as can be. */
static uint64_t number_of(uint8_t byte)
{
    return byte < 0xf0 ? byte % 16 : UINT64_MAX >> byte % 16 * 4;
}

/* Makes entries of the bytes, as many as fit; a check is of those before it. Returns how many
 * bytes they have. */
static size_t make_entries(const uint8_t *data, size_t count, uint8_t *entries, size_t room)
{
    uint64_t check = 0;
    size_t bytes = 0;
    for (size_t at = 0; at + 8 < count && bytes + RECORD_ENTRY_HEAD_MAX + 16 < room; at += 5) {
        const uint8_t *from = data + at;
        struct record_entry entry = {
            .quiet = from[0] % 8 < 6 ? 0 : from[0] % 3,
            .kind = (enum record_kind)(from[0] / 8 % RECORD_KINDS),
            .device = from[1] % 8 == 0 && from[0] / 8 % RECORD_KINDS == RECORD_SENT,
            .numbers = {number_of(from[1]), number_of(from[2]), number_of(from[3])},
            .bytes = from + 1,
            .count = from[4] % 8,
        };
        if (entry.kind == RECORD_CHECK)
            entry.numbers[0] = (uint32_t)check;
        if (!record_kind_has_bytes(entry.kind))
            entry.count = 0;
        uint32_t head = record_entry_head(&entry, entries + bytes);
        memcpy(entries + bytes + head, entry.bytes, entry.count);
        check = record_check(record_check(check, entries + bytes, head), entry.bytes, entry.count);
        check = entry.kind == RECORD_CHECK ? 0 : check;
        bytes += head + entry.count;
    }
    return bytes;
}

static void try_file(const uint8_t *file, size_t count)
{
    walk(file, count);
    read_and_play(file, count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t file[FILE_BYTES], entries[FILE_BYTES - RECORD_HEAD_BYTES - RECORD_TEXTS];
    if (size < 1 || size > sizeof entries)
        return 0;
    if (data[0] & 1)
        try_file(file, make_file(file, entries,
                                 make_entries(data + 1, size - 1, entries, sizeof entries)));
    else if (data[0] & 2)
        try_file(data + 1, size - 1);
    else
        try_file(file, make_file(file, data + 1, size - 1));
    return 0;
}
