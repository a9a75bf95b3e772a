/* fuzz_display.c — nothing that clients do, send or suffer may harm a display.
 *
 * Each input is a history: two clients with two hands each open, ask for chunks, draw, drop, send
 * requests of any content, are cut off, leave; the display is killed and comes again; memory runs
 * out, or is refused. What was pushed must add up to the frame, and at the end nothing may be left.
 * An odd first byte begins with a display that serves and clients that have opened. With libFuzzer:
 *
 *     clang -fsanitize=fuzzer,address,undefined -Ikernel/include -Ikernel \
 *         tests/fuzz/fuzz{,_panic,_display}.c $(find kernel -name '*.c')
 *
 * With fuzz_main.c instead, as `scripts/dev fuzz` does: fuzz_display KIND SEED COUNT.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "mn/kernel.h"
#include "mn/svc/display.h"

#define WIDTH 37
#define HEIGHT 19
#define INTERVAL_US (10 * MN_MS)
#define ARENA_BYTES (24u * 1024u)
#define CLIENTS 2u
#define HANDS 2u
#define TICKS_MAX 10000u

struct hand { /* does one thing at a time; task.done: nothing */
    struct mn_task task;
    union {
        struct mn_screen_open open;
        struct mn_screen_chunk chunk;
        struct mn_screen_draw draw;
        struct mn_call call;
    } on;
    struct mn_display_request request;
    union mn_display_response response;
    enum mn_display_error error;
};

struct client {
    struct mn_screen screen;
    struct hand hands[HANDS];
    struct mn_display_chunk chunks[HANDS]; /* each hand asks for its own, and draws either */
};

struct world {
    struct mn_kernel kernel;
    struct mn_hal hal;
    struct mn_hal_display screen;
    uint64_t now_us, pushed_us;
    uint8_t glass[HEIGHT][WIDTH];
    struct mn_task server;
    struct mn_display display;
    struct client clients[CLIENTS];
    void *ballast;
    const uint8_t *data; /* what is left of the input */
    size_t left;
    uint8_t arena[ARENA_BYTES];
};

static uint8_t next(struct world *world)
{
    if (world->left == 0)
        return 0;
    world->left--;
    return *world->data++;
}

/* Mostly small, now and then of any size. */
static int32_t next_number(struct world *world)
{
    uint8_t byte = next(world);
    int32_t number = byte % 64 - 16;
    if (byte >= 250)
        number = (int32_t)((uint32_t)next(world) << 24 | next(world));
    else if (byte >= 240)
        number = next(world) * 64;
    return number;
}

/* ---- the machine ------------------------------------------------------------------------ */

static struct mn_hal_sample sample(struct mn_hal *hal)
{
    return (struct mn_hal_sample){.now_us = MN_CONTAINER(hal, struct world, hal)->now_us};
}

/* The world moves its own clock. */
static void sleep_until(struct mn_hal *hal, uint64_t due_us)
{
    (void)hal;
    (void)due_us;
}

static void entropy(struct mn_hal *hal, uint8_t *bytes, uint32_t count)
{
    (void)hal;
    memset(bytes, 0, count);
}

static const struct mn_hal_ops hal_ops = {
    .sample = sample,
    .sleep_until = sleep_until,
    .entropy = entropy,
};

static void push(struct mn_hal_display *screen, const struct mn_bitmap *frame,
                 const struct mn_rect *damage, uint32_t count)
{
    struct world *world = MN_CONTAINER(screen, struct world, screen);
    demand(world->pushed_us == 0 || world->now_us >= world->pushed_us + INTERVAL_US,
           "a push too soon");
    world->pushed_us = world->now_us;
    demand(count > 0 && count <= MN_DAMAGE_RECTS_MAX, "no rectangle, or too many");
    for (uint32_t i = 0; i < count; i++) {
        struct mn_rect rect = damage[i];
        demand(rect.x >= 0 && rect.width > 0 && rect.width <= WIDTH - rect.x && rect.y >= 0 &&
                   rect.height > 0 && rect.height <= HEIGHT - rect.y,
               "a rectangle outside the frame");
        for (int32_t y = rect.y; y < rect.y + rect.height; y++)
            memcpy(&world->glass[y][rect.x],
                   frame->pixels + (size_t)y * frame->stride_bytes + (size_t)rect.x,
                   (size_t)rect.width);
    }
}

static const struct mn_hal_display_ops screen_ops = {.push = push};

static bool is_done(const struct mn_task *task)
{
    return mn_task_is_done(task);
}

static void start_server(struct world *world)
{
    static const struct mn_display_settings settings = {.waiting_max = 1};
    if (!is_done(&world->server))
        return;
    world->server = (struct mn_task){0};
    world->pushed_us = 0;
    memset(world->glass, 0, sizeof world->glass);
    mn_spawn(&world->kernel, &world->server, "display",
             mn_display_serve(&world->display, &world->kernel, &world->screen, &settings));
}

static void tick(struct world *world, uint32_t ticks)
{
    while (ticks-- > 0)
        mn_tick(&world->kernel);
}

