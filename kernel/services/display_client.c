/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "services/display_chunk.h"

void mn_screen_init(struct mn_screen *screen)
{
    mn_client_init(&screen->service.client);
    screen->session.heap = NULL;
    mn_list_init(&screen->session.chunks);
}

void mn_screen_close(struct mn_screen *screen)
{
    mn_client_close(&screen->service.client);
    mn_display_free_all(&screen->session); /* those the display left to us, when it ended first */
}

/* ---- opening ---------------------------------------------------------------------------- */

static struct mn_co *connect(struct mn_screen_open *open)
{
    struct mn_display_client *service = &open->screen->service;
    return open->waits ? mn_display_connect(&open->on.connect, open->registry, service,
                                            open->instance, &open->hello, &open->refusal)
                       : mn_display_try_connect(&open->on.connect, open->registry, service,
                                                open->instance, &open->hello, &open->refusal);
}

static enum mn_poll open_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_screen_open *open = MN_FRAME(co, struct mn_screen_open);

    MN_CO_BEGIN;
    open->hello.session = &open->screen->session;
    MN_TRY(connect(open));

    open->request = (struct mn_display_request){.kind = MN_DISPLAY_GEOMETRY};
    MN_TRY(mn_display_call(&open->on.call, &open->screen->service, &open->request,
                           &open->response, NULL, MN_TIME_NEVER));
    open->screen->geometry = open->response.geometry;
    open->screen = NULL; /* the caller's from here on */
    MN_CO_END;
}

static void open_drop(struct mn_co *co)
{
    struct mn_screen *screen = MN_FRAME(co, struct mn_screen_open)->screen;
    if (screen)
        mn_screen_close(screen);
}

static const struct mn_co_type open_type = {
    .name = "screen_open",
    .poll = open_poll,
    .drop = open_drop,
};

struct mn_co *mn_screen_open(struct mn_screen_open *frame, struct mn_registry *registry,
                             uint32_t instance, struct mn_screen *screen)
{
    frame->registry = registry;
    frame->instance = instance;
    frame->screen = screen;
    frame->waits = true;
    mn_screen_init(screen);
    return mn_co_init(&frame->co, &open_type);
}

struct mn_co *mn_screen_try_open(struct mn_screen_open *frame, struct mn_registry *registry,
                                 uint32_t instance, struct mn_screen *screen)
{
    struct mn_co *co = mn_screen_open(frame, registry, instance, screen);
    frame->waits = false;
    return co;
}

/* ---- a chunk ---------------------------------------------------------------------------- */

static enum mn_poll chunk_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_screen_chunk *wanted = MN_FRAME(co, struct mn_screen_chunk);

    MN_CO_BEGIN;
    MN_TRY(mn_display_call(&wanted->call, &wanted->screen->service, &wanted->request,
                           &wanted->response, &wanted->error, wanted->deadline_us));
    *wanted->chunk = wanted->response.chunk;
    wanted->response.chunk.number = 0; /* the caller's from here on */
    MN_CO_END;
}

static void chunk_drop(struct mn_co *co)
{
    struct mn_screen_chunk *wanted = MN_FRAME(co, struct mn_screen_chunk);
    mn_screen_drop_chunk(wanted->screen, &wanted->response.chunk); /* answered, but never seen */
}

static const struct mn_co_type chunk_type = {
    .name = "screen_chunk",
    .poll = chunk_poll,
    .drop = chunk_drop,
};

static struct mn_co *chunk_init(struct mn_screen_chunk *frame, struct mn_screen *screen,
                                struct mn_display_chunk *chunk, int32_t width_px,
                                int32_t height_px, uint64_t deadline_us)
{
    frame->screen = screen;
    frame->chunk = chunk;
    frame->deadline_us = deadline_us;
    frame->request = (struct mn_display_request){
        .kind = MN_DISPLAY_NEW_CHUNK,
        .width_px = width_px,
        .height_px = height_px,
        .waits = true,
    };
    frame->response.chunk = (struct mn_display_chunk){0};
    return mn_co_init(&frame->co, &chunk_type);
}

struct mn_co *mn_screen_chunk(struct mn_screen_chunk *frame, struct mn_screen *screen,
                              struct mn_display_chunk *chunk, int32_t width_px,
                              int32_t height_px, uint64_t deadline_us)
{
    return chunk_init(frame, screen, chunk, width_px, height_px, deadline_us);
}

struct mn_co *mn_screen_try_chunk(struct mn_screen_chunk *frame, struct mn_screen *screen,
                                  struct mn_display_chunk *chunk, int32_t width_px,
                                  int32_t height_px)
{
    struct mn_co *co = chunk_init(frame, screen, chunk, width_px, height_px, MN_TIME_NEVER);
    frame->request.waits = false;
    return co;
}

void mn_screen_drop_chunk(struct mn_screen *screen, struct mn_display_chunk *chunk)
{
    MN_ASSERT(!chunk->is_given);
    struct mn_display_block *block = mn_display_block_find(&screen->session, chunk->number);
    if (block)
        mn_display_block_free(&screen->session, block);
    *chunk = (struct mn_display_chunk){0};
}

/* ---- drawing ---------------------------------------------------------------------------- */

static void give(struct mn_screen_draw *draw)
{
    draw->chunk->is_given = draw->gave = true;
    draw->request = (struct mn_display_request){
        .kind = MN_DISPLAY_DRAW,
        .chunk = draw->chunk->number,
        .x = draw->chunk->x,
        .y = draw->chunk->y,
    };
}

static enum mn_poll draw_poll(struct mn_co *co, struct mn_task *task)
{
    struct mn_screen_draw *draw = MN_FRAME(co, struct mn_screen_draw);

    MN_CO_BEGIN;
    if (draw->chunk->is_given)
        MN_RETURN(MN_ERR_BUSY);
    give(draw);
    MN_TRY(mn_display_call(&draw->call, &draw->screen->service, &draw->request, NULL,
                           &draw->error, MN_TIME_NEVER));
    MN_CO_END;
}

static void draw_drop(struct mn_co *co)
{
    struct mn_screen_draw *draw = MN_FRAME(co, struct mn_screen_draw);
    if (draw->gave)
        draw->chunk->is_given = false;
}

static const struct mn_co_type draw_type = {
    .name = "screen_draw",
    .poll = draw_poll,
    .drop = draw_drop,
};

struct mn_co *mn_screen_draw(struct mn_screen_draw *frame, struct mn_screen *screen,
                             struct mn_display_chunk *chunk)
{
    frame->screen = screen;
    frame->chunk = chunk;
    frame->gave = false;
    return mn_co_init(&frame->co, &draw_type);
}