/* Until nothing moves any more, through all deadlines. */
static void rest(struct world *world)
{
    for (uint32_t ticks = 0; ticks < TICKS_MAX; ticks++) {
        struct mn_tick report = mn_tick(&world->kernel);
        if (report.is_ready)
            continue;
        if (report.deadline_us == MN_TIME_NEVER)
            return;
        if (report.deadline_us > world->now_us)
            world->now_us = report.deadline_us;
    }
    demand(false, "it never comes to rest");
}

/* ---- what clients do -------------------------------------------------------------------- */

static void begin(struct world *world, struct hand *hand, struct mn_co *co)
{
    hand->task = (struct mn_task){0};
    mn_spawn(&world->kernel, &hand->task, "hand", co);
}

static void leave(struct client *client)
{
    for (uint32_t i = 0; i < HANDS; i++)
        mn_task_cancel(&client->hands[i].task);
    mn_screen_close(&client->screen);
    memset(client->chunks, 0, sizeof client->chunks);
}

/* Both hands must be empty: a screen that is being opened is nobody else's to use. One that is
 * open is left alone mostly. */
static void open_screen(struct world *world, struct client *client)
{
    if (mn_client_is_open(&client->screen.service.client) && next(world) % 8 > 0)
        return;
    leave(client);
    begin(world, &client->hands[0],
          mn_screen_open(&client->hands[0].on.open, &world->kernel.registry, 0,
                         &client->screen));
}

static void ask(struct world *world, struct client *client, uint32_t which)
{
    struct hand *hand = &client->hands[which];
    struct mn_display_chunk *chunk = &client->chunks[which];
    int32_t width = next_number(world), height = next_number(world);
    uint8_t patience = next(world);
    if (chunk->number != 0 || chunk->is_given)
        return;
    begin(world, hand,
          patience % 4 == 0
              ? mn_screen_try_chunk(&hand->on.chunk, &client->screen, chunk, width, height)
              : mn_screen_chunk(&hand->on.chunk, &client->screen, chunk, width, height,
                                patience % 4 == 1 ? MN_TIME_NEVER
                                                  : world->now_us + patience * MN_MS));
}

static void drop(struct client *client, uint32_t which)
{
    if (!client->chunks[which].is_given)
        mn_screen_drop_chunk(&client->screen, &client->chunks[which]);
}

static void scribble(struct world *world, struct client *client, uint32_t which)
{
    const struct mn_display_chunk *chunk = &client->chunks[which];
    uint32_t bytes = (uint32_t)chunk->pixels.height_px * chunk->pixels.stride_bytes;
    uint8_t value = next(world);
    if (chunk->number == 0 || chunk->is_given)
        return;
    for (uint32_t i = 0; i < bytes; i++) {
        chunk->pixels.pixels[i] = (uint8_t)(value * (i + 1));
        chunk->mask.pixels[i] = (uint8_t)(value + i);
    }
}

static void draw(struct world *world, struct client *client, uint32_t which)
{
    struct hand *hand = &client->hands[which];
    struct mn_display_chunk *chunk = &client->chunks[next(world) % HANDS];
    if (next(world) % 4 > 0)
        scribble(world, client, (uint32_t)(chunk - client->chunks));
    chunk->x = next_number(world);
    chunk->y = next_number(world);
    begin(world, hand, mn_screen_draw(&hand->on.draw, &client->screen, chunk));
}

static bool is_asking(const struct client *client, uint32_t which)
{
    const struct hand *hand = &client->hands[which];
    return !is_done(&hand->task) && hand->task.root == &hand->on.chunk.co;
}

/* A client that drops a chunk by its number must not use it any more. False: it may not send that,
 * being about to use it, or to get one whose number it may have guessed. */
static bool lets_go(struct client *client, uint32_t number)
{
    for (uint32_t i = 0; i < HANDS; i++) {
        struct mn_display_chunk *chunk = &client->chunks[i];
        if (is_asking(client, i) || (chunk->number == number && chunk->is_given))
            return false;
        if (chunk->number == number)
            *chunk = (struct mn_display_chunk){0};
    }
    return true;
}

/* Any request at all. */
static void send(struct world *world, struct client *client, uint32_t which)
{
    struct hand *hand = &client->hands[which];
    hand->request = (struct mn_display_request){
        .kind = (enum mn_display_request_kind)(next(world) % 6),
        .chunk = (uint32_t)next_number(world) + 14,
        .x = next_number(world),
        .y = next_number(world),
        .width_px = next_number(world),
        .height_px = next_number(world),
        .waits = next(world) % 2 == 0,
    };
    if (hand->request.kind == MN_DISPLAY_DROP_CHUNK && !lets_go(client, hand->request.chunk))
        return;
    begin(world, hand,
          mn_display_call(&hand->on.call, &client->screen.service, &hand->request,
                          &hand->response, &hand->error, MN_TIME_NEVER));
}

static bool is_opening(const struct client *client)
{
    const struct mn_task *task = &client->hands[0].task;
    return !is_done(task) && task->root == &client->hands[0].on.open.co;
}

static void use_memory(struct world *world)
{
    struct mn_heap *heap = &world->kernel.heap;
    if (world->ballast) {
        mn_heap_free(heap, world->ballast);
        world->ballast = NULL;
    } else {
        uint32_t bytes = mn_heap_stats(heap).largest_bytes;
        world->ballast = mn_heap_try(heap, bytes / 256 * next(world));
    }
}

enum deed { OPEN, DROP, ASK, DRAW, SEND, CANCEL, LEAVE, CLOCK, MEMORY, REFUSE, KILL, START };

static void use_hand(struct world *world, struct client *client, uint32_t which, enum deed deed)
{
    if (is_opening(client) || !is_done(&client->hands[which].task))
        return;
    if (deed == ASK)
        ask(world, client, which);
    else if (deed == DRAW)
        draw(world, client, which);
    else
        send(world, client, which);
}

static void act(struct world *world, struct client *client, uint32_t which, enum deed deed)
{
    switch (deed) {
    case OPEN: open_screen(world, client); break;
    case ASK:
    case DRAW:
    case SEND: use_hand(world, client, which, deed); break;
    case CANCEL: mn_task_cancel(&client->hands[which].task); break;
    case CLOCK: world->now_us += next(world) * UINT64_C(100); break;
    case MEMORY: use_memory(world); break;
    case REFUSE: mn_heap_fail_after(&world->kernel.heap, next(world) % 8); break;
    case START: start_server(world); break;
    case DROP:
        if (!is_opening(client))
            drop(client, which);
        break;
    case LEAVE: leave(client); break;
    case KILL: mn_task_cancel(&world->server); break;
    }
}

static void step(struct world *world)
{
    static const enum deed deeds[] = {OPEN,   DROP,  ASK,   ASK,    DRAW,   DRAW, DRAW, DRAW,
                                      SEND,   CANCEL, LEAVE, CLOCK, MEMORY, REFUSE, KILL, START};
    uint8_t byte = next(world);
    enum deed deed = deeds[byte / (CLIENTS * HANDS) % MN_COUNT_OF(deeds)];
    bool is_rare = deed == DROP || deed == LEAVE || deed == KILL;
    if (!is_rare || next(world) % 4 == 0)
        act(world, &world->clients[byte % CLIENTS], byte / CLIENTS % HANDS, deed);
    tick(world, next(world) % 4);
}

/* ---- one history ------------------------------------------------------------------------ */

static void set_up(struct world *world)
{
    struct mn_kernel_config config = {.arena = world->arena, .arena_bytes = ARENA_BYTES};
    memset(world, 0, offsetof(struct world, arena));
    world->hal.ops = &hal_ops;
    world->screen = (struct mn_hal_display){
        .ops = &screen_ops,
        .name = "fuzz",
        .width_px = WIDTH,
        .height_px = HEIGHT,
        .format = MN_PIXEL_MONO8,
        .frame_interval_us = INTERVAL_US,
    };
    demand(mn_kernel_init(&world->kernel, &world->hal, &config) == MN_OK, "no kernel");
    world->server.done = true;
    for (uint32_t i = 0; i < CLIENTS; i++) {
        mn_screen_init(&world->clients[i].screen);
        for (uint32_t j = 0; j < HANDS; j++)
            world->clients[i].hands[j].task.done = true;
    }
}

static void check_glass(const struct world *world)
{
    const struct mn_bitmap *frame = mn_display_frame(&world->display);
    for (int32_t y = 0; frame && y < HEIGHT; y++)
        demand(memcmp(world->glass[y], frame->pixels + (size_t)y * frame->stride_bytes, WIDTH) ==
                   0,
               "the glass does not show the frame");
}

static void tear_down(struct world *world)
{
    for (uint32_t i = 0; i < CLIENTS; i++)
        leave(&world->clients[i]);
    mn_heap_free(&world->kernel.heap, world->ballast);
    rest(world);
    check_glass(world);
    demand(mn_display_counts(&world->display).chunks_live == 0, "a chunk outlives its client");
    demand(mn_display_counts(&world->display).waiting == 0, "somebody waits who is gone");
    mn_task_cancel(&world->server);
    mn_heap_check(&world->kernel.heap);
    demand(mn_heap_stats(&world->kernel.heap).live_blocks == 0, "memory is lost");
    demand(mn_heap_stats(&world->kernel.heap).waiters == 0, "a waiter is left");
    demand(world->kernel.wheel.count == 0, "a timer is left");
    mn_kernel_finish(&world->kernel);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world world;
    set_up(&world);
    world.data = data;
    world.left = size;
    if (next(&world) % 2 == 1) {
        start_server(&world);
        for (uint32_t i = 0; i < CLIENTS; i++)
            open_screen(&world, &world.clients[i]);
        tick(&world, 8);
    }
    while (world.left > 0)
        step(&world);
    tear_down(&world);
    return 0;
}
